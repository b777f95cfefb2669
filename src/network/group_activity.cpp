#include "network/group_activity.hpp"

#include <algorithm>

#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"

namespace unisono::network {
namespace {

constexpr int k_sweeps_before = 10;  // from the data to the first state of a chain
constexpr std::uint64_t k_chains = 32;

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
        if (draw < share(draws[g], chain)) of_chain[chain][g].add_draw(w[g], contenders_[g].observed);
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
