#include "unisono/evidence/group_reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "unisono/core/time.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::evidence {
namespace {

struct Gate {
  std::string name, value, needed;
  double spare = 0;  // how many times the value is what is needed
};

Gate at_least(std::string name, store::OptionalInteger value, std::uint32_t needed) {
  const std::int64_t n = value.value_or(0);
  return {std::move(name), fmt::format("{}", n), fmt::format("at least {}", needed),
          static_cast<double>(n) / static_cast<double>(std::max(1U, needed))};
}

}  // namespace

std::string weakest_test_sentence(const store::GroupTestRow& test) {
  return fmt::format(
      "Its weakest passing test is {} in {} within {}: {} close pairs of members, {} expected, lift {:.1f} "
      "({:.1f}-{:.1f}), "
      "q {} among {} groups.",
      test.test, test.channel, format_duration(test.window_us.value_or(0)), test.w.value_or(0),
      format_expected(test.expected.value_or(0)), test.lift.value_or(0), test.lo.value_or(0), test.hi.value_or(0),
      format_p(test.q.value_or(1)), test.n_tested.value_or(0));
}

std::string nearest_gate_sentence(const store::GroupTestRow& test, std::uint32_t min_days, double alpha) {
  const network::GroupOptions gate;
  const double least_lift = test.test == "G_H" ? gate.min_habit_lift : gate.min_lift;
  std::array<Gate, 6> gates = {Gate{"the lower end of its lift", fmt::format("{:.2f}", test.lo.value_or(0)),
                                    fmt::format("at least {:g}", least_lift), test.lo.value_or(0) / least_lift},
                               Gate{"its q", format_p(test.q.value_or(1)), "at most " + format_p(alpha),
                                    alpha / std::max(test.q.value_or(1), 1e-300)},
                               at_least("the number of its close pairs", test.w, gate.min_w),
                               at_least("the number of its objects", test.objects, gate.min_objects),
                               at_least("the number of its days", test.days, min_days),
                               at_least("the number of accounts that carry it", test.accounts, gate.min_accounts)};
  const Gate& nearest =
      *std::min_element(gates.begin(), gates.end(), [](const Gate& x, const Gate& y) { return x.spare < y.spare; });
  return fmt::format("The condition it meets with the least to spare: {} is {}, {} is asked.", nearest.name,
                     nearest.value, nearest.needed);
}

std::string weakest_member_sentence(std::string_view account, std::uint64_t ties_inside, std::uint64_t members) {
  return fmt::format("Its weakest member is {}: ties with {} of the {} others.", account, ties_inside,
                     members > 0 ? members - 1 : 0);
}

}  // namespace unisono::evidence
