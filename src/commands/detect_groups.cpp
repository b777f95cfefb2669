#include <algorithm>
#include <iterator>
#include <numeric>

#include "commands/detect_channel.hpp"

namespace unisono::commands {
namespace {

struct Part {
  const network::Group* group = nullptr;
  std::uint64_t window_us = 0;
};

bool overlap(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return 2 * common.size() >= std::min(a.size(), b.size());
}

std::size_t root_of(std::vector<std::size_t>& parent, std::size_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

void add_part(UnitedGroup& united, const Part& part) {
  std::vector<std::uint32_t> members;
  std::set_union(united.members.begin(), united.members.end(), part.group->members.begin(), part.group->members.end(),
                 std::back_inserter(members));
  united.members = std::move(members);
  for (const network::GroupTestResult& test : part.group->tests) united.tests.push_back({part.window_us, test});
  united.stability = std::min(united.stability, part.group->stability);
  united.stable = united.stable && part.group->stable;
}

}  // namespace

std::vector<UnitedGroup> unite_windows(const std::vector<WindowGroups>& windows) {
  std::vector<Part> parts;
  for (const WindowGroups& window : windows) {
    for (const network::Group& group : window.result.groups) parts.push_back({&group, window.window_us});
  }
  std::vector<std::size_t> parent(parts.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t j = i + 1; j < parts.size(); ++j) {
      if (overlap(parts[i].group->members, parts[j].group->members)) parent[root_of(parent, j)] = root_of(parent, i);
    }
  }

  std::vector<UnitedGroup> groups(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) add_part(groups[root_of(parent, i)], parts[i]);
  std::erase_if(groups, [](const UnitedGroup& group) { return group.members.empty(); });
  std::sort(groups.begin(), groups.end(), [](const UnitedGroup& a, const UnitedGroup& b) {
    return a.members.size() != b.members.size() ? a.members.size() > b.members.size() : a.members < b.members;
  });
  return groups;
}

}  // namespace unisono::commands
