// One record, or one element of a list inside it, whatever its file's family: the mapper asks for paths and gets text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text_arena.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/json.hpp"
#include "unisono/ingest/mapping.hpp"

namespace unisono::ingest {

// What a worker needs beside the record: where texts are kept, the look-up tables of the current page, a parser for
// JSON that stands in cells.
struct ViewContext {
  TextArena* arena = nullptr;
  const std::vector<ListSpec>* lists = nullptr;
  JsonParser* cell_parser = nullptr;
  std::vector<std::unordered_map<std::string, JsonValue>> lookups;  // in the order of `lookup_names`
  const std::vector<LookupSpec>* lookup_names = nullptr;
  const JsonValue* page = nullptr;  // of @page[]
  std::vector<std::string> items;   // scratch
  std::uint64_t list_errors = 0;    // cells that are not of the list's form
};

class View {
 public:
  View(const CsvBatch& batch, std::size_t row) : kind_(Kind::row), batch_(&batch), row_(row) {}
  explicit View(const JsonValue& value) : kind_(Kind::json), json_(value) {}
  explicit View(std::string_view cell) : kind_(Kind::cell), cell_(cell) {}

  bool is_json() const { return kind_ == Kind::json; }
  const JsonValue& json() const { return json_; }

  // The first scalar at a path as text, kept in the arena or in the batch; data() is nullptr if there is none or it is
  // null.
  std::string_view first(const Path& path, ViewContext& context) const;

  // Whether there is anything at the path, null included.
  bool has(const Path& path, ViewContext& context) const;

  // Calls use(View) for every element at a path: members of lists, values of filters, items of list cells.
  template <typename Use>
  void each(const Path& path, ViewContext& context, Use use) const {
    if (kind_ == Kind::json) {
      std::vector<JsonValue> found;
      walk(json_, path, 0, context, found);
      for (const JsonValue& value : found) {
        if (value.is_null()) continue;
        if (value.is_array()) {
          for (JsonMembers members(value); members.next();) use(View(members.value()));
        } else {
          use(View(value));
        }
      }
      return;
    }
    if (kind_ == Kind::cell) {
      if (path.steps().empty()) use(*this);
      return;
    }
    if (path.bound() < 0) return;
    const std::string_view cell = batch_->field(row_, static_cast<std::size_t>(path.bound()));
    if (cell.empty()) return;
    each_in_cell(cell, path, context, [&](const View& view) { use(view); });
  }

 private:
  enum class Kind { row, json, cell };

  static void walk(const JsonValue& at, const Path& path, std::size_t step, ViewContext& context,
                   std::vector<JsonValue>& found);
  static std::string_view text_of(const JsonValue& value, ViewContext& context);

  template <typename Use>
  void each_in_cell(std::string_view cell, const Path& path, ViewContext& context, Use use) const {
    const ListSpec* spec = list_of(path, context);
    if (spec != nullptr && spec->encoding == ListEncoding::json) {
      const auto parsed = context.cell_parser->parse(cell);
      if (!parsed) {
        ++context.list_errors;
      } else if (parsed->is_array()) {
        for (JsonMembers members(*parsed); members.next();) use(View(members.value()));
      } else if (!parsed->is_null()) {
        use(View(*parsed));
      }
      return;
    }
    if (spec == nullptr) {
      use(View(cell));
      return;
    }
    std::vector<std::string> items = std::move(context.items);
    items.clear();
    if (!decode_items(cell, *spec, items)) ++context.list_errors;
    for (const std::string& item : items) use(View(context.arena->keep(item)));
    context.items = std::move(items);
  }

  static const ListSpec* list_of(const Path& path, const ViewContext& context);
  static bool decode_items(std::string_view cell, const ListSpec& spec, std::vector<std::string>& items);

  Kind kind_;
  const CsvBatch* batch_ = nullptr;
  std::size_t row_ = 0;
  JsonValue json_;
  std::string_view cell_;
};

}  // namespace unisono::ingest
