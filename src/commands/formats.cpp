#include "unisono/commands/formats.hpp"

#include <fmt/format.h>

#include "unisono/core/file.hpp"
#include "unisono/ingest/format_list.hpp"
#include "unisono/ingest/suggest.hpp"

namespace unisono::commands {

Result<Table> list_formats() {
  UNISONO_TRY(const ingest::FormatList formats, ingest::FormatList::load());
  Table table({{"id", ColumnType::text, {}},
               {"title", ColumnType::text, {}},
               {"family", ColumnType::text, {}},
               {"platform", ColumnType::text, {}},
               {"state", ColumnType::text, {}},
               {"version", ColumnType::text, {}},
               {"source", ColumnType::text, {}}});
  for (const ingest::Mapping& mapping : formats.all()) {
    const bool asked_for = mapping.detect.weak || mapping.detect.required.empty();
    table.append_row({mapping.id, mapping.title, std::string(name_of(mapping.family)),
                      mapping.platform.constant.value_or("by row"),
                      std::string(asked_for              ? "needs --format"
                                  : mapping.experimental ? "experimental"
                                                         : "checked"),
                      mapping.version, mapping.source});
  }
  return table;
}

Result<std::string> show_format(const std::string& id) {
  UNISONO_TRY(const ingest::FormatList formats, ingest::FormatList::load());
  UNISONO_TRY(const ingest::Mapping* const mapping, formats.named(id));
  return std::string(formats.text_of(mapping->id));
}

Result<FormatCheck> check_format(const std::filesystem::path& path) {
  UNISONO_TRY(const std::string text, read_file(path, 1U << 20));
  UNISONO_TRY(const ingest::Mapping mapping, ingest::parse_mapping(text, path.string()));
  FormatCheck out{mapping.id, {}};
  const auto empty = [&](ingest::TextField field) { return mapping.at(field).empty(); };
  if (mapping.has_posts() && empty(ingest::TextField::post_id)) {
    out.notes.push_back(
        "no post_id: every row gets an id made from the file's hash and its place, so repeated posts are not seen");
  }
  if (empty(ingest::TextField::account_id) && empty(ingest::TextField::handle)) {
    out.notes.push_back(
        "neither account_id nor handle: rows will have no account, and nothing can be said about accounts");
  }
  if (!mapping.accounts_only && mapping.at(ingest::TimeField::t).source.empty()) {
    out.notes.push_back("no time `t`: only ids of X could give one; rows without a time are left out of windows");
  }
  if (mapping.platform.constant == "other:unknown" && !mapping.bare) {
    out.notes.push_back(
        "platform is other:unknown: ids are not compared with those of other files, and no id clock is used");
  }
  if (mapping.detect.required.empty())
    out.notes.push_back("no [detect]: the mapping is used with --map-file or --format only");
  if (mapping.evidence.empty() && mapping.experimental) {
    out.notes.push_back("no `evidence`: receipts will call the format experimental");
  }
  return out;
}

Result<std::string> suggest_format(const std::filesystem::path& path, const ingest::ImportSettings& settings,
                                   const Control& control) {
  return ingest::suggest_for(path.string(), settings, control);
}

}  // namespace unisono::commands
