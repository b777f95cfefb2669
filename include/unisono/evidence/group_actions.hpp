// The actions of a group's members in one channel, as relations that the story and the pictures of the group ask. Here
// they are temporary tables, so that the case is read once; in a printed query they are common table expressions of the
// same names, so that what is printed is what was asked.
//
//   spaced(object_id, t, since_us, until_us)   first actions of found members on objects, with the time since the
//                                              member before and until the next one on the same object
//   shared(object_id, members, sharers)        objects of at least two members, and how many accounts acted on them
#pragma once

#include <cstdint>
#include <string>

#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/evidence/run_settings.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

struct GroupScope {
  std::string run_id, group_id, channel;
  std::int64_t window_us = 60'000'000;
};

class GroupActions {
 public:
  // Replaces the relations of another group. O(actions of the case).
  static Result<GroupActions> make(store::CaseFile& file, const GroupScope& scope, const RunSettings& settings);

  Result<Table> ask(const std::string& body) const { return file_.query(body); }
  std::string printed(const std::string& body) const { return relations_ + " " + body; }

  const GroupScope& scope() const { return scope_; }
  store::CaseFile& file() const { return file_; }
  const std::string& tested() const { return tested_; }  // condition on `action`: a row that the tests used
  std::string close() const;                             // condition on `spaced`: another member within the window

 private:
  GroupActions(store::CaseFile& file, GroupScope scope, const RunSettings& settings);

  store::CaseFile& file_;
  GroupScope scope_;
  std::string tested_, relations_;
};

}  // namespace unisono::evidence
