// A small typed writer of HTML and SVG that escapes by default: text and attribute values can never become markup.
//
//   Html page;
//   page.open("p", {{"class", "note"}}).text("1 < 2").close();   // <p class="note">1 &lt; 2</p>
//
// Control characters are removed, bidi controls and other invisible format characters are shown as [U+202E], so that
// hostile text cannot reorder what a reader sees. close() closes the innermost open element.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unisono::output {

class Html {
 public:
  using Attribute = std::pair<std::string_view, std::string_view>;

  Html& open(std::string_view element, std::initializer_list<Attribute> attributes = {});
  Html& empty(std::string_view element,
              std::initializer_list<Attribute> attributes = {});  // <br>, <meta ...>, <circle ... />
  Html& close();
  Html& text(std::string_view value);
  Html& element(std::string_view name, std::string_view value, std::initializer_list<Attribute> attributes = {});
  Html& raw(std::string_view markup);  // constant markup of our own only (style sheet, script)

  const std::string& str() const { return out_; }
  std::size_t depth() const { return open_.size(); }

 private:
  void tag(std::string_view element, std::initializer_list<Attribute> attributes, std::string_view end);

  std::string out_;
  std::vector<std::string> open_;
};

std::string escape_html(std::string_view text);

}  // namespace unisono::output
