// What a demo found, in sentences: numbers of the case and of the runs, none of the generator.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "unisono/commands/demo.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

using evidence::Amplification;
using evidence::Figure;

const Figure* find(const Amplification& all, std::string_view analysis, std::string_view subject,
                   std::string_view label) {
  for (const Figure& figure : all.figures) {
    if (figure.analysis == analysis && figure.subject == subject && figure.label.starts_with(label)) return &figure;
  }
  return nullptr;
}

std::string numerator(const Amplification& all, std::string_view analysis, std::string_view subject,
                      std::string_view label) {
  const Figure* figure = find(all, analysis, subject, label);
  return evidence::format_count(figure == nullptr ? 0 : static_cast<std::uint64_t>(figure->numerator.value_or(0)));
}

std::string share(const Figure& figure) {
  return evidence::format_share(static_cast<std::uint64_t>(figure.numerator.value_or(0)),
                                static_cast<std::uint64_t>(figure.denominator.value_or(0)));
}

std::vector<std::string> given_group(const AmplifyResult& result) {
  const Amplification& all = result.amplification;
  std::vector<std::string> lines;
  lines.push_back(fmt::format("given group: {} targets, {} posts, {} reposts, {} replies", all.targets_found,
                              numerator(all, "A1", "all targets", "own posts"),
                              numerator(all, "A2", "all targets", "reposts of the targets' posts"),
                              numerator(all, "A2", "all targets", "replies of the targets' posts")));
  std::vector<std::string> shares;
  for (const Figure& figure : all.figures) {
    if (figure.analysis == "B7" && figure.label == "reposts by the group" && figure.subject != "all targets")
      shares.push_back(fmt::format("{} of the reposts of {}", share(figure), figure.subject));
  }
  lines.push_back(fmt::format("given group: {} accounts make {}", all.group_accounts, fmt::join(shares, " and ")));
  const auto status = [&](const char* name) {
    return numerator(all, "B4", "the group",
                     fmt::format("accounts of the group that on {} were {}", result.date, name));
  };
  lines.push_back(fmt::format("given group: on {} {}/{}/{} of its accounts were suspended/deleted/active", result.date,
                              status("suspended"), status("deleted"), status("active")));
  return lines;
}

// Labels of accounts that are in one of the two relations and not in the other.
Result<std::vector<std::string>> only_in(store::CaseFile& file, const char* first, const char* second,
                                         const std::vector<Cell>& parameters) {
  UNISONO_TRY(
      const Table table,
      file.query(fmt::format("WITH given AS (SELECT DISTINCT platform, subject_id AS account_id FROM label WHERE "
                             "subject_type = 'account' AND label = 'group' AND source_version = $1), "
                             "found AS (SELECT DISTINCT m.platform, m.account_id FROM group_member m JOIN group_ g "
                             "USING (run_id, group_id) WHERE m.run_id = $2 AND g.level IN ('G1', 'G2') AND m.how <> "
                             "'other window') SELECT n.label FROM {} a ANTI JOIN {} b USING (platform, account_id) "
                             "JOIN account_name n ON n.platform = a.platform AND n.account_id = a.account_id ORDER "
                             "BY n.n",
                             first, second),
                 parameters));
  std::vector<std::string> labels;
  for (const Cell& cell : table.columns()[0].cells) labels.push_back(to_text(cell, ColumnType::text));
  return labels;
}

std::string list_of(const std::vector<std::string>& labels) {
  return labels.empty() ? std::string("none") : fmt::format("{}", fmt::join(labels, ", "));
}

}  // namespace

Result<std::vector<std::string>> uk_lines(const std::filesystem::path& case_path, const std::string& detect_run,
                                          const AmplifyResult& amplified, const Control& control) {
  if (amplified.request.group_list.empty()) {
    return fail(ErrorCode::bad_input, "no list of accounts was given as the group",
                "run amplify with the groups.csv of the demo");
  }
  store::OpenOptions open;
  open.read_only = true;
  open.threads = control.threads;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(case_path, open));
  const std::vector<Cell> parameters = {amplified.request.group_list, detect_run};
  UNISONO_TRY(const std::vector<std::string> misses, only_in(file, "given", "found", parameters));
  UNISONO_TRY(const std::vector<std::string> extras, only_in(file, "found", "given", parameters));
  std::vector<std::string> lines = given_group(amplified);
  const std::uint64_t given = amplified.amplification.group_accounts;
  lines.push_back(
      fmt::format("found by detection: {} of the {} accounts in groups at G1; misses ({}): {}; extras ({}): {}",
                  given - misses.size(), given, misses.size(), list_of(misses), extras.size(), list_of(extras)));
  return lines;
}

std::vector<std::string> concentration_lines(const std::string& file, const AmplifyResult& amplified) {
  std::vector<std::string> lines;
  const evidence::AnalysisTable* shares = amplified.amplification.find("concentration");
  const Figure* top = find(amplified.amplification, "B1", "all targets", "reposts by the most active 1 %");
  if (shares == nullptr || top == nullptr) return lines;
  const Table& table = shares->table;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto at = [&](std::string_view column) {
      const Column* found = table.find(column);
      return to_text(found->cells[row], found->type);
    };
    if (at("subject") != "all targets" || at("top") != "1 %") continue;
    lines.push_back(fmt::format(
        "{}: the most active 1 % ({} of {} accounts) make {} of the reposts; equal accounts would make {:.1f} %: {}",
        file, at("k"), at("accounts"), share(*top), 100 * std::get<double>(table.find("share_if_equal")->cells[row]),
        std::get<bool>(table.find("concentrated")->cells[row]) ? "flagged as concentrated" : "no flag"));
    lines.push_back(
        fmt::format("{}: {} accounts are tied at the cut of {} reposts", file, at("tied_at_cut"), at("cut")));
  }
  const evidence::AnalysisTable* status = amplified.amplification.find("status");
  if (status == nullptr || status->table.rows() == 0) return lines;
  const auto value = [&](std::string_view column) { return std::get<double>(status->table.find(column)->cells[0]); };
  lines.push_back(fmt::format("{}: reposts by accounts suspended on {}: low {:.4g}, high {:.4g}, among known {:.4g}",
                              file, amplified.date, value("suspended_low"), value("suspended_high"),
                              value("suspended_among_known")));
  return lines;
}

}  // namespace unisono::commands
