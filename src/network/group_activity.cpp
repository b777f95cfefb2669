#include "network/group_activity.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

constexpr int k_sweeps_before = 10;  // from the data to the first state of a chain
constexpr std::uint64_t k_chains = 32;
constexpr std::uint32_t k_long_list = 32;
constexpr std::size_t k_few_sharers = 12;  // up to here looking at every pair beats sorting

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

PostContents::PostContents(const Events& half) {
  const Slots slots = slots_of(half);

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
    objects.push_back({first, end, last});
  }
  for (std::size_t item = 0; item < item_slot.size(); ++item)
    item_range.push_back(objects[occurrence_object[item_occurrence[item_begin[item]]]]);
  index_by(slot_account, half.n_accounts, account_begin, account_slot);
}

namespace {

// True when events of two hours, earlier first, can be within the window of each other.
bool in_reach(std::int64_t hour, std::int64_t later, std::uint64_t window_us) {
  if (later == hour) return true;
  const auto between = static_cast<std::uint64_t>(later - hour - 1);  // whole hours
  return window_us > 0 && between <= (window_us - 1) / static_cast<std::uint64_t>(k_us_per_hour);
}

std::vector<std::uint8_t> bins_with_members(const PostContents& contents, std::span<const std::uint8_t> member) {
  std::vector<std::uint8_t> with(contents.bins.size(), 0);
  for (std::size_t b = 0; b < with.size(); ++b) {
    for (std::uint32_t slot = contents.bins[b].slot_begin; slot < contents.bins[b].slot_end; ++slot)
      with[b] |= member[contents.slot_account[slot]];
  }
  return with;
}

void add_runs(const PostContents& contents, std::span<const std::uint8_t> bin_counts, std::uint64_t window_us,
              InPlay& play) {
  std::vector<std::uint8_t> item_counts(contents.item_slot.size(), 0);
  const auto bin_of = [&](std::uint32_t occurrence) { return contents.item_bin[contents.occurrence_item[occurrence]]; };
  for (const PostContents::Range& object : contents.objects) {
    for (std::uint32_t begin = object.begin, end = begin; begin < object.last; begin = end) {
      std::uint32_t useful = 0;
      do {
        useful += bin_counts[bin_of(end++)];
      } while (end < object.last &&
               in_reach(contents.bins[bin_of(end - 1)].hour, contents.bins[bin_of(end)].hour, window_us));
      if (useful < 2) continue;
      play.runs.push_back({begin, end});
      for (std::uint32_t o = begin; o < end; ++o) {
        if (bin_counts[bin_of(o)] != 0) item_counts[contents.occurrence_item[o]] = 1;
      }
    }
  }
  for (std::uint32_t item = 0; item < item_counts.size(); ++item) {
    if (item_counts[item] != 0) play.items.push_back(item);
  }
}

}  // namespace

InPlay in_play(const PostContents& contents, std::span<const ActivityCase> cases, std::span<const std::uint8_t> alive) {
  const std::size_t n_accounts = contents.account_begin.size() - 1;
  const auto none = static_cast<std::uint32_t>(alive.size());
  InPlay play{.n_cases = cases.size(),
              .window_us = {},
              .none = none,
              .group = std::vector<std::uint32_t>(n_accounts * cases.size(), none),
              .member = std::vector<std::uint8_t>(n_accounts, 0),
              .runs = {},
              .items = {}};
  std::uint64_t largest_window = 0;
  std::uint32_t first_group = 0;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    play.window_us.push_back(cases[c].window_us);
    for (std::uint32_t g = 0; g < cases[c].candidates.members.size(); ++g) {
      if (alive[first_group + g] == 0) continue;
      largest_window = std::max(largest_window, cases[c].window_us);
      for (const std::uint32_t account : cases[c].candidates.members[g]) {
        play.group[account * cases.size() + c] = first_group + g;
        play.member[account] = 1;
      }
    }
    first_group += static_cast<std::uint32_t>(cases[c].candidates.members.size());
  }
  add_runs(contents, bins_with_members(contents, play.member), largest_window, play);
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

namespace {

// One candidate of one case.
struct Contender {
  std::uint64_t observed = 0;
  std::uint64_t needed = 0;  // draws in all
  NullCount count;
};

// The draws of all contenders.
class Chains {
 public:
  Chains(const PostContents& contents, std::span<const ActivityCase> cases, std::uint64_t seed, const Control& control)
      : contents_(contents), cases_(cases), seed_(seed), control_(control) {
    for (const ActivityCase& one : cases) {
      for (const Observed& observed : one.observed)
        contenders_.push_back({observed.w, draws_needed(one.observed.size(), one.alpha), {}});
    }
  }

  Result<void> screen() { return run(std::vector<std::uint64_t>(contenders_.size(), k_screening_draws), 0); }

  Result<void> finish() {
    std::vector<std::uint64_t> draws;
    for (const Contender& contender : contenders_) {
      const bool hopeless = contender.count.p() > k_hopeless_p;
      draws.push_back(hopeless ? 0 : contender.needed - k_screening_draws);
    }
    return run(draws, k_chains);
  }

  std::vector<std::vector<NullCount>> counts() const {
    std::vector<std::vector<NullCount>> counts;
    std::size_t next = 0;
    for (const ActivityCase& one : cases_) {
      counts.emplace_back();
      for (std::size_t g = 0; g < one.observed.size(); ++g) counts.back().push_back(contenders_[next++].count);
    }
    return counts;
  }

 private:
  Result<void> run(std::span<const std::uint64_t> draws, std::uint64_t first_chain);

  const PostContents& contents_;
  std::span<const ActivityCase> cases_;
  std::uint64_t seed_;
  const Control& control_;
  std::vector<Contender> contenders_;
};

// `draws` more draws for every contender, shared out evenly over chains [first_chain, first_chain + k_chains).
Result<void> Chains::run(std::span<const std::uint64_t> draws, std::uint64_t first_chain) {
  const std::size_t n = contenders_.size();
  const std::uint64_t most = draws.empty() ? 0 : *std::max_element(draws.begin(), draws.end());
  if (most == 0) return {};
  std::vector<std::uint8_t> alive(n);
  for (std::size_t g = 0; g < n; ++g) alive[g] = draws[g] > 0 ? 1 : 0;
  const InPlay play = in_play(contents_, cases_, alive);
  const auto share = [](std::uint64_t all, std::size_t chain) {
    return all * (chain + 1) / k_chains - all * chain / k_chains;
  };

  std::vector<std::vector<NullCount>> of_chain(k_chains, std::vector<NullCount>(n));
  const auto work = [&](std::size_t chain, unsigned worker) -> Result<void> {
    Random random = Random::stream(seed_, first_chain + chain);
    ContentPermutation state(contents_);
    std::vector<std::uint64_t> w(n + 1);
    for (int sweep = 1; sweep < k_sweeps_before; ++sweep) state.sweep(play.items, random);
    for (std::uint64_t draw = 0; draw < share(most, chain); ++draw) {
      UNISONO_CHECK(control_.check_cancelled());
      state.sweep(play.items, random);
      w.assign(n + 1, 0);
      state.count(play, w);
      for (std::size_t g = 0; g < n; ++g) {
        if (draw < share(draws[g], chain)) of_chain[chain][g].add({1, w[g] >= contenders_[g].observed ? 1U : 0U, w[g]});
      }
    }
    if (worker == 0) control_.report("test", chain + 1, k_chains, "chains");
    return {};
  };
  UNISONO_CHECK(for_each_block(k_chains, control_, work));
  for (const std::vector<NullCount>& part : of_chain) {
    for (std::size_t g = 0; g < n; ++g) contenders_[g].count.add(part[g]);
  }
  return {};
}

}  // namespace

Result<std::vector<std::vector<NullCount>>> test_activity(const Events& half, std::span<const ActivityCase> cases,
                                                          std::uint64_t seed, const Control& control) {
  const PostContents contents(half);
  Chains chains(contents, cases, seed, control);
  UNISONO_CHECK(chains.screen());
  UNISONO_CHECK(chains.finish());
  return chains.counts();
}

}  // namespace unisono::network
