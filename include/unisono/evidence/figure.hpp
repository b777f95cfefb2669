// A figure: one number of a report with what it is out of and the query that gives it, so that anybody can check it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "unisono/core/table.hpp"

namespace unisono::evidence {

struct Figure {
  std::string analysis;  // "B4", see analysis_list.hpp
  std::string subject;   // "all targets", "@embassy", "the group"
  std::string label;     // "reposts by accounts that were suspended on 2021-03-01"
  std::string rows;      // what numerator and denominator count: "reposts", "accounts"
  std::optional<std::int64_t> numerator, denominator;
  std::optional<double> value;      // numerator / denominator; a count without denominator has none
  std::optional<double> low, high;  // interval of 95 %, or the bounds that the label names
  std::optional<double> coverage;   // rows in this data / rows that the platform counted; empty = not known
  std::int64_t excluded = 0;        // rows left out of both; `excluded_why` says which
  std::string excluded_why;
  std::string sql;      // gives one row with the columns numerator, denominator, value, as far as they are set
  std::string command;  // recomputes what no query can (intervals)
};

// A table of an analysis with the query that gives the same rows on the case. An empty query: `command` recomputes it.
struct AnalysisTable {
  std::string name;      // key in JSON: "weeks"
  std::string analysis;  // "B6"
  std::string title;
  Table table;
  std::string sql, command;
  std::uint64_t total_rows = 0;  // the table may show fewer: the first ones
};

}  // namespace unisono::evidence
