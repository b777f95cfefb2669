#include "record_view.hpp"

#include "unisono/ingest/cell_list.hpp"

namespace unisono::ingest {

const ListSpec* View::list_of(const Path& path, const ViewContext& context) {
  if (context.lists == nullptr) return nullptr;
  for (const ListSpec& spec : *context.lists) {
    if (spec.column == path.column()) return &spec;
  }
  return nullptr;
}

bool View::decode_items(std::string_view cell, const ListSpec& spec, std::vector<std::string>& items) {
  return decode_list(cell, spec, items);
}

std::string_view View::text_of(const JsonValue& value, ViewContext& context) {
  switch (value.kind()) {
    case JsonKind::string:
      return context.arena->keep(value.string());
    case JsonKind::boolean:
      return value.boolean() ? std::string_view("true") : std::string_view("false");
    case JsonKind::integer:
    case JsonKind::unsigned_integer:
    case JsonKind::real:
      return context.arena->keep(value.number_text());
    case JsonKind::null:
    case JsonKind::array:
    case JsonKind::object:
      break;
  }
  return {};
}

void View::walk(const JsonValue& at, const Path& path, std::size_t step, ViewContext& context,
                std::vector<JsonValue>& found) {
  if (step == path.steps().size()) {
    found.push_back(at);
    return;
  }
  const PathStep& next = path.steps()[step];
  switch (next.kind) {
    case PathStep::Kind::key:
      if (at.is_array()) {  // a.b over a list reads b of every element, so that one-element lists need no path of their
                            // own
        for (JsonMembers members(at); members.next();) {
          if (const auto value = members.value().find(next.key)) walk(*value, path, step + 1, context, found);
        }
      } else if (const auto value = at.find(next.key)) {
        walk(*value, path, step + 1, context, found);
      }
      return;
    case PathStep::Kind::each:
      for (JsonMembers members(at); at.is_array() && members.next();) {
        walk(members.value(), path, step + 1, context, found);
      }
      return;
    case PathStep::Kind::filter:
      for (JsonMembers members(at); at.is_array() && members.next();) {
        const auto value = members.value().find(next.key);
        if (value && value->is_string() && value->string() == next.value) {
          walk(members.value(), path, step + 1, context, found);
        }
      }
      return;
    case PathStep::Kind::lookup: {
      if (next.key == "page") {
        if (context.page != nullptr) walk(*context.page, path, step + 1, context, found);
        return;
      }
      const std::string_view key = View(at).first(*next.by, context);
      if (key.data() == nullptr || context.lookup_names == nullptr) return;
      for (std::size_t i = 0; i < context.lookup_names->size(); ++i) {
        if ((*context.lookup_names)[i].name != next.key || i >= context.lookups.size()) continue;
        const auto entry = context.lookups[i].find(std::string(key));
        if (entry != context.lookups[i].end()) walk(entry->second, path, step + 1, context, found);
      }
      return;
    }
  }
}

std::string_view View::first(const Path& path, ViewContext& context) const {
  if (kind_ == Kind::cell) return path.steps().empty() ? cell_ : std::string_view{};
  if (kind_ == Kind::json) {
    // The common case, keys only, without the list of matches.
    JsonValue at = json_;
    std::size_t step = 0;
    for (; step < path.steps().size(); ++step) {
      const PathStep& next = path.steps()[step];
      if (next.kind != PathStep::Kind::key || !at.is_object()) break;
      const auto value = at.find(next.key);
      if (!value) return {};
      at = *value;
    }
    if (step == path.steps().size()) return text_of(at, context);
    std::vector<JsonValue> found;
    walk(at, path, step, context, found);
    for (const JsonValue& value : found) {
      const std::string_view text = text_of(value, context);
      if (text.data() != nullptr) return text;
    }
    return {};
  }
  if (path.bound() < 0) return {};
  const std::string_view cell = batch_->field(row_, static_cast<std::size_t>(path.bound()));
  if (!path.is_list() || cell.empty()) return cell;
  std::string_view text;
  each_in_cell(cell, path, context, [&](const View& element) {
    if (text.data() != nullptr) return;
    text = element.is_json() ? text_of(element.json_, context) : element.cell_;
  });
  return text;
}

bool View::has(const Path& path, ViewContext& context) const {
  if (kind_ == Kind::cell) return path.steps().empty();
  if (kind_ == Kind::row) return path.bound() >= 0;
  std::vector<JsonValue> found;
  walk(json_, path, 0, context, found);
  return !found.empty();
}

}  // namespace unisono::ingest
