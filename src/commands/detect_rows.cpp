#include "commands/detect_rows.hpp"

#include <array>

namespace unisono::commands {

store::ChannelCheckRow check_row(const std::string& channel, const network::ChannelCheck& check) {
  store::ChannelCheckRow row;
  const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  row.channel = channel;
  row.window_us = integer(check.window_us);
  row.n_events = integer(check.n_events);
  row.n_accounts = integer(check.n_accounts);
  row.n_eligible = integer(check.n_eligible);
  row.n_objects = integer(check.n_objects);
  row.n_shared_objects = integer(check.n_shared_objects);
  row.n_pairs = integer(check.n_pairs);
  row.family_k = integer(check.family_k);
  row.least_p = check.least_p;
  row.c_bar = check.collision;
  row.habit_f = check.habit_factor;
  row.verdict = check.verdict;
  row.reason = check.reason;
  return row;
}

store::TieRow tie_row(const store::ActionSet& actions, const std::string& channel, std::uint64_t window_us,
                      const network::Tie& tie) {
  store::TieRow row;
  row.channel = channel;
  row.window_us = static_cast<std::int64_t>(window_us);
  row.test = tie.test == network::TieTest::rule ? "rule" : "pace";
  row.level = tie.test == network::TieTest::rule ? "T2" : "0";
  row.platform_a = actions.platform_of[tie.a];
  row.account_a = actions.account_id_of[tie.a];
  row.platform_b = actions.platform_of[tie.b];
  row.account_b = actions.account_id_of[tie.b];
  row.n_objects = tie.counts.objects;
  row.n_actions = tie.counts.actions;
  row.w_t = tie.w_t;
  row.w_x = tie.w_x;
  row.lambda_t = tie.lambda_t;
  row.lambda_x = tie.lambda_x;
  row.p_t = tie.p_t;
  row.p_x = tie.p_x;
  row.p = tie.p;
  row.q = tie.q;
  row.gap_min_us = static_cast<std::int64_t>(tie.counts.min_gap_us);
  row.gap_max_us = static_cast<std::int64_t>(tie.counts.max_gap_us);
  row.gap_sum_us = static_cast<__int128>(tie.counts.gap_sum_us);
  row.median_lag_us = tie.median_lag_us;
  row.first_us = tie.counts.first_us;
  row.last_us = tie.counts.last_us;
  row.n_days = tie.n_days;
  return row;
}

store::GroupTestRow test_row(const std::string& group_id, const std::string& channel, std::uint64_t window_us,
                             const network::GroupTestResult& test) {
  store::GroupTestRow row;
  row.group_id = group_id;
  row.channel = channel;
  row.window_us = static_cast<std::int64_t>(window_us);
  constexpr std::array<const char*, 3> k_directions = {"1to2", "2to1", "whole"}, k_tests = {"G_T", "G_X", "G_H"};
  row.direction = k_directions[static_cast<std::size_t>(test.direction)];
  row.test = k_tests[static_cast<std::size_t>(test.test)];
  row.n_tested = static_cast<std::int64_t>(test.n_tested);
  row.w = static_cast<std::int64_t>(test.w);
  row.expected = test.expected;
  row.lift = test.lift;
  row.lo = test.low;
  row.hi = test.high;
  row.p = test.p;
  row.q = test.q;
  row.objects = test.objects;
  row.days = test.days;
  row.accounts = test.accounts;
  row.skipped_objects = test.skipped_objects;
  row.passed = test.passed;
  row.reason = test.reason;
  return row;
}

}  // namespace unisono::commands
