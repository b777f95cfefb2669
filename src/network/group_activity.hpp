// G_T: do the members pick the same objects at the same time beyond their activity? Contents are permuted among the
// posts of every hour. Docs: docs/network/groups.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "network/group_null.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {

// The posts of one half in the hours (UTC) that they belong to, and what each of them carries. A "slot" is a post: an
// account at a time. An "item" is the set of objects that a post carries, as far as they occur in other posts too:
// objects that occur once can be told from nothing and are left out, so most slots are blank.
struct PostContents {
  static constexpr std::uint32_t k_blank = 0xffffffff;

  std::vector<std::uint32_t> slot_account;
  std::vector<std::int64_t> slot_time;
  std::vector<std::uint32_t> slot_item;  // in the data; k_blank
  struct Bin {
    std::uint32_t slot_begin, slot_end;  // slots are ordered by (hour, account, time, post)
    std::uint32_t item_begin, item_end;  // items are ordered by their slot
  };
  std::vector<Bin> bins;
  std::vector<std::uint32_t> item_slot;      // in the data
  std::vector<std::uint32_t> item_begin;     // items + 1, into item_object
  std::vector<std::uint32_t> item_object;    // dense numbers of the objects that occur more than once
  std::vector<std::uint32_t> object_begin;   // objects + 1, into object_item
  std::vector<std::uint32_t> object_item;    // ascending
  std::vector<std::uint32_t> account_begin;  // accounts + 1, into account_slot
  std::vector<std::uint32_t> account_slot;
  bool multi = false;  // some post carries several objects

  explicit PostContents(const Events& half);
};

// One state of the permutation: which item lies in which slot. Starts at the data; a swap never gives one account the
// same object twice, so every state is a possible data set with the same posts, hours and contents.
class ContentPermutation {
 public:
  explicit ContentPermutation(const PostContents& contents);

  void reset();
  // Ten times for every item of the given bins: swap it with the content of a slot drawn uniformly from its bin, if
  // allowed. Each step is symmetric, so the uniform distribution over all allowed states stays what it is.
  void shuffle(std::span<const std::uint32_t> bins, Random& random);

  // Adds the close units of every group to w (one entry per group).
  void count(const Candidates& candidates, std::span<const std::uint32_t> objects, std::uint64_t window_us,
             std::vector<std::uint64_t>& w);

  std::uint32_t item_at(std::uint32_t slot) const { return item_at_[slot]; }

 private:
  struct Sharer {
    std::uint32_t group, account, slot;
    std::int64_t t_us;
  };

  void try_swap(std::uint32_t item, std::uint32_t slot);
  bool holds_any(std::uint32_t account, std::uint32_t item, std::uint32_t leaving) const;
  bool holds(std::uint32_t account, std::uint32_t object, std::uint32_t moving, std::uint32_t leaving) const;

  const PostContents& contents_;
  std::vector<std::uint32_t> item_at_;  // per slot
  std::vector<std::uint32_t> slot_of_;  // per item
  std::vector<std::uint32_t> holder_;   // per item: account of its slot
  std::vector<Sharer> sharers_;
  std::vector<CloseCoaction> coactions_;
};

// W of every candidate against B permuted states; candidates with W = 0 get no draws (p = 1). Draw d uses stream d of
// `seed`. Equal for any number of threads. Errors: cancelled, memory.
Result<std::vector<NullCount>> test_activity(const Events& half, const Candidates& candidates,
                                             std::span<const Observed> observed, std::uint64_t window_us, double alpha,
                                             std::uint64_t seed, const Control& control);

}  // namespace unisono::network
