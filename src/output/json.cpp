#include "unisono/output/json.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace unisono::output {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view k_json_ending = "_json";

bool holds_json(const Column& column) {
  return column.name.ends_with(k_json_ending);
}

std::string key_of(const Column& column) {
  return holds_json(column) ? column.name.substr(0, column.name.size() - k_json_ending.size()) : column.name;
}

Json value_of(const Cell& cell, const Column& column) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    if (!holds_json(column)) return *text;
    Json parsed = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
    return parsed.is_discarded() ? Json(*text) : parsed;
  }
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return column.type == ColumnType::time_us ? Json(to_text(cell, column.type)) : Json(*number);
  }
  if (const auto* real = std::get_if<double>(&cell)) return std::isfinite(*real) ? Json(*real) : Json(nullptr);
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag;
  return nullptr;
}

Json rows_of(const Table& table) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Json object = Json::object();
    for (const Column& column : table.columns()) object[key_of(column)] = value_of(column.cells[row], column);
    rows.push_back(std::move(object));
  }
  return rows;
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace

std::string write_json(const JsonDocument& document) {
  Json json = Json::object();
  json["schema"] = "unisono." + document.verb + "/1";
  Json run = Json::parse(document.run_json, nullptr, /*allow_exceptions=*/false);
  json["run"] = run.is_discarded() ? Json::object() : std::move(run);
  json["tables"] = Json::object();
  for (const auto& [name, table] : document.tables) json["tables"][name] = rows_of(table);
  json["notes"] = document.notes;
  return dump(json, 1) + "\n";
}

std::string quote_json(std::string_view text) {
  return dump(Json(text), -1);
}

}  // namespace unisono::output
