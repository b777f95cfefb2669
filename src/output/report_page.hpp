// The sheet that all sections of a report write on: HTML, and the numbered list of queries and commands at its end.
//
// A number that a query gives is marked <data value="12" data-query="q3" data-column="numerator">; the column "share"
// is numerator / denominator. A table is marked <table data-query="q3">, and what a command computes anew has
// data-command="c1"; tests/report/every_number reads these marks.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/evidence/report_data.hpp"
#include "unisono/output/html.hpp"

namespace unisono::output {

class ReportPage {
 public:
  Html& html() { return html_; }

  // "q1", "q2", ...; the same text has the same number. Empty text has none.
  std::string query(const std::string& sql) { return number(queries_, "q", sql); }
  std::string command(const std::string& text) { return number(commands_, "c", text); }

  // A section with a heading of level 2, in the list of contents. Close it with close_section().
  void open_section(std::string_view id, std::string_view title);
  void close_section();

  // The end of the page: every query and command under its number.
  void append_sources();

 private:
  struct Numbered {
    std::map<std::string, std::size_t> index;
    std::vector<std::string> texts;
  };
  static std::string number(Numbered& list, std::string_view prefix, const std::string& text);

  Html html_;
  Numbered queries_, commands_;
};

// One table with caption, scrolling inside itself where the sheet is narrow, and where its numbers come from. Says what
// it left out. `note` follows the caption.
void append_table(ReportPage& page, const evidence::SourcedTable& sourced, std::string_view caption,
                  std::string_view note = {});

// "Query q3. Computed anew by c1."
void append_source(ReportPage& page, const std::string& sql, const std::string& command, std::string_view more = {});

// A picture that scrolls inside itself where the sheet is narrow. Close it with close_picture().
void open_picture(Html& html, std::string_view name);
void close_picture(Html& html, std::string_view title, std::string_view caption);

void append_list(Html& html, const std::vector<std::string>& items);

// The figure as one number or as a share: "44.0 % (16500 of 37500)", each number marked with its query.
void append_figure(ReportPage& page, const evidence::Figure& figure);

// Links to the query and the command of a figure.
void append_refs(ReportPage& page, const evidence::Figure& figure);

// Figures as boxes with number above label.
void append_figure_boxes(ReportPage& page, const std::vector<evidence::Figure>& figures);

// "3 of 12 gaps from one member to the next that lie within the window (q7)."
void append_figure_lines(ReportPage& page, std::span<const evidence::Figure* const> figures);
void append_figure_lines(ReportPage& page, std::initializer_list<const evidence::Figure*> figures);

// A number in running text, marked.
void append_count(ReportPage& page, std::uint64_t value, const std::string& sql, std::string_view column,
                  std::size_t row = 0);

std::string cell_text(const Column& column, std::size_t row);  // as a person reads it; yes and no for booleans

}  // namespace unisono::output
