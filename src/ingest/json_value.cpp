#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "json_repair.hpp"
#include "text_input.hpp"
#include "unisono/ingest/json.hpp"

// simdjson is seen only here (and, for its UTF-8 check, in utf8.cpp).
namespace unisono::ingest {
namespace {

using Element = simdjson::dom::element;

constexpr std::size_t k_keep_capacity = std::size_t{32} << 20;  // a parser that grew beyond is made anew

// An element of simdjson is a document and an index into it, nothing else: the two words of a JsonValue.
struct Words {
  const void* document;
  std::size_t index;
};
static_assert(sizeof(Words) == sizeof(Element));
static_assert(sizeof(simdjson::dom::array::iterator) == sizeof(Words));
static_assert(sizeof(simdjson::dom::object::iterator) == sizeof(Words));
static_assert(k_padding >= simdjson::SIMDJSON_PADDING);

template <typename To>
To from_words(const void* document, std::size_t index) {
  const Words words{document, index};
  To to;
  std::memcpy(static_cast<void*>(&to), &words, sizeof(words));
  return to;
}

template <typename From>
Words to_words(const From& from) {
  Words words;
  std::memcpy(&words, static_cast<const void*>(&from), sizeof(words));
  return words;
}

// Objects of one document that name a key more than once, each repeated key counted.
class DuplicateKeys {
 public:
  std::uint64_t count(const Element& root) {
    found_ = 0;
    visit(root);
    return found_;
  }

 private:
  void visit(const Element& element) {  // no deeper than the parser allows
    if (element.is_object()) {
      const simdjson::dom::object object = element.get_object().value_unsafe();
      visit_keys(object);
      for (const auto& field : object) visit(field.value);
    } else if (element.is_array()) {
      const simdjson::dom::array array = element.get_array().value_unsafe();
      for (const Element child : array) visit(child);
    }
  }

  // A bit per key tells most objects free of duplicates; the others are sorted.
  void visit_keys(const simdjson::dom::object& object) {
    std::uint64_t seen = 0;
    bool suspicious = false;
    for (const auto& field : object) {
      const std::string_view key = field.key;
      const auto letter = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(key[i])}; };
      const std::size_t mixed =
          key.empty() ? 0 : key.size() * 7 + letter(0) * 31 + letter(key.size() - 1) * 17 + letter(key.size() / 2) * 5;
      const std::uint64_t bit = 1ull << (mixed & 63);
      suspicious = suspicious || (seen & bit) != 0;
      seen |= bit;
    }
    if (!suspicious) return;
    keys_.clear();
    for (const auto& field : object) keys_.push_back(field.key);
    std::sort(keys_.begin(), keys_.end());
    for (std::size_t i = 1; i < keys_.size(); ++i) found_ += keys_[i] == keys_[i - 1] ? 1u : 0u;
  }

  std::vector<std::string_view> keys_;
  std::uint64_t found_ = 0;
};

}  // namespace

const char* name_of(JsonKind kind) {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "boolean";
    case JsonKind::integer:
      return "integer";
    case JsonKind::unsigned_integer:
      return "unsigned integer";
    case JsonKind::real:
      return "real";
    case JsonKind::string:
      return "string";
    case JsonKind::array:
      return "array";
    case JsonKind::object:
      return "object";
  }
  return "unknown";
}

JsonKind JsonValue::kind() const {
  if (document_ == nullptr) return JsonKind::null;
  switch (from_words<Element>(document_, index_).type()) {
    case simdjson::dom::element_type::ARRAY:
      return JsonKind::array;
    case simdjson::dom::element_type::OBJECT:
      return JsonKind::object;
    case simdjson::dom::element_type::INT64:
      return JsonKind::integer;
    case simdjson::dom::element_type::UINT64:
      return JsonKind::unsigned_integer;
    case simdjson::dom::element_type::DOUBLE:
      return JsonKind::real;
    case simdjson::dom::element_type::STRING:
      return JsonKind::string;
    case simdjson::dom::element_type::BOOL:
      return JsonKind::boolean;
    case simdjson::dom::element_type::NULL_VALUE:
      return JsonKind::null;
  }
  return JsonKind::null;
}

bool JsonValue::is_number() const {
  const JsonKind own = kind();
  return own == JsonKind::integer || own == JsonKind::unsigned_integer || own == JsonKind::real;
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  if (!is_object()) return std::nullopt;
  const simdjson::dom::object object = from_words<Element>(document_, index_).get_object().value_unsafe();
  Element found;
  if (object.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
  JsonValue value;
  const Words words = to_words(found);
  value.document_ = words.document;
  value.index_ = words.index;
  return value;
}

std::string_view JsonValue::string() const {
  return is_string() ? from_words<Element>(document_, index_).get_string().value_unsafe() : std::string_view();
}

bool JsonValue::boolean() const {
  return kind() == JsonKind::boolean && from_words<Element>(document_, index_).get_bool().value_unsafe();
}

std::optional<std::int64_t> JsonValue::integer() const {
  std::int64_t value = 0;
  const JsonKind own = kind();
  if (own != JsonKind::integer && own != JsonKind::unsigned_integer) return std::nullopt;
  if (from_words<Element>(document_, index_).get_int64().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

double JsonValue::real() const {
  double value = 0;
  if (!is_number() || from_words<Element>(document_, index_).get_double().get(value) != simdjson::SUCCESS) return 0;
  return value;
}

std::string JsonValue::number_text() const {
  switch (kind()) {
    case JsonKind::integer:
      return fmt::format("{}", from_words<Element>(document_, index_).get_int64().value_unsafe());
    case JsonKind::unsigned_integer:
      return fmt::format("{}", from_words<Element>(document_, index_).get_uint64().value_unsafe());
    case JsonKind::real: {
      std::string text = fmt::format("{}", real());
      if (text.find_first_of(".e") == std::string::npos) text += ".0";
      return text;
    }
    default:
      return {};
  }
}

std::size_t JsonValue::size() const {
  std::size_t n = 0;
  for (JsonMembers each(*this); each.next();) ++n;
  return n;
}

JsonMembers::JsonMembers(const JsonValue& value) {
  const JsonKind kind = value.kind();
  if (kind != JsonKind::array && kind != JsonKind::object) return;
  const Element element = from_words<Element>(value.document_, value.index_);
  keyed_ = kind == JsonKind::object;
  Words begin{}, end{};
  if (keyed_) {
    const simdjson::dom::object object = element.get_object().value_unsafe();
    begin = to_words(object.begin()), end = to_words(object.end());
  } else {
    const simdjson::dom::array array = element.get_array().value_unsafe();
    begin = to_words(array.begin()), end = to_words(array.end());
  }
  document_ = begin.document;
  at_ = begin.index;
  end_ = end.index;
}

bool JsonMembers::next() {
  if (at_ == end_) return false;
  Words value{};
  if (keyed_) {
    auto iterator = from_words<simdjson::dom::object::iterator>(document_, at_);
    key_ = iterator.key();
    value = to_words(iterator.value());
    at_ = to_words(++iterator).index;
  } else {
    auto iterator = from_words<simdjson::dom::array::iterator>(document_, at_);
    value = to_words(*iterator);
    at_ = to_words(++iterator).index;
  }
  value_.document_ = value.document;
  value_.index_ = value.index;
  return true;
}

struct JsonParser::Implementation {
  std::unique_ptr<simdjson::dom::parser> parser = std::make_unique<simdjson::dom::parser>();
  unsigned max_depth;
  bool count_duplicates;
  ReadCounts counts;
  DuplicateKeys duplicates;
  std::string copy;  // a repaired or unpadded text

  Implementation(unsigned depth, bool duplicate_keys) : max_depth(depth), count_duplicates(duplicate_keys) {}

  simdjson::error_code parse_padded(std::string_view text, Element& element);
  simdjson::error_code parse_copied(std::string text, Element& element);
  tl::expected<JsonValue, JsonFault> parse(std::string_view text, bool padded);
};

simdjson::error_code JsonParser::Implementation::parse_padded(std::string_view text, Element& element) {
  if (parser->capacity() > k_keep_capacity && text.size() < k_keep_capacity / 32) {
    parser = std::make_unique<simdjson::dom::parser>();
  }
  if (text.size() > parser->capacity() || parser->max_depth() != max_depth) {
    const std::size_t capacity = std::max<std::size_t>({text.size(), parser->capacity(), 4096});
    if (const auto error = parser->allocate(capacity, max_depth)) return error;
  }
  return parser->parse(text.data(), text.size(), false).get(element);
}

simdjson::error_code JsonParser::Implementation::parse_copied(std::string text, Element& element) {
  const std::size_t size = text.size();
  copy = std::move(text);
  copy.resize(size + k_padding, '\0');
  return parse_padded({copy.data(), size}, element);
}

tl::expected<JsonValue, JsonFault> JsonParser::Implementation::parse(std::string_view text, bool padded) {
  Element element;
  simdjson::error_code error = padded ? parse_padded(text, element) : parse_copied(std::string(text), element);
  if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY) {
    return tl::make_unexpected(JsonFault{RejectReason::record_too_large, "no memory to parse it", {}});
  }
  if (error != simdjson::SUCCESS && error != simdjson::DEPTH_ERROR) {
    ReadCounts repairs;
    if (std::optional<std::string> repaired = repair_json(text, repairs)) {
      error = parse_copied(std::move(*repaired), element);
      if (error == simdjson::SUCCESS) {
        repairs.repaired_json = 1;
        counts += repairs;
      }
    }
  }
  if (error == simdjson::DEPTH_ERROR) {
    return tl::make_unexpected(
        JsonFault{RejectReason::depth_limit, fmt::format("nested deeper than the limit of {}", max_depth), {}});
  }
  if (error != simdjson::SUCCESS) {
    JsonFault fault{RejectReason::bad_json, simdjson::error_message(error), {}};
    if (const std::optional<JsonMistake> mistake = find_json_mistake(text, max_depth)) {
      if (mistake->is_too_deep) fault.reason = RejectReason::depth_limit;
      fault.byte = mistake->byte;
      fault.detail = mistake->what;
    }
    return tl::make_unexpected(std::move(fault));
  }
  if (count_duplicates) counts.duplicate_keys += duplicates.count(element);
  JsonValue value;
  const Words words = to_words(element);
  value.document_ = words.document;
  value.index_ = words.index;
  return value;
}

JsonParser::JsonParser(unsigned max_depth, bool count_duplicates)
    : implementation_(std::make_unique<Implementation>(max_depth, count_duplicates)) {}
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;
JsonParser::~JsonParser() = default;

const ReadCounts& JsonParser::counts() const {
  return implementation_->counts;
}

tl::expected<JsonValue, JsonFault> JsonParser::parse(std::string_view text) {
  return implementation_->parse(text, false);
}

tl::expected<JsonValue, Reject> JsonParser::parse(const JsonBatch& batch, std::size_t i) {
  tl::expected<JsonValue, JsonFault> value = implementation_->parse(batch.text(i), true);
  if (value) return *value;
  const JsonFault& fault = value.error();
  ++implementation_->counts.rejects;
  RejectReason reason = fault.reason;
  if (reason == RejectReason::bad_json && batch.last_line(i)) reason = RejectReason::truncated_line;
  std::string detail = fault.detail;
  if (fault.byte) detail += fmt::format(" at byte {} of the record", *fault.byte);
  return tl::make_unexpected(Reject{reason, batch.ref(i), {}, std::move(detail), make_excerpt(batch.text(i))});
}

}  // namespace unisono::ingest
