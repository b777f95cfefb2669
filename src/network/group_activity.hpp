// G_T: do the members pick the same objects at the same time beyond their activity? Contents are permuted among the
// posts of every hour. Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "network/group_null.hpp"
#include "unisono/core/random.hpp"

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
  struct Range {
    std::uint32_t begin, end, last;  // [begin, last) are real
  };
  std::vector<Range> objects;     // of the objects that occur more than once
  std::vector<Range> item_range;  // per item: that of its (first) object, saves a step where items are one object
  std::vector<std::uint32_t> occurrence_item;  // ascending for every object, so in order of hours
  std::vector<std::uint32_t> occurrence_object;
  std::vector<std::uint32_t> account_begin;  // accounts + 1, into account_slot
  std::vector<std::uint32_t> account_slot;
  bool multi = false;  // some post carries several objects

  explicit PostContents(const Events& half);
};

// What is tested: the candidates of one window, and what they did.
struct ActivityCase {
  Candidates candidates;
  std::vector<Observed> observed;
  std::uint64_t window_us = 0;
  double alpha = 0.025;  // of this window and direction
};

// The part of the contents that can change the W of a living candidate. Candidates of all cases are numbered in one
// row: those of case c start at first_group[c].
struct InPlay {
  // Occurrences [begin, end) of one object, in hours so near that two of them can be close.
  struct Run {
    std::uint32_t begin, end;
  };
  std::size_t n_cases = 0;
  std::vector<std::uint64_t> window_us;  // per case
  std::uint32_t none = 0;                // one past the last candidate: stands for "in no living candidate"
  std::vector<std::uint32_t> group;      // [account][case]: its candidate there, or none
  std::vector<std::uint8_t> member;      // per account: has a candidate in some case
  std::vector<Run> runs;                 // at least two occurrences each
  std::vector<std::uint32_t> items;      // those with an occurrence in a run, ascending

  const std::uint32_t* groups_of(std::uint32_t account) const { return group.data() + account * n_cases; }
};

// `alive` has one entry per candidate of all cases.
InPlay in_play(const PostContents& contents, std::span<const ActivityCase> cases, std::span<const std::uint8_t> alive);

// One state of the permutation: which item lies in which slot. Starts at the data; a swap never gives one account the
// same object twice, so every state is a possible data set with the same posts, hours and contents.
class ContentPermutation {
 public:
  explicit ContentPermutation(const PostContents& contents);

  // Swaps every one of `items`, once, with the content of a slot drawn uniformly from its bin, where that is allowed.
  // Each swap is a symmetric step, so the uniform distribution over all allowed states stays what it is; other items
  // are only pushed aside.
  void sweep(std::span<const std::uint32_t> items, Random& random);

  // Adds the close units of every candidate to w: one entry per candidate of all cases, and one more that means
  // nothing.
  void count(const InPlay& play, std::vector<std::uint64_t>& w);

  std::uint32_t item_at(std::uint32_t slot) const { return item_at_[slot]; }

 private:
  struct Sharer {
    std::uint32_t account, slot;
    std::int64_t t_us;
  };

  void try_swap_one(std::uint32_t item, std::uint32_t slot);
  void try_swap_sets(std::uint32_t item, std::uint32_t slot);
  bool refuses(std::uint32_t account, std::uint32_t item, std::uint32_t leaving) const;
  bool holds(std::uint32_t account, PostContents::Range range) const;
  bool contains(std::uint32_t item, std::uint32_t object) const;
  void place(std::uint32_t item, std::uint32_t slot, std::uint32_t account);
  void count_each_pair(const InPlay& play, std::size_t n, std::vector<std::uint64_t>& w) const;
  void count_by_group(const InPlay& play, std::size_t n, std::size_t one_case, std::vector<std::uint64_t>& w);

  const PostContents& contents_;
  std::vector<std::uint32_t> item_at_;  // per slot
  std::vector<std::uint32_t> slot_of_;  // per item
  std::vector<std::uint32_t> holder_;   // per occurrence: account of its item's slot
  std::vector<Sharer> sharers_;         // room for the longest run;         // of the run that is counted
  std::vector<std::pair<std::uint32_t, Sharer>> grouped_;
  std::vector<CloseCoaction> coactions_;
};

// W of every candidate of every case (one per window) against B permuted states, B by the number of its candidates and
// its alpha, or 199 where p is above 0.2 after them. The cases are counted on the same states. They come from a fixed
// number of chains, chain c on stream c of `seed`: ten sweeps away from the data, then one state after every further
// sweep. Equal for any number of threads. Errors: cancelled, memory.
Result<std::vector<std::vector<NullCount>>> test_activity(const Events& half, std::span<const ActivityCase> cases,
                                                          std::uint64_t seed, const Control& control);

}  // namespace unisono::network
