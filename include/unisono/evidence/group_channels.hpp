// What each channel says of a group, what they say together, and what is left of the group without one of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::evidence {

// One channel in which the group was tested.
struct GroupChannel {
  std::string channel;
  std::uint64_t tests = 0;  // with a p: over windows, directions and kinds of test
  double p = 1;             // smallest p of these, times their number (Bonferroni), at most 1
  double share = 0;         // of the sum of -log10 p over the channels
  double without = 1;       // combined p of the other channels; 1 where there is no other
  // Of the groups that other channels found, the one with most of the members (the group itself, if another channel
  // found it too), and what its tests in this channel say; "" and 0 where no other channel found any of them.
  std::string left_group;
  std::uint64_t left_members = 0;
  store::OptionalReal left_p;  // as p, of the tests of that group in this channel; empty if it was not tested there
};

struct GroupChannels {
  std::vector<GroupChannel> channels;  // in the order of the tests
  double together = 1;                 // Cauchy combination of p, equal weights
  std::uint64_t members = 0;
};

// Reads the rows of one run. One channel gives one row, with `without` = 1. O(tests + members).
Result<GroupChannels> group_channels(const store::RunResults& results, std::string_view group_id);

// channel, tests, p, share, together, together_without, found_without, members, of, p_without: one row a channel.
Table group_channels_table(const GroupChannels& channels);

}  // namespace unisono::evidence
