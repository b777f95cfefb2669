#include "network/hour_exchange.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <tuple>
#include <utility>

namespace unisono::network {
namespace {

constexpr std::size_t k_items_per_check = 1 << 16;
constexpr int k_shuffles = 2, k_sweeps = 2;  // docs/network/calibrate.md: what is left of the data after how many

}  // namespace

HourExchange::HourExchange(const Events& events)
    : events_(events),
      slots_(slots_of(events)),
      contents_(events, slots_),
      data_(contents_),
      items_(contents_.item_slot.size()) {
  std::iota(items_.begin(), items_.end(), 0U);
  if (contents_.multi) return;
  by_time_.resize(events.size());
  std::iota(by_time_.begin(), by_time_.end(), 0U);
  std::sort(by_time_.begin(), by_time_.end(), [&](std::uint32_t x, std::uint32_t y) {
    return events.t_us[x] != events.t_us[y] ? events.t_us[x] < events.t_us[y] : x < y;
  });
}

// Which slot's content lies in every slot. Contents that the chain does not follow, because nobody else has an object
// of theirs, are shuffled among the slots of the hour that the others left free.
std::vector<std::uint32_t> HourExchange::source_of_slots(const ContentPermutation& state, Random& random) const {
  std::vector<std::uint32_t> source(contents_.slot_account.size());
  std::vector<std::uint32_t> blank;
  for (const PostContents::Bin& bin : contents_.bins) {
    blank.clear();
    for (std::uint32_t slot = bin.slot_begin; slot < bin.slot_end; ++slot)
      if (contents_.slot_item[slot] == PostContents::k_blank) blank.push_back(slot);
    random.shuffle(blank);
    std::size_t next = 0;
    for (std::uint32_t slot = bin.slot_begin; slot < bin.slot_end; ++slot) {
      const std::uint32_t item = state.item_at(slot);
      source[slot] = item == PostContents::k_blank ? blank[next++] : contents_.item_slot[item];
    }
    assert(next == blank.size());
  }
  return source;
}

// Accounts, times and all their indices stay; posts of one account at one time are put in the order of their objects.
Events HourExchange::with_objects(const std::vector<std::uint32_t>& source) const {
  Events copy = events_;
  for (std::size_t slot = 0; slot < source.size(); ++slot)
    copy.object[slots_.event[slot]] = events_.object[slots_.event[source[slot]]];
  std::vector<std::pair<std::uint32_t, std::uint32_t>> moment;  // object, post
  for (std::size_t i = 0, end = 0; i < copy.size(); i = end) {
    for (end = i + 1; end < copy.size() && copy.account[end] == copy.account[i] && copy.t_us[end] == copy.t_us[i];)
      ++end;
    if (end == i + 1) continue;
    moment.clear();
    for (std::size_t k = i; k < end; ++k) moment.emplace_back(copy.object[k], copy.post[k]);
    std::sort(moment.begin(), moment.end());
    for (std::size_t k = i; k < end; ++k) std::tie(copy.object[k], copy.post[k]) = moment[k - i];
  }
  std::vector<std::size_t> next(copy.object_begin.begin(), copy.object_begin.end() - 1);
  for (const std::uint32_t event : by_time_) copy.by_object[next[copy.object[event]]++] = event;
  return copy;
}

Events HourExchange::with_contents(const std::vector<std::uint32_t>& source) const {
  std::vector<std::uint32_t> account(events_.size()), object(events_.size()), post(events_.size());
  std::vector<std::int64_t> t_us(events_.size());
  std::size_t next = 0;
  for (std::size_t slot = 0; slot < source.size(); ++slot) {
    const std::uint32_t here = slots_.event[slots_.begin[slot]];
    for (std::size_t i = slots_.begin[source[slot]]; i < slots_.begin[source[slot] + std::size_t{1}]; ++i, ++next) {
      account[next] = events_.account[here];
      object[next] = events_.object[slots_.event[i]];
      post[next] = events_.post[here];
      t_us[next] = events_.t_us[here];
    }
  }
  return first_events({account, object, post, t_us, events_.n_accounts, events_.n_objects, events_.n_posts});
}

Result<Events> HourExchange::copy(Random random, const Control& control) const {
  ContentPermutation state = data_;
  for (int pass = 0; pass < k_shuffles; ++pass) {
    UNISONO_CHECK(control.check_cancelled());
    state.shuffle(random);
  }
  const std::span<const std::uint32_t> all(items_);
  for (int sweep = 0; sweep < k_sweeps; ++sweep) {
    for (std::size_t i = 0; i < all.size(); i += k_items_per_check) {
      UNISONO_CHECK(control.check_cancelled());
      state.sweep(all.subspan(i, std::min(k_items_per_check, all.size() - i)), random);
    }
  }
  const std::vector<std::uint32_t> source = source_of_slots(state, random);
  return contents_.multi ? with_contents(source) : with_objects(source);
}

}  // namespace unisono::network
