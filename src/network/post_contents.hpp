// What the posts of a channel carry, hour by hour: what permutations inside hours exchange.
#pragma once

#include <cstdint>
#include <vector>

#include "network/held_set.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// The events of every post ("slot"): those of one account, time and post. Slots are ordered by (hour, account, time,
// post), the events of a slot by object.
struct Slots {
  std::vector<std::uint32_t> event, begin;  // begin: slots + 1, into event
};

Slots slots_of(const Events& events);  // O(n log n)

// The posts of one half in the hours (UTC) that they belong to, and what each of them carries. A "slot" is a post: an
// account at a time. An "item" is the set of objects that a post carries, as far as they occur in other posts too:
// objects that occur once can be told from nothing and are left out, so most slots are blank. An "occurrence" is one
// object of one item.
struct PostContents {
  static constexpr std::uint32_t k_blank = 0xffffffff;

  std::vector<std::uint32_t> slot_account;
  std::vector<std::int64_t> slot_time;
  std::vector<std::uint32_t> slot_item;  // in the data; k_blank
  struct Bin {
    std::int64_t hour;
    std::uint32_t slot_begin, slot_end;  // slots are ordered by (hour, account, time, post)
    std::uint32_t item_begin, item_end;  // items are ordered by their slot
  };
  std::vector<Bin> bins;
  std::vector<std::uint32_t> item_slot;  // in the data
  std::vector<std::uint32_t> item_bin;
  std::vector<std::uint32_t> item_begin;  // items + 1, into item_occurrence
  std::vector<std::uint32_t> item_occurrence;
  // The occurrences of an object are a range that starts and ends at a multiple of k_lane, filled up with k_blank.
  static constexpr std::uint32_t k_lane = 8;
  static constexpr std::size_t k_table_step = 4 * k_lane;  // every table of a long list is a multiple of it
  struct Range {
    std::uint32_t begin, end, last;  // [begin, last) are real
    std::uint32_t table;             // begin of its table of holders in steps of k_table_step, where the list is long

    bool is_long() const { return end - begin > 2 * k_lane; }
    HeldSet::Table holders() const { return {table * k_table_step, HeldSet::places_for(last - begin)}; }
  };
  std::size_t table_places = 0;   // of all tables of holders
  std::vector<Range> objects;     // of the objects that occur more than once
  std::vector<Range> item_range;  // per item: that of its (first) object, saves a step where items are one object
  std::vector<std::uint32_t> occurrence_item;  // ascending for every object, so in order of hours
  std::vector<std::uint32_t> occurrence_object;
  std::vector<std::uint32_t> account_begin;  // accounts + 1, into account_slot
  std::vector<std::uint32_t> account_slot;
  bool multi = false;  // some post carries several objects

  explicit PostContents(const Events& half) : PostContents(half, slots_of(half)) {}
  PostContents(const Events& half, const Slots& slots);
};

}  // namespace unisono::network
