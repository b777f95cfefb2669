#include "network/post_contents.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>

#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

std::int64_t hour_of(std::int64_t t_us) {
  const std::int64_t hour = t_us / k_us_per_hour;
  return t_us % k_us_per_hour < 0 ? hour - 1 : hour;
}

// Turns (key of every element) into begins and the elements ordered by (key, element).
void index_by(std::span<const std::uint32_t> key, std::size_t n_keys, std::vector<std::uint32_t>& begin,
              std::vector<std::uint32_t>& element) {
  begin.assign(n_keys + 1, 0);
  for (const std::uint32_t k : key) ++begin[k + std::size_t{1}];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  element.resize(key.size());
  std::vector<std::uint32_t> fill(begin.begin(), begin.end() - 1);
  for (std::uint32_t i = 0; i < key.size(); ++i) element[fill[key[i]]++] = i;
}

}  // namespace

Slots slots_of(const Events& events) {
  Slots slots;
  slots.event.resize(events.size());
  std::iota(slots.event.begin(), slots.event.end(), 0U);
  const auto key = [&](std::uint32_t e) {
    return std::tuple(hour_of(events.t_us[e]), events.account[e], events.t_us[e], events.post[e]);
  };
  std::sort(slots.event.begin(), slots.event.end(), [&](std::uint32_t x, std::uint32_t y) {
    const auto a = key(x), b = key(y);
    return a != b ? a < b : events.object[x] < events.object[y];
  });
  for (std::uint32_t i = 0; i < slots.event.size(); ++i)
    if (i == 0 || key(slots.event[i]) != key(slots.event[i - 1])) slots.begin.push_back(i);
  slots.begin.push_back(static_cast<std::uint32_t>(slots.event.size()));
  return slots;
}

PostContents::PostContents(const Events& half, const Slots& slots) {
  std::vector<std::uint32_t> occurrences(half.n_objects, 0), dense(half.n_objects, k_blank);
  for (const std::uint32_t object : half.object) ++occurrences[object];
  std::uint32_t n_dense = 0;
  for (std::uint32_t o = 0; o < half.n_objects; ++o) {
    if (occurrences[o] > 1) dense[o] = n_dense++;
  }

  item_begin.push_back(0);
  std::vector<std::uint32_t> objects_of, item_of;  // of every occurrence, item by item
  for (std::uint32_t slot = 0; slot + 1 < slots.begin.size(); ++slot) {
    const std::uint32_t first = slots.begin[slot], last = slots.begin[slot + 1];
    const std::uint32_t e = slots.event[first];
    const auto item = static_cast<std::uint32_t>(item_slot.size());
    if (bins.empty() || hour_of(half.t_us[e]) != bins.back().hour)
      bins.push_back({hour_of(half.t_us[e]), slot, slot, item, item});
    slot_account.push_back(half.account[e]);
    slot_time.push_back(half.t_us[e]);
    for (std::uint32_t i = first; i < last; ++i) {
      const std::uint32_t object = dense[half.object[slots.event[i]]];
      if (object == k_blank) continue;
      objects_of.push_back(object);
      item_of.push_back(item);
    }
    multi = multi || last - first > 1;
    const bool blank = objects_of.size() == item_begin.back();
    slot_item.push_back(blank ? k_blank : item);
    if (!blank) {
      item_slot.push_back(slot);
      item_bin.push_back(static_cast<std::uint32_t>(bins.size() - 1));
      item_begin.push_back(static_cast<std::uint32_t>(objects_of.size()));
    }
    bins.back().slot_end = slot + 1;
    bins.back().item_end = static_cast<std::uint32_t>(item_slot.size());
  }
  std::vector<std::uint32_t> begin, by_object;
  index_by(objects_of, n_dense, begin, by_object);
  item_occurrence.resize(by_object.size());
  for (std::uint32_t object = 0; object < n_dense; ++object) {
    const auto first = static_cast<std::uint32_t>(occurrence_item.size());
    for (std::uint32_t i = begin[object]; i < begin[object + 1]; ++i) {
      item_occurrence[by_object[i]] = static_cast<std::uint32_t>(occurrence_item.size());
      occurrence_item.push_back(item_of[by_object[i]]);
    }
    const auto last = static_cast<std::uint32_t>(occurrence_item.size());
    const std::uint32_t end = (last + k_lane - 1) / k_lane * k_lane;
    occurrence_item.resize(end, k_blank);
    occurrence_object.resize(end, object);
    objects.push_back({first, end, last, static_cast<std::uint32_t>(table_places / k_table_step)});
    if (objects.back().is_long()) table_places += objects.back().holders().places;
  }
  for (std::size_t item = 0; item < item_slot.size(); ++item)
    item_range.push_back(objects[occurrence_object[item_occurrence[item_begin[item]]]]);
  index_by(slot_account, half.n_accounts, account_begin, account_slot);
}

}  // namespace unisono::network
