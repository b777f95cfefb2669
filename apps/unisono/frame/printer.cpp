#include "frame/printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "frame/safe_text.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::app {
namespace {

constexpr std::size_t k_gap = 2;
constexpr std::size_t k_narrowest = 14;  // account names and group ids stay whole; columns at the end go first

bool is_right_aligned(ColumnType type) {
  return type == ColumnType::integer || type == ColumnType::real;
}

struct Layout {
  std::vector<std::size_t> widths;
  std::size_t shown = 0;  // leading columns that fit
};

// Takes columns from the widest text column until the line fits; then drops columns at the end.
Layout fit(std::vector<std::size_t> widths, const std::vector<bool>& may_shrink, std::size_t width) {
  const auto total = [&](std::size_t n) {
    return std::accumulate(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(n), std::size_t{0}) +
           (n > 0 ? k_gap * (n - 1) : 0);
  };
  while (total(widths.size()) > width) {
    std::size_t widest = widths.size();
    for (std::size_t c = 0; c < widths.size(); ++c) {
      if (may_shrink[c] && widths[c] > k_narrowest && (widest == widths.size() || widths[c] > widths[widest]))
        widest = c;
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }
  std::size_t shown = widths.size();
  while (shown > 1 && total(shown) > width) --shown;
  return {std::move(widths), shown};
}

std::string padded(std::string_view text, std::size_t width, bool to_the_right) {
  const std::string cut = cut_to_width(text, width);
  const std::string space(width - std::min(width, display_width(cut)), ' ');
  return to_the_right ? space + cut : cut + space;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

nlohmann::ordered_json json_value(const Cell& cell, ColumnType type, bool is_json) {
  if (is_missing(cell)) return nullptr;
  if (is_json) {
    auto parsed = nlohmann::ordered_json::parse(to_text(cell, type), nullptr, false);
    if (!parsed.is_discarded()) return parsed;
  }
  if (type != ColumnType::time_us) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
    if (const auto* number = std::get_if<double>(&cell)) return *number;
    if (const auto* flag = std::get_if<bool>(&cell)) return *flag;
  }
  return to_text(cell, type);
}

std::string json_escape(char32_t c) {
  const auto value = static_cast<std::uint32_t>(c);
  if (value < 0x10000) return fmt::format("\\u{:04x}", value);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((value - 0x10000) >> 10), 0xdc00 + ((value - 0x10000) & 0x3ff));
}

// Each heading once, its sentences wrapped below it.
std::string format_prose(const Section& section, const Style& style) {
  std::string text, heading;
  const std::vector<Column>& columns = section.table.columns();
  for (std::size_t r = 0; r < section.table.rows(); ++r) {
    const std::string of_row = visible(to_text(columns[0].cells[r], columns[0].type));
    if (of_row != heading) text += of_row + ":\n";
    heading = of_row;
    text += "  - " + wrap(visible(to_text(columns[1].cells[r], columns[1].type)), style.width - 4, 4) + "\n";
  }
  return text;
}

std::string more_rows(const Section& section, std::size_t shown) {
  return fmt::format("{} more rows ({})", section.table.rows() - shown,
                     section.whole_in.empty() ? "all of them in a pipe or with --json"
                                              : "all of them in " + visible(section.whole_in) + " or with --json");
}

}  // namespace

std::string format_for_terminal(const Section& section, const Style& style) {
  const std::vector<Column>& columns = section.table.columns();
  const std::size_t rows = std::min(section.table.rows(), section.rows_on_terminal);
  const char* bold = style.color ? "\x1b[1m" : "";
  const char* plain = style.color ? "\x1b[0m" : "";
  std::string result =
      fmt::format("{}{}{}\n", bold, visible(section.title.empty() ? section.name : section.title), plain);
  if (section.table.rows() == 0) return result + "  (none)\n";
  if (section.is_prose) return result + format_prose(section, style);

  std::vector<std::vector<std::string>> cells(columns.size());
  std::vector<std::size_t> widths(columns.size());
  std::vector<bool> may_shrink(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    widths[c] = display_width(visible(columns[c].name));
    may_shrink[c] = columns[c].type == ColumnType::text;
    for (std::size_t r = 0; r < rows; ++r) {
      cells[c].push_back(visible(to_text(columns[c].cells[r], columns[c].type)));
      widths[c] = std::max(widths[c], display_width(cells[c].back()));
    }
  }
  const Layout layout = fit(std::move(widths), may_shrink, style.width);
  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (std::size_t c = 0; c < layout.shown; ++c) {
      if (c > 0) text.append(k_gap, ' ');
      text += padded(cell_of(c), std::min(layout.widths[c], style.width), is_right_aligned(columns[c].type));
    }
    return without_trailing_spaces(std::move(text)) + "\n";
  };
  result += line([&](std::size_t c) { return visible(columns[c].name); });
  std::size_t rule = layout.shown > 0 ? k_gap * (layout.shown - 1) : 0;
  for (std::size_t c = 0; c < layout.shown; ++c) rule += layout.widths[c];
  for (std::size_t i = 0; i < std::min(rule, style.width); ++i) result += "─";
  result += "\n";
  for (std::size_t r = 0; r < rows; ++r) result += line([&](std::size_t c) { return cells[c][r]; });

  if (section.table.rows() > rows) result += "… " + more_rows(section, rows) + "\n";
  if (layout.shown < columns.size()) {
    result += fmt::format("… {} more columns (all of them in a pipe or with --json)\n", columns.size() - layout.shown);
  }
  return result;
}

std::string format_tsv(const Section& section, bool named) {
  std::string result;
  if (named) result += fmt::format("# {}\n", visible(section.name));
  const std::vector<Column>& columns = section.table.columns();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (c > 0) result += '\t';
    result += visible(columns[c].name, true);
  }
  result += '\n';
  const std::size_t rows =
      section.whole_in.empty() ? section.table.rows() : std::min(section.table.rows(), section.rows_on_terminal);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c > 0) result += '\t';
      result += visible(to_text(columns[c], r), true);
    }
    result += '\n';
  }
  if (section.table.rows() > rows) result += "# " + more_rows(section, rows) + "\n";
  return result;
}

std::string format_ndjson(const Section& section) {
  std::string result;
  const std::vector<Column>& columns = section.table.columns();
  for (std::size_t r = 0; r < section.table.rows(); ++r) {
    nlohmann::ordered_json row;
    row["table"] = section.name;
    for (const Column& column : columns) {
      const bool is_json = column.name.size() > 5 && column.name.ends_with("_json");
      row[is_json ? column.name.substr(0, column.name.size() - 5) : column.name] =
          json_value(column.cells[r], column.type, is_json);
    }
    result += row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  return escape_hidden_in_json(result);
}

std::string escape_hidden_in_json(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    if (static_cast<unsigned char>(json[at]) < 0x80) {  // JSON has escaped C0 itself; DEL is the one left
      result += json[at] == 0x7f ? std::string("\\u007f") : std::string(1, json[at]);
      ++at;
      continue;
    }
    const std::size_t start = at;
    const char32_t c = next_code_point(json, at);
    if (is_hidden_or_control(c)) {
      result += json_escape(c);
    } else {
      result.append(json.substr(start, at - start));
    }
  }
  return result;
}

}  // namespace unisono::app
