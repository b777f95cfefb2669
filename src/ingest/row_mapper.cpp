#include "row_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "row_under_work.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/key.hpp"
#include "unisono/core/time_parse.hpp"
#include "unisono/core/unicode.hpp"
#include "unisono/ingest/transform.hpp"

namespace unisono::ingest {
namespace {

constexpr std::array<std::string_view, 20> k_platforms = {
    "x",         "bluesky", "mastodon", "truthsocial", "gab", "telegram", "tiktok", "douyin",    "youtube", "facebook",
    "instagram", "threads", "weibo",    "xiaohongshu", "vk",  "linkedin", "tumblr", "pinterest", "9gag",    "imgur"};

bool is_platform(std::string_view name) {
  return std::find(k_platforms.begin(), k_platforms.end(), name) != k_platforms.end() || name == "reddit" ||
         name == "web" || name.starts_with("other:");
}

enum class NullRule { words, reference, empty_only };

NullRule null_rule(TextField field) {
  switch (field) {
    case TextField::repost_of:
    case TextField::quote_of:
    case TextField::reply_to:
    case TextField::root_id:
    case TextField::repost_account:
    case TextField::quote_account:
    case TextField::reply_account:
    case TextField::root_account:
    case TextField::repost_mention:
      return NullRule::reference;
    case TextField::text:
    case TextField::handle:
    case TextField::display_name:
    case TextField::bio:
    case TextField::location:
    case TextField::repost_handle:
      return NullRule::empty_only;
    default:
      return NullRule::words;
  }
}

bool holds_id(TextField field) {
  return field == TextField::post_id || field == TextField::account_id ||
         (null_rule(field) == NullRule::reference && field != TextField::repost_mention);
}

// UTF-8 read as windows-1252 and written as UTF-8 again leaves these pairs.
bool looks_garbled(std::string_view text) {
  return text.find("\u00c3\u00a9") != std::string_view::npos || text.find("\u00e2\u20ac") != std::string_view::npos ||
         text.find("\u00c3\u00bc") != std::string_view::npos || text.find("\u00f0\u0178") != std::string_view::npos;
}

template <typename Use>
void for_each_path(Mapping& mapping, Use use) {
  const auto source = [&](FieldSource& from) {
    for (Path& path : from.paths) use(path);
  };
  source(mapping.platform);
  for (FieldSource& from : mapping.text) source(from);
  for (FieldSource& from : mapping.ints) source(from);
  for (FieldSource& from : mapping.bools) source(from);
  for (FieldSource& from : mapping.verbatim) source(from);
  for (TimeSpec& from : mapping.times) source(from.source);
  for (LabelSpec& label : mapping.labels) source(label.value);
  for (TargetSpec& target : mapping.targets) {
    for (Path& path : target.each) use(path);
  }
  for (MediaSpec& media : mapping.media) {
    for (Path& path : media.each) use(path);
  }
}

}  // namespace

Mapping bound_to(Mapping mapping, const std::vector<std::string>& columns) {
  for_each_path(mapping, [&](Path& path) {
    const auto found = std::find(columns.begin(), columns.end(), path.column());
    path.bind(found == columns.end() ? -1 : static_cast<int>(found - columns.begin()));
  });
  return mapping;
}

Result<Decisions> decide(const MapStatistics& statistics, const Mapping& mapping, const DecisionOptions& options) {
  Decisions out;
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    if (mapping.times[i].source.empty()) continue;
    const auto& paths = mapping.times[i].source.paths;
    UNISONO_TRY(out.times[i], decide_time(statistics.times[i], mapping.times[i], options,
                                          paths.empty() ? "t" : paths.front().text()));
  }
  for (std::size_t i = 0; i < k_text_fields; ++i) out.ids[i] = decide_ids(statistics.ids[i]);
  return out;
}

Result<RowMapper> RowMapper::create(const Mapping& mapping, Decisions decisions, std::string file_sha256,
                                    std::optional<int> year, TimeUs imported_at) {
  RowMapper mapper(mapping, std::move(decisions));
  mapper.file_sha256_ = std::move(file_sha256);
  mapper.year_ = year;
  mapper.imported_at_ = imported_at;
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    UNISONO_TRY(Zone zone, Zone::named(mapper.decisions_.times[i].zone));
    if (!zone.is_utc()) mapper.zones_[i] = std::move(zone);
  }
  mapper.assumed_zone_ = "assumed:" + mapper.decisions_.times[static_cast<std::size_t>(TimeField::t)].zone;
  for (const TargetSpec& target : mapping.targets) {
    const bool has_column = std::any_of(target.each.begin(), target.each.end(), [&](const Path& path) {
      return mapping.family != Family::csv || path.bound() >= 0;
    });
    if (!target.from_text || has_column) continue;
    if (target.kind == "hashtag") mapper.wants_from_text_[0] = true;
    if (target.kind == "mention") mapper.wants_from_text_[1] = true;
    if (target.kind == "url") mapper.wants_from_text_[2] = true;
  }
  return mapper;
}

std::string_view RowMapper::value(Row& row, const View& view, const FieldSource& source,
                                  std::size_t* alternative) const {
  for (std::size_t i = 0; i < source.paths.size(); ++i) {
    const Path& path = source.paths[i];
    if (source.transform == Transform::join) {
      std::string joined;
      view.each(path, row.worker.context, [&](const View& element) {
        const std::string_view item = element.first(k_self, row.worker.context);
        if (item.empty()) return;
        if (!joined.empty()) joined += source.argument;
        joined += item;
      });
      if (!joined.empty()) return row.keep(joined);
      continue;
    }
    const std::string_view found = view.first(path, row.worker.context);
    if (found.empty()) continue;
    if (std::find(mapping_->nulls.begin(), mapping_->nulls.end(), found) != mapping_->nulls.end()) continue;
    if (alternative != nullptr) *alternative = i;
    if (source.transform == Transform::none && source.words.empty() && source.prefixes.empty()) return found;
    const std::optional<std::string> made = transformed(found, source);
    if (made) return row.keep(*made);
  }
  if (source.constant) return *source.constant;
  return {};
}

bool RowMapper::read_platform(Row& row) const {
  const FieldSource& source = mapping_->platform;
  std::string_view platform =
      source.constant && source.paths.empty() ? std::string_view(*source.constant) : value(row, row.view, source);
  if (platform.data() == nullptr) return false;
  if (!is_platform(platform)) {
    const std::string folded = nfkc_casefold(platform);
    platform = folded == "twitter"   ? std::string_view("x")
               : is_platform(folded) ? row.keep(folded)
                                     : row.keep("other:" + folded);
  }
  row.out.at(TextField::platform) = platform;
  return true;
}

void RowMapper::read_texts(Row& row) const {
  MapStatistics& counts = row.batch.statistics;
  for (std::size_t i = 0; i < k_text_fields; ++i) {
    const auto field = static_cast<TextField>(i);
    const FieldSource& source = mapping_->text[i];
    if (source.empty() || field == TextField::platform) continue;
    std::size_t alternative = 0;
    std::string_view text = value(row, row.view, source, &alternative);
    if (text.empty()) continue;
    const NullRule rule = null_rule(field);
    if (rule == NullRule::words && is_null_word(text)) continue;
    if (rule == NullRule::reference && is_null_reference(text)) continue;
    if (holds_id(field)) {
      count_id(text, counts.ids[i]);
      text = without_float_tail(text);
    }
    if (field == TextField::handle || field == TextField::repost_handle) {
      if (text.front() == '@') text.remove_prefix(1);
      if (text.empty()) continue;
    }
    if (field == TextField::text && source.of_original > alternative) row.out.text_of_original = true;
    row.out.text[i] = text;
    ++counts.text_filled[i];
  }
}

void RowMapper::read_numbers(Row& row) const {
  MapStatistics& counts = row.batch.statistics;
  for (std::size_t i = 0; i < k_int_fields; ++i) {
    const FieldSource& source = mapping_->ints[i];
    if (source.empty()) continue;
    const std::string_view text = value(row, row.view, source);
    if (text.empty() || is_null_word(text)) continue;
    const auto number = parse_integer(text, source.transform);
    if (!number) {
      ++counts.int_errors[i];
      continue;
    }
    row.out.ints[i] = *number;
    row.out.ints_present |= 1U << i;
    ++counts.int_filled[i];
  }
  row.out.bools.fill(-1);
  for (std::size_t i = 0; i < k_bool_fields; ++i) {
    const FieldSource& source = mapping_->bools[i];
    if (source.empty()) continue;
    const std::string_view text = value(row, row.view, source);
    if (text.empty() || is_null_word(text)) continue;
    const auto flag = parse_bool(text);
    if (!flag) {
      ++counts.bool_errors[i];
      continue;
    }
    row.out.bools[i] = *flag ? 1 : 0;
    ++counts.bool_filled[i];
  }
}

std::string_view RowMapper::synthetic_id(Row& row) const {
  // The same row of the same file has the same id in every case (docs/ingest/mapping.md).
  const Sha256 digest = sha256(fmt::format("{}:{}:{}", file_sha256_, row.out.ref.offset, row.number_in_page));
  return row.keep("r:" + hex(std::span(digest).first(16)));
}

void RowMapper::read_account(Row& row) const {
  MappedRow& out = row.out;
  const std::string_view id = out.at(TextField::account_id), handle = out.at(TextField::handle);
  if (id.empty() && !handle.empty()) {
    const std::string folded = fold_handle(handle);
    if (!folded.empty()) {
      out.at(TextField::account_id) = row.keep("@" + folded);
      out.account_flags.set(Flag::id_is_handle);
    }
  } else if (!id.empty()) {
    if (id.front() == '@' && handle.empty()) out.account_flags.set(Flag::id_is_handle);
    const bool named_by_hash = handle == id || out.at(TextField::display_name) == id;
    if (named_by_hash && looks_hashed(id)) {
      out.account_flags.set(Flag::id_hashed);
      out.at(TextField::handle) = {};
      out.at(TextField::display_name) = {};
    }
    if (is_lossy(id, decisions_.ids[static_cast<std::size_t>(TextField::account_id)])) {
      out.account_flags.set(Flag::id_lossy);
      out.flags.set(Flag::id_lossy);
    }
  }
  if (mapping_->internal_ids) out.account_flags.set(Flag::internal_id);
}

void RowMapper::keep_verbatim(Row& row, std::size_t place, const FieldSource& from) const {
  for (const Path& path : from.paths) {
    if (row.out.verbatim[place].data() == nullptr) row.out.verbatim[place] = row.view.first(path, row.worker.context);
  }
}

void RowMapper::map_bare(Row& row) const {
  MappedRow& out = row.out;
  const FieldSource* const verbatim[] = {&mapping_->at(TextField::object_id), &mapping_->at(TextField::account_id),
                                         &mapping_->at(TextField::post_id), &mapping_->at(TimeField::t).source};
  for (std::size_t i = 0; i < 4; ++i) keep_verbatim(row, i, *verbatim[i]);
  row.batch.statistics.sources[static_cast<std::size_t>(out.t_source)]++;
  if (out.has(TextField::object_id)) return;
  Reject reject;
  reject.reason = RejectReason::no_object;
  reject.ref = out.ref;
  reject.field = mapping_->at(TextField::object_id).paths.empty() ? std::string("object_id")
                                                                  : mapping_->at(TextField::object_id).paths[0].text();
  reject.detail = "the action has no object";
  reject.excerpt = make_excerpt(row.excerpt());
  row.batch.rejects.push_back(std::move(reject));
}

void RowMapper::map_record(Row& row) const {
  MappedRow& out = row.out;
  if (!read_platform(row)) {
    Reject reject;
    reject.reason = RejectReason::platform_unknown;
    reject.ref = out.ref;
    reject.field = mapping_->platform.paths.empty() ? std::string() : mapping_->platform.paths.front().text();
    reject.detail = "no rule of the mapping gives a platform for this record";
    reject.excerpt = make_excerpt(row.excerpt());
    row.batch.rejects.push_back(std::move(reject));
    row.drop = true;
    return;
  }
  out.first_target = static_cast<std::uint32_t>(row.batch.targets.size());
  out.first_label = static_cast<std::uint32_t>(row.batch.labels.size());
  out.first_media = static_cast<std::uint32_t>(row.batch.media.size());
  read_texts(row);
  read_numbers(row);
  if (mapping_->experimental) out.flags.set(Flag::experimental_format);
  read_account(row);
  if (mapping_->accounts_only && !out.has(TextField::account_id)) {
    Reject reject;
    reject.reason = RejectReason::envelope_unknown;
    reject.ref = out.ref;
    reject.detail = "the record has neither a post id nor an account id";
    reject.excerpt = make_excerpt(row.excerpt());
    row.batch.rejects.push_back(std::move(reject));
    row.drop = true;
    return;
  }
  if (mapping_->has_posts()) {
    if (!out.has(TextField::post_id)) {
      out.at(TextField::post_id) = synthetic_id(row);
      out.flags.set(Flag::id_synthetic);
    } else if (is_lossy(out.at(TextField::post_id), decisions_.ids[static_cast<std::size_t>(TextField::post_id)])) {
      out.flags.set(Flag::id_lossy);
    }
    if (mapping_->internal_ids) out.flags.set(Flag::internal_id);
  }
  read_times(row);
  choose_clock(row);
  if (mapping_->bare) {
    map_bare(row);
  } else if (mapping_->has_posts()) {
    if (out.at(BoolField::promoted) == 1) out.flags.set(Flag::promoted);
    if (mapping_->at(TextField::text).transform == Transform::html_to_text) out.flags.set(Flag::text_from_html);
    if (!is_ascii(out.at(TextField::text)) && looks_garbled(out.at(TextField::text))) {
      out.flags.set(Flag::mojibake_suspect);
    }
    read_references(row);
    read_targets(row);
    read_labels_and_media(row);
    for (std::size_t i = 0; i < k_verbatim_fields && mapping_->keeps_rows(); ++i)
      keep_verbatim(row, i, mapping_->verbatim[i]);
    row.batch.statistics.sources[static_cast<std::size_t>(out.t_source)]++;
  } else {
    read_labels_and_media(row);
  }
  out.n_targets = static_cast<std::uint32_t>(row.batch.targets.size()) - out.first_target;
  out.n_labels = static_cast<std::uint32_t>(row.batch.labels.size()) - out.first_label;
  out.n_media = static_cast<std::uint32_t>(row.batch.media.size()) - out.first_media;
  for (std::size_t i = 0; i < k_flags; ++i) {
    if (out.flags.has(static_cast<Flag>(i))) ++row.batch.statistics.flags[i];
    if (out.account_flags.has(static_cast<Flag>(i))) ++row.batch.statistics.account_flags[i];
  }
  ++row.batch.statistics.rows;
  if (out.reference) ++row.batch.statistics.references;
}

void RowMapper::map_csv(MappedBatch& batch, MapWorker& worker) const {
  worker.context.arena = &batch.arena;
  worker.context.lists = &mapping_->lists;
  worker.context.cell_parser = &worker.cell_parser;
  worker.context.list_errors = 0;
  const CsvBatch& csv = batch.csv;
  batch.rows.reserve(csv.rows());
  std::vector<std::uint64_t>& filled = batch.statistics.column_filled;
  filled.assign(csv.columns(), 0);
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    for (std::size_t column = 0; column < csv.columns(); ++column)
      filled[column] += csv.field(i, column).empty() ? 0U : 1U;
    batch.rows.emplace_back();
    Row row{batch, worker, batch.rows.back(), View(csv, i), {}, 0, false};
    row.csv = &csv;
    row.csv_row = i;
    row.out.ref = csv.ref(i);
    map_record(row);
    if (row.drop) batch.rows.pop_back();
  }
  batch.rejects.insert(batch.rejects.end(), csv.rejects.begin(), csv.rejects.end());
  batch.statistics.list_errors += worker.context.list_errors;
}

void RowMapper::map_json(MappedBatch& batch, MapWorker& worker) const {
  worker.context.arena = &batch.arena;
  worker.context.lists = &mapping_->lists;
  worker.context.cell_parser = &worker.cell_parser;
  worker.context.lookup_names = &mapping_->lookups;
  worker.context.list_errors = 0;
  const ReadCounts before = worker.parser.counts();
  for (std::size_t i = 0; i < batch.json.size(); ++i) {
    auto value = worker.parser.parse(batch.json, i);
    if (!value) {
      batch.rejects.push_back(std::move(value.error()));
      continue;
    }
    const RecordRef& ref = batch.json.ref(i);
    if (!value->is_object()) {
      Reject reject;
      reject.reason = RejectReason::envelope_unknown;
      reject.ref = ref;
      reject.detail = fmt::format("expected an object, found {}", name_of(value->kind()));
      reject.excerpt = make_excerpt(batch.json.text(i));
      batch.rejects.push_back(std::move(reject));
      continue;
    }
    if (mapping_->family == Family::json_page) {
      map_page(*value, ref, batch, worker);
      continue;
    }
    batch.rows.emplace_back();
    Row row{batch, worker, batch.rows.back(), View(*value), batch.json.text(i), 0, false};
    row.out.ref = ref;
    map_record(row);
    if (row.drop) batch.rows.pop_back();
  }
  batch.rejects.insert(batch.rejects.end(), batch.json.rejects.begin(), batch.json.rejects.end());
  batch.statistics.list_errors += worker.context.list_errors;
  batch.counts += worker.parser.counts();
  subtract(batch.counts, before);
}

void RowMapper::map_page(const JsonValue& page, const RecordRef& ref, MappedBatch& batch, MapWorker& worker) const {
  ViewContext& context = worker.context;
  context.lookups.assign(mapping_->lookups.size(), {});
  context.page = &page;
  const View record(page);
  for (std::size_t i = 0; i < mapping_->lookups.size(); ++i) {
    record.each(mapping_->lookups[i].each, context, [&](const View& element) {
      const std::string_view key = element.first(mapping_->lookups[i].key, context);
      if (!key.empty()) context.lookups[i].emplace(std::string(key), element.json());
    });
  }
  std::uint64_t rows = 0;
  const std::size_t rejects_before = batch.rejects.size();
  const auto add = [&](const std::vector<Path>& paths, bool reference) {
    for (const Path& path : paths) {
      const std::uint64_t before = rows;
      record.each(path, context, [&](const View& element) {
        if (!element.is_json() || !element.json().is_object()) return;
        ++rows;
        batch.rows.emplace_back();
        Row row{batch, worker, batch.rows.back(), element, {}, rows, false};
        row.out.ref = ref;
        row.out.reference = reference;
        map_record(row);
        if (row.drop) batch.rows.pop_back();
      });
      if (rows > before) return;
    }
  };
  add(mapping_->rows, false);
  add(mapping_->references, true);
  context.lookups.clear();
  context.page = nullptr;
  if (rows > 0) {
    batch.statistics.page_extra += rows - 1;
    return;
  }
  const bool known = std::any_of(mapping_->skip_only.begin(), mapping_->skip_only.end(),
                                 [&](const Path& path) { return record.has(path, context); });
  if (known) {
    ++batch.statistics.skipped;
  } else if (batch.rejects.size() == rejects_before) {
    Reject reject;
    reject.reason = RejectReason::envelope_unknown;
    reject.ref = ref;
    reject.detail = "the page holds none of the lists that this format has";
    batch.rejects.push_back(std::move(reject));
  }
}

}  // namespace unisono::ingest
