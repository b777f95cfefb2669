// Which members of a group two other methods put together as well (docs/network/second_opinion.md). No level depends on
// it.
#pragma once

#include <span>

#include "commands/channel_tests.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/action_scan.hpp"
#include "unisono/store/indicator_tables.hpp"

namespace unisono::commands {

// `groups` of one channel with their ids; each is compared in the window that gave its members with the pieces and the
// stable clusters of the ties of that window, and with the dense blocks of the close actions. Rows in the order of the
// groups. Errors: those of cluster_ties and find_dense_blocks.
Result<store::SecondOpinionRows> second_opinions(const store::ActionSet& actions, const std::string& channel,
                                                 std::span<const UnitedGroup> groups,
                                                 std::span<const std::string> group_ids,
                                                 std::span<const TestedWindow> windows, std::uint64_t seed,
                                                 const Control& control);

}  // namespace unisono::commands
