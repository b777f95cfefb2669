// The first page in sentences: what was found, what was not, what could not be tested. The report and `run` print the
// same.
#pragma once

#include <string>
#include <vector>

#include "unisono/evidence/report_data.hpp"

namespace unisono::evidence {

struct Claim {
  std::string level;      // "G0"; "0" for counts; empty for a plain sentence, which has no subject and no anchor
  std::string subject;    // "Group 1 (repost within 60 s)"
  std::string anchor;     // of its section in the report
  std::string statement;  // in the words of its level
};

struct ReportSummary {
  std::string counts;        // "groups at G1 (coordinated): 0; ...": how many findings there are at each level
  std::vector<Claim> found;  // the strongest groups, pairs by level, the main figures of the amplification
  std::vector<std::string> not_found, not_tested;
};

// At most `groups` groups are told in full; the rest are counted. O(groups + levels).
ReportSummary summary_of(const ReportData& data, std::size_t groups = 3);

}  // namespace unisono::evidence
