#include "unisono/output/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

#include "unisono/core/unicode.hpp"

namespace unisono::output {
namespace {

// Line breaks after block elements only: after an inline element they would be a space before the next word.
bool ends_line(std::string_view element) {
  constexpr std::array<std::string_view, 8> k_inline = {"a", "b", "code", "data", "em", "span", "strong", "tspan"};
  return std::find(k_inline.begin(), k_inline.end(), element) == k_inline.end();
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == U'<') {
      out += "&lt;";
    } else if (c == U'>') {
      out += "&gt;";
    } else if (c == U'&') {
      out += "&amp;";
    } else if (c == U'"') {
      out += "&quot;";
    } else if (c == U'\'') {
      out += "&#39;";
    } else if (c == U'\n' || c == U'\t' || !is_hidden_or_control(c)) {
      append_utf8(out, c == 0xfffe || c == 0xffff ? U'\ufffd' : c);  // XML forbids both
    } else if (c >= 0xa0) {
      out += fmt::format("[U+{:04X}]", static_cast<std::uint32_t>(c));
    }  // controls are dropped
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
