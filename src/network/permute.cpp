#include "unisono/network/permute.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "network/close_posts.hpp"
#include "network/fastball.hpp"
#include "network/group_habits.hpp"
#include "network/halves.hpp"
#include "network/hour_exchange.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

constexpr std::size_t k_items_per_check = 1 << 16;
constexpr std::size_t k_deciles = 10;
constexpr std::uint8_t k_no_decile = k_deciles;

// The columns of events while they change.
struct Columns {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  std::uint32_t n_posts = 0;

  explicit Columns(const Events& events)
      : account(events.account), object(events.object), post(events.post), t_us(events.t_us), n_posts(events.n_posts) {}

  Events to_events(const Events& original) const {
    return first_events({account, object, post, t_us, original.n_accounts, original.n_objects, n_posts});
  }
};

// Posts with several objects fall apart, one post for each event.
void separate_posts(const Events& events, Columns& columns) {
  if (!has_multi_object_posts(events)) return;
  std::iota(columns.post.begin(), columns.post.end(), 0U);
  columns.n_posts = static_cast<std::uint32_t>(events.size());
}

// Shuffles the times of every object among its sharers of one stratum.
Result<Events> permute_times(const Events& events, std::span<const std::uint8_t> stratum, Random random,
                             const Control& control) {
  Columns columns(events);
  std::array<std::vector<std::uint32_t>, k_deciles + 1> sharers;
  std::vector<std::int64_t> times;
  for (std::uint32_t object = 0; object < events.n_objects; ++object) {
    if (object % k_items_per_check == 0) UNISONO_CHECK(control.check_cancelled());
    for (auto& list : sharers) list.clear();
    for (const std::uint32_t event : events.of_object(object))
      sharers[stratum.empty() ? 0 : stratum[events.account[event]]].push_back(event);
    for (const auto& list : sharers) {
      times.clear();
      for (const std::uint32_t event : list) times.push_back(events.t_us[event]);
      random.shuffle(times);
      for (std::size_t i = 0; i < list.size(); ++i) columns.t_us[list[i]] = times[i];
    }
  }
  separate_posts(events, columns);
  return columns.to_events(events);
}

Result<Events> permute_margins(const Events& events, Random random, const Control& control) {
  Columns columns(events);
  UNISONO_TRY(columns.object, trade_objects(events, random, control));
  return columns.to_events(events);
}

// Decile of every account by its mean log delay, by value: equal habits are never parted.
std::vector<std::uint8_t> deciles_of_habit(const Events& events, std::span<const std::int64_t> published_us) {
  const std::vector<std::pair<double, std::uint32_t>> means = mean_log_delays(events, {published_us, {}});
  std::vector<std::uint8_t> decile(events.n_accounts, k_no_decile);
  std::size_t first_equal = 0;
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (means[i].first != means[first_equal].first) first_equal = i;
    decile[means[i].second] = static_cast<std::uint8_t>(first_equal * k_deciles / means.size());
  }
  return decile;
}

}  // namespace

const char* name_of(Permutation permutation) {
  constexpr std::array<const char*, 4> k_names = {"bins", "within", "habit", "fastball"};
  return k_names[static_cast<std::size_t>(permutation)];
}

struct Permuter::Prepared {
  Prepared(const Events& all, Permutation kind, std::span<const std::int64_t> published_us, std::uint64_t of)
      : events(all), permutation(kind), seed(of) {
    if (kind == Permutation::bins) hours.emplace(events);
    if (kind == Permutation::habit) stratum = deciles_of_habit(events, published_us);
  }

  const Events& events;
  Permutation permutation;
  std::uint64_t seed;
  std::optional<HourExchange> hours;  // bins
  std::vector<std::uint8_t> stratum;  // habit
};

Permuter::Permuter(const Events& events, Permutation permutation, std::span<const std::int64_t> published_us,
                   std::uint64_t seed)
    : prepared_(std::make_shared<const Prepared>(events, permutation, published_us, seed)) {
  assert(published_us.empty() || published_us.size() == events.n_objects);
}

Result<Events> Permuter::copy(std::uint64_t run, const Control& control) const {
  const Prepared& p = *prepared_;
  Random random = Random::stream(mix64(p.seed ^ mix64(static_cast<std::uint64_t>(p.permutation) + 1)), run);
  switch (p.permutation) {
    case Permutation::bins:
      return p.hours->copy(random, control);
    case Permutation::within:
    case Permutation::habit:
      return permute_times(p.events, p.stratum, random, control);
    case Permutation::fastball:
      return permute_margins(p.events, random, control);
  }
  return fail(ErrorCode::internal, "unknown permutation");
}

Result<Events> permute(const Events& events, Permutation permutation, std::span<const std::int64_t> published_us,
                       std::uint64_t seed, std::uint64_t run, const Control& control) {
  return Permuter(events, permutation, published_us, seed).copy(run, control);
}

bool close_on_exclusive_object(const Events& events, std::uint32_t a, std::uint32_t b, std::uint64_t window_us) {
  const auto objects = [&](std::uint32_t account) {
    const auto begin = static_cast<std::ptrdiff_t>(events.account_begin[account]);
    const auto end = static_cast<std::ptrdiff_t>(events.account_begin[account + std::size_t{1}]);
    std::vector<std::uint32_t> of_account(events.object.begin() + begin, events.object.begin() + end);
    std::sort(of_account.begin(), of_account.end());
    return of_account;
  };
  const std::vector<std::uint32_t> of_a = objects(a), of_b = objects(b);
  std::vector<std::uint32_t> shared;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::back_inserter(shared));
  return std::any_of(shared.begin(), shared.end(), [&](std::uint32_t object) {
    const auto sharers = events.of_object(object);  // in order of time
    return gap_us(events.t_us[sharers.front()], events.t_us[sharers.back()]) <= window_us;
  });
}

}  // namespace unisono::network
