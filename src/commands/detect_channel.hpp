// One channel of a detect run: scan, check, test ties, find groups, and turn everything into rows of the case.
#pragma once

#include <string>
#include <vector>

#include "commands/channel_plan.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::commands {

struct ChannelRows {
  std::vector<store::ChannelCheckRow> checks;
  std::vector<store::TieRow> ties;
  std::vector<store::GroupRow> groups;
  std::vector<store::GroupMemberRow> members;
  std::vector<store::GroupTestRow> tests;
  std::vector<store::FindingRow> findings;
  std::vector<store::EvidenceRow> evidence;  // without raw references
  std::vector<std::string> notes;
};

// Reads account labels from `file` and writes nothing.
Result<ChannelRows> detect_channel(store::CaseFile& file, const store::ActionSet& actions, const ChannelPlan& plan,
                                   const DetectOptions& options, const Control& control);

}  // namespace unisono::commands
