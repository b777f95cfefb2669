// What a post points at: references to posts, and links, tags, mentions, texts.
#include <charconv>

#include "row_mapper.hpp"
#include "row_under_work.hpp"
#include "unisono/core/key.hpp"
#include "unisono/core/unicode.hpp"
#include "unisono/ingest/transform.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_text_tokens = 4;  // shorter texts are nobody's own

bool is_repost_like(PostKind kind) {
  return kind == PostKind::repost || kind == PostKind::forward;
}

std::optional<PostKind> kind_named(std::string_view name) {
  for (std::size_t i = 0; i < 8; ++i) {
    if (name == name_of(static_cast<PostKind>(i))) return static_cast<PostKind>(i);
  }
  return std::nullopt;
}

std::size_t byte_offset(std::string_view text, std::int64_t code_points) {
  std::size_t at = 0;
  for (std::int64_t i = 0; i < code_points && at < text.size(); ++i) next_code_point(text, at);
  return at;
}

}  // namespace

void RowMapper::read_references(Row& row) const {
  MappedRow& out = row.out;
  const bool stated = !mapping_->at(BoolField::is_repost).empty();
  bool repost = out.at(BoolField::is_repost) == 1 || out.has(TextField::repost_of);
  Flags repost_flags;
  if (!stated && mapping_->refs_from_text && !repost) {
    const std::string_view handle = repost_prefix(out.at(TextField::text));
    if (!handle.empty()) {
      repost = true;
      out.at(TextField::repost_handle) = handle;
      repost_flags.set(Flag::ref_from_text);
    }
  }
  if (repost && !out.has(TextField::repost_account)) {
    const std::string folded = fold_handle(out.at(TextField::repost_handle));
    const bool from_text = mapping_->at(TextField::repost_handle).transform == Transform::repost_prefix ||
                           mapping_->at(TextField::repost_handle).empty();
    if (!folded.empty()) {
      out.at(TextField::repost_account) = row.keep("@" + folded);
      repost_flags.set(from_text ? Flag::ref_from_text : Flag::ref_by_handle);
    } else if (out.has(TextField::repost_mention)) {
      out.at(TextField::repost_account) = out.at(TextField::repost_mention);
      repost_flags.set(Flag::ref_from_text);
    }
  } else if (repost && out.has(TextField::repost_mention) &&
             out.at(TextField::repost_mention) != out.at(TextField::repost_account)) {
    ++row.batch.statistics.disagreements;
  }
  if (repost && !out.has(TextField::repost_of) && mapping_->repost_key_from_text && out.has(TextField::text)) {
    out.at(TextField::repost_of) = row.keep("t:" + text_key_k0(out.at(TextField::text)));
    repost_flags.set(Flag::ref_from_text);
  }

  const bool quote = out.at(BoolField::is_quote) == 1 || out.has(TextField::quote_of);
  const bool reply =
      out.at(BoolField::is_reply) == 1 || out.has(TextField::reply_to) || out.has(TextField::reply_account);
  const auto kind = kind_named(out.at(TextField::kind));
  out.kind = repost  ? PostKind::repost
             : kind  ? *kind
             : reply ? PostKind::reply
             : quote ? PostKind::quote
                     : PostKind::original;
  MapStatistics& counts = row.batch.statistics;
  if (is_repost_like(out.kind)) {
    add_reference_target(row, name_of(out.kind), TextField::repost_of, TextField::repost_account, repost_flags,
                         counts.repost);
  }
  if (quote) add_reference_target(row, "quote", TextField::quote_of, TextField::quote_account, {}, counts.quote);
  if (reply) add_reference_target(row, "reply", TextField::reply_to, TextField::reply_account, {}, counts.reply);
}

void RowMapper::add_reference_target(Row& row, std::string_view kind, TextField id, TextField account, Flags flags,
                                     ReferenceCounts& counts) const {
  MappedRow& out = row.out;
  const std::string_view key = out.at(id);
  if (is_lossy(key, decisions_.ids[static_cast<std::size_t>(id)])) {
    flags.set(Flag::ref_lossy);
    ++counts.lossy;
  }
  if (key.empty()) {
    ++counts.account_only;
  } else if (key.starts_with("t:")) {
    ++counts.by_text_key;
  } else {
    ++counts.by_id;
  }
  if (flags.has(Flag::ref_from_text)) ++counts.from_text;
  if (flags.has(Flag::ref_by_handle)) ++counts.by_handle;
  out.flags.bits |= flags.bits;
  if (out.account_flags.has(Flag::id_lossy)) flags.set(Flag::id_lossy);
  MappedTarget target;
  target.kind = kind;
  target.id = key;
  target.account = out.at(account);
  target.flags = flags;
  row.batch.targets.push_back(target);
}

void RowMapper::read_target(Row& row, const TargetSpec& spec, const View& element) const {
  const auto part = [&](const FieldSource& source) -> std::string_view {
    return source.empty() ? std::string_view{} : value(row, element, source);
  };
  const std::string_view self = element.first(k_self, row.worker.context);
  MappedTarget target;
  target.kind = spec.kind;
  target.raw = part(spec.raw);
  if (target.raw.data() == nullptr) target.raw = self;
  target.id = part(spec.id);
  std::string_view wanted = part(spec.canonical);
  if (wanted.data() == nullptr) wanted = target.raw;
  if (is_null_word(wanted) && is_null_word(target.id)) return;
  if (row.out.account_flags.has(Flag::id_lossy)) target.flags.set(Flag::id_lossy);

  if (spec.opaque) {
    if (target.id.data() == nullptr) target.id = wanted;
    target.canonical = wanted;
  } else if (spec.kind == "url") {
    const auto canonical = canonical_url(wanted);
    if (canonical) {
      target.canonical = row.keep(*canonical);
      const std::string domain = registrable_domain(*canonical);
      if (!domain.empty()) target.domain = row.keep(domain);
    }
  } else if (spec.kind == "domain") {
    const std::string domain = registrable_domain(wanted);
    target.domain = domain.empty() ? wanted : row.keep(domain);
  } else if (spec.kind == "hashtag" || spec.kind == "cashtag") {
    const std::string folded = fold_hashtag(wanted);
    if (folded.empty()) return;
    target.canonical = row.keep(folded);
    if (spec.kind == "hashtag") row.worker.tags.push_back(folded);
  } else if (spec.kind == "mention") {
    target.account = part(spec.account);
    if (target.account.data() == nullptr) {
      std::string_view handle = part(spec.handle);
      if (handle.data() == nullptr) handle = target.raw;
      const std::string folded = fold_handle(handle);
      if (folded.empty()) return;
      target.account = row.keep("@" + folded);
    }
  } else if (target.id.data() == nullptr) {
    target.id = wanted;
  }
  const std::string_view position = part(spec.position);
  std::int64_t number = 0;
  if (!position.empty() && !row.out.text_of_original &&
      std::from_chars(position.data(), position.data() + position.size(), number).ec == std::errc() && number >= 0) {
    target.position =
        spec.position_in_bytes ? number : static_cast<std::int64_t>(byte_offset(row.out.at(TextField::text), number));
  }
  row.batch.targets.push_back(target);
}

void RowMapper::read_from_text(Row& row) const {
  const TextReferences found = find_references(row.out.at(TextField::text));
  for (const TextReference& reference : found.items) {
    const auto index = static_cast<std::size_t>(reference.kind);
    if (!wants_from_text_[index]) continue;
    ++row.batch.statistics.from_text[index];
    MappedTarget target;
    target.raw = reference.raw;
    target.position = static_cast<std::int64_t>(reference.position);
    target.flags.set(Flag::ref_from_text);
    if (row.out.account_flags.has(Flag::id_lossy)) target.flags.set(Flag::id_lossy);
    switch (reference.kind) {
      case ReferenceKind::hashtag:
        target.kind = "hashtag";
        target.canonical = row.keep(reference.key);
        row.worker.tags.push_back(reference.key);
        break;
      case ReferenceKind::mention:
        target.kind = "mention";
        target.account = row.keep("@" + reference.key);
        break;
      case ReferenceKind::url: {
        target.kind = "url";
        target.canonical = row.keep(reference.key);
        const std::string domain = registrable_domain(reference.key);
        if (!domain.empty()) target.domain = row.keep(domain);
        break;
      }
    }
    row.batch.targets.push_back(target);
  }
}

void RowMapper::add_text_target(Row& row) const {
  const TextKey key = text_key_k1(row.out.at(TextField::text));
  if (key.key.empty() || key.tokens < k_text_tokens || key.is_repost) return;
  MappedTarget target;
  target.kind = "text";
  target.id = row.keep(key.key);
  if (row.out.account_flags.has(Flag::id_lossy)) target.flags.set(Flag::id_lossy);
  row.batch.targets.push_back(target);
}

void RowMapper::read_targets(Row& row) const {
  MappedRow& out = row.out;
  // read_references has added its targets already; they are of this row too.
  row.worker.tags.clear();
  for (const TargetSpec& spec : mapping_->targets) {
    for (const Path& path : spec.each) {
      const std::size_t before = row.batch.targets.size();
      row.view.each(path, row.worker.context, [&](const View& element) { read_target(row, spec, element); });
      if (row.batch.targets.size() > before) break;
    }
  }
  const bool own_words = !is_repost_like(out.kind) && out.has(TextField::text) && !out.text_of_original;
  if (own_words) {
    if (wants_from_text_[0] || wants_from_text_[1] || wants_from_text_[2]) read_from_text(row);
    add_text_target(row);
  }
  if (!is_repost_like(out.kind)) {
    const std::string sequence = hashtag_sequence_key(row.worker.tags);
    if (!sequence.empty()) {
      MappedTarget target;
      target.kind = "hashtag_seq";
      target.id = row.keep(sequence);
      row.batch.targets.push_back(target);
    }
  }
}

void RowMapper::read_labels_and_media(Row& row) const {
  for (const LabelSpec& spec : mapping_->labels) {
    const std::string_view found = value(row, row.view, spec.value);
    if (!is_null_word(found)) row.batch.labels.push_back({&spec, found});
  }
  if (!mapping_->has_posts()) return;
  for (const MediaSpec& spec : mapping_->media) {
    for (const Path& path : spec.each) {
      const std::size_t before = row.batch.media.size();
      row.view.each(path, row.worker.context, [&](const View& element) {
        const auto part = [&](const FieldSource& source) { return value(row, element, source); };
        MappedMedia media;
        media.key = part(spec.key);
        if (is_null_word(media.key)) return;
        media.type = part(spec.type);
        media.url = part(spec.url);
        media.alt = part(spec.alt);
        media.width = parse_integer(part(spec.width), Transform::integer);
        media.height = parse_integer(part(spec.height), Transform::integer);
        double seconds = 0;
        const std::string_view duration = part(spec.duration_s);
        if (!duration.empty() &&
            std::from_chars(duration.data(), duration.data() + duration.size(), seconds).ec == std::errc()) {
          media.duration_s = seconds;
        }
        row.batch.media.push_back(media);
        MappedTarget target;
        target.kind = "media";
        target.raw = media.url;
        target.id = media.key;
        row.batch.targets.push_back(target);
      });
      if (row.batch.media.size() > before) break;
    }
  }
}

}  // namespace unisono::ingest
