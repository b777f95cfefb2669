#include "network/fastball.hpp"

#include <cstddef>
#include <utility>

namespace unisono::network {
namespace {

constexpr int k_rounds = 20;
constexpr std::size_t k_trades_per_check = 1'024;

// Deals what only one of the two sets has; both stay sorted and keep their sizes.
class Trade {
 public:
  void run(std::vector<std::uint32_t>& a, std::vector<std::uint32_t>& b, Random& random) {
    std::size_t common = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
      common += a[i] == b[j] ? 1U : 0U;
      const bool step_a = a[i] <= b[j], step_b = b[j] <= a[i];
      i += step_a ? 1U : 0U;
      j += step_b ? 1U : 0U;
    }
    std::size_t left_a = a.size() - common, left = left_a + b.size() - common;
    if (left_a == 0 || left_a == left) return;
    next_a_.clear(), next_b_.clear();
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
      if (i < a.size() && j < b.size() && a[i] == b[j]) {
        next_a_.push_back(a[i++]);
        next_b_.push_back(b[j++]);
        continue;
      }
      const bool from_a = j == b.size() || (i < a.size() && a[i] < b[j]);
      const std::uint32_t object = from_a ? a[i++] : b[j++];
      const bool to_a = random.below(left--) < left_a;
      left_a -= to_a ? 1U : 0U;
      (to_a ? next_a_ : next_b_).push_back(object);
    }
    a.assign(next_a_.begin(), next_a_.end());
    b.assign(next_b_.begin(), next_b_.end());
  }

 private:
  std::vector<std::uint32_t> next_a_, next_b_;
};

}  // namespace

Result<std::vector<std::uint32_t>> trade_objects(const Events& events, Random& random, const Control& control) {
  std::vector<std::vector<std::uint32_t>> objects(events.n_accounts);
  for (std::uint32_t o = 0; o < events.n_objects; ++o)  // ascending, so every list is sorted
    for (const std::uint32_t event : events.of_object(o)) objects[events.account[event]].push_back(o);
  std::vector<std::uint32_t> order;
  for (std::uint32_t a = 0; a < events.n_accounts; ++a)
    if (!objects[a].empty()) order.push_back(a);

  Trade trade;
  for (int round = 0; round < k_rounds; ++round) {
    random.shuffle(order);
    for (std::size_t i = 0; i + 1 < order.size(); i += 2) {
      if (i / 2 % k_trades_per_check == 0) UNISONO_CHECK(control.check_cancelled());
      trade.run(objects[order[i]], objects[order[i + 1]], random);
    }
  }

  // Which of its objects an account took first is no margin: they go to its events in any order.
  std::vector<std::uint32_t> object(events.size());
  for (std::uint32_t a = 0; a < events.n_accounts; ++a) {
    random.shuffle(objects[a]);
    for (std::size_t i = 0; i < objects[a].size(); ++i) object[events.account_begin[a] + i] = objects[a][i];
  }
  return object;
}

}  // namespace unisono::network
