#include "network/content_permutation.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace unisono::network {
namespace {

constexpr int k_tries_per_double = 64;     // before all posts of its hour are gone through
constexpr std::size_t k_few_sharers = 12;  // up to here looking at every pair beats sorting

}  // namespace

ContentPermutation::ContentPermutation(const PostContents& contents)
    : contents_(contents), item_at_(contents.slot_item), slot_of_(contents.item_slot), held_(contents.table_places) {
  for (const std::uint32_t item : contents.occurrence_item)
    holder_.push_back(item == PostContents::k_blank ? item : contents.slot_account[contents.item_slot[item]]);
  for (const PostContents::Range& range : contents.objects) {
    if (!range.is_long()) continue;
    for (std::uint32_t o = range.begin; o < range.last; ++o) held_.insert(holder_[o], range.holders());
  }
}

// Bin by bin: what stands elsewhere is not touched, so a bin that cannot be shuffled goes back to what it was.
void ContentPermutation::shuffle(Random& random) {
  loose_.assign(slot_of_.size(), 0);
  std::vector<std::uint32_t> before;
  for (const PostContents::Bin& bin : contents_.bins) {
    const auto slots = std::span(item_at_).subspan(bin.slot_begin, bin.slot_end - bin.slot_begin);
    if (slots.size() < 2) continue;
    before.assign(slots.begin(), slots.end());
    take_up(bin);
    random.shuffle(slots);
    if (put_down(bin, random)) continue;
    take_up(bin);
    std::copy(before.begin(), before.end(), slots.begin());
    put_down(bin, random);
  }
}

// What a look at an item reads is asked for a few items ahead: most of the time would go to waiting for memory.
inline void ContentPermutation::fetch_ahead(std::uint32_t item, const PostContents::Bin& bin) const {
  const std::uint32_t ahead = std::min(item + 16, bin.item_end - 1);
  const PostContents::Range range = contents_.item_range[ahead];
  if (range.is_long())
    held_.prefetch(contents_.slot_account[slot_of_[ahead]], range.holders());
  else
    __builtin_prefetch(holder_.data() + range.begin);
}

void ContentPermutation::take_up(const PostContents::Bin& bin) {
  for (std::uint32_t item = bin.item_begin; item < bin.item_end; ++item) {
    fetch_ahead(item, bin);
    if (loose_[item] == 0) take_away(item, contents_.slot_account[slot_of_[item]]);
    loose_[item] = 1;
  }
}

// Of the items of the bin, where item_at_ has them; those that their account holds twice are swapped away. False where
// no post of the hour can take one.
bool ContentPermutation::put_down(const PostContents::Bin& bin, Random& random) {
  for (std::uint32_t slot = bin.slot_begin; slot < bin.slot_end; ++slot) {
    const std::uint32_t item = item_at_[slot];
    if (item == PostContents::k_blank) continue;
    slot_of_[item] = slot;
    for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i)
      holder_[contents_.item_occurrence[i]] = contents_.slot_account[slot];
  }
  doubles_.clear();
  for (std::uint32_t item = bin.item_begin; item < bin.item_end; ++item) {
    fetch_ahead(item, bin);
    if (is_double(item)) {
      doubles_.push_back(item);
    } else {
      place(item, slot_of_[item], contents_.slot_account[slot_of_[item]]);
      loose_[item] = 0;
    }
  }
  for (const std::uint32_t item : doubles_) {
    if (!move_away(item, random)) return false;
    loose_[item] = 0;
  }
  return true;
}

// True when the account of the item holds one of its objects by another item.
bool ContentPermutation::is_double(std::uint32_t item) const {
  const std::uint32_t account = contents_.slot_account[slot_of_[item]];
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    const PostContents::Range range = contents_.objects[contents_.occurrence_object[contents_.item_occurrence[i]]];
    if (range.is_long()) {
      if (held_.contains(account, range.holders())) return true;
    } else if (std::count(holder_.begin() + range.begin, holder_.begin() + range.last, account) > 1) {
      return true;
    }
  }
  return false;
}

// Swaps a double with the content of a random post of its hour that takes and gives what is allowed.
bool ContentPermutation::move_away(std::uint32_t item, Random& random) {
  const std::uint32_t from = slot_of_[item], giver = contents_.slot_account[from];
  if (!is_double(item)) {  // the other one has left
    place(item, from, giver);
    return true;
  }
  const auto try_slot = [&](std::uint32_t slot) {
    const std::uint32_t other = item_at_[slot], taker = contents_.slot_account[slot];
    if (giver == taker || refuses(taker, item, other)) return false;
    if (other != PostContents::k_blank && (loose_[other] != 0 || refuses(giver, other, PostContents::k_blank)))
      return false;
    if (other != PostContents::k_blank) take_away(other, taker);
    place(item, slot, taker);
    if (other == PostContents::k_blank)
      item_at_[from] = other;
    else
      place(other, from, giver);
    return true;
  };
  const PostContents::Bin& bin = contents_.bins[contents_.item_bin[item]];
  const std::uint32_t n = bin.slot_end - bin.slot_begin;
  for (int i = 0; i < k_tries_per_double; ++i)
    if (try_slot(bin.slot_begin + static_cast<std::uint32_t>(random.below(n)))) return true;
  const auto first = static_cast<std::uint32_t>(random.below(n));
  for (std::uint32_t i = 0; i < n; ++i)
    if (try_slot(bin.slot_begin + (first + i) % n)) return true;
  return false;
}

inline bool ContentPermutation::contains(std::uint32_t item, std::uint32_t object) const {
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    if (contents_.occurrence_object[contents_.item_occurrence[i]] == object) return true;
  }
  return false;
}

inline bool ContentPermutation::holds(std::uint32_t account, PostContents::Range range) const {
  if (range.is_long()) return held_.contains(account, range.holders());
  // Whole lanes without a branch inside: nearly every object fits one, and a search in it would be a coin toss.
  for (std::uint32_t o = range.begin; o < range.end; o += PostContents::k_lane) {
    const std::uint32_t* lane = holder_.data() + o;
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < PostContents::k_lane; ++i) found |= lane[i] == account ? 1U : 0U;
    if (found != 0) return true;
  }
  return false;
}

// True when the account would hold an object of the item twice once `leaving` (k_blank: nothing) has left it.
bool ContentPermutation::refuses(std::uint32_t account, std::uint32_t item, std::uint32_t leaving) const {
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    const std::uint32_t object = contents_.occurrence_object[contents_.item_occurrence[i]];
    if (holds(account, contents_.objects[object]) && (leaving == PostContents::k_blank || !contains(leaving, object)))
      return true;
  }
  return false;
}

void ContentPermutation::take_away(std::uint32_t item, std::uint32_t account) {
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    const PostContents::Range range = contents_.objects[contents_.occurrence_object[contents_.item_occurrence[i]]];
    if (range.is_long()) held_.erase(account, range.holders());
  }
}

void ContentPermutation::place(std::uint32_t item, std::uint32_t slot, std::uint32_t account) {
  item_at_[slot] = item;
  slot_of_[item] = slot;
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    const std::uint32_t occurrence = contents_.item_occurrence[i];
    const PostContents::Range range = contents_.objects[contents_.occurrence_object[occurrence]];
    holder_[occurrence] = account;
    if (range.is_long()) held_.insert(account, range.holders());
  }
}

void ContentPermutation::try_swap_sets(std::uint32_t item, std::uint32_t slot) {
  const std::uint32_t from = slot_of_[item];
  if (from == slot) return;
  const std::uint32_t other = item_at_[slot];
  const std::uint32_t giver = contents_.slot_account[from], taker = contents_.slot_account[slot];
  if (giver != taker) {
    if (refuses(taker, item, other)) return;
    if (other != PostContents::k_blank && refuses(giver, other, item)) return;
  }
  take_away(item, giver);
  if (other != PostContents::k_blank) take_away(other, taker);
  place(item, slot, taker);
  if (other == PostContents::k_blank)
    item_at_[from] = other;
  else
    place(other, from, giver);
}

// The same where every item is one object (occurrence = item_occurrence[item]): most of the time of the whole test.
inline void ContentPermutation::try_swap_one(std::uint32_t item, std::uint32_t slot) {
  const std::uint32_t from = slot_of_[item], other = item_at_[slot];
  const std::uint32_t giver = contents_.slot_account[from], taker = contents_.slot_account[slot];
  const std::uint32_t occurrence = contents_.item_occurrence[item];
  const PostContents::Range range = contents_.item_range[item];
  if (other == PostContents::k_blank) {
    if (giver != taker && holds(taker, range)) return;
    item_at_[from] = other;
  } else {
    const std::uint32_t other_occurrence = contents_.item_occurrence[other];
    const PostContents::Range other_range = contents_.item_range[other];
    if (range.begin == other_range.begin) return;  // the same object, so the same state
    if (giver != taker && (holds(taker, range) || holds(giver, other_range))) return;
    item_at_[from] = other;
    slot_of_[other] = from;
    holder_[other_occurrence] = giver;
    if (other_range.is_long()) {
      held_.erase(taker, other_range.holders());
      held_.insert(giver, other_range.holders());
    }
  }
  item_at_[slot] = item;
  slot_of_[item] = slot;
  holder_[occurrence] = taker;
  if (range.is_long()) {
    held_.erase(giver, range.holders());
    held_.insert(taker, range.holders());
  }
}

// What the swap will look at is asked for a few swaps ahead: most of the time would go to waiting for memory.
inline void ContentPermutation::fetch(std::uint32_t item, std::uint32_t giver, std::uint32_t taker) const {
  const PostContents::Range range = contents_.item_range[item];
  if (range.is_long()) {
    held_.prefetch(taker, range.holders());
    held_.prefetch(giver, range.holders());
  } else {
    __builtin_prefetch(holder_.data() + range.begin);
  }
}

void ContentPermutation::sweep(std::span<const std::uint32_t> items, Random& random) {
  constexpr std::size_t k_ahead = 16;
  std::array<std::uint32_t, k_ahead> slots;
  for (std::size_t begin = 0; begin < items.size(); begin += k_ahead) {
    const std::size_t n = std::min(k_ahead, items.size() - begin);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t item = items[begin + i];
      const PostContents::Bin& bin = contents_.bins[contents_.item_bin[item]];
      slots[i] = bin.slot_begin + static_cast<std::uint32_t>(random.below(bin.slot_end - bin.slot_begin));
      const std::uint32_t giver = contents_.slot_account[slot_of_[item]], taker = contents_.slot_account[slots[i]];
      fetch(item, giver, taker);
      if (item_at_[slots[i]] != PostContents::k_blank) fetch(item_at_[slots[i]], taker, giver);
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (contents_.multi)
        try_swap_sets(items[begin + i], slots[i]);
      else
        try_swap_one(items[begin + i], slots[i]);
    }
  }
}

void ContentPermutation::count_each_pair(const InPlay& play, std::size_t n, std::vector<std::uint64_t>& w) const {
  for (std::size_t j = 1; j < n; ++j) {
    const std::uint32_t* groups = play.groups_of(sharers_[j].account);
    for (std::size_t i = 0; i < j; ++i) {
      const std::uint32_t* others = play.groups_of(sharers_[i].account);
      const auto gap = static_cast<std::uint64_t>(sharers_[i].t_us) - static_cast<std::uint64_t>(sharers_[j].t_us);
      // Without branches: whether two sharers are of one candidate is a coin toss.
      for (std::size_t c = 0; c < play.n_cases; ++c)
        w[groups[c] == others[c] ? groups[c] : play.none] += std::min(gap, 0 - gap) <= play.window_us[c] ? 1U : 0U;
    }
  }
}

void ContentPermutation::count_by_group(const InPlay& play, std::size_t n, std::size_t one_case,
                                        std::vector<std::uint64_t>& w) {
  grouped_.clear();
  for (const Sharer& sharer : std::span(sharers_).first(n)) {
    const std::uint32_t group = play.groups_of(sharer.account)[one_case];
    if (group != play.none) grouped_.emplace_back(group, sharer);
  }
  std::sort(grouped_.begin(), grouped_.end(), [](const auto& x, const auto& y) {
    return std::tie(x.first, x.second.t_us, x.second.account) < std::tie(y.first, y.second.t_us, y.second.account);
  });
  const auto apart = [&](std::size_t i, std::size_t j) {
    return grouped_[i].first != grouped_[j].first ||
           static_cast<std::uint64_t>(grouped_[j].second.t_us) - static_cast<std::uint64_t>(grouped_[i].second.t_us) >
               play.window_us[one_case];
  };
  for (std::size_t first = 0, j = 1; j < grouped_.size(); ++j) {
    while (apart(first, j)) ++first;  // ends at j at the latest
    const std::uint32_t group = grouped_[j].first;
    if (!contents_.multi) {
      w[group] += j - first;
      continue;
    }
    for (std::size_t i = first; i < j; ++i) {
      Sharer a = grouped_[i].second, b = grouped_[j].second;
      if (b.account < a.account) std::swap(a, b);
      coactions_.push_back({group, a.account, b.account, a.slot, b.slot, 0});
    }
  }
}

void ContentPermutation::count(const InPlay& play, std::vector<std::uint64_t>& w) {
  coactions_.clear();
  for (const InPlay::Run run : play.runs) {
    if (sharers_.size() < run.end - run.begin) sharers_.resize(run.end - run.begin);
    std::size_t n = 0;
    for (std::uint32_t o = run.begin; o < run.end; ++o) {
      const std::uint32_t slot = slot_of_[contents_.occurrence_item[o]];
      sharers_[n] = {holder_[o], slot, contents_.slot_time[slot]};
      n += play.member[holder_[o]];
    }
    if (n < 2) continue;
    if (!contents_.multi && n <= k_few_sharers) {
      count_each_pair(play, n, w);
    } else {
      for (std::size_t c = 0; c < play.n_cases; ++c) count_by_group(play, n, c, w);
    }
  }
  for_each_close_unit(coactions_, [&](const CloseCoaction& unit, std::uint64_t) { ++w[unit.group]; });
}

}  // namespace unisono::network
