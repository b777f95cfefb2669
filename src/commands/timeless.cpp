#include "commands/timeless.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "commands/channel_plan.hpp"
#include "unisono/evidence/account_names.hpp"

namespace unisono::commands {
namespace {

constexpr std::size_t k_most_accounts = 1000, k_most_pairs = 1000, k_most_findings = 100;

std::int64_t integer(std::uint64_t n) {
  return static_cast<std::int64_t>(n);
}

// Half of the actions must have a time that some window can use.
bool has_usable_times(const ChannelOutcome& outcome) {
  if (outcome.basis.actions < outcome.basis.actions_without_time) return false;
  return std::any_of(outcome.checks.begin(), outcome.checks.end(), [](const store::ChannelCheckRow& check) {
    return check.verdict != "no_events" && check.verdict != "too_coarse";
  });
}

// The posts of both accounts on objects that they share, in order.
std::vector<evidence::PostKey> shared_posts(const TimelessChannel& channel, std::uint32_t a, std::uint32_t b) {
  const network::Events& events = channel.events;
  const auto by_object = [&](std::uint32_t account) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> list;  // object, post
    for (std::size_t e = events.account_begin[account]; e < events.account_begin[std::size_t{account} + 1]; ++e)
      list.emplace_back(events.object[e], events.post[e]);
    std::sort(list.begin(), list.end());
    return list;
  };
  std::vector<std::uint32_t> posts;
  const auto of_a = by_object(a), of_b = by_object(b);
  for (auto i = of_a.begin(), j = of_b.begin(); i != of_a.end() && j != of_b.end();) {
    if (i->first != j->first) {
      ++(i->first < j->first ? i : j);
      continue;
    }
    for (const std::uint32_t post : {i->second, j->second}) posts.push_back(post);
    ++i, ++j;
  }
  std::sort(posts.begin(), posts.end());
  posts.erase(std::unique(posts.begin(), posts.end()), posts.end());
  std::vector<evidence::PostKey> keys;
  for (const std::uint32_t post : posts)
    keys.emplace_back(channel.actions.post_platform_of[post], channel.actions.post_id_of[post]);
  return keys;
}

void add_accounts(const TimelessChannel& found, const std::string& channel, store::TimelessRows& rows) {
  for (std::size_t i = 0; i < std::min(found.ranking.accounts.size(), k_most_accounts); ++i) {
    const network::RankedAccount& account = found.ranking.accounts[i];
    if (account.shared == 0) continue;  // shares nothing that weighs anything
    rows.accounts.push_back({channel, integer(i + 1), found.actions.platform_of[account.account],
                             found.actions.account_id_of[account.account], account.score, account.best_triangle,
                             account.idf_sum, account.shared, account.objects, account.partners, account.cosine});
  }
}

// The pairs with the smallest q first.
std::vector<network::DegreeTie> first_pairs(std::vector<network::DegreeTie> ties) {
  std::sort(ties.begin(), ties.end(), [](const network::DegreeTie& x, const network::DegreeTie& y) {
    return std::tuple(x.q, x.p, x.a, x.b) < std::tuple(y.q, y.p, y.a, y.b);
  });
  ties.resize(std::min(ties.size(), k_most_pairs));
  return ties;
}

Result<void> add_pairs(store::CaseFile& file, const TimelessChannel& found, const evidence::Basis& basis,
                       const std::string& channel, TimelessOutcome& outcome) {
  const std::vector<network::DegreeTie> ties = first_pairs(found.degrees.ties);
  std::vector<evidence::PostKey> accounts;  // (platform, account id)
  for (const network::DegreeTie& tie : ties) {
    const store::ActionSet& actions = found.actions;
    outcome.rows.ties.push_back({channel, actions.platform_of[tie.a], actions.account_id_of[tie.a],
                                 actions.platform_of[tie.b], actions.account_id_of[tie.b], tie.shared, tie.lambda,
                                 tie.p, tie.q, evidence::name_of(evidence::Level::t1)});
    for (const std::uint32_t account : {tie.a, tie.b})
      accounts.emplace_back(actions.platform_of[account], actions.account_id_of[account]);
  }
  UNISONO_TRY(const std::vector<std::string> labels, evidence::account_labels(file, accounts));
  for (std::size_t i = 0; i < std::min(ties.size(), k_most_findings); ++i) {
    const store::DegreeTieRow& row = outcome.rows.ties[outcome.rows.ties.size() - ties.size() + i];
    outcome.findings.push_back(evidence::shared_interest_finding(row, labels[2 * i], labels[2 * i + 1], basis,
                                                                 shared_posts(found, ties[i].a, ties[i].b)));
  }
  return {};
}

store::TimelessCheckRow check_of(const TimelessChannel& found, const std::string& channel,
                                 const TimelessOptions& options) {
  const network::DegreeResult& degrees = found.degrees;
  const auto ranked = std::count_if(found.ranking.accounts.begin(), found.ranking.accounts.end(),
                                    [](const network::RankedAccount& account) { return account.shared > 0; });
  return {.channel = channel,
          .verdict = degrees.verdict,
          .reason = degrees.reason,
          .actions = integer(found.actions.size()),
          .accounts = integer(degrees.n_accounts),
          .eligible = integer(degrees.n_eligible),
          .pairs_in_family = integer(degrees.n_pairs),
          .objects_counted = integer(degrees.n_counted),
          .ranked = ranked,
          .ties = integer(degrees.ties.size()),
          .alpha = options.alpha,
          .max_sharers = options.max_sharers};
}

}  // namespace

Result<TimelessChannel> test_without_times(store::CaseFile& file, const std::string& channel,
                                           const TimelessOptions& options, const Control& control) {
  TimelessChannel found;
  UNISONO_TRY(found.actions,
              store::scan_actions(file, {.channel = channel, .allow_lossy = options.allow_lossy, .keep_timeless = true},
                                  control));
  const store::ActionSet& actions = found.actions;
  UNISONO_TRY(const std::vector<std::uint8_t> declared, declared_accounts(file, actions));
  found.events = events_without_times(actions);
  const network::DegreeOptions degrees{
      .alpha = options.alpha, .max_sharers = options.max_sharers, .declared = declared};
  UNISONO_TRY(found.degrees, network::test_degrees(found.events, degrees, control));
  UNISONO_TRY(found.ranking, network::rank_accounts(found.events, {.declared = declared}, control));
  return found;
}

Result<TimelessOutcome> detect_without_times(store::CaseFile& file, const std::vector<ChannelOutcome>& outcomes,
                                             const DetectOptions& options, const std::string& run_id,
                                             const Control& control) {
  TimelessOutcome outcome;
  for (const ChannelOutcome& channel : outcomes) {
    if (has_usable_times(channel)) continue;
    if (options.since || options.until) {
      outcome.notes.push_back(
          fmt::format("{}: its times are not usable, and --since and --until choose by time, so nothing was compared "
                      "without times. Leave them out, or use `unisono rank`.",
                      channel.channel));
      continue;
    }
    const TimelessOptions timeless{.alpha = options.alpha, .allow_lossy = options.allow_lossy};
    UNISONO_TRY(const TimelessChannel found, test_without_times(file, channel.channel, timeless, control));
    outcome.rows.checks.push_back(check_of(found, channel.channel, timeless));
    add_accounts(found, channel.channel, outcome.rows);
    const evidence::Basis basis{run_id, found.actions.size(), found.degrees.n_accounts, found.degrees.n_eligible,
                                channel.basis.actions_without_time};
    UNISONO_CHECK(add_pairs(file, found, basis, channel.channel, outcome));
  }
  return outcome;
}

}  // namespace unisono::commands
