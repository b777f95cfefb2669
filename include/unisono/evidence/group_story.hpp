// What a reporter reads first about a group: a few of its objects, and on each the first actions in order of time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/group_actions.hpp"
#include "unisono/evidence/sourced_table.hpp"

namespace unisono::evidence {

struct StoryAction {
  TimeUs t_us = 0;
  Precision precision = Precision::s;
  std::string account;  // label: pseudonym or name
  bool member = false;
};

struct StoryObject {
  std::string key;                         // only where it leads to no person: link, domain, hashtag; else empty
  std::string text;                        // whole if by a named account, else at most 12 words without links
  bool excerpt = false;                    // something was left out
  std::uint64_t members = 0;               // members whose first action on it is close to another member's
  std::uint64_t sharers = 0;               // all accounts that acted on it
  std::vector<StoryAction> first_actions;  // ascending time
};

struct GroupStory {
  std::vector<StoryObject> objects;
  SourcedTable counts;  // members, sharers: one row for each object, without its name
};

// Objects in order of (members descending, first close action, key). Needs prepare_account_names(). O(actions of the
// case).
Result<GroupStory> group_story(const GroupActions& actions, std::size_t objects_shown = 5,
                               std::size_t actions_shown = 10);

// The text cut after `max_words` words, links removed; `cut` says whether anything was left out.
std::string excerpt_of(std::string_view text, std::size_t max_words, bool& cut);

}  // namespace unisono::evidence
