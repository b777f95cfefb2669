// Finding candidate groups on one half of the events: the screen graph and its communities. Nothing here is a finding.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/graph.hpp"
#include "unisono/network/groups.hpp"

namespace unisono::network {

// Pairs of accounts that are close on at least min_close objects, ascending. The unit of the screen is the connected
// post, of which there are never more than objects: no pair that could pass is missing. Errors: those of
// join_coactions.
Result<std::vector<signals::Pair>> candidate_pairs(const Events& half, const GroupOptions& options,
                                                   const Control& control);

// Accounts with at least one pair that is close min_close times, and those pairs. The weight of a pair is the sum over
// its connected units of the largest -log10 min(0.9, (C_o + 0.1) / (N_o + 10)) of their objects, in whole multiples of
// 2^-20.
struct Screen {
  Graph graph;
  std::vector<std::uint32_t> account;  // of every node, ascending
};

// Time of the join, then O(events) for every pair that it finds; O(pairs) memory. Errors: those of join_coactions;
// memory.
Result<Screen> screen_pairs(const Events& half, const GroupOptions& options, const Control& control);

// Communities of the screen graph; those above max_size were split again with the resolution doubled, at most six
// times.
struct Communities {
  std::vector<std::uint32_t> community;  // per node
  std::uint32_t n = 0;
  std::uint64_t too_large = 0;  // communities that stayed above max_size
};

Result<Communities> find_communities(const Graph& graph, std::uint32_t max_size, std::uint64_t seed,
                                     const Control& control);

// Communities of min_size to max_size accounts, members ascending, in order of their smallest member.
std::vector<std::vector<std::uint32_t>> candidate_groups(const Screen& screen, const Communities& communities,
                                                         const GroupOptions& options);

// For every group (of accounts of the screen) the mean over pairs of members and over `seeds` runs of find_communities
// of "both in the same community".
Result<std::vector<double>> stabilities(const Screen& screen, std::span<const std::vector<std::uint32_t>> groups,
                                        const GroupOptions& options, std::uint64_t seed, const Control& control);

}  // namespace unisono::network
