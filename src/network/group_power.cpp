#include "network/group_power.hpp"

#include <algorithm>
#include <vector>

#include "network/lift.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

std::int64_t floor_div(std::int64_t t_us, std::int64_t unit) {
  return t_us / unit - (t_us % unit < 0 ? 1 : 0);
}

std::uint64_t close_pairs_of_sorted(const std::vector<std::int64_t>& times, std::uint64_t window_us) {
  std::uint64_t pairs = 0;
  for (std::size_t i = 0, j = 0; j < times.size(); ++j) {
    while (static_cast<std::uint64_t>(times[j]) - static_cast<std::uint64_t>(times[i]) > window_us) ++i;
    pairs += j - i;
  }
  return pairs;
}

// Mean chance, over events, that another event of the same hour has the same object.
double collision_index(const Events& half) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> entries;  // (hour, object)
  entries.reserve(half.size());
  for (std::size_t e = 0; e < half.size(); ++e)
    entries.emplace_back(floor_div(half.t_us[e], k_us_per_hour), half.object[e]);
  std::sort(entries.begin(), entries.end());
  double sum = 0;
  for (std::size_t i = 0, j = 0; i < entries.size(); i = j) {
    double same = 0;
    for (std::size_t k = i; j < entries.size() && entries[j].first == entries[i].first; ++j) {
      if (entries[j].second != entries[k].second) k = j;
      same += static_cast<double>(j - k);
    }
    const auto n = static_cast<double>(j - i);
    if (n > 1) sum += 2 * same / (n - 1);
  }
  return entries.empty() ? 0 : sum / static_cast<double>(entries.size());
}

struct Able {
  std::uint64_t accounts = 0;
  double per_pair = 0;  // expected close units of a pair under the null
};

// Days (UTC) and posts of one account in a half.
struct Activity {
  std::vector<std::int64_t> days, posts;  // ascending; times of the posts

  Activity(const Events& half, std::uint32_t account) {
    std::uint32_t post = 0;
    for (std::size_t e = half.account_begin[account]; e < half.account_begin[account + std::size_t{1}]; ++e) {
      const std::int64_t day = floor_div(half.t_us[e], k_us_per_day);
      if (days.empty() || days.back() != day) days.push_back(day);
      if (posts.empty() || posts.back() != half.t_us[e] || post != half.post[e]) posts.push_back(half.t_us[e]);
      post = half.post[e];
    }
  }
};

Able able_by_activity(const Events& found, const Events& tested, std::uint32_t tasks, const GroupOptions& options) {
  const auto events_of = [](const Events& half, std::uint32_t account) {
    return half.account_begin[account + std::size_t{1}] - half.account_begin[account];
  };
  Able able;
  std::vector<std::int64_t> times;
  std::uint64_t own_pairs = 0;  // close posts of one account, which are no pair of accounts
  for (std::uint32_t a = 0; a < tested.n_accounts; ++a) {
    if (events_of(found, a) < tasks || events_of(tested, a) < tasks) continue;
    if (!options.declared.empty() && options.declared[a] != 0) continue;
    const Activity activity(tested, a);
    if (activity.days.size() < options.min_days) continue;
    ++able.accounts;
    own_pairs += close_pairs_of_sorted(activity.posts, options.window_us);
    times.insert(times.end(), activity.posts.begin(), activity.posts.end());
  }
  std::sort(times.begin(), times.end());
  const double pairs = static_cast<double>(able.accounts) * (static_cast<double>(able.accounts) - 1) / 2;
  if (pairs > 0) {
    const std::uint64_t close_posts = close_pairs_of_sorted(times, options.window_us) - own_pairs;
    able.per_pair = static_cast<double>(close_posts) * collision_index(tested) / pairs;
  }
  return able;
}

// Pace needs objects with outsiders; a member is as close to another as two sharers of such an object are.
Able able_by_pace(const Events& tested, std::uint32_t tasks, const GroupOptions& options) {
  constexpr std::size_t k_outside = 10;
  std::vector<std::size_t> sizes;
  std::vector<std::int64_t> times;
  double close = 0, all = 0;
  for (std::uint32_t o = 0; o < tested.n_objects; ++o) {
    const auto sharers = tested.of_object(o);
    if (sharers.size() < k_outside + options.min_size) continue;
    sizes.push_back(sharers.size());
    times.clear();
    for (const std::uint32_t e : sharers) times.push_back(tested.t_us[e]);
    close += static_cast<double>(close_pairs_of_sorted(times, options.window_us));
    all += static_cast<double>(sharers.size()) * (static_cast<double>(sharers.size()) - 1) / 2;
  }
  if (sizes.size() < tasks) return {};
  std::sort(sizes.rbegin(), sizes.rend());
  return {.accounts = sizes[tasks - 1] - k_outside, .per_pair = tasks * close / all};
}

std::uint32_t smallest_in(const Able& able, std::uint32_t tasks, const GroupOptions& options) {
  const std::uint64_t largest = std::min<std::uint64_t>(able.accounts, options.max_size);
  for (std::uint32_t n = std::max({options.min_size, options.min_accounts, 2U}); n <= largest; ++n) {
    const std::uint64_t pairs = std::uint64_t{n} * (n - 1) / 2;
    const std::uint64_t w = pairs * tasks;
    if (w >= options.min_w && poisson_lift(w, able.per_pair * static_cast<double>(pairs)).low >= options.min_lift)
      return n;
  }
  return 0;
}

}  // namespace

std::uint32_t smallest_detectable(const Halves& halves, const GroupOptions& options) {
  const std::uint32_t tasks = std::max({options.min_objects, options.min_close, 1U});
  std::uint32_t smallest = 0;
  for (const std::size_t found : {0U, 1U}) {
    const Events& tested = halves.half[1 - found];
    const Able able = options.activity_blind ? able_by_pace(tested, tasks, options)
                                             : able_by_activity(halves.half[found], tested, tasks, options);
    const std::uint32_t n = smallest_in(able, tasks, options);
    if (n != 0 && (smallest == 0 || n < smallest)) smallest = n;
  }
  return smallest;
}

}  // namespace unisono::network
