#include "unisono/evidence/group_channels.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "unisono/network/fusion.hpp"

namespace unisono::evidence {
namespace {

using Account = std::pair<std::string_view, std::string_view>;  // platform, account id

struct Tested {
  std::uint64_t tests = 0;
  double smallest = 1;
  double p() const { return std::min(1.0, smallest * static_cast<double>(tests)); }
};

// The tests of a group in one channel that gave a p.
Tested tested_in(const store::RunResults& results, std::string_view group_id, std::string_view channel) {
  Tested tested;
  for (const store::GroupTestRow& test : results.tests) {
    if (test.group_id != group_id || test.channel != channel || !test.p) continue;
    ++tested.tests;
    tested.smallest = std::min(tested.smallest, *test.p);
  }
  return tested;
}

std::vector<std::string> channels_of(const store::RunResults& results, std::string_view group_id) {
  std::vector<std::string> channels;
  for (const store::GroupTestRow& test : results.tests)
    if (test.group_id == group_id && test.p &&
        std::find(channels.begin(), channels.end(), test.channel) == channels.end())
      channels.push_back(test.channel);
  return channels;
}

std::set<Account> members_of(const store::RunResults& results, std::string_view group_id) {
  std::set<Account> members;
  for (const store::GroupMemberRow& row : results.members)
    if (row.group_id == group_id && row.how == "found") members.emplace(row.platform, row.account_id);
  return members;
}

// A channel finds a group where it passes on held-out objects; in other channels it is tested whole.
bool is_found_outside(const store::RunResults& results, std::string_view group_id, std::string_view channel) {
  return std::any_of(results.tests.begin(), results.tests.end(), [&](const store::GroupTestRow& test) {
    return test.group_id == group_id && test.passed && test.direction != "whole" && test.channel != channel;
  });
}

void leave_out(const store::RunResults& results, std::string_view group_id, const std::set<Account>& members,
               GroupChannel& channel) {
  for (const store::GroupRow& group : results.groups) {
    if (!is_found_outside(results, group.group_id, channel.channel)) continue;
    std::uint64_t common = 0;
    for (const Account& account : members_of(results, group.group_id)) common += members.contains(account) ? 1U : 0U;
    const bool itself = group.group_id == group_id;
    if (common < channel.left_members || common == 0 || (common == channel.left_members && !itself)) continue;
    channel.left_members = common;
    channel.left_group = group.group_id;
  }
  if (channel.left_group.empty()) return;
  const Tested left = tested_in(results, channel.left_group, channel.channel);
  if (left.tests > 0) channel.left_p = left.p();
}

}  // namespace

Result<GroupChannels> group_channels(const store::RunResults& results, std::string_view group_id) {
  GroupChannels found;
  const std::set<Account> members = members_of(results, group_id);
  found.members = members.size();
  std::vector<double> p;
  for (std::string& name : channels_of(results, group_id)) {
    const Tested tested = tested_in(results, group_id, name);
    found.channels.push_back({.channel = std::move(name), .tests = tested.tests, .p = tested.p()});
    p.push_back(tested.p());
    leave_out(results, group_id, members, found.channels.back());
  }
  if (p.empty()) return found;
  UNISONO_TRY(const network::Agreement agreement, network::agreement(p, p));
  found.together = agreement.combined;
  for (std::size_t c = 0; c < p.size(); ++c) {
    found.channels[c].share = agreement.share[c];
    found.channels[c].without = agreement.without[c];
  }
  return found;
}

Table group_channels_table(const GroupChannels& channels) {
  const auto column = [](const char* name, ColumnType type) { return Column{name, type, {}}; };
  Table table({column("channel", ColumnType::text), column("tests", ColumnType::integer), column("p", ColumnType::real),
               column("share", ColumnType::real), column("together", ColumnType::real),
               column("together_without", ColumnType::real), column("found_without", ColumnType::text),
               column("members", ColumnType::integer), column("of", ColumnType::integer),
               column("p_without", ColumnType::real)});
  const auto integer = [](std::uint64_t n) { return Cell(static_cast<std::int64_t>(n)); };
  for (const GroupChannel& channel : channels.channels) {
    table.append_row({channel.channel, integer(channel.tests), channel.p, channel.share, channels.together,
                      channels.channels.size() > 1 ? Cell(channel.without) : Cell(std::monostate{}),
                      channel.left_group.empty() ? Cell(std::monostate{}) : Cell(channel.left_group),
                      integer(channel.left_members), integer(channels.members),
                      channel.left_p ? Cell(*channel.left_p) : Cell(std::monostate{})});
  }
  return table;
}

}  // namespace unisono::evidence
