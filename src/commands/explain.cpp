#include "unisono/commands/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "commands/explain_channel.hpp"
#include "commands/explain_commands.hpp"
#include "commands/explain_tables.hpp"
#include "commands/run_options.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/account_names.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

using evidence::PairVerdict;

// The part of `all` that was asked for, in the order of `all`. Error{usage} if the run did not test one of `asked`.
template <typename T, typename Say>
Result<std::vector<T>> chosen(const std::vector<T>& all, const std::vector<T>& asked, std::string_view option,
                              Say&& say) {
  if (asked.empty()) return all;
  std::vector<std::string> known;
  for (const T& one : all) known.push_back(say(one));
  for (const T& one : asked) {
    if (std::find(all.begin(), all.end(), one) != all.end()) continue;
    return fail(ErrorCode::usage, fmt::format("the run did not test --{} {}", option, say(one)),
                fmt::format("it tested {}", fmt::join(known, ", ")));
  }
  std::vector<T> both;
  std::copy_if(all.begin(), all.end(), std::back_inserter(both),
               [&](const T& one) { return std::find(asked.begin(), asked.end(), one) != asked.end(); });
  return both;
}

void note_groups(const Table& groups, const PairRequest& request, std::vector<std::string>& notes) {
  bool any = false;
  for (std::size_t row = 0; row < groups.rows(); ++row) {
    const auto& columns = groups.columns();
    if (is_missing(columns[3].cells[row]) || is_missing(columns[4].cells[row])) continue;
    any = true;
    notes.push_back(evidence::common_group_sentence(request.a.label, request.b.label,
                                                    to_text(columns[0].cells[row], ColumnType::text),
                                                    to_text(columns[2].cells[row], ColumnType::text)));
  }
  if (!any) notes.push_back(evidence::no_common_group_sentence(request.a.label, request.b.label));
}

// What the run claims of the pair: its finding where it has one (the pairs with the smallest q have), else the sentence
// of the level that every tie has.
Result<std::string> claim_of(store::CaseFile& file, const PairRequest& request, const WindowExplained& window) {
  const bool in_order = request.a.rank < request.b.rank;
  const FoundAccount& low = in_order ? request.a : request.b;
  const FoundAccount& high = in_order ? request.b : request.a;
  const std::array<Cell, 2> parameters = {
      request.run_id, fmt::format("{}:{} {}:{} {} {}", low.platform, low.account_id, high.platform, high.account_id,
                                  window.context.channel, window.context.window_us)};
  UNISONO_TRY(const Table finding,
              file.query("SELECT statement FROM finding WHERE run_id = $1 AND subject_type = 'tie' AND "
                         "subject_id = $2 LIMIT 1",
                         parameters));
  if (finding.rows() > 0) return to_text(finding.columns()[0].cells[0], ColumnType::text);
  return evidence::tie_sentence(request.a.label, request.b.label, format_duration(window.context.window_us),
                                window.figures.w_t, window.figures.lambda_t);
}

// The claims of a channel at the window with the smallest q, and what may explain them.
Result<void> note_claims(store::CaseFile& file, const PairRequest& request, const ChannelExplained& channel,
                         std::vector<std::string>& notes) {
  const WindowExplained* strongest = nullptr;
  bool accepted = false;
  for (const WindowExplained& window : channel.windows) {
    accepted = accepted || is_accepted(window.verdict);
    if (window.verdict == PairVerdict::tie && (strongest == nullptr || window.context.q < strongest->context.q))
      strongest = &window;
  }
  if (strongest != nullptr) {
    UNISONO_TRY(const std::string claim, claim_of(file, request, *strongest));
    notes.push_back(fmt::format("{}: {}", channel.channel, claim));
  }
  if (accepted) {
    notes.push_back(
        fmt::format("{}: ordinary explanations: {}.", channel.channel,
                    fmt::join(evidence::innocent_explanations(channel.channel, evidence::Level::t2), "; ")));
  }
  return {};
}

// One sentence per window; windows side by side with the same one are joined.
void note_windows(const ChannelExplained& channel, std::vector<std::string>& notes) {
  std::vector<std::pair<std::string, std::vector<std::string>>> said;  // reason, windows
  for (const WindowExplained& window : channel.windows) {
    std::string reason = fmt::format("{}: {}", evidence::title_of(window.verdict), window.reason);
    if (said.empty() || said.back().first != reason) said.push_back({std::move(reason), {}});
    said.back().second.push_back(format_duration(window.context.window_us));
  }
  for (const auto& [reason, windows] : said)
    notes.push_back(fmt::format("{}, {}: {}", channel.channel, fmt::join(windows, ", "), reason));
}

Result<std::vector<std::string>> notes_of(store::CaseFile& file, const PairRequest& request,
                                          const std::vector<ChannelExplained>& channels, const Table& groups,
                                          bool case_has_changed) {
  std::vector<std::string> notes;
  std::map<std::string, std::vector<std::string>> silent;  // reason, channels
  for (const ChannelExplained& channel : channels) {
    if (channel.windows.empty()) {
      silent[reason_of_silence(request, channel)].push_back(channel.channel);
    } else {
      UNISONO_CHECK(note_claims(file, request, channel, notes));
      note_windows(channel, notes);
    }
  }
  for (const auto& [reason, names] : silent)
    notes.push_back(
        fmt::format("{}: {}: {}", fmt::join(names, ", "), evidence::title_of(PairVerdict::no_actions), reason));
  note_groups(groups, request, notes);
  const bool differs = std::any_of(channels.begin(), channels.end(), [](const ChannelExplained& channel) {
    return std::any_of(channel.windows.begin(), channel.windows.end(), [](const WindowExplained& window) {
      return has_figures(window.verdict) && !window.same_as_stored();
    });
  });
  if (differs) notes.push_back(evidence::differs_from_run_sentence(request.run_id, case_has_changed));
  return notes;
}

}  // namespace

Result<PairExplained> explain_pair(const ExplainOptions& options, const Control& control) {
  store::OpenOptions open;
  open.read_only = true;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.stop = control.stop;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const store::StoredRun run, store::find_run(file, "detect", options.run_id));
  UNISONO_CHECK(evidence::prepare_account_names(file, evidence::NamePolicy::pseudonyms));
  PairRequest request;
  request.run_id = run.run_id;
  UNISONO_TRY(request.settings, evidence::run_settings(run.run.options_json, run.run.seed));
  UNISONO_TRY(request.run, detect_options_of(request.settings));
  UNISONO_TRY(request.a, find_account(file, options.a));
  UNISONO_TRY(request.b, find_account(file, options.b));
  if (request.a.rank == request.b.rank) {
    return fail(ErrorCode::usage,
                fmt::format("\"{}\" and \"{}\" are the same account, {}", options.a, options.b, request.a.label),
                "name two accounts");
  }
  UNISONO_TRY(const std::vector<std::string> names,
              chosen(request.run.channels, options.channels, "channel", [](const std::string& name) { return name; }));
  UNISONO_TRY(const std::vector<std::int64_t> windows,
              chosen(request.run.windows_us, options.windows_us, "window", format_duration));

  UNISONO_TRY(std::vector<ChannelExplained> channels, count_actions(file, request, names));
  for (ChannelExplained& channel : channels) UNISONO_CHECK(explain_channel(file, request, windows, channel, control));
  UNISONO_TRY(const std::string input_hash, store::input_hash(file));

  PairExplained explained;
  explained.run_id = request.run_id;
  explained.accounts = accounts_table(options, request);
  explained.pairs = pairs_table(request, channels);
  explained.actions = actions_table(request, channels);
  UNISONO_TRY(explained.rows, rows_table(file, channels, options.max_rows));
  UNISONO_TRY(explained.groups, groups_of_both(file, request));
  explained.commands = recomputing_commands(options.case_path, request, channels);
  UNISONO_TRY(explained.notes, notes_of(file, request, channels, explained.groups, input_hash != run.run.input_hash));
  return explained;
}

}  // namespace unisono::commands
