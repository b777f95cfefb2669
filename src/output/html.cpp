#include "unisono/output/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <optional>

namespace unisono::output {
namespace {

// Decodes the code point at `at`; nullopt for a byte that does not begin a valid sequence of its length.
std::optional<std::uint32_t> decode(std::string_view text, std::size_t at, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(at);
  length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (lead < 0x80) return lead;
  if (length == 1 || at + length > text.size()) return length = 1, std::nullopt;
  std::uint32_t point = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80U) return length = 1, std::nullopt;
    point = point << 6 | (byte(at + i) & 0x3fU);
  }
  return point;
}

// Characters that are invisible and change how their neighbours are read. ZWNJ and ZWJ stay: scripts and emoji need
// them.
bool is_deceptive(std::uint32_t point) {
  return point == 0x00ad || point == 0x061c || point == 0x200b || point == 0x200e || point == 0x200f ||
         (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x2069) || point == 0xfeff ||
         (point >= 0xe0000 && point <= 0xe007f);
}

bool is_control(std::uint32_t point) {
  return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0);
}

// Line breaks after block elements only: after an inline element they would be a space before the next word.
bool ends_line(std::string_view element) {
  constexpr std::array<std::string_view, 6> k_inline = {"a", "b", "code", "em", "span", "tspan"};
  return std::find(k_inline.begin(), k_inline.end(), element) == k_inline.end();
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0, length = 1; at < text.size(); at += length) {
    const std::optional<std::uint32_t> point = decode(text, at, length);
    if (!point || *point == 0xfffe || *point == 0xffff || (*point >= 0xd800 && *point <= 0xdfff)) {
      out += "\xef\xbf\xbd";
    } else if (*point == '<') {
      out += "&lt;";
    } else if (*point == '>') {
      out += "&gt;";
    } else if (*point == '&') {
      out += "&amp;";
    } else if (*point == '"') {
      out += "&quot;";
    } else if (*point == '\'') {
      out += "&#39;";
    } else if (is_deceptive(*point)) {
      out += fmt::format("[U+{:04X}]", *point);
    } else if (!is_control(*point)) {
      out += text.substr(at, length);
    }
  }
  return out;
}

void Html::tag(std::string_view element, std::initializer_list<Attribute> attributes, std::string_view end) {
  out_ += '<';
  out_ += element;
  for (const auto& [name, value] : attributes) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    out_ += escape_html(value);
    out_ += '"';
  }
  out_ += end;
}

Html& Html::open(std::string_view element, std::initializer_list<Attribute> attributes) {
  tag(element, attributes, ">");
  open_.emplace_back(element);
  return *this;
}

Html& Html::empty(std::string_view element, std::initializer_list<Attribute> attributes) {
  tag(element, attributes, "/>");
  return *this;
}

Html& Html::close() {
  assert(!open_.empty());
  out_ += "</" + open_.back() + ">";
  if (ends_line(open_.back())) out_ += '\n';
  open_.pop_back();
  return *this;
}

Html& Html::text(std::string_view value) {
  out_ += escape_html(value);
  return *this;
}

Html& Html::element(std::string_view name, std::string_view value, std::initializer_list<Attribute> attributes) {
  return open(name, attributes).text(value).close();
}

Html& Html::raw(std::string_view markup) {
  out_ += markup;
  return *this;
}

}  // namespace unisono::output
