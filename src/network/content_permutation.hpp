// Contents of posts exchanged inside hours: a chain over all arrangements in which no account holds an object twice.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "network/close_units.hpp"
#include "network/held_set.hpp"
#include "network/post_contents.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {

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

// One state of the permutation: which item lies in which slot. Starts at the data; a swap never gives one account the
// same object twice, so every state is a possible data set with the same posts, hours and contents.
class ContentPermutation {
 public:
  explicit ContentPermutation(const PostContents& contents);

  // Shuffles the contents of every hour among its posts and swaps away what an account would hold twice; an hour where
  // that fails stays as it is. Not uniform over the allowed states, but nearer to it than the data: sweeps do the rest.
  void shuffle(Random& random);

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

  void take_up(const PostContents::Bin& bin);
  bool put_down(const PostContents::Bin& bin, Random& random);
  void fetch_ahead(std::uint32_t item, const PostContents::Bin& bin) const;
  void fetch(std::uint32_t item, std::uint32_t giver, std::uint32_t taker) const;
  bool is_double(std::uint32_t item) const;
  bool move_away(std::uint32_t item, Random& random);
  void try_swap_one(std::uint32_t item, std::uint32_t slot);
  void try_swap_sets(std::uint32_t item, std::uint32_t slot);
  bool refuses(std::uint32_t account, std::uint32_t item, std::uint32_t leaving) const;
  bool holds(std::uint32_t account, PostContents::Range range) const;
  bool contains(std::uint32_t item, std::uint32_t object) const;
  void take_away(std::uint32_t item, std::uint32_t account);
  void place(std::uint32_t item, std::uint32_t slot, std::uint32_t account);
  void count_each_pair(const InPlay& play, std::size_t n, std::vector<std::uint64_t>& w) const;
  void count_by_group(const InPlay& play, std::size_t n, std::size_t one_case, std::vector<std::uint64_t>& w);

  const PostContents& contents_;
  std::vector<std::uint32_t> item_at_;  // per slot
  std::vector<std::uint32_t> slot_of_;  // per item
  std::vector<std::uint32_t> holder_;   // per occurrence: account of its item's slot
  std::vector<std::uint8_t> loose_;     // per item, while hours are shuffled: not in held_
  std::vector<std::uint32_t> doubles_;
  HeldSet held_;                 // accounts of objects with long lists
  std::vector<Sharer> sharers_;  // room for the longest run;         // of the run that is counted
  std::vector<std::pair<std::uint32_t, Sharer>> grouped_;
  std::vector<CloseCoaction> coactions_;
};

}  // namespace unisono::network
