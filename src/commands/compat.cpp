#include "unisono/commands/compat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "commands/compat_rows.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

template <typename T>
void keep(std::vector<T>& column, std::span<const std::uint8_t> drop) {
  if (column.empty()) return;
  std::size_t to = 0;
  for (std::size_t i = 0; i < drop.size(); ++i)
    if (drop[i] == 0) column[to++] = column[i];
  column.resize(to);
}

// The place of an account of ours among the peer's, if it is there.
std::uint32_t place_of(const store::PeerRows& rows, const std::string& account) {
  const auto found = std::lower_bound(rows.accounts.begin(), rows.accounts.end(), account);
  if (found == rows.accounts.end() || *found != account) return store::PeerRows::k_no_text;
  return static_cast<std::uint32_t>(found - rows.accounts.begin());
}

}  // namespace

std::string compat_label(const CompatOptions& options) {
  return fmt::format("counted by the rules of {}; these are not the rules of unisono; no significance is attached",
                     options.peer == Peer::coortweet ? "CooRTweet, version 2.1.3"
                                                     : "the QUT Coordination Network Toolkit, version 1.5.2");
}

Result<bool> has_verbatim_rows(store::CaseFile& file) {
  UNISONO_TRY(const std::int64_t verbatim, store::count_verbatim_rows(file));
  if (verbatim > 0) return true;
  UNISONO_TRY(const std::int64_t posts, file.count("SELECT count(*) FROM post"));
  if (posts > 0) return false;
  return fail(
      ErrorCode::not_found, "this case holds no rows and no posts",
      "import a file first: unisono import FILE -o CASE.uni (rows of CooRTweet are recognised; --format qut-csv "
      "for the eight columns of the QUT toolkit)");
}

void drop_rows(store::PeerRows& rows, std::span<const std::uint8_t> drop) {
  for (auto* column : {&rows.object, &rows.account, &rows.content, &rows.reply, &rows.text, &rows.urls})
    keep(*column, drop);
  keep(rows.t_s, drop);
  keep(rows.opening, drop);
}

void keep_period(const CompatOptions& options, store::PeerRows& rows, std::vector<std::string>& notes) {
  if (!options.since && !options.until) return;
  std::vector<std::uint8_t> drop(rows.size(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double t_us = rows.t_s[i] * 1e6;
    if (std::isnan(t_us) || (options.since && t_us < static_cast<double>(*options.since)) ||
        (options.until && t_us >= static_cast<double>(*options.until)))
      drop[i] = 1;
  }
  const auto dropped = std::count(drop.begin(), drop.end(), 1);
  drop_rows(rows, drop);
  notes.push_back(fmt::format(
      "{} rows lie outside of --since and --until and were left out before anything was counted.", dropped));
}

Result<void> note_losses(store::CaseFile& file, const store::PeerRows& rows, std::vector<std::string>& notes) {
  UNISONO_TRY(const std::int64_t rejects,
              file.count("SELECT count(*) FROM reject WHERE reason NOT IN ('no_object', 'repeated_header')"));
  if (rejects > 0)
    notes.push_back(fmt::format(
        "{} records of the files could not be read and are not in these tables (table `reject`).", rejects));
  if (rows.no_account > 0) notes.push_back(fmt::format("{} rows without an account were left out.", rows.no_account));
  if (rows.written_times > 0)
    notes.push_back(
        fmt::format("{} times are dates, not numbers of seconds; each was read by itself, as UTC where it names "
                    "no zone. The peer reads them otherwise or stops.",
                    rows.written_times));
  return {};
}

Result<void> compare_with_ties(store::CaseFile& file, const store::PeerRows& rows,
                               std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs, const std::string& channel,
                               CompatResult& result) {
  const Result<store::StoredRun> run = store::find_run(file, "detect", "");
  if (!run) {
    if (run.error().code != ErrorCode::not_found) return fail(run.error());
    result.notes.push_back(
        fmt::format("Which of these pairs are more than chance? `unisono detect {}` tests them; then this command "
                    "shows both side by "
                    "side.",
                    file.path().filename().string()));
    return {};
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  const std::array<Cell, 2> parameters = {run->run_id, channel};
  UNISONO_TRY(const Table ties,
              file.query("SELECT DISTINCT platform_a, account_a, platform_b, account_b FROM tie WHERE run_id = $1 AND "
                         "level IN ('T2', 'T3') AND ($2 = '' OR channel = $2)",
                         parameters));
  std::int64_t shared = 0;
  for (std::size_t row = 0; row < ties.rows(); ++row) {
    const auto place = [&](const char* platform, const char* account) {
      const std::string id = text_at(ties, row, account);
      const std::uint32_t found = place_of(rows, text_at(ties, row, platform) + ":" + id);
      return found != store::PeerRows::k_no_text ? found : place_of(rows, id);
    };
    const auto [a, b] = std::minmax({place("platform_a", "account_a"), place("platform_b", "account_b")});
    if (std::binary_search(pairs.begin(), pairs.end(), std::pair(a, b))) ++shared;
  }
  const auto n_ties = static_cast<std::int64_t>(ties.rows());
  const auto n_pairs = static_cast<std::int64_t>(pairs.size());
  Table table({{"run_id", ColumnType::text, {}},
               {"channel", ColumnType::text, {}},
               {"pairs_of_the_peer", ColumnType::integer, {}},
               {"of_them_ties", ColumnType::integer, {}},
               {"ties_not_among_them", ColumnType::integer, {}}});
  table.append_row({run->run_id, channel.empty() ? std::string("all") : channel, n_pairs, shared, n_ties - shared});
  result.comparison = std::move(table);
  result.notes.push_back(fmt::format(
      "By our own tests (run {}, levels T2 and T3) {} of these {} pairs are ties; {} of our ties are not among them.",
      run->run_id.substr(0, 8), shared, n_pairs, n_ties - shared));
  return {};
}

Result<CompatResult> compat(const CompatOptions& options, const Control& control) {
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = true;
  open.stop = control.stop;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  if (options.peer == Peer::coortweet) return compat_coortweet(file, options, control);
  return compat_qut(file, options, control);
}

}  // namespace unisono::commands
