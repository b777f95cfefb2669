#include "network/group_activity.hpp"

#include <algorithm>
#include <numeric>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

constexpr int k_passes = 2, k_sweeps = 5;  // 2 x 5 swaps per item; two passes, because a bin limits what the next may hold
constexpr std::uint64_t k_draws_per_block = 8;
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
  std::vector<std::uint32_t> item_of;  // of every entry of item_object
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    const std::uint32_t e = order[i];
    if (bins.empty() || hour_of(half.t_us[e]) != hour_of(slot_time[bins.back().slot_begin])) {
      const auto slot = static_cast<std::uint32_t>(slot_account.size());
      const auto item = static_cast<std::uint32_t>(item_slot.size());
      bins.push_back({slot, slot, item, item});
    }
    const auto slot = static_cast<std::uint32_t>(slot_account.size());
    const auto item = static_cast<std::uint32_t>(item_slot.size());
    slot_account.push_back(half.account[e]);
    slot_time.push_back(half.t_us[e]);
    for (; j < order.size() && slot_key(order[j]) == slot_key(e); ++j) {
      const std::uint32_t object = dense[half.object[order[j]]];
      if (object == k_blank) continue;
      item_object.push_back(object);
      item_of.push_back(item);
    }
    multi = multi || j - i > 1;
    const bool blank = item_object.size() == item_begin.back();
    slot_item.push_back(blank ? k_blank : item);
    if (!blank) {
      item_slot.push_back(slot);
      item_begin.push_back(static_cast<std::uint32_t>(item_object.size()));
    }
    bins.back().slot_end = slot + 1;
    bins.back().item_end = static_cast<std::uint32_t>(item_slot.size());
  }
  index_by(item_object, n_dense, object_begin, object_item);
  for (std::uint32_t& entry : object_item) entry = item_of[entry];
  index_by(slot_account, half.n_accounts, account_begin, account_slot);
}

ContentPermutation::ContentPermutation(const PostContents& contents)
    : contents_(contents), item_at_(contents.slot_item), slot_of_(contents.item_slot), holder_(contents.item_slot.size()) {
  reset();
}

void ContentPermutation::reset() {
  std::copy(contents_.slot_item.begin(), contents_.slot_item.end(), item_at_.begin());
  std::copy(contents_.item_slot.begin(), contents_.item_slot.end(), slot_of_.begin());
  for (std::size_t item = 0; item < holder_.size(); ++item) holder_[item] = contents_.slot_account[slot_of_[item]];
}

bool ContentPermutation::holds(std::uint32_t account, std::uint32_t object, std::uint32_t moving,
                               std::uint32_t leaving) const {
  const std::uint32_t begin = contents_.object_begin[object], end = contents_.object_begin[object + 1];
  const std::uint32_t slot_begin = contents_.account_begin[account], slot_end = contents_.account_begin[account + 1];
  if (end - begin > k_long_list && slot_end - slot_begin < end - begin) {
    for (std::uint32_t s = slot_begin; s < slot_end; ++s) {
      const std::uint32_t item = item_at_[contents_.account_slot[s]];
      if (item == PostContents::k_blank || item == moving || item == leaving) continue;
      for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
        if (contents_.item_object[i] == object) return true;
      }
    }
    return false;
  }
  for (std::uint32_t i = begin; i < end; ++i) {
    const std::uint32_t item = contents_.object_item[i];
    if (holder_[item] == account && item != moving && item != leaving) return true;
  }
  return false;
}

bool ContentPermutation::holds_any(std::uint32_t account, std::uint32_t item, std::uint32_t leaving) const {
  for (std::uint32_t i = contents_.item_begin[item]; i < contents_.item_begin[item + 1]; ++i) {
    if (holds(account, contents_.item_object[i], item, leaving)) return true;
  }
  return false;
}

void ContentPermutation::try_swap(std::uint32_t item, std::uint32_t slot) {
  const std::uint32_t from = slot_of_[item];
  if (from == slot) return;
  const std::uint32_t other = item_at_[slot];
  const std::uint32_t giver = holder_[item], taker = contents_.slot_account[slot];
  if (giver != taker) {
    if (holds_any(taker, item, other)) return;
    if (other != PostContents::k_blank && holds_any(giver, other, item)) return;
  }
  item_at_[slot] = item;
  item_at_[from] = other;
  slot_of_[item] = slot;
  holder_[item] = taker;
  if (other != PostContents::k_blank) {
    slot_of_[other] = from;
    holder_[other] = giver;
  }
}

void ContentPermutation::shuffle(std::span<const std::uint32_t> bins, Random& random) {
  for (int pass = 0; pass < k_passes; ++pass) {
    for (const std::uint32_t b : bins) {
      const PostContents::Bin& bin = contents_.bins[b];
      const std::uint32_t n_slots = bin.slot_end - bin.slot_begin;
      for (int sweep = 0; sweep < k_sweeps; ++sweep) {
        for (std::uint32_t item = bin.item_begin; item < bin.item_end; ++item)
          try_swap(item, bin.slot_begin + static_cast<std::uint32_t>(random.below(n_slots)));
      }
    }
  }
}

void ContentPermutation::count(const Candidates& candidates, std::span<const std::uint32_t> objects,
                               std::uint64_t window_us, std::vector<std::uint64_t>& w) {
  coactions_.clear();
  for (const std::uint32_t object : objects) {
    sharers_.clear();
    for (std::uint32_t i = contents_.object_begin[object]; i < contents_.object_begin[object + 1]; ++i) {
      const std::uint32_t item = contents_.object_item[i];
      const std::uint32_t group = candidates.group_of[holder_[item]];
      if (group == k_no_group) continue;
      sharers_.push_back({group, holder_[item], slot_of_[item], contents_.slot_time[slot_of_[item]]});
    }
    if (sharers_.size() < 2) continue;
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
  for_each_close_unit(coactions_, [&](const CloseCoaction& unit, std::uint64_t) { ++w[unit.group]; });
}

namespace {

// The bins in which a member of a candidate that is still in play has a post, and the objects that occur twice in them. The
// contents of all other bins stay where they are: no swap there can change any W.
struct InPlay {
  Candidates candidates;
  std::vector<std::uint32_t> bins, objects;
};

InPlay in_play(const PostContents& contents, const Candidates& candidates, std::span<const std::uint8_t> alive) {
  InPlay play{.candidates = candidates};
  for (std::uint32_t& group : play.candidates.group_of) {
    if (group != k_no_group && alive[group] == 0) group = k_no_group;
  }
  std::vector<std::uint32_t> count(contents.object_begin.size() - 1, 0);
  for (std::uint32_t b = 0; b < contents.bins.size(); ++b) {
    const PostContents::Bin& bin = contents.bins[b];
    if (bin.item_begin == bin.item_end) continue;
    const auto first = contents.slot_account.begin() + bin.slot_begin, last = contents.slot_account.begin() + bin.slot_end;
    if (std::none_of(first, last, [&](std::uint32_t a) { return play.candidates.group_of[a] != k_no_group; })) continue;
    play.bins.push_back(b);
    for (std::uint32_t i = contents.item_begin[bin.item_begin]; i < contents.item_begin[bin.item_end]; ++i)
      ++count[contents.item_object[i]];
  }
  for (std::uint32_t object = 0; object < count.size(); ++object) {
    if (count[object] > 1) play.objects.push_back(object);
  }
  return play;
}

struct Draws {
  const PostContents& contents;
  std::span<const Observed> observed;
  std::uint64_t window_us, seed;
  const Control& control;
  std::vector<NullCount> counts;
  std::uint64_t total;  // of the run, for progress

  // Draws [first, last) for the candidates that are alive.
  Result<void> run(std::uint64_t first, std::uint64_t last, std::span<const std::uint8_t> alive, const Candidates& all) {
    const InPlay play = in_play(contents, all, alive);
    struct Worker {
      ContentPermutation state;
      std::vector<NullCount> counts;
      std::vector<std::uint64_t> w;
    };
    const std::size_t n = counts.size();
    std::vector<Worker> workers(std::max(1U, control.threads), Worker{ContentPermutation(contents), std::vector<NullCount>(n), {}});
    const std::uint64_t blocks = (last - first + k_draws_per_block - 1) / k_draws_per_block;
    const auto work = [&](std::size_t block, unsigned id) -> Result<void> {
      Worker& worker = workers[id];
      const std::uint64_t begin = first + block * k_draws_per_block, end = std::min(last, begin + k_draws_per_block);
      for (std::uint64_t draw = begin; draw < end; ++draw) {
        UNISONO_CHECK(control.check_cancelled());
        Random random = Random::stream(seed, draw);
        worker.state.reset();
        worker.state.shuffle(play.bins, random);
        worker.w.assign(n, 0);
        worker.state.count(play.candidates, play.objects, window_us, worker.w);
        for (std::size_t g = 0; g < n; ++g) {
          if (alive[g] == 0) continue;
          ++worker.counts[g].draws;
          worker.counts[g].reached += worker.w[g] >= observed[g].w ? 1U : 0U;
          worker.counts[g].sum += worker.w[g];
        }
      }
      if (id == 0) control.report("test", end, total, "draws");
      return {};
    };
    UNISONO_CHECK(for_each_block(blocks, control, work));
    for (const Worker& worker : workers) {
      for (std::size_t g = 0; g < n; ++g) {
        counts[g].draws += worker.counts[g].draws;
        counts[g].reached += worker.counts[g].reached;
        counts[g].sum += worker.counts[g].sum;
      }
    }
    return {};
  }
};

}  // namespace

Result<std::vector<NullCount>> test_activity(const Events& half, const Candidates& candidates,
                                             std::span<const Observed> observed, std::uint64_t window_us, double alpha,
                                             std::uint64_t seed, const Control& control) {
  const std::size_t n = candidates.members.size();
  const std::uint64_t total = draws_needed(n, alpha);
  std::vector<std::uint8_t> alive(n, 1);
  const auto any_alive = [&] { return std::any_of(alive.begin(), alive.end(), [](std::uint8_t flag) { return flag != 0; }); };
  const PostContents contents(half);
  Draws draws{contents, observed, window_us, seed, control, std::vector<NullCount>(n), total};
  if (any_alive()) UNISONO_CHECK(draws.run(0, k_screening_draws, alive, candidates));
  for (std::size_t g = 0; g < n; ++g) alive[g] = alive[g] != 0 && draws.counts[g].p() <= k_hopeless_p ? 1 : 0;
  if (any_alive()) UNISONO_CHECK(draws.run(k_screening_draws, total, alive, candidates));
  return std::move(draws.counts);
}

}  // namespace unisono::network
