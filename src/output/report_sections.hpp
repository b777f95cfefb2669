// The sections of a report, in the order in which they stand.
#pragma once

#include "output/report_page.hpp"
#include "unisono/output/report_html.hpp"

namespace unisono::output {

void append_summary(ReportPage& page, const evidence::ReportData& data);
void append_measured(ReportPage& page, const evidence::ReportData& data);
void append_findings(ReportPage& page,
                     const evidence::ReportData& data);  // network, groups, ties, leads, moments, amplification
void append_group(ReportPage& page, const evidence::GroupReport& group, std::size_t number);
void append_ties(ReportPage& page, const evidence::ReportData& data);
void append_timeless(ReportPage& page, const evidence::ReportData& data);
void append_bursts(ReportPage& page, const evidence::ReportData& data);
void append_amplification(ReportPage& page, const evidence::ReportData& data);
void append_methods(ReportPage& page, const evidence::ReportData& data);  // with calibration
void append_not_established(ReportPage& page, const evidence::ReportData& data);
void append_data_section(ReportPage& page, const evidence::ReportData& data);
void append_reply(ReportPage& page, const evidence::ReportData& data);
void append_lists(ReportPage& page, const evidence::ReportData& data, const ReportOptions& options);
void append_run_record(ReportPage& page, const evidence::ReportData& data);

}  // namespace unisono::output
