// The parts of a report, one file each; they fill in what their name says.
#pragma once

#include <string>
#include <string_view>

#include "unisono/evidence/report_data.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::evidence {

// The first `shown` rows of a query, and how many there are.
Result<SourcedTable> sourced(store::CaseFile& file, std::string sql, std::size_t shown);

// One row with the columns numerator, denominator, value, low, high, as far as the figure has them.
Result<Figure> sourced_figure(store::CaseFile& file, std::string_view label, std::string_view rows, std::string sql);

Result<void> add_data(store::CaseFile& file, ReportData& data);  // overview, data
Result<void> add_ties(store::CaseFile& file, const ReportRequest& request, ReportData& data);
Result<void> add_groups(store::CaseFile& file, const ReportRequest& request, const store::RunResults& results,
                        ReportData& data, const Control& control);
Result<void> add_timeless(store::CaseFile& file, const store::RunResults& results, ReportData& data);
Result<void> add_bursts(store::CaseFile& file, const store::RunResults& results, ReportData& data);
Result<void> add_amplification(store::CaseFile& file, ReportData& data, const Control& control);
Result<void> add_calibration(store::CaseFile& file, ReportData& data);
Result<void> add_planting(store::CaseFile& file, ReportData& data);
// withheld, not_testable, not_established
Result<void> add_reasons(store::CaseFile& file, const store::RunResults& results, ReportData& data);

}  // namespace unisono::evidence
