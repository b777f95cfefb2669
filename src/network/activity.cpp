#include "unisono/network/activity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <span>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {

namespace {

constexpr std::size_t k_max_cell_pairs = std::size_t{1} << 27;  // 1 GB of chances
constexpr std::size_t k_objects_per_block = 4096;

std::int64_t hour_of(std::int64_t t_us) {
  const std::int64_t hour = t_us / k_us_per_hour;
  return t_us % k_us_per_hour < 0 ? hour - 1 : hour;
}

// The occupied hours in ascending order. A table over the whole span is 30 times faster than sorting, but times are
// hostile: it is used only while the span is not much larger than the events.
class HourNumbers {
 public:
  explicit HourNumbers(std::span<const std::int64_t> t_us) {
    if (t_us.empty()) return;
    const auto [least, most] = std::minmax_element(t_us.begin(), t_us.end());
    first_ = hour_of(*least);
    const auto span = static_cast<std::uint64_t>(hour_of(*most) - first_) + 1;
    if (span <= 4 * t_us.size() + 100'000) {
      rank_.assign(span, 0);
      for (const std::int64_t t : t_us) rank_[index(t)] = 1;
      for (std::size_t i = 0; i < rank_.size(); ++i)
        if (rank_[i] != 0) {
          rank_[i] = static_cast<std::uint32_t>(hours_.size());
          hours_.push_back(first_ + static_cast<std::int64_t>(i));
        }
    } else {
      hours_.reserve(t_us.size());
      for (const std::int64_t t : t_us) hours_.push_back(hour_of(t));
      std::sort(hours_.begin(), hours_.end());
      hours_.erase(std::unique(hours_.begin(), hours_.end()), hours_.end());
    }
  }
  std::uint32_t cell(std::int64_t t_us) const {
    if (!rank_.empty()) return rank_[index(t_us)];
    const auto found = std::lower_bound(hours_.begin(), hours_.end(), hour_of(t_us));
    return static_cast<std::uint32_t>(found - hours_.begin());
  }
  std::vector<std::int64_t> take_hours() { return std::move(hours_); }

 private:
  std::size_t index(std::int64_t t_us) const { return static_cast<std::size_t>(hour_of(t_us) - first_); }

  std::int64_t first_ = 0;
  std::vector<std::uint32_t> rank_;
  std::vector<std::int64_t> hours_;
};

// begin[b] .. begin[b + 1]: cell b and those after it that a gap of window_us can reach, at most ceil(window / 1 h)
// hours on.
std::vector<std::size_t> reachable(std::span<const std::int64_t> hours, std::uint64_t window_us) {
  const std::uint64_t reach = window_us / k_us_per_hour + (window_us % k_us_per_hour != 0 ? 1 : 0);
  std::vector<std::size_t> begin(hours.size() + 1, 0);
  std::size_t end = 0;
  for (std::size_t b = 0; b < hours.size(); ++b) {
    while (end < hours.size() && static_cast<std::uint64_t>(hours[end] - hours[b]) <= reach) ++end;
    begin[b + 1] = begin[b] + (end - b);
  }
  return begin;
}

struct Run {
  std::uint32_t cell;
  std::uint64_t n;
};

// Adds the pairs of events of one object, given its events per cell in ascending order.
void add_object(std::span<const Run> runs, std::span<const std::size_t> begin, std::span<std::uint64_t> pairs) {
  const auto add = [&](std::size_t place, std::uint64_t n) {
    if (n != 0) std::atomic_ref(pairs[place]).fetch_add(n, std::memory_order_relaxed);
  };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t first = begin[runs[i].cell], reach = begin[runs[i].cell + 1] - first;
    add(first, runs[i].n * (runs[i].n - 1));
    for (std::size_t j = i + 1; j < runs.size() && runs[j].cell - runs[i].cell < reach; ++j)
      add(first + (runs[j].cell - runs[i].cell), runs[i].n * runs[j].n);
  }
}

Result<void> count_pairs(const Events& events, std::span<const std::uint32_t> cells, std::span<const std::size_t> begin,
                         std::span<std::uint64_t> pairs, const Control& control) {
  const std::size_t n_blocks = (events.n_objects + k_objects_per_block - 1) / k_objects_per_block;
  return for_each_block(n_blocks, control, [&](std::size_t block, unsigned) -> Result<void> {
    std::vector<Run> runs;
    const std::size_t last = std::min<std::size_t>((block + 1) * k_objects_per_block, events.n_objects);
    for (std::size_t o = block * k_objects_per_block; o < last; ++o) {
      const auto list = events.of_object(static_cast<std::uint32_t>(o));
      if (list.size() < 2) continue;
      runs.clear();
      for (const std::uint32_t event : list) {
        if (runs.empty() || runs.back().cell != cells[event]) runs.push_back({cells[event], 0});
        ++runs.back().n;
      }
      add_object(runs, begin, pairs);
    }
    return {};
  });
}

}  // namespace

Result<HourCollisions> HourCollisions::build(const Events& events, std::uint64_t window_us, const Control& control) {
  HourCollisions result;
  result.window_us_ = window_us;
  HourNumbers numbers(events.t_us);
  result.cell_of_event_.resize(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) result.cell_of_event_[i] = numbers.cell(events.t_us[i]);
  result.hour_ = numbers.take_hours();
  result.size_.assign(result.hour_.size(), 0);
  for (const std::uint32_t cell : result.cell_of_event_) ++result.size_[cell];

  result.begin_ = reachable(result.hour_, window_us);
  if (result.begin_.back() > k_max_cell_pairs)
    return fail(ErrorCode::too_large,
                fmt::format("a window of {} joins {} pairs of the {} hours with events; at most {} can be held",
                            format_duration(static_cast<std::int64_t>(std::min<std::uint64_t>(window_us, INT64_MAX))),
                            result.begin_.back(), result.hour_.size(), k_max_cell_pairs),
                "use a shorter window");
  std::vector<std::uint64_t> pairs(result.begin_.back(), 0);
  UNISONO_CHECK(count_pairs(events, result.cell_of_event_, result.begin_, pairs, control));

  result.chance_.assign(pairs.size(), 0.0);
  for (std::size_t b = 0; b < result.size_.size(); ++b)
    for (std::size_t place = result.begin_[b]; place < result.begin_[b + 1]; ++place) {
      const std::size_t other = b + (place - result.begin_[b]);
      const std::uint64_t n = result.size_[b], m = other == b ? n - 1 : result.size_[other];
      if (pairs[place] != 0)
        result.chance_[place] = static_cast<double>(pairs[place]) / (static_cast<double>(n) * static_cast<double>(m));
    }
  return result;
}

double HourCollisions::collision_index() const {
  double weighted = 0.0, events = 0.0;
  for (std::size_t b = 0; b < size_.size(); ++b) {
    weighted += static_cast<double>(size_[b]) * chance_[begin_[b]];
    events += static_cast<double>(size_[b]);
  }
  return events > 0.0 ? weighted / events : 0.0;
}

namespace {

void mark_times(PostLists& lists, std::uint64_t window_us) {
  if (lists.t_us.empty()) return;
  const auto first = static_cast<std::uint64_t>(*std::min_element(lists.t_us.begin(), lists.t_us.end()));
  lists.time_mark.reserve(lists.t_us.size());
  for (const std::int64_t t : lists.t_us)
    lists.time_mark.push_back(
        static_cast<std::uint32_t>((static_cast<std::uint64_t>(t) - first) / window_us % k_time_marks));
}

}  // namespace

PostLists post_lists(const Events& events, const HourCollisions& hours) {
  PostLists lists;
  lists.account_begin.assign(std::size_t{events.n_accounts} + 1, 0);
  lists.of_event.resize(events.size());
  std::vector<std::uint32_t> same_time;  // events of one account at one time, ordered by post
  for (std::uint32_t account = 0; account < events.n_accounts; ++account) {
    const std::size_t end = events.account_begin[std::size_t{account} + 1];
    for (std::size_t i = events.account_begin[account], next = i; i < end; i = next) {
      for (next = i + 1; next < end && events.t_us[next] == events.t_us[i];) ++next;
      same_time.resize(next - i);
      std::iota(same_time.begin(), same_time.end(), static_cast<std::uint32_t>(i));
      std::sort(same_time.begin(), same_time.end(), [&](std::uint32_t x, std::uint32_t y) {
        return events.post[x] != events.post[y] ? events.post[x] < events.post[y] : x < y;
      });
      for (std::size_t k = 0; k < same_time.size(); ++k) {
        const std::uint32_t event = same_time[k];
        if (k == 0 || events.post[event] != events.post[same_time[k - 1]]) {
          lists.t_us.push_back(events.t_us[event]);
          lists.n_objects.push_back(0);
          lists.cell.push_back(hours.cell(event));
        }
        lists.of_event[event] = static_cast<std::uint32_t>(lists.t_us.size() - 1);
        if (++lists.n_objects.back() > 1) lists.several = true;
      }
    }
    lists.account_begin[std::size_t{account} + 1] = lists.t_us.size();
  }
  mark_times(lists, std::max<std::uint64_t>(hours.window_us(), 1));
  return lists;
}

}  // namespace unisono::network
