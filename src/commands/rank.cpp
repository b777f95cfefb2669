#include "unisono/commands/rank.hpp"

#include <fmt/format.h>

#include <utility>

#include "commands/channel_plan.hpp"
#include "commands/timeless.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/action_scan.hpp"

namespace unisono::commands {
namespace {

Cell integer(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

RankResult empty_result() {
  RankResult result;
  const auto column = [](const char* name, ColumnType type) { return Column{name, type, {}}; };
  result.checks = Table({column("channel", ColumnType::text), column("verdict", ColumnType::text),
                         column("actions", ColumnType::integer), column("accounts", ColumnType::integer),
                         column("eligible", ColumnType::integer), column("pairs_in_family", ColumnType::integer),
                         column("objects_counted", ColumnType::integer), column("ranked", ColumnType::integer),
                         column("reason", ColumnType::text)});
  result.accounts = Table({column("channel", ColumnType::text), column("place", ColumnType::integer),
                           column("account", ColumnType::text), column("score", ColumnType::real),
                           column("best_triangle", ColumnType::real), column("idf_sum", ColumnType::real),
                           column("shared", ColumnType::integer), column("objects", ColumnType::integer),
                           column("partners", ColumnType::integer), column("cosine", ColumnType::real)});
  result.pairs = Table({column("channel", ColumnType::text), column("level", ColumnType::text),
                        column("account_a", ColumnType::text), column("account_b", ColumnType::text),
                        column("shared", ColumnType::integer), column("expected", ColumnType::real),
                        column("p", ColumnType::real), column("q", ColumnType::real)});
  return result;
}

// The names of all accounts of the actions, in their order. (A query, because the case is open for reading only.)
Result<std::vector<std::string>> names_of(store::CaseFile& file, const store::ActionSet& actions) {
  UNISONO_TRY(const Table rows, file.query("SELECT platform, account_id, label FROM account_name"));
  std::vector<std::string> names(actions.account_id_of.size());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto account = store::account_rank(actions, text_at(rows, row, "platform"), text_at(rows, row, "account_id"));
    if (account) names[*account] = text_at(rows, row, "label");
  }
  return names;
}

Result<void> rank_channel(store::CaseFile& file, const std::string& channel, const RankOptions& options,
                          const Control& control, RankResult& result) {
  UNISONO_TRY(const TimelessChannel found,
              test_without_times(file, channel, {options.alpha, options.max_sharers, options.allow_lossy}, control));
  const store::ActionSet& actions = found.actions;
  const network::DegreeResult& degrees = found.degrees;
  const network::Ranking& ranking = found.ranking;
  UNISONO_TRY(const std::vector<std::string> names, names_of(file, actions));
  result.checks.append_row({channel, degrees.verdict, integer(actions.size()), integer(degrees.n_accounts),
                            integer(degrees.n_eligible), integer(degrees.n_pairs), integer(degrees.n_counted),
                            integer(ranking.n_eligible), degrees.reason});
  for (std::size_t i = 0; i < ranking.accounts.size(); ++i) {
    const network::RankedAccount& account = ranking.accounts[i];
    if (account.shared == 0) continue;  // shares nothing that weighs anything
    result.accounts.append_row({channel, integer(i + 1), names[account.account], account.score, account.best_triangle,
                                account.idf_sum, integer(account.shared), integer(account.objects),
                                integer(account.partners), account.cosine});
  }
  for (const network::DegreeTie& tie : degrees.ties) {
    result.pairs.append_row({channel, std::string(evidence::name_of(evidence::Level::t1)), names[tie.a], names[tie.b],
                             integer(tie.shared), tie.lambda, tie.p, tie.q});
  }
  return {};
}

}  // namespace

Result<RankResult> rank(const RankOptions& options, const Control& control) {
  DetectOptions shared;
  shared.channels = options.channels;
  shared.alpha = options.alpha;

  UNISONO_CHECK(check_options(shared));
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, shared));
  RankResult result = empty_result();
  for (const std::string& channel : channels) {
    UNISONO_CHECK(control.check_cancelled());
    UNISONO_CHECK(rank_channel(file, channel, options, control, result));
  }
  result.notes.emplace_back(evidence::ranking_sentence());
  if (result.pairs.rows() > 0) result.notes.emplace_back(evidence::shared_interest_sentence());
  return result;
}

}  // namespace unisono::commands
