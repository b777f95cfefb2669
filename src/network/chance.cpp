#include "unisono/network/chance.hpp"

#include <algorithm>
#include <deque>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "network/close_posts.hpp"
#include "unisono/network/activity.hpp"
#include "unisono/network/pace.hpp"

namespace unisono::network {
namespace {

struct Sum {
  std::uint64_t pairs = 0;
  double expected = 0;
};

// All close pairs of the events, which ascend by time. What lies in the window is kept as counts of cells, so the cost
// is that of the cells and not of the pairs.
Sum close_pairs(const Events& events, const HourCollisions& hours, std::span<const std::uint32_t> ascending) {
  Sum sum;
  std::deque<std::pair<std::uint32_t, std::uint64_t>> cells;  // (cell, events of it in the window), ascending
  std::size_t first = 0;
  for (const std::uint32_t event : ascending) {
    for (; gap_us(events.t_us[ascending[first]], events.t_us[event]) > hours.window_us(); ++first)
      if (--cells.front().second == 0) cells.pop_front();
    const std::uint32_t cell = hours.cell(event);
    for (const auto& [other, n] : cells) {
      sum.pairs += n;
      sum.expected += static_cast<double>(n) * hours.chance(other, cell);
    }
    if (cells.empty() || cells.back().first != cell) cells.emplace_back(cell, 0);
    ++cells.back().second;
  }
  return sum;
}

void count_posts(const Events& events, const HourCollisions& hours, ChanceCounts& counts) {
  const PostLists posts = post_lists(events, hours);
  counts.posts = posts.n_objects.size();
  counts.multi_posts = static_cast<std::uint64_t>(
      std::count_if(posts.n_objects.begin(), posts.n_objects.end(), [](std::uint32_t n) { return n > 1; }));
}

}  // namespace

Result<ChanceCounts> count_chance(const Events& events, std::uint64_t window_us, const Control& control) {
  UNISONO_TRY(const HourCollisions hours, HourCollisions::build(events, window_us, control));
  UNISONO_TRY(const Pace pace, Pace::build(events, window_us, 0.0, control));
  ChanceCounts counts;
  counts.hours = hours.n_cells();
  count_posts(events, hours, counts);
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    counts.co_actions += pace.close_pairs(o);
    counts.shared_pairs += pace.sharers(o) < 2 ? 0 : pace.sharers(o) * (pace.sharers(o) - 1) / 2;
  }
  UNISONO_CHECK(control.check_cancelled());
  std::vector<std::uint32_t> order(events.size());
  std::iota(order.begin(), order.end(), 0U);
  double own = 0;
  for (std::uint32_t a = 0; a < events.n_accounts; ++a) {  // the events of an account ascend by time already
    const Sum of_account =
        close_pairs(events, hours,
                    std::span<const std::uint32_t>(order).subspan(
                        events.account_begin[a], events.account_begin[a + std::size_t{1}] - events.account_begin[a]));
    counts.close_pairs -= of_account.pairs;  // modulo 2^64, until all pairs are added
    own += of_account.expected;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t x, std::uint32_t y) { return events.t_us[x] < events.t_us[y]; });
  const Sum all = close_pairs(events, hours, order);
  counts.close_pairs += all.pairs;
  counts.expected = std::max(0.0, all.expected - own);
  return counts;
}

}  // namespace unisono::network
