#include "network/group_activity.hpp"

#include <algorithm>
#include <numeric>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

constexpr int k_sweeps_before = 10;  // from the data to the first state of a chain
constexpr int k_sweeps_between = 2;  // one leaves a correlation of up to 0.3 between successive W, two at most 0.16
constexpr std::uint64_t k_chains = 32;
constexpr std::uint32_t k_long_list = 32;

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

PostContents::PostContents(const Events& half) {
  std::vector<std::uint32_t> order(half.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto slot_key = [&](std::uint32_t e) {
    return std::tuple(hour_of(half.t_us[e]), half.account[e], half.t_us[e], half.post[e]);
  };
  std::sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
    const auto a = slot_key(x), b = slot_key(y);
    return a != b ? a < b : half.object[x] < half.object[y];
  });

  std::vector<std::uint32_t> occurrences(half.n_objects, 0), dense(half.n_objects, k_blank);
  for (const std::uint32_t object : half.object) ++occurrences[object];
  std::uint32_t n_dense = 0;
  for (std::uint32_t o = 0; o < half.n_objects; ++o) {
    if (occurrences[o] > 1) dense[o] = n_dense++;
  }

  item_begin.push_back(0);
  std::vector<std::uint32_t> objects_of, item_of;  // of every occurrence, item by item
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    const std::uint32_t e = order[i];
    const auto slot = static_cast<std::uint32_t>(slot_account.size());
    const auto item = static_cast<std::uint32_t>(item_slot.size());
    if (bins.empty() || hour_of(half.t_us[e]) != bins.back().hour)
      bins.push_back({hour_of(half.t_us[e]), slot, slot, item, item});
    slot_account.push_back(half.account[e]);
    slot_time.push_back(half.t_us[e]);
    for (; j < order.size() && slot_key(order[j]) == slot_key(e); ++j) {
      const std::uint32_t object = dense[half.object[order[j]]];
      if (object == k_blank) continue;
      objects_of.push_back(object);
      item_of.push_back(item);
    }
    multi = multi || j - i > 1;
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
    objects.push_back({first, end, last});
  }
  index_by(slot_account, half.n_accounts, account_begin, account_slot);
}

InPlay in_play(const PostContents& contents, const ActivityCase& tested, std::span<const std::uint8_t> alive) {
  InPlay play{.group_of = tested.candidates.group_of,
              .runs = {},
              .items = std::vector<std::uint8_t>(contents.item_slot.size(), 0)};
  for (std::uint32_t& group : play.group_of) {
    if (group != k_no_group && alive[group] == 0) group = k_no_group;
  }
  std::vector<std::uint8_t> bin_counts(contents.bins.size(), 0);  // some member has a post in it
  for (std::size_t b = 0; b < bin_counts.size(); ++b) {
    for (std::uint32_t slot = contents.bins[b].slot_begin; slot < contents.bins[b].slot_end; ++slot)
      if (play.group_of[contents.slot_account[slot]] != k_no_group) bin_counts[b] = 1;
  }
  const auto hour_of_occurrence = [&](std::uint32_t o) {
    return contents.bins[contents.item_bin[contents.occurrence_item[o]]].hour;
  };
  const auto in_reach = [&](std::int64_t hour, std::int64_t later) {
    return later == hour || static_cast<std::uint64_t>(later - hour - 1) < (tested.window_us - 1) / static_cast<std::uint64_t>(k_us_per_hour) + 1;
  };
  for (const PostContents::Range& object : contents.objects) {
    for (std::uint32_t begin = object.begin, end = begin; begin < object.last; begin = end) {
      std::uint32_t useful = 0;
      do {
        useful += bin_counts[contents.item_bin[contents.occurrence_item[end]]];
        ++end;
      } while (end < object.last && in_reach(hour_of_occurrence(end - 1), hour_of_occurrence(end)));
      if (useful < 2) continue;
      play.runs.push_back({begin, end});
      for (std::uint32_t o = begin; o < end; ++o) {
        const std::uint32_t item = contents.occurrence_item[o];
        if (bin_counts[contents.item_bin[item]] != 0) play.items[item] = 1;
      }
    }
  }
  return play;
}

ContentPermutation::ContentPermutation(const PostContents& contents)
    : contents_(contents), item_at_(contents.slot_item), slot_of_(contents.item_slot) {
  for (const std::uint32_t item : contents.occurrence_item)
    holder_.push_back(item == PostContents::k_blank ? item : contents.slot_account[contents.item_slot[item]]);
}

inline bool ContentPermutation::contains(std::uint32_t item, std::uint32_t object) const {
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    if (contents_.occurrence_object[contents_.item_occurrence[i]] == object) return true;
  }
  return false;
}

inline bool ContentPermutation::holds(std::uint32_t account, PostContents::Range range) const {
  if (range.end - range.begin > k_long_list) {
    const std::uint32_t begin = contents_.account_begin[account], end = contents_.account_begin[account + 1];
    if ((end - begin) * 8 < range.end - range.begin) {
      const std::uint32_t object = contents_.occurrence_object[range.begin];
      for (std::uint32_t s = begin; s < end; ++s) {
        const std::uint32_t item = item_at_[contents_.account_slot[s]];
        if (item != PostContents::k_blank && contains(item, object)) return true;
      }
      return false;
    }
  }
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

void ContentPermutation::place(std::uint32_t item, std::uint32_t slot, std::uint32_t account) {
  item_at_[slot] = item;
  slot_of_[item] = slot;
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i)
    holder_[contents_.item_occurrence[i]] = account;
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
  const std::uint32_t object = contents_.occurrence_object[occurrence];
  if (other == PostContents::k_blank) {
    if (giver != taker && holds(taker, contents_.objects[object])) return;
    item_at_[from] = other;
  } else {
    const std::uint32_t other_occurrence = contents_.item_occurrence[other];
    const std::uint32_t other_object = contents_.occurrence_object[other_occurrence];
    if (object == other_object) return;  // the same state
    if (giver != taker && (holds(taker, contents_.objects[object]) || holds(giver, contents_.objects[other_object]))) return;
    item_at_[from] = other;
    slot_of_[other] = from;
    holder_[other_occurrence] = giver;
  }
  item_at_[slot] = item;
  slot_of_[item] = slot;
  holder_[occurrence] = taker;
}

void ContentPermutation::sweep(std::span<const std::uint32_t> items, Random& random) {
  for (const std::uint32_t item : items) {
    const PostContents::Bin& bin = contents_.bins[contents_.item_bin[item]];
    const std::uint32_t slot = bin.slot_begin + static_cast<std::uint32_t>(random.below(bin.slot_end - bin.slot_begin));
    if (contents_.multi)
      try_swap_sets(item, slot);
    else
      try_swap_one(item, slot);
  }
}

void ContentPermutation::count_pairs(const InPlay& play, InPlay::Run run, std::uint64_t window_us,
                                     std::vector<std::uint64_t>& w) {
  sharers_.clear();
  for (std::uint32_t o = run.begin; o < run.end; ++o) {
    const std::uint32_t group = play.group_of[holder_[o]];
    if (group == k_no_group) continue;
    const std::uint32_t slot = slot_of_[contents_.occurrence_item[o]];
    sharers_.push_back({group, holder_[o], slot, contents_.slot_time[slot]});
  }
  if (sharers_.size() < 2) return;
  std::sort(sharers_.begin(), sharers_.end(), [](const Sharer& x, const Sharer& y) {
    return std::tie(x.group, x.t_us, x.account) < std::tie(y.group, y.t_us, y.account);
  });
  for (std::size_t first = 0, j = 1; j < sharers_.size(); ++j) {
    while (sharers_[first].group != sharers_[j].group ||
           static_cast<std::uint64_t>(sharers_[j].t_us) - static_cast<std::uint64_t>(sharers_[first].t_us) > window_us)
      ++first;  // ends at j at the latest
    if (!contents_.multi) {
      w[sharers_[j].group] += j - first;
      continue;
    }
    for (std::size_t i = first; i < j; ++i) {
      const bool ordered = sharers_[i].account < sharers_[j].account;
      const Sharer& a = ordered ? sharers_[i] : sharers_[j];
      const Sharer& b = ordered ? sharers_[j] : sharers_[i];
      coactions_.push_back({a.group, a.account, b.account, a.slot, b.slot, 0});
    }
  }
}

void ContentPermutation::count(const InPlay& play, std::uint64_t window_us, std::vector<std::uint64_t>& w) {
  coactions_.clear();
  for (const InPlay::Run run : play.runs) count_pairs(play, run, window_us, w);
  for_each_close_unit(coactions_, [&](const CloseCoaction& unit, std::uint64_t) { ++w[unit.group]; });
}

namespace {

// Draws of all cases together.
class Chains {
 public:
  Chains(const PostContents& contents, std::span<const ActivityCase> cases, std::uint64_t seed, const Control& control)
      : contents_(contents), cases_(cases), seed_(seed), control_(control) {
    for (const ActivityCase& one : cases) {
      counts_.emplace_back(one.candidates.members.size());
      alive_.emplace_back(one.candidates.members.size(), std::uint8_t{1});
    }
  }

  // n_draws[c] more draws for the living candidates of case c, on chains [first_chain, first_chain + k_chains).
  Result<void> run(std::span<const std::uint64_t> n_draws, std::uint64_t first_chain);

  void drop_hopeless() {
    for (std::size_t c = 0; c < cases_.size(); ++c) {
      for (std::size_t g = 0; g < alive_[c].size(); ++g) alive_[c][g] = counts_[c][g].p() <= k_hopeless_p ? 1 : 0;
    }
  }

  std::vector<std::vector<NullCount>> take() { return std::move(counts_); }

 private:
  using Counts = std::vector<std::vector<NullCount>>;  // per case and candidate

  bool any_alive(std::size_t c) const { return std::find(alive_[c].begin(), alive_[c].end(), 1) != alive_[c].end(); }
  void compare(ContentPermutation& state, const std::vector<InPlay>& plays, std::size_t c, std::vector<std::uint64_t>& w,
               std::vector<NullCount>& counts) const;

  const PostContents& contents_;
  std::span<const ActivityCase> cases_;
  std::uint64_t seed_;
  const Control& control_;
  Counts counts_;
  std::vector<std::vector<std::uint8_t>> alive_;
};

void Chains::compare(ContentPermutation& state, const std::vector<InPlay>& plays, std::size_t c,
                     std::vector<std::uint64_t>& w, std::vector<NullCount>& counts) const {
  w.assign(counts.size(), 0);
  state.count(plays[c], cases_[c].window_us, w);
  for (std::size_t g = 0; g < counts.size(); ++g) {
    if (alive_[c][g] == 0) continue;
    ++counts[g].draws;
    counts[g].reached += w[g] >= cases_[c].observed[g].w ? 1U : 0U;
    counts[g].sum += w[g];
  }
}

Result<void> Chains::run(std::span<const std::uint64_t> n_draws, std::uint64_t first_chain) {
  std::vector<InPlay> plays;
  std::vector<std::uint32_t> items;
  Counts none;
  for (std::size_t c = 0; c < cases_.size(); ++c) {
    plays.push_back(in_play(contents_, cases_[c], alive_[c]));
    none.emplace_back(counts_[c].size());
  }
  for (std::uint32_t item = 0; item < contents_.item_slot.size(); ++item) {
    if (std::any_of(plays.begin(), plays.end(), [&](const InPlay& play) { return play.items[item] != 0; }))
      items.push_back(item);
  }
  const auto share = [&](std::size_t c, std::size_t chain) {
    return any_alive(c) ? n_draws[c] * (chain + 1) / k_chains - n_draws[c] * chain / k_chains : 0;
  };

  std::vector<Counts> of_chain(k_chains, none);
  const auto work = [&](std::size_t chain, unsigned worker) -> Result<void> {
    std::vector<std::uint64_t> draws, w;
    for (std::size_t c = 0; c < cases_.size(); ++c) draws.push_back(share(c, chain));
    const std::uint64_t most = draws.empty() ? 0 : *std::max_element(draws.begin(), draws.end());
    if (most == 0) return {};
    Random random = Random::stream(seed_, first_chain + chain);
    ContentPermutation state(contents_);
    for (int sweep = k_sweeps_between; sweep < k_sweeps_before; ++sweep) state.sweep(items, random);
    for (std::uint64_t draw = 0; draw < most; ++draw) {
      UNISONO_CHECK(control_.check_cancelled());
      for (int sweep = 0; sweep < k_sweeps_between; ++sweep) state.sweep(items, random);
      for (std::size_t c = 0; c < cases_.size(); ++c) {
        if (draw < draws[c]) compare(state, plays, c, w, of_chain[chain][c]);
      }
    }
    if (worker == 0) control_.report("test", chain + 1, k_chains, "chains");
    return {};
  };
  UNISONO_CHECK(for_each_block(k_chains, control_, work));
  for (const Counts& part : of_chain) {
    for (std::size_t c = 0; c < cases_.size(); ++c) {
      for (std::size_t g = 0; g < counts_[c].size(); ++g) counts_[c][g].add(part[c][g]);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::vector<NullCount>>> test_activity(const Events& half, std::span<const ActivityCase> cases,
                                                          std::uint64_t seed, const Control& control) {
  const PostContents contents(half);
  Chains chains(contents, cases, seed, control);
  std::vector<std::uint64_t> draws(cases.size(), k_screening_draws);
  UNISONO_CHECK(chains.run(draws, 0));
  chains.drop_hopeless();
  for (std::size_t c = 0; c < cases.size(); ++c)
    draws[c] = draws_needed(cases[c].candidates.members.size(), cases[c].alpha) - k_screening_draws;
  UNISONO_CHECK(chains.run(draws, k_chains));
  return chains.take();
}

}  // namespace unisono::network
