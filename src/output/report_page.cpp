#include "output/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace unisono::output {
namespace {

bool is_number(const Column& column) {
  return column.type == ColumnType::integer || column.type == ColumnType::real;
}

std::string_view class_of(const Column& column) {
  if (is_number(column)) return "n";
  constexpr std::array<std::string_view, 4> k_long = {"reason", "detail", "sha256", "sentence"};
  return std::find(k_long.begin(), k_long.end(), column.name) != k_long.end() ? "long" : "word";
}

std::string heading_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> k_headings = {
      {{"window_s", "window, s"},
       {"median_lag_s", "median gap, s"},
       {"up_to_s", "up to, s"},
       {"first_t", "first"},
       {"last_t", "last"},
       {"habit_f", "habit F"},
       {"family_k", "family K"},
       {"how", "how found"},
       {"false_ties", "ties by chance"},
       {"mean_false_ties", "ties by chance, mean"},
       {"most_false_ties", "ties by chance, most"},
       {"mean_false_groups", "groups by chance, mean"},
       {"most_false_groups", "groups by chance, most"},
       {"n", "number"}}};
  for (const auto& [column, heading] : k_headings) {
    if (name == column) return std::string(heading);
  }
  std::string heading(name);
  std::replace(heading.begin(), heading.end(), '_', ' ');
  return heading;
}

std::string real_text(double value) {
  return std::abs(value) >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

// In a sentence or a box; cells of tables have no separators, so that they can be copied.
std::string figure_text(double value) {
  const bool is_large = value >= 1000 && value < 1e15;
  return is_large ? evidence::format_count(static_cast<std::uint64_t>(std::llround(value))) : real_text(value);
}

void append_rows(Html& html, const Table& table) {
  html.open("thead").open("tr");
  for (const Column& column : table.columns())
    html.element("th", heading_of(column.name),
                 {{"class", class_of(column)}, {"scope", "col"}, {"data-column", column.name}});
  html.close().close().open("tbody");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    html.open("tr");
    for (const Column& column : table.columns())
      html.element("td", cell_text(column, row), {{"class", class_of(column)}});
    html.close();
  }
  html.close();
}

// `exact` is what a program reads, `shown` what a person reads.
void append_data(ReportPage& page, const std::string& exact, std::string_view shown, const evidence::Figure& figure,
                 std::string_view column) {
  page.html()
      .open("data", {{"value", exact},
                     {"data-query", page.query(figure.sql)},
                     {"data-column", column},
                     {"data-command", page.command(figure.command)}})
      .text(shown)
      .close();
}

}  // namespace

std::string ReportPage::number(Numbered& list, std::string_view prefix, const std::string& text) {
  if (text.empty()) return {};
  const auto [at, is_new] = list.index.emplace(text, list.texts.size());
  if (is_new) list.texts.push_back(text);
  return fmt::format("{}{}", prefix, at->second + 1);
}

void ReportPage::open_section(std::string_view id, std::string_view title) {
  const std::string heading = fmt::format("{}-title", id);
  html_.open("section", {{"id", id}, {"aria-labelledby", heading}}).element("h2", title, {{"id", heading}});
}

void ReportPage::close_section() {
  html_.close();
}

void ReportPage::append_sources() {
  const auto append = [&](std::string_view prefix, const std::vector<std::string>& texts) {
    html_.open("dl", {{"class", "sources"}});
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string id = fmt::format("{}{}", prefix, i + 1);
      html_.element("dt", id).open("dd").element("pre", texts[i], {{"id", id}}).close();
    }
    html_.close();
  };
  html_.element("p",
                "case.uni stands for the case file of this report. A query runs with `unisono query case.uni \"...\"`; "
                "`unisono query` cannot change a case. Commands compute p-values, lifts and intervals anew from the "
                "actions; they need the same version of the program.");
  html_.element("h3", "Commands");
  append("c", commands_.texts);
  html_.element("h3", "Queries");
  html_.element(
      "p", fmt::format("Not printed: {} queries. They stand here in the file of this report.", queries_.texts.size()),
      {{"class", "on-paper"}});
  html_.open("div", {{"class", "queries"}});
  append("q", queries_.texts);
  html_.close();
}

std::string cell_text(const Column& column, std::size_t row) {
  const Cell& cell = column.cells[row];
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "yes" : "no";
  const auto* real = std::get_if<double>(&cell);
  if (real == nullptr) return to_text(cell, column.type);
  const bool is_p = column.name == "p" || column.name == "q" || column.name == "least_p";
  return is_p ? evidence::format_p(*real) : real_text(*real);
}

void append_source(ReportPage& page, const std::string& sql, const std::string& command, std::string_view more) {
  Html& html = page.html();
  const auto link = [&](std::string_view before, const std::string& number) {
    html.text(before).element("a", number, {{"href", "#" + number}}).text(". ");
  };
  html.open("p", {{"class", "source"}});
  if (!sql.empty()) link("Query ", page.query(sql));
  if (!command.empty()) link("Computed anew by command ", page.command(command));
  html.text(more).close();
}

void append_table(ReportPage& page, const evidence::SourcedTable& sourced, std::string_view caption,
                  std::string_view note) {
  Html& html = page.html();
  html.open("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", caption}, {"tabindex", "0"}});
  html.open("table", {{"data-query", page.query(sourced.sql)},
                      {"data-command", page.command(sourced.command)},
                      {"data-rows", fmt::format("{}", sourced.total_rows)}});
  html.open("caption").text(caption);
  if (!note.empty()) html.text(" ").element("span", note, {{"class", "soft"}});
  html.close();
  append_rows(html, sourced.table);
  html.close().close();
  const bool cut = sourced.table.rows() < sourced.total_rows;
  append_source(
      page, sourced.sql, sourced.command,
      cut ? fmt::format("Shown: {} of {} rows; the query gives all.", sourced.table.rows(), sourced.total_rows)
          : std::string());
}

void open_picture(Html& html, std::string_view name) {
  html.open("figure").open("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", name}, {"tabindex", "0"}});
}

void close_picture(Html& html, std::string_view title, std::string_view caption) {
  html.close().open("figcaption");
  if (!title.empty()) html.element("strong", fmt::format("{}. ", title));
  html.text(caption).close().close();
}

void append_list(Html& html, const std::vector<std::string>& items) {
  html.open("ul");
  for (const std::string& item : items) html.element("li", item);
  html.close();
}

void append_figure(ReportPage& page, const evidence::Figure& figure) {
  Html& html = page.html();
  const auto count = [&](const std::optional<std::int64_t>& value, std::string_view column) {
    append_data(page, fmt::format("{}", *value), evidence::format_count(static_cast<std::uint64_t>(*value)), figure,
                column);
  };
  if (figure.numerator && figure.denominator) {
    if (figure.value)
      append_data(page, fmt::format("{}", *figure.value), fmt::format("{:.1f} %", 100 * *figure.value), figure,
                  "share");
    html.text(figure.value ? " (" : "");
    count(figure.numerator, "numerator");
    html.text(" of ");
    count(figure.denominator, "denominator");
    html.text(figure.value ? ")" : "");
  } else if (figure.numerator) {
    count(figure.numerator, "numerator");
  } else if (figure.value) {
    append_data(page, fmt::format("{}", *figure.value), figure_text(*figure.value), figure, "value");
  } else {
    html.text("not known");
  }
  if (!figure.low || !figure.high) return;
  // The interval of a share is no part of its query: the command gives it.
  evidence::Figure interval = figure;
  if (figure.denominator) interval.sql.clear();
  const auto end = [&](double value, std::string_view column) {
    append_data(page, fmt::format("{}", value),
                figure.denominator ? fmt::format("{:.1f} %", 100 * value) : figure_text(value), interval, column);
  };
  html.text(figure.denominator ? " [" : " (");
  end(*figure.low, "low");
  html.text(" to ");
  end(*figure.high, "high");
  html.text(figure.denominator ? "]" : ")");
}

void append_refs(ReportPage& page, const evidence::Figure& figure) {
  for (const std::string& number : {page.query(figure.sql), page.command(figure.command)}) {
    if (!number.empty()) page.html().text(" ").element("a", number, {{"href", "#" + number}, {"class", "ref"}});
  }
}

void append_figure_boxes(ReportPage& page, const std::vector<evidence::Figure>& figures) {
  Html& html = page.html();
  html.open("ul", {{"class", "figures"}});
  for (const evidence::Figure& figure : figures) {
    html.open("li").open("b");
    append_figure(page, figure);
    html.close().text(" " + figure.label);
    append_refs(page, figure);
    html.close();
  }
  html.close();
}

void append_figure_lines(ReportPage& page, std::initializer_list<const evidence::Figure*> figures) {
  append_figure_lines(page, std::span<const evidence::Figure* const>(figures.begin(), figures.size()));
}

void append_figure_lines(ReportPage& page, std::span<const evidence::Figure* const> figures) {
  Html& html = page.html();
  html.open("ul", {{"class", "beside"}});
  for (const evidence::Figure* figure : figures) {
    if (!figure->numerator && !figure->value) continue;
    html.open("li");
    append_figure(page, *figure);
    html.text(" " + figure->label);
    append_refs(page, *figure);
    html.close();
  }
  html.close();
}

void append_count(ReportPage& page, std::uint64_t value, const std::string& sql, std::string_view column,
                  std::size_t row) {
  const std::string text = fmt::format("{}", value);
  page.html()
      .open("data", {{"value", text},
                     {"data-query", page.query(sql)},
                     {"data-column", column},
                     {"data-row", fmt::format("{}", row)}})
      .text(text)
      .close();
}

}  // namespace unisono::output
