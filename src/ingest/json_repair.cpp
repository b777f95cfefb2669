#include "json_repair.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

#include "utf8.hpp"

namespace unisono::ingest {
namespace {

constexpr std::string_view k_replacement_escape = "\\uFFFD";

bool is_number_byte(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// The value of \uXXXX at the front, or nothing.
std::optional<unsigned> escaped_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  if (error != std::errc() || end != text.data() + 6) return std::nullopt;
  return unit;
}

class Repair {
 public:
  Repair(std::string_view text, ReadCounts& counts) : rest_(text), counts_(counts) { out_.reserve(text.size() + 64); }

  std::optional<std::string> run() {
    while (!rest_.empty()) {
      if (rest_[0] == '"') {
        copy(1);
        in_string();
      } else if (is_number_byte(rest_[0]) || rest_[0] == 'N' || rest_[0] == 'I') {
        number_or_word();
      } else {
        copy_sequence();
      }
    }
    if (!changed_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void copy(std::size_t n) {
    out_ += rest_.substr(0, n);
    rest_.remove_prefix(std::min(n, rest_.size()));
  }

  void replace(std::size_t n, std::string_view with) {
    out_ += with;
    rest_.remove_prefix(n);
    changed_ = true;
  }

  void copy_sequence() {
    const Utf8Sequence sequence = next_utf8(rest_);
    if (sequence.valid) return copy(sequence.length);
    ++counts_.invalid_utf8;
    replace(sequence.length, "\xEF\xBF\xBD");
  }

  void in_string() {
    while (!rest_.empty()) {
      if (rest_[0] == '"') return copy(1);
      if (rest_[0] != '\\') {
        copy_sequence();
        continue;
      }
      const std::optional<unsigned> unit = escaped_unit(rest_);
      if (!unit) {
        // The byte after the backslash may begin an invalid sequence: it is looked at on its own.
        const bool ascii = rest_.size() > 1 && static_cast<unsigned char>(rest_[1]) < 0x80;
        copy(ascii ? 2 : 1);
      } else if (*unit < 0xD800 || *unit > 0xDFFF) {
        copy(6);
      } else {
        const std::optional<unsigned> low = *unit < 0xDC00 ? escaped_unit(rest_.substr(6)) : std::nullopt;
        if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
          copy(12);
        } else {
          ++counts_.lone_surrogates;
          replace(6, k_replacement_escape);
        }
      }
    }
  }

  void number_or_word() {
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity", "+Infinity", "-NaN"}) {
      if (!rest_.starts_with(word)) continue;
      ++counts_.nan_values;
      return replace(word.size(), "null");
    }
    std::size_t n = 0;
    while (n < rest_.size() && is_number_byte(rest_[n])) ++n;
    if (n == 0) return copy(1);
    const std::string_view token = rest_.substr(0, n);
    const std::string_view digits = token.substr(token[0] == '-' ? 1 : 0);
    const bool integer = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (integer && !fits(token) && digits[0] != '0') {
      ++counts_.big_integers;
      out_ += '"';
      replace(n, token);
      out_ += '"';
    } else if (!integer && is_beyond_double(token)) {
      ++counts_.nan_values;
      replace(n, "null");
    } else {
      copy(n);
    }
  }

  static bool fits(std::string_view token) {
    std::int64_t narrow = 0;
    std::uint64_t wide = 0;
    const char* const begin = token.data();
    const char* const end = begin + token.size();
    return std::from_chars(begin, end, narrow).ec == std::errc() || std::from_chars(begin, end, wide).ec == std::errc();
  }

  // 1e999, but not 1e-999, which is 0.
  static bool is_beyond_double(std::string_view token) {
    double value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error != std::errc::result_out_of_range || end != token.data() + token.size()) return false;
    const std::size_t exponent = token.find_first_of("eE");
    return exponent == std::string_view::npos || token.substr(exponent + 1, 1) != "-";
  }

  std::string_view rest_;
  ReadCounts& counts_;
  std::string out_;
  bool changed_ = false;
};

// A checker of the grammar that keeps its place; it need not be fast.
class Checker {
 public:
  Checker(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<JsonMistake> run() {
    do {
      skip_white();
      if (!value()) return mistake_;
      while (!mistake_ && !expect_value_) {
        skip_white();
        if (open_.empty()) {
          if (at_ < text_.size()) wrong("expected nothing behind the value");
          return mistake_;
        }
        after_value();
      }
    } while (!mistake_);
    return mistake_;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_white() {
    while (at_ < text_.size() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }
  bool wrong(std::string what) {
    if (at_ >= text_.size()) what += ", found the end";
    mistake_ = JsonMistake{at_, std::move(what), false};
    return false;
  }

  bool string() {
    if (peek() != '"') return wrong("expected \"");
    for (++at_; at_ < text_.size(); ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return wrong(fmt::format("a string holds the control character 0x{:02X}", c));
      if (c != '\\') continue;
      ++at_;
      if (std::string_view("\"\\/bfnrtu").find(peek()) == std::string_view::npos)
        return wrong("a string holds an unknown escape");
      if (peek() != 'u') continue;
      for (int i = 0; i < 4; ++i) {
        ++at_;
        if (std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos) {
          return wrong("expected four hexadecimal digits");
        }
      }
    }
    return wrong("a string is not closed");
  }

  // A value or the opening of one; afterwards either expect_value_ is set (an opened container) or a value is complete.
  bool value() {
    expect_value_ = false;
    const char c = peek();
    if (c == '{' || c == '[') {
      if (open_.size() >= max_depth_) {
        mistake_ = JsonMistake{at_, fmt::format("nested deeper than the limit of {}", max_depth_), true};
        return false;
      }
      ++at_;
      open_ += c;
      skip_white();
      if (peek() == (c == '{' ? '}' : ']')) {
        ++at_;
        open_.pop_back();
        return true;
      }
      expect_value_ = true;
      return c == '[' || key();
    }
    if (c == '"') return string();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",:]}[{\" \t\r\n").find(text_[at_]) == std::string_view::npos) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true" || word == "false" || word == "null") return true;
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_number = !word.empty() && word.find_first_not_of("0123456789+-.eE") == std::string_view::npos &&
                           error != std::errc::invalid_argument && end == word.data() + word.size();
    if (is_number) return true;
    at_ = begin;
    return wrong("expected a value");
  }

  bool key() {
    skip_white();
    if (!string()) return false;
    skip_white();
    if (peek() != ':') return wrong("expected :");
    ++at_;
    return true;
  }

  void after_value() {
    const bool object = open_.back() == '{';
    if (peek() == ',') {
      ++at_;
      expect_value_ = true;
      if (object) key();
    } else if (peek() == (object ? '}' : ']')) {
      ++at_;
      open_.pop_back();
    } else {
      wrong(object ? "expected , or }" : "expected , or ]");
    }
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::string open_;
  bool expect_value_ = false;
  std::optional<JsonMistake> mistake_;
};

}  // namespace

std::optional<std::string> repair_json(std::string_view text, ReadCounts& counts) {
  return Repair(text, counts).run();
}

std::optional<JsonMistake> find_json_mistake(std::string_view text, std::size_t max_depth) {
  return Checker(text, max_depth).run();
}

}  // namespace unisono::ingest
