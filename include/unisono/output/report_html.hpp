// The report as one HTML file: no network, complete without scripts, printable. Order: outputs.md section 3.
#pragma once

#include <string>

#include "unisono/evidence/report_data.hpp"

namespace unisono::output {

struct ReportOptions {
  std::string title;       // empty = "What these accounts did together"
  std::string full_names;  // the stated reason for --names full; empty = pseudonyms
};

// Equal data gives equal bytes: no build time, no random ids. Every text of a post is data: escaped, never markup.
std::string write_report(const evidence::ReportData& data, const ReportOptions& options);

}  // namespace unisono::output
