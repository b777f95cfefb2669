#include "case_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "cells.hpp"
#include "unisono/core/hash.hpp"

namespace unisono::ingest {
namespace {

constexpr std::string_view k_missing;

// A latitude or longitude; "absent" and the like are missing.
std::optional<double> degrees(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::abs(value) <= 180 ? std::optional(value) : std::nullopt;
}

bool has_profiles(const Mapping& mapping) {
  for (const TextField field : {TextField::handle, TextField::display_name, TextField::bio, TextField::location,
                                TextField::url, TextField::avatar_url, TextField::status}) {
    if (!mapping.at(field).empty()) return true;
  }
  for (const IntField field : {IntField::followers, IntField::following, IntField::posts}) {
    if (!mapping.at(field).empty()) return true;
  }
  return !mapping.at(TimeField::created).source.empty() || !mapping.at(BoolField::verified).empty() ||
         !mapping.at(BoolField::bot_declared).empty();
}

}  // namespace

CaseWriter::CaseWriter(store::CaseFile& file, std::int64_t file_id, const Mapping& mapping)
    : file_(&file),
      file_id_(file_id),
      mapping_(&mapping),
      accounts_(file, file_id, mapping.accounts_only, has_profiles(mapping)) {}

Result<CaseWriter> CaseWriter::create(store::CaseFile& file, std::int64_t file_id, const Mapping& mapping) {
  CaseWriter writer(file, file_id, mapping);
  UNISONO_TRY(const std::int64_t rows,
              file.count(mapping.bare ? "SELECT count(*) FROM post_target WHERE target_kind = 'generic'"
                                      : "SELECT count(*) FROM post"));
  writer.had_rows_ = rows > 0;
  const auto open = [&](const char* table, std::optional<store::Appender>& into) -> Result<void> {
    UNISONO_TRY(store::Appender appender, file.append_to(table));
    into.emplace(std::move(appender));
    return {};
  };
  UNISONO_CHECK(open("reject", writer.reject_));
  UNISONO_CHECK(open("account_snapshot", writer.snapshot_));
  if (mapping.keeps_rows()) UNISONO_CHECK(open("bare_row", writer.bare_));
  if (!mapping.accounts_only) UNISONO_CHECK(open("post_target", writer.target_));
  if (mapping.has_posts()) {
    UNISONO_CHECK(open("post", writer.post_));
    // A post that was seen once is its own sighting; unite_posts() adds the others. Only what `post` has no column for,
    // or a later time changes, is written for every row.
    const bool observed = !mapping.at(TextField::nav_index).empty() ||
                          !mapping.at(TimeField::collected).source.empty() ||
                          !mapping.at(TimeField::metrics).source.empty();
    if (observed) UNISONO_CHECK(open("sighting", writer.sighting_));
  }
  if (!mapping.labels.empty()) UNISONO_CHECK(open("label", writer.label_));
  if (!mapping.media.empty()) {
    UNISONO_CHECK(open("media", writer.media_));
    UNISONO_CHECK(open("post_media", writer.post_media_));
  }
  return writer;
}

void CaseWriter::note_key(std::string_view a, std::string_view b, std::string_view c, std::optional<TimeUs> t) {
  const std::uint64_t first = hash64(b, hash64(a));
  keys_.push_back(mapping_->bare ? hash64(c, first) + static_cast<std::uint64_t>(t.value_or(-1)) : first);
}

void CaseWriter::put_metrics(store::Appender& to, const MappedRow& row) const {
  for (const IntField field : {IntField::like, IntField::repost, IntField::reply, IntField::quote, IntField::view,
                               IntField::save, IntField::share}) {
    put(to, row.at(field));
  }
  to.null();  // metrics_extra
}

Result<void> CaseWriter::write_post(const MappedRow& row) {
  store::Appender& to = *post_;
  const MappedTime& t = row.at(TimeField::t);
  const auto text = [&](TextField field) { put(to, row.at(field)); };
  text(TextField::platform);
  text(TextField::post_id);
  text(TextField::account_id);
  put(to, t.t);
  put(to, t.t ? std::string_view(name_of(t.precision)) : k_missing);
  to.text(name_of(row.t_source));
  put(to, row.t_zone);
  put(to, row.t_field);
  put(to, row.t_id);
  put(to, row.at(TimeField::t_witness).t);
  to.text(name_of(row.kind));
  // A text key is an object of co-action, not a post: it stands in post_target alone.
  put(to, row.at(TextField::repost_of).starts_with("t:") ? k_missing : row.at(TextField::repost_of));
  for (const TextField field : {TextField::quote_of, TextField::reply_to, TextField::root_id, TextField::repost_account,
                                TextField::quote_account, TextField::reply_account, TextField::root_account,
                                TextField::text, TextField::lang}) {
    text(field);
  }
  put(to, row.has(TextField::lang) ? std::string_view("platform") : k_missing);
  put_flag(to, row.at(BoolField::text_truncated));
  put_flag(to, mapping_->at(TextField::text).of_original > 0 ? static_cast<std::int8_t>(row.text_of_original)
                                                             : std::int8_t{-1});
  text(TextField::client);
  put(to, degrees(row.at(TextField::geo_lat)));
  put(to, degrees(row.at(TextField::geo_lon)));
  text(TextField::geo_place);
  put_metrics(to, row);
  put(to, row.at(TimeField::metrics).t);
  put(to, row.at(TimeField::collected).t);
  put(to, row.reference ? std::string_view("reference") : row.at(TextField::collected_from));
  put(to, row.at(TimeField::edited).t);
  put(to, row.at(TimeField::deleted).t);
  put_place(to, file_id_, {}, row.ref);
  put(to, row.flags);
  return to.end_row();
}

Result<void> CaseWriter::write_sighting(const MappedRow& row) {
  store::Appender& to = *sighting_;
  put(to, row.at(TextField::platform));
  put(to, row.at(TextField::post_id));
  put(to, row.at(TimeField::collected).t);
  put(to, row.reference ? std::string_view("reference") : row.at(TextField::collected_from));
  put(to, row.at(TextField::nav_index));
  put_metrics(to, row);
  put(to, row.at(TimeField::metrics).t);
  put_place(to, file_id_, {}, row.ref);
  return to.end_row();
}

Result<void> CaseWriter::write_targets(const MappedRow& row, const MappedBatch& batch) {
  const MappedTime& t = row.at(TimeField::t);
  const std::string_view precision = t.t ? std::string_view(name_of(t.precision)) : k_missing;
  store::Appender& to = *target_;
  for (std::uint32_t i = 0; i < row.n_targets; ++i) {
    const MappedTarget& target = batch.targets[row.first_target + i];
    put(to, row.at(TextField::platform));
    put(to, row.at(TextField::post_id));
    put(to, row.at(TextField::account_id));
    put(to, t.t);
    put(to, precision);
    to.text(name_of(row.kind));
    put(to, target.kind);
    put(to, target.position < 0 ? std::nullopt : std::optional(target.position));
    put(to, target.raw);
    put(to, target.id);
    put(to, target.account);
    put(to, target.canonical);
    put(to, target.domain);
    put(to, target.flags);
    if (target.flags.has(Flag::ref_lossy)) ++n_lossy_references_;
    UNISONO_CHECK(to.end_row());
  }
  return {};
}

Result<void> CaseWriter::write_verbatim(const MappedRow& row) {
  constexpr std::size_t k_before_the_place = 4;
  store::Appender& to = *bare_;
  to.integer(file_id_);
  to.integer(static_cast<std::int64_t>(row.ref.record_no));
  for (std::size_t i = 0; i < k_before_the_place; ++i) put(to, row.verbatim[i]);
  put(to, k_missing);
  to.integer(static_cast<std::int64_t>(row.ref.offset));
  to.integer(static_cast<std::int64_t>(row.ref.length));
  for (std::size_t i = k_before_the_place; i < k_verbatim_fields; ++i) put(to, row.verbatim[i]);
  return to.end_row();
}

Result<void> CaseWriter::write_bare(const MappedRow& row) {
  UNISONO_CHECK(write_verbatim(row));
  if (!row.has(TextField::object_id)) return {};

  const MappedTime& t = row.at(TimeField::t);
  note_key(row.at(TextField::object_id), row.at(TextField::account_id), row.at(TextField::post_id), t.t);
  store::Appender& to = *target_;
  put(to, row.at(TextField::platform));
  put(to, row.at(TextField::post_id));
  put(to, row.at(TextField::account_id));
  put(to, t.t);
  put(to, t.t ? std::string_view(name_of(t.precision)) : k_missing);
  to.null();  // post_kind: there is no post
  to.text("generic");
  put_nulls(to, 2);  // position, raw
  put(to, row.at(TextField::object_id));
  put_nulls(to, 3);  // target_account, canonical, domain
  Flags flags;
  if (row.account_flags.has(Flag::id_lossy)) flags.set(Flag::id_lossy);
  put(to, flags);
  return to.end_row();
}

Result<void> CaseWriter::write_labels(const MappedRow& row, const MappedBatch& batch) {
  for (std::uint32_t i = 0; i < row.n_labels; ++i) {
    const MappedLabel& label = batch.labels[row.first_label + i];
    const std::string_view subject = row.at(label.spec->subject == "post" ? TextField::post_id : TextField::account_id);
    if (subject.data() == nullptr) continue;
    std::uint64_t key = hash64(row.at(TextField::platform));
    for (const std::string_view part : {subject, std::string_view(label.spec->label), label.value})
      key = hash64(part, key);
    if (!labels_seen_.insert(key).second) continue;
    store::Appender& to = *label_;
    to.text(label.spec->subject);
    put(to, row.at(TextField::platform));
    put(to, subject);
    to.text(label.spec->label);
    put(to, label.value);
    to.text(label.spec->source);
    put(to, label.spec->source_version.empty() ? k_missing : std::string_view(label.spec->source_version));
    put_nulls(to, 3);  // asserted_us, confidence, note
    put_place(to, file_id_, {}, row.ref);
    UNISONO_CHECK(to.end_row());
  }
  return {};
}

Result<void> CaseWriter::write_media(const MappedRow& row, const MappedBatch& batch) {
  for (std::uint32_t i = 0; i < row.n_media; ++i) {
    const MappedMedia& media = batch.media[row.first_media + i];
    store::Appender& link = *post_media_;
    put(link, row.at(TextField::platform));
    put(link, row.at(TextField::post_id));
    put(link, media.key);
    link.integer(i);
    UNISONO_CHECK(link.end_row());
    if (!media_seen_.insert(hash64(media.key)).second) continue;
    store::Appender& to = *media_;
    put(to, media.key);
    put(to, media.type.data() == nullptr ? std::string_view("image") : media.type);
    put(to, media.url);
    to.null();  // path
    put(to, media.alt);
    put(to, media.width);
    put(to, media.height);
    put(to, media.duration_s);
    put_nulls(to, 5);  // bytes, sha256, phash, phash_quality, cid
    put_place(to, file_id_, {}, row.ref);
    UNISONO_CHECK(to.end_row());
  }
  return {};
}

Result<void> CaseWriter::write_reject(const Reject& reject) {
  store::Appender& to = *reject_;
  to.integer(file_id_);
  put(to, k_missing);  // member
  for (const std::uint64_t number : {reject.ref.line, reject.ref.offset, reject.ref.length, reject.ref.record_no}) {
    to.integer(static_cast<std::int64_t>(number));
  }
  to.text(name_of(reject.reason));
  put(to, reject.field.empty() ? k_missing : std::string_view(reject.field));
  to.text(reject.detail);
  to.text(reject.excerpt);
  return to.end_row();
}

Result<void> CaseWriter::write(const MappedBatch& batch) {
  for (const MappedRow& row : batch.rows) {
    if (mapping_->bare) {
      UNISONO_CHECK(write_bare(row));
      if (!row.has(TextField::object_id)) continue;
    } else if (mapping_->has_posts()) {
      note_key(row.at(TextField::platform), row.at(TextField::post_id), {}, {});
      UNISONO_CHECK(write_post(row));
      if (sighting_) UNISONO_CHECK(write_sighting(row));
      UNISONO_CHECK(write_targets(row, batch));
      if (bare_) UNISONO_CHECK(write_verbatim(row));
      if (media_) UNISONO_CHECK(write_media(row, batch));
    }
    ++n_rows_;
    if (label_) UNISONO_CHECK(write_labels(row, batch));
    UNISONO_CHECK(accounts_.add(row, mapping_->observed_with_post, *snapshot_));
  }
  for (const Reject& reject : batch.rejects) UNISONO_CHECK(write_reject(reject));
  return {};
}

bool CaseWriter::has_repeated_keys() {
  std::sort(keys_.begin(), keys_.end());
  const bool repeated = std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end();
  keys_ = {};
  return repeated;
}

Result<WriteSummary> CaseWriter::finish(const Control& control) {
  WriteSummary summary;
  for (auto* appender : {&post_, &sighting_, &target_, &bare_, &label_, &media_, &post_media_, &reject_}) {
    if (!*appender) continue;
    UNISONO_CHECK((*appender)->close());
    appender->reset();
  }
  UNISONO_CHECK(control.check_cancelled());
  UNISONO_CHECK(accounts_.finish(*snapshot_));
  summary.rows = n_rows_;
  summary.accounts = accounts_.accounts();
  summary.account_conflicts = accounts_.conflicts();
  UNISONO_CHECK(control.check_cancelled());
  if ((had_rows_ || has_repeated_keys()) && !mapping_->accounts_only) {
    UNISONO_CHECK(mapping_->bare ? unite_actions(summary) : unite_posts(summary));
  }
  UNISONO_CHECK(repair_references(summary));
  return summary;
}

}  // namespace unisono::ingest
