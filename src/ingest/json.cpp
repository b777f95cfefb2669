#include "unisono/ingest/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "byte_finder.hpp"
#include "json_cutter.hpp"
#include "text_input.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_batch_records = std::size_t{1} << 16;
constexpr std::size_t k_largest_growth = std::size_t{32} << 20;
constexpr std::string_view k_white = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(k_white);
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(k_white) - first + 1);
}

// Does the line hold one whole object or array and nothing else?
bool is_whole_value(std::string_view line) {
  if (line.empty() || (line[0] != '{' && line[0] != '[')) return false;
  std::string padded(line);
  padded.resize(line.size() + k_padding, '\0');
  JsonScanner scanner;
  const char* const end = padded.data() + line.size();
  return scanner.feed(padded.data(), end) == end;
}

}  // namespace

const char* name_of(JsonLayout layout) {
  switch (layout) {
    case JsonLayout::lines:
      return "lines";
    case JsonLayout::array:
      return "array";
    case JsonLayout::values:
      return "values";
  }
  return "unknown";
}

JsonLayout detect_json_layout(std::string_view sample, bool whole) {
  std::string_view rest = sample;
  std::size_t lines = 0, complete = 0;
  bool first_is_complete = false;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos && !whole) break;
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    if (lines == 0 && line[0] == '[') return JsonLayout::array;
    const bool is_complete = is_whole_value(line);
    if (lines == 0) first_is_complete = is_complete;
    ++lines;
    complete += is_complete ? 1u : 0u;
  }
  const std::string_view start = trimmed(sample.substr(0, sample.size()));
  if (lines == 0 && !start.empty() && start[0] == '[') return JsonLayout::array;
  return first_is_complete || (lines > 1 && complete * 2 >= lines) ? JsonLayout::lines : JsonLayout::values;
}

struct JsonReader::Implementation {
  TextInput input;
  JsonOptions options;
  const Control* control;
  JsonLayout layout = JsonLayout::lines;
  ReadCounts counts;

  TextBlock block;
  const char* at = nullptr;
  bool needs_block = true;  // the block ends before `keep` is complete
  const char* keep = nullptr;
  std::uint64_t line = 1;  // layout lines: of `at`
  std::uint64_t record_no = 0;
  std::unique_ptr<JsonCutter> cutter;  // none for lines
  RecordRef dropped;                   // place and excerpt of a record that was too large to keep
  std::string dropped_start;
  bool is_dropping = false;
  bool is_finished = false;
  std::uint64_t transcoded_replaced = 0;

  Implementation(TextInput text_input, JsonOptions json_options, const Control& owner)
      : input(std::move(text_input)), options(std::move(json_options)), control(&owner) {}

  Result<void> refill();
  void next_line(JsonBatch& batch);
  void next_value(JsonBatch& batch);
  void begin_dropping(const char* begin, std::uint64_t at_line);
  void end_line_member(JsonBatch& batch);
  void add(JsonBatch& batch, std::string_view text, std::uint64_t at_line);
  void reject(JsonBatch& batch, RejectReason reason, RecordRef ref, std::string_view text, std::string detail);
  RecordRef place(std::string_view text, std::uint64_t at_line) const;
  RecordRef empty_place(const char* at_byte, std::uint64_t at_line) const {
    return {record_no, at_line, block.offset_of(at_byte), 0};
  }
  std::size_t max_record() const { return input.limit_record(options.max_record); }
};

Result<void> JsonReader::Implementation::refill() {
  UNISONO_CHECK(control->check_cancelled());
  const std::size_t kept = keep == nullptr ? 0 : static_cast<std::size_t>(block.end() - keep);
  const std::size_t want = std::max(options.batch_bytes, std::min(kept, k_largest_growth));
  UNISONO_TRY(block, input.next_block(block, keep, want));
  at = block.begin();
  needs_block = false;
  return {};
}

RecordRef JsonReader::Implementation::place(std::string_view text, std::uint64_t at_line) const {
  const char* const begin = text.data();
  const std::uint64_t offset = block.offset_of(begin);
  return {record_no, at_line, offset, block.offset_of(begin + text.size()) - offset};
}

void JsonReader::Implementation::reject(JsonBatch& batch, RejectReason reason, RecordRef ref, std::string_view text,
                                        std::string detail) {
  ++counts.records;
  ++counts.rejects;
  ref.record_no = ++record_no;
  batch.rejects.push_back({reason, ref, {}, std::move(detail), make_excerpt(text)});
}

void JsonReader::Implementation::add(JsonBatch& batch, std::string_view text, std::uint64_t at_line) {
  ++counts.records;
  ++record_no;
  batch.texts_.push_back(text);
  batch.refs_.push_back(place(text, at_line));
}

// The record is larger than the limit: its place and beginning are noted, its bytes are let go.
void JsonReader::Implementation::begin_dropping(const char* begin, std::uint64_t at_line) {
  const auto held = static_cast<std::size_t>(block.end() - begin);
  dropped = empty_place(begin, at_line);
  dropped_start.assign(begin, std::min(held, k_excerpt_bytes + 4));
  is_dropping = true;
}

void JsonReader::Implementation::end_line_member(JsonBatch& batch) {
  is_finished = true;
  if (is_dropping) {
    dropped.length = block.offset_of(block.end()) - dropped.offset;
    is_dropping = false;
    return reject(batch, RejectReason::record_too_large, dropped, dropped_start,
                  fmt::format("{} bytes; the limit is {}", dropped.length, max_record()));
  }
  const std::string_view text = trimmed({at, static_cast<std::size_t>(block.end() - at)});
  if (const Error* damage = input.damage()) {
    return reject(batch, RejectReason::truncated_line, place(text, line), text, damage->message);
  }
  if (text.empty()) {
    counts.blank_lines += at == block.end() ? 0u : 1u;
  } else if (text.size() > max_record()) {
    reject(batch, RejectReason::record_too_large, place(text, line), text,
           fmt::format("{} bytes; the limit is {}", text.size(), max_record()));
  } else {
    add(batch, text, line);
    batch.ends_member_ = true;
  }
  at = block.end();
}

void JsonReader::Implementation::next_line(JsonBatch& batch) {
  const auto* const newline =
      at == block.end() ? nullptr
                        : static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(block.end() - at)));
  if (newline == nullptr) {
    if (block.at_end) return end_line_member(batch);
    needs_block = true;
    const auto held = static_cast<std::size_t>(block.end() - at);
    if (!is_dropping && held > max_record() + 2) begin_dropping(at, line);
    keep = is_dropping ? nullptr : at;
    return;
  }
  std::string_view text = trimmed({at, static_cast<std::size_t>(newline - at)});
  at = newline + 1;
  if (is_dropping) {
    dropped.length = block.offset_of(newline) - dropped.offset;
    is_dropping = false;
    reject(batch, RejectReason::record_too_large, dropped, dropped_start,
           fmt::format("{} bytes; the limit is {}", dropped.length, max_record()));
  } else if (text.empty()) {
    ++counts.blank_lines;
  } else if (text.size() > max_record()) {
    reject(batch, RejectReason::record_too_large, place(text, line), text,
           fmt::format("{} bytes; the limit is {}", text.size(), max_record()));
  } else {
    add(batch, text, line);
  }
  ++line;
}

void JsonReader::Implementation::next_value(JsonBatch& batch) {
  using Outcome = JsonCutter::Outcome;
  const Outcome outcome = cutter->advance(at, block.end(), block.at_end);
  at = cutter->at();
  if (outcome == Outcome::need_more) {
    needs_block = true;
    keep = cutter->keep();
    if (cutter->is_record_dropped() && !is_dropping) begin_dropping(cutter->record_begin(), cutter->record_line());
    return;
  }
  const bool ended = outcome == Outcome::end || outcome == Outcome::open_end || outcome == Outcome::cut;
  const bool whole = !is_dropping && outcome != Outcome::end && outcome != Outcome::open_end;
  std::string_view text = is_dropping ? std::string_view(dropped_start) : std::string_view();
  if (whole) text = {cutter->record_begin(), static_cast<std::size_t>(at - cutter->record_begin())};
  RecordRef ref = whole ? place(text, cutter->record_line()) : empty_place(at, cutter->line());
  if (std::exchange(is_dropping, false)) {
    ref = dropped;
    ref.length = block.offset_of(at) - dropped.offset;
  }
  if (ended) {
    is_finished = true;
    if (const Error* damage = input.damage()) {
      return reject(batch, RejectReason::truncated_line, ref, text, damage->message);
    }
    if (outcome == Outcome::cut)
      return reject(batch, RejectReason::truncated_line, ref, text, "the file ends inside this value");
    if (outcome == Outcome::open_end) {
      reject(batch, RejectReason::truncated_line, ref, {},
             "the file ends inside the array or object that holds the records");
    }
    return;
  }
  if (outcome == Outcome::record) return add(batch, text, cutter->record_line());
  if (outcome == Outcome::too_deep) {
    return reject(batch, RejectReason::depth_limit, ref, text,
                  fmt::format("nested deeper than the limit of {}", options.max_depth));
  }
  reject(batch, RejectReason::record_too_large, ref, text,
         fmt::format("{} bytes; the limit is {}", ref.length, max_record()));
}

JsonReader::JsonReader(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;
JsonReader::~JsonReader() = default;

JsonLayout JsonReader::layout() const {
  return implementation_->layout;
}
const Encoding& JsonReader::encoding() const {
  return implementation_->input.encoding();
}
const ReadCounts& JsonReader::counts() const {
  return implementation_->counts;
}

Result<JsonReader> JsonReader::open(Member& member, const JsonOptions& options, const Control& control) {
  UNISONO_TRY(std::vector<JsonStep> way, parse_each(options.each));
  UNISONO_TRY(TextInput input, TextInput::open(member, options.encoding));
  UNISONO_TRY(const TextSample sample, input.sample(k_sample_bytes));
  auto implementation = std::make_unique<Implementation>(std::move(input), options, control);
  JsonLayout layout = options.layout.value_or(detect_json_layout(sample.text, sample.whole));
  if (!way.empty() && layout == JsonLayout::lines) layout = JsonLayout::values;
  implementation->layout = layout;
  if (layout != JsonLayout::lines) {
    implementation->cutter = std::make_unique<JsonCutter>(std::move(way), layout == JsonLayout::array,
                                                          options.max_depth, implementation->max_record());
  }
  return JsonReader(std::move(implementation));
}

Result<bool> JsonReader::next(JsonBatch& batch) {
  Implementation& self = *implementation_;
  batch = JsonBatch();
  while (!self.is_finished && batch.size() + batch.rejects.size() < k_batch_records) {
    if (self.needs_block) {
      if (batch.size() > 0) break;  // its records point into the block
      UNISONO_CHECK(self.refill());
    }
    if (self.cutter != nullptr) {
      self.next_value(batch);
    } else {
      self.next_line(batch);
    }
  }
  batch.bytes_ = self.block.bytes;
  self.counts.invalid_utf8 += self.input.replaced() - std::exchange(self.transcoded_replaced, self.input.replaced());
  return !self.is_finished;
}

}  // namespace unisono::ingest
