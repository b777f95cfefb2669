#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "commands/channel_tests.hpp"

namespace unisono::commands {
namespace {

struct Part {
  const network::Group* group = nullptr;
  std::uint64_t window_us = 0;
  double strength = 0;  // see strength_of
};

bool overlap(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return 2 * common.size() >= std::min(a.size(), b.size());
}

// The lower end of the lift of its weakest passing test. A fragment that was merged into the group does not speak for
// it: candidates of less than half of its size count only where there are no others.
double strength_of(const network::Group& group) {
  double weakest = std::numeric_limits<double>::infinity(), weakest_fragment = weakest;
  for (const network::GroupTestResult& test : group.tests) {
    if (!test.passed) continue;
    double& end = 2 * test.members >= group.members.size() ? weakest : weakest_fragment;
    end = std::min(end, test.low);
  }
  return std::isinf(weakest) ? weakest_fragment : weakest;
}

std::vector<Part> strongest_first(const std::vector<WindowGroups>& windows) {
  std::vector<Part> parts;
  for (const WindowGroups& window : windows) {
    for (const network::Group& group : window.result.groups)
      parts.push_back({&group, window.window_us, strength_of(group)});
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    if (a.strength != b.strength) return a.strength > b.strength;
    return a.window_us != b.window_us ? a.window_us < b.window_us : a.group->members < b.group->members;
  });
  return parts;
}

UnitedGroup begin_group(const Part& part) {
  UnitedGroup united;
  united.members = part.group->members;
  for (const network::GroupTestResult& test : part.group->tests) united.tests.push_back({part.window_us, test});
  united.stability = part.group->stability;
  united.stable = part.group->stable;
  return united;
}

void add_support(UnitedGroup& united, const Part& part) {
  for (const network::GroupTestResult& test : part.group->tests) united.supports.push_back({part.window_us, test});
  std::vector<std::uint32_t> outside;
  std::set_difference(part.group->members.begin(), part.group->members.end(), united.members.begin(),
                      united.members.end(), std::back_inserter(outside));
  std::vector<std::uint32_t> others;
  std::set_union(united.others.begin(), united.others.end(), outside.begin(), outside.end(),
                 std::back_inserter(others));
  united.others = std::move(others);
}

}  // namespace

std::vector<UnitedGroup> unite_windows(const std::vector<WindowGroups>& windows) {
  std::vector<UnitedGroup> groups;
  for (const Part& part : strongest_first(windows)) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const UnitedGroup& group) {
      return overlap(group.members, part.group->members);
    });
    if (found == groups.end()) {
      groups.push_back(begin_group(part));
    } else {
      add_support(*found, part);
    }
  }
  std::sort(groups.begin(), groups.end(), [](const UnitedGroup& a, const UnitedGroup& b) {
    return a.members.size() != b.members.size() ? a.members.size() > b.members.size() : a.members < b.members;
  });
  return groups;
}

}  // namespace unisono::commands
