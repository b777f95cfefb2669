#include "unisono/network/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "unisono/signals/coaction.hpp"

namespace unisono::network {
namespace {

std::uint64_t n_events(const Events& events, std::uint32_t account) {
  return events.account_begin[account + std::size_t{1}] - events.account_begin[account];
}

std::vector<std::uint8_t> flags_of(std::span<const std::uint32_t> accounts, std::uint32_t n_accounts) {
  std::vector<std::uint8_t> flags(n_accounts, 0);
  for (const std::uint32_t account : accounts) flags[account] = 1;
  return flags;
}

struct Candidate {
  std::uint64_t events = 0;
  std::uint32_t account = 0;
  bool taken = false;
};

// Accounts that may be compared with, by (events, account).
std::vector<Candidate> candidates_for(const Events& events, std::span<const std::uint8_t> member,
                                      std::span<const std::uint8_t> barred) {
  std::vector<std::uint8_t> met(events.n_accounts, 0);
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    const auto sharers = events.of_object(o);
    const auto inside =
        std::count_if(sharers.begin(), sharers.end(), [&](std::uint32_t e) { return member[events.account[e]] != 0; });
    if (inside < 2) continue;
    for (const std::uint32_t e : sharers) met[events.account[e]] = 1;
  }
  std::vector<Candidate> candidates;
  for (std::uint32_t a = 0; a < events.n_accounts; ++a)
    if (met[a] != 0 && member[a] == 0 && (barred.empty() || barred[a] == 0))
      candidates.push_back({n_events(events, a), a, false});
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& x, const Candidate& y) {
    return x.events != y.events ? x.events < y.events : x.account < y.account;
  });
  return candidates;
}

}  // namespace

Result<std::vector<SweepCount>> sweep_windows(const Events& events, std::span<const std::uint32_t> accounts,
                                              std::span<const std::uint64_t> windows_us, std::uint32_t min_shared,
                                              const Control& control) {
  for (const std::uint32_t account : accounts)
    if (account >= events.n_accounts)
      return fail(ErrorCode::usage, fmt::format("account {} of {}", account, events.n_accounts),
                  "accounts are numbered from 0");
  const std::vector<std::uint8_t> wanted = flags_of(accounts, events.n_accounts);
  std::vector<std::uint8_t> keep(events.size());
  for (std::size_t e = 0; e < keep.size(); ++e) keep[e] = wanted[events.account[e]];
  const Events inside = select_events(events, keep);
  std::vector<SweepCount> counts;
  for (const std::uint64_t window_us : windows_us) {
    signals::JoinOptions join;
    join.window_us = window_us;
    join.min_shared = min_shared;
    UNISONO_TRY(const signals::Join joined, signals::join_coactions(as_actions(inside), join, control));
    std::vector<std::uint8_t> seen(events.n_accounts, 0);
    SweepCount count{joined.pairs.size(), 0};
    for (const signals::Pair& pair : joined.pairs) {
      for (const std::uint32_t account : {pair.a, pair.b}) {
        count.accounts += seen[account] == 0 ? 1U : 0U;
        seen[account] = 1;
      }
    }
    counts.push_back(count);
  }
  return counts;
}

std::vector<std::uint32_t> comparison_accounts(const Events& events, std::span<const std::uint32_t> members,
                                               std::span<const std::uint8_t> barred) {
  assert(barred.empty() || barred.size() == events.n_accounts);
  std::vector<Candidate> candidates = candidates_for(events, flags_of(members, events.n_accounts), barred);
  std::vector<std::uint32_t> order(members.begin(), members.end());
  std::sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
    return n_events(events, x) != n_events(events, y) ? n_events(events, x) > n_events(events, y) : x < y;
  });
  std::vector<std::uint32_t> chosen;
  for (const std::uint32_t member : order) {
    const std::uint64_t wanted = n_events(events, member);
    Candidate* best = nullptr;
    const auto distance = [&](const Candidate& candidate) {
      return candidate.events > wanted ? candidate.events - wanted : wanted - candidate.events;
    };
    for (Candidate& candidate : candidates)
      if (!candidate.taken && (best == nullptr || distance(candidate) < distance(*best))) best = &candidate;
    if (best == nullptr) break;
    best->taken = true;
    chosen.push_back(best->account);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace unisono::network
