#include "network/group_decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unisono/network/multiplicity.hpp"

namespace unisono::network {
namespace {

// The first condition of the gate that the test misses, in words; empty when it passes.
std::string gate(const GroupTestResult& test, double alpha, const GroupOptions& options) {
  if (test.q > alpha) return fmt::format("q {:.2g} is above {:.2g}", test.q, alpha);
  const double min_lift = test.test == GroupTest::habit ? options.min_habit_lift : options.min_lift;
  if (test.low < min_lift) return fmt::format("the lower end of the lift, {:.2g}, is below {:.2g}", test.low, min_lift);
  if (test.w < options.min_w) return fmt::format("{} close co-actions, at least {} are needed", test.w, options.min_w);
  if (test.objects < options.min_objects)
    return fmt::format("close on {} objects, at least {} are needed", test.objects, options.min_objects);
  if (test.days < options.min_days)
    return fmt::format("close on {} days, at least {} are needed", test.days, options.min_days);
  if (test.accounts < options.min_accounts)
    return fmt::format("{} accounts carry the close co-actions, at least {} are needed", test.accounts,
                       options.min_accounts);
  return {};
}

}  // namespace

Result<void> check_group_input(const Events& events, std::span<const std::uint64_t> object_hash,
                               const GroupOptions& options) {
  const auto wrong = [](const char* what, std::size_t actual, std::size_t expected) {
    return fail(ErrorCode::usage, fmt::format("{} has {} entries, expected {}", what, actual, expected));
  };
  if (object_hash.size() != events.n_objects) return wrong("object_hash", object_hash.size(), events.n_objects);
  if (!options.declared.empty() && options.declared.size() != events.n_accounts)
    return wrong("declared", options.declared.size(), events.n_accounts);
  if (!options.published.t_us.empty() && options.published.t_us.size() != events.n_objects)
    return wrong("published.t_us", options.published.t_us.size(), events.n_objects);
  if (!options.published.source.empty() && options.published.source.size() != events.n_objects)
    return wrong("published.source", options.published.source.size(), events.n_objects);
  if (!options.post_hash.empty() && options.post_hash.size() != events.n_posts)
    return wrong("post_hash", options.post_hash.size(), events.n_posts);
  if (!(options.alpha > 0 && options.alpha < 1))
    return fail(ErrorCode::usage, fmt::format("alpha is {}, it must lie between 0 and 1", options.alpha),
                "the default is 0.05");
  if (options.min_size < 2 || options.max_size < options.min_size)
    return fail(ErrorCode::usage,
                fmt::format("group sizes {} to {} are empty or below 2", options.min_size, options.max_size));
  if (options.min_close < 1)
    return fail(ErrorCode::usage, "the screen asks for 0 close co-actions per pair, it must ask for at least 1");
  return {};
}

GroupTestResult make_test(GroupTest kind, Direction direction, std::size_t members, const Observed& observed,
                          const NullCount& count, const Lift& lift) {
  GroupTestResult test{.test = kind, .direction = direction};
  test.w = observed.w;
  test.expected = count.expected();
  test.lift = lift.lift;
  test.low = lift.low;
  test.high = lift.high;
  test.p = count.p();
  test.p_above = count.p_above();
  test.objects = observed.objects;
  test.days = observed.days;
  test.accounts = observed.accounts;
  test.members = static_cast<std::uint32_t>(members);
  test.draws = count.draws;
  return test;
}

void decide(std::span<GroupTestResult* const> tests, double alpha, const GroupOptions& options) {
  std::vector<double> p;
  for (const GroupTestResult* test : tests) p.push_back(test->p);
  const std::vector<double> q = benjamini_hochberg(p, p.size());
  for (std::size_t i = 0; i < tests.size(); ++i) {
    tests[i]->q = q[i];
    tests[i]->n_tested = tests.size();
    tests[i]->reason = gate(*tests[i], alpha, options);
    tests[i]->passed = tests[i]->reason.empty();
  }
}

void guard_habit(std::span<GroupTestResult> tests) {
  const bool pace = std::any_of(tests.begin(), tests.end(),
                                [](const GroupTestResult& t) { return t.test == GroupTest::pace && t.passed; });
  for (GroupTestResult& test : tests) {
    if (pace || test.test != GroupTest::habit || !test.passed) continue;
    test.passed = false;
    test.reason = "closer than the members' habits, but not closer than other sharers of the same content (G_X)";
  }
}

}  // namespace unisono::network
