#include "unisono/ingest/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "csv_dialect.hpp"
#include "csv_parser.hpp"
#include "text_input.hpp"
#include "utf8.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_largest_growth = std::size_t{32} << 20;
constexpr std::size_t k_batch_records = std::size_t{1} << 16;  // tiny records must not make huge batches

using Outcome = CsvRecordParser::Outcome;

// The text without the first bytes of a character whose last ones come with the next block.
std::string_view without_cut_character(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return next_utf8(text.substr(text.size() - back)).cut ? text.substr(0, text.size() - back) : text;
    if (byte < 0x80) break;
  }
  return text;
}

}  // namespace

struct CsvReader::Implementation {
  TextInput input;
  CsvOptions options;
  const Control* control;
  CsvDialect dialect;
  std::vector<std::string> columns;
  std::vector<std::string> header_values;  // as written, for repeated headers
  RecordRef header_ref;
  bool row_names = false;
  ReadCounts counts;

  CsvRecordParser parser{CsvDialect{}, 0};
  TextBlock block;
  char* at = nullptr;      // the next record in the block
  bool is_dirty = false;   // the block holds NUL or invalid UTF-8
  std::uint64_t line = 1;  // of the next record
  std::uint64_t record_no = 0;
  bool is_finished = false;
  std::uint64_t transcoded_replaced = 0;  // of input.replaced(), already in the counts

  Implementation(TextInput text_input, CsvOptions csv_options, const Control& owner)
      : input(std::move(text_input)), options(std::move(csv_options)), control(&owner) {}

  Result<void> refill(const char* keep, std::size_t want);
  // Doubling keeps the cost of parsing a long record again linear.
  std::size_t growth() const {
    return std::max(options.batch_bytes, std::min(static_cast<std::size_t>(block.end() - at), k_largest_growth));
  }
  Result<void> read_beginning();
  Result<void> read_header();
  void name_columns(std::size_t n);
  void look_for_row_names(const TextSample& sample);
  bool is_oversize_in_memory() const;
  Result<void> skip_oversize(CsvBatch& batch);
  Result<bool> grow(CsvBatch& batch);
  void end_member(CsvBatch& batch, Outcome outcome);
  void take_record(CsvBatch& batch, Outcome outcome);
  bool may_repeat_header() const;
  bool is_repeated_header(const std::string_view* fields) const;
  void clean(std::string_view& field, CsvBatch& batch);
  RecordRef place(const char* begin, const char* end) const;
  void reject(CsvBatch& batch, RejectReason reason, const RecordRef& ref, std::string_view raw, std::string detail,
              std::string field = {});
  std::string column_name(std::size_t i) const { return i < columns.size() ? columns[i] : std::string(); }
  std::string_view raw(const char* end) const { return {at, static_cast<std::size_t>(end - at)}; }
};

Result<void> CsvReader::Implementation::refill(const char* keep, std::size_t want) {
  UNISONO_CHECK(control->check_cancelled());
  UNISONO_TRY(block, input.next_block(block, keep, want));
  at = block.bytes.get();
  std::string_view text(block.begin(), block.size);
  const bool has_nul = block.size > 0 && std::memchr(block.begin(), '\0', block.size) != nullptr;
  if (!block.at_end) text = without_cut_character(text);
  is_dirty = has_nul || !is_valid_utf8(text);
  return {};
}

RecordRef CsvReader::Implementation::place(const char* begin, const char* end) const {
  const std::uint64_t offset = block.offset_of(begin);
  return {record_no, line, offset, block.offset_of(end) - offset};
}

void CsvReader::Implementation::reject(CsvBatch& batch, RejectReason reason, const RecordRef& ref, std::string_view raw,
                                       std::string detail, std::string field) {
  ++counts.rejects;
  batch.rejects.push_back({reason, ref, std::move(field), std::move(detail), make_excerpt(raw)});
}

// Removes NUL bytes and replaces invalid UTF-8.
void CsvReader::Implementation::clean(std::string_view& field, CsvBatch& batch) {
  if (field.find('\0') != std::string_view::npos) {
    char* const begin = block.bytes.get() + (field.data() - block.begin());
    char* const end = std::remove(begin, begin + field.size(), '\0');
    const auto kept = static_cast<std::size_t>(end - begin);
    counts.nul_bytes += field.size() - kept;
    field = {begin, kept};
  }
  if (!is_valid_utf8(field)) {
    batch.repaired_.push_back(std::make_unique<std::string>(repair_utf8(field, counts.invalid_utf8)));
    field = *batch.repaired_.back();
  }
}

// Cheaply: does the record, still with its escapes, perhaps repeat the header?
bool CsvReader::Implementation::may_repeat_header() const {
  if (!dialect.header || columns.size() < 2 || parser.n_fields() != columns.size()) return false;
  const std::string_view first = parser.fields()[0];
  const std::string& name = header_values.front();
  return is_dirty || dialect.escape != '\0' || (first.size() >= name.size() && first.substr(0, 1) == name.substr(0, 1));
}

bool CsvReader::Implementation::is_repeated_header(const std::string_view* fields) const {
  return dialect.header && columns.size() > 1 && std::equal(header_values.begin(), header_values.end(), fields);
}

// Of a complete record: a row or a reject.
void CsvReader::Implementation::take_record(CsvBatch& batch, Outcome outcome) {
  const std::size_t n = parser.n_fields(), expected = columns.size();
  const RecordRef ref = place(at, parser.content_end());
  const std::string_view text = raw(parser.content_end());
  if (text.size() > input.limit_record(options.max_record) || parser.longest_field() > options.max_field) {
    return reject(batch, RejectReason::record_too_large, ref, text,
                  fmt::format("{} bytes, the longest field {}; the limits are {} and {}", text.size(),
                              parser.longest_field(), input.limit_record(options.max_record), options.max_field));
  }
  if (!parser.has_content()) {
    return reject(batch, RejectReason::empty_record, ref, text, fmt::format("{} fields, none with content", n));
  }
  if (n > expected) {
    return reject(batch, RejectReason::long_row, ref, text,
                  fmt::format("{} fields, expected {} as in the header", n, expected));
  }
  if (n < expected && !options.fill_short) {
    const bool cut = outcome == Outcome::ended_record;
    return reject(batch, cut ? RejectReason::truncated_line : RejectReason::short_row, ref, text,
                  fmt::format("{} fields, expected {} as in the header{}", n, expected,
                              cut ? "; the file ends here without a line break" : ""),
                  column_name(n));
  }
  const std::string start = may_repeat_header() ? make_excerpt(text) : std::string();
  parser.unescape_fields();
  const std::size_t row_begin = batch.fields_.size();
  batch.fields_.insert(batch.fields_.end(), parser.fields(), parser.fields() + n);
  if (is_dirty) {
    for (std::size_t i = row_begin; i < batch.fields_.size(); ++i) clean(batch.fields_[i], batch);
  }
  if (n < expected) {
    batch.fields_.resize(row_begin + expected);
    ++counts.filled_short;
  } else if (!start.empty() && is_repeated_header(batch.fields_.data() + row_begin)) {
    batch.fields_.resize(row_begin);
    reject(batch, RejectReason::repeated_header, ref, {}, "the record repeats the header");
    batch.rejects.back().excerpt = start;
    return;
  }
  batch.refs_.push_back(ref);
}

bool CsvReader::Implementation::is_oversize_in_memory() const {
  // A few bytes of grace: line break and closing quote are not content.
  const auto held = static_cast<std::size_t>(block.end() - at);
  if (held == 0) return false;
  const auto open = parser.quote_at() == nullptr ? 0 : static_cast<std::size_t>(block.end() - parser.quote_at());
  return held > input.limit_record(options.max_record) + 2 || open > options.max_field + 3;
}

// A record beyond the limits: walked over without keeping it.
Result<void> CsvReader::Implementation::skip_oversize(CsvBatch& batch) {
  ++counts.records;
  ++record_no;
  RecordRef ref = place(at, at);
  const std::string start(at, std::min<std::size_t>(k_excerpt_bytes + 4, static_cast<std::size_t>(block.end() - at)));
  CsvRecordSkipper skipper(dialect);
  const char* next = skipper.feed(at, block.end());
  while (next == nullptr && !block.at_end) {
    UNISONO_CHECK(refill(nullptr, options.batch_bytes));
    next = skipper.feed(at, block.end());
  }
  ref.length = skipper.length();
  at += (next == nullptr ? block.end() : next) - at;
  if (!input.encoding().is_utf8()) ref.length = block.offset_of(at) - ref.offset;
  if (next == nullptr && skipper.in_quote()) {
    reject(batch, RejectReason::unterminated_quote, ref, start,
           fmt::format("a quote opened at line {}, byte {} of the record is never closed", line + skipper.quote_line(),
                       skipper.quote_at()));
  } else {
    reject(batch, RejectReason::record_too_large, ref, start,
           fmt::format("{} bytes; the limits are {} for a record and {} for a field", ref.length,
                       input.limit_record(options.max_record), options.max_field));
  }
  line += 1 + skipper.lines();
  return {};
}

// What remains when the member ends: a record inside a quote, or one that damage has cut.
void CsvReader::Implementation::end_member(CsvBatch& batch, Outcome outcome) {
  const RecordRef ref = place(at, block.end());
  const std::string_view text = raw(block.end());
  if (const Error* damage = input.damage()) {
    return reject(batch, RejectReason::truncated_line, ref, text, damage->message);
  }
  if (outcome == Outcome::open_quote) {
    reject(batch, RejectReason::unterminated_quote, ref, text,
           fmt::format("a quote opened at line {}, byte {} of the file is never closed; it is in field {}",
                       line + parser.quote_line(), block.offset_of(parser.quote_at()), parser.n_fields() + 1),
           column_name(parser.n_fields()));
  }
}

// The record at `at` goes on behind the block. Returns false if the batch has to be delivered first.
Result<bool> CsvReader::Implementation::grow(CsvBatch& batch) {
  if (batch.rows() > 0) return false;
  if (is_oversize_in_memory()) {
    UNISONO_CHECK(skip_oversize(batch));
    return true;
  }
  UNISONO_CHECK(refill(at, growth()));
  return true;
}

Result<void> CsvReader::Implementation::read_beginning() {
  UNISONO_TRY(const TextSample sample, input.sample(k_sample_bytes));
  dialect = detect_dialect(sample.text, sample.whole, options);
  parser = CsvRecordParser(dialect, options.max_columns + 1);
  UNISONO_CHECK(refill(nullptr, options.batch_bytes));
  while (block.size < 8 && !block.at_end) UNISONO_CHECK(refill(at, 8));
  if (const std::size_t hint = separator_hint({at, block.size})) {
    at += hint;
    ++line;
  }
  UNISONO_CHECK(read_header());
  if (dialect.header) look_for_row_names(sample);
  parser = CsvRecordParser(dialect, columns.size() + 1);
  return {};
}

// Blank lines before the header are not records.
Result<void> CsvReader::Implementation::read_header() {
  while (true) {
    if (at == block.end()) {
      if (block.at_end) return {};
      UNISONO_CHECK(refill(at, options.batch_bytes));
      continue;
    }
    const Outcome outcome = parser.parse(at, block.end(), block.at_end);
    if (parser.n_fields() > options.max_columns) {
      return fail(
          ErrorCode::too_large,
          fmt::format("the first record has {}{} columns; at most {} are read",
                      outcome == Outcome::need_more ? "more than " : "", parser.n_fields(), options.max_columns),
          "is this the right delimiter? state it: --csv delim=...");
    }
    if (outcome == Outcome::need_more && !is_oversize_in_memory()) {
      UNISONO_CHECK(refill(at, growth()));
      continue;
    }
    if (outcome == Outcome::need_more || outcome == Outcome::open_quote) {
      const char* quote = parser.quote_at();
      return fail({ErrorCode::bad_input,
                   quote == nullptr ? "the first record does not end" : "the first record ends inside a quote",
                   "check the dialect: --csv delim=...,quote=... or --no-quote",
                   {},
                   line + parser.quote_line(),
                   block.offset_of(quote == nullptr ? at : quote)});
    }
    const bool blank = parser.n_fields() == 1 && !parser.has_content();
    if (!dialect.header && !blank) {
      name_columns(parser.n_fields());
      return {};
    }
    header_ref = place(at, parser.content_end());
    CsvBatch scratch;
    parser.unescape_fields();
    for (std::size_t i = 0; i < parser.n_fields() && !blank; ++i) {
      std::string_view value = parser.fields()[i];
      if (is_dirty) clean(value, scratch);
      header_values.emplace_back(value);
    }
    counts.blank_lines += blank ? 1u : 0u;
    at += parser.next() - at;
    line += 1 + parser.lines();
    if (blank) continue;
    name_columns(header_values.size());
    return {};
  }
}

void CsvReader::Implementation::name_columns(std::size_t n) {
  std::unordered_set<std::string> used;
  for (std::size_t i = 0; i < n; ++i) {
    const std::string given = dialect.header ? header_values[i] : fmt::format("column{}", i + 1);
    std::string name = given;
    for (std::size_t number = 2; !used.insert(name).second; ++number) name = fmt::format("{}#{}", given, number);
    columns.push_back(std::move(name));
  }
}

void CsvReader::Implementation::look_for_row_names(const TextSample& sample) {
  if (columns.size() < 2 || !header_values.front().empty()) return;
  const std::string_view text = std::string_view(sample.text).substr(separator_hint(sample.text));
  const auto records = first_records(text, sample.whole, dialect, counts.blank_lines + 4);
  std::size_t expected = 1;
  for (std::size_t i = counts.blank_lines + 1; i < records.size(); ++i, ++expected) {
    if (records[i].front() != std::to_string(expected)) return;
  }
  row_names = expected > 1;
  if (row_names) columns.front() = "row_names";
}

CsvReader::CsvReader(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

const CsvDialect& CsvReader::dialect() const {
  return implementation_->dialect;
}
const Encoding& CsvReader::encoding() const {
  return implementation_->input.encoding();
}
const std::vector<std::string>& CsvReader::columns() const {
  return implementation_->columns;
}
const RecordRef& CsvReader::header_ref() const {
  return implementation_->header_ref;
}
bool CsvReader::has_row_names() const {
  return implementation_->row_names;
}
const ReadCounts& CsvReader::counts() const {
  return implementation_->counts;
}

Result<CsvReader> CsvReader::open(Member& member, const CsvOptions& options, const Control& control) {
  UNISONO_TRY(TextInput input, TextInput::open(member, options.encoding));
  auto implementation = std::make_unique<Implementation>(std::move(input), options, control);
  UNISONO_CHECK(implementation->read_beginning());
  return CsvReader(std::move(implementation));
}

Result<bool> CsvReader::next(CsvBatch& batch) {
  Implementation& self = *implementation_;
  batch = CsvBatch();
  batch.columns_ = self.columns.size();
  if (self.is_finished) return false;
  while (batch.rows() + batch.rejects.size() < k_batch_records) {
    const bool at_end = self.block.at_end;
    if (self.at == self.block.end() && at_end) {
      self.is_finished = true;
      // The damage falls on the end of a record: it still has to be seen.
      if (self.input.damage() != nullptr) {
        ++self.counts.records;
        ++self.record_no;
        self.end_member(batch, Outcome::record);
      }
      break;
    }
    const Outcome outcome =
        self.at == self.block.end() ? Outcome::need_more : self.parser.parse(self.at, self.block.end(), at_end);
    if (outcome == Outcome::need_more) {
      UNISONO_TRY(const bool goes_on, self.grow(batch));
      if (!goes_on) break;
      continue;
    }
    ++self.counts.records;
    ++self.record_no;
    if (outcome == Outcome::open_quote || (outcome == Outcome::ended_record && self.input.damage() != nullptr)) {
      self.end_member(batch, outcome);
      self.is_finished = true;
      break;
    }
    self.take_record(batch, outcome);
    self.line += 1 + self.parser.lines();
    self.at += self.parser.next() - self.at;
  }
  batch.bytes_ = self.block.bytes;
  self.counts.invalid_utf8 += self.input.replaced() - self.transcoded_replaced;
  self.transcoded_replaced = self.input.replaced();
  return !self.is_finished;
}

}  // namespace unisono::ingest
