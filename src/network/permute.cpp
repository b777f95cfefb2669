#include "unisono/network/permute.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include "network/close_posts.hpp"
#include "network/fastball.hpp"
#include "network/group_activity.hpp"
#include "network/group_habits.hpp"
#include "network/halves.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

constexpr int k_sweeps = 10;
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

Result<void> mix(const PostContents& contents, ContentPermutation& state, Random& random, const Control& control) {
  std::vector<std::uint32_t> items(contents.item_slot.size());
  std::iota(items.begin(), items.end(), 0U);
  const std::span<const std::uint32_t> all(items);
  for (int sweep = 0; sweep < k_sweeps; ++sweep) {
    for (std::size_t i = 0; i < all.size(); i += k_items_per_check) {
      UNISONO_CHECK(control.check_cancelled());
      state.sweep(all.subspan(i, std::min(k_items_per_check, all.size() - i)), random);
    }
  }
  return {};
}

// Which slot's content lies in every slot. Contents that the chain does not follow, because nobody else has an object
// of theirs, are shuffled among the slots of the hour that the others left free.
std::vector<std::uint32_t> source_of_slots(const PostContents& contents, const ContentPermutation& state,
                                           Random& random) {
  std::vector<std::uint32_t> source(contents.slot_account.size());
  std::vector<std::uint32_t> blank;
  for (const PostContents::Bin& bin : contents.bins) {
    blank.clear();
    for (std::uint32_t slot = bin.slot_begin; slot < bin.slot_end; ++slot)
      if (contents.slot_item[slot] == PostContents::k_blank) blank.push_back(slot);
    random.shuffle(blank);
    std::size_t next = 0;
    for (std::uint32_t slot = bin.slot_begin; slot < bin.slot_end; ++slot) {
      const std::uint32_t item = state.item_at(slot);
      source[slot] = item == PostContents::k_blank ? blank[next++] : contents.item_slot[item];
    }
    assert(next == blank.size());
  }
  return source;
}

Result<Events> permute_bins(const Events& events, Random random, const Control& control) {
  const PostContents contents(events);
  ContentPermutation state(contents);
  UNISONO_CHECK(mix(contents, state, random, control));
  const std::vector<std::uint32_t> source = source_of_slots(contents, state, random);
  const Slots slots = slots_of(events);

  Columns columns(events);
  std::size_t next = 0;
  for (std::size_t slot = 0; slot < source.size(); ++slot) {
    const std::uint32_t here = slots.event[slots.begin[slot]];
    for (std::size_t i = slots.begin[source[slot]]; i < slots.begin[source[slot] + std::size_t{1}]; ++i, ++next) {
      columns.account[next] = events.account[here];
      columns.object[next] = events.object[slots.event[i]];
      columns.post[next] = events.post[here];
      columns.t_us[next] = events.t_us[here];
    }
  }
  return columns.to_events(events);
}

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

Result<Events> permute(const Events& events, Permutation permutation, std::span<const std::int64_t> published_us,
                       std::uint64_t seed, std::uint64_t run, const Control& control) {
  assert(published_us.empty() || published_us.size() == events.n_objects);
  Random random = Random::stream(mix64(seed ^ mix64(static_cast<std::uint64_t>(permutation) + 1)), run);
  switch (permutation) {
    case Permutation::bins:
      return permute_bins(events, random, control);
    case Permutation::within:
      return permute_times(events, {}, random, control);
    case Permutation::habit:
      return permute_times(events, deciles_of_habit(events, published_us), random, control);
    case Permutation::fastball:
      return permute_margins(events, random, control);
  }
  return fail(ErrorCode::internal, "unknown permutation");
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
