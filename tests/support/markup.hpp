// What tests ask of HTML and SVG that we wrote: is it well formed, and which elements with which attributes are in it.
#pragma once

#include <string>
#include <vector>

namespace unisono::test {

struct Element {
  std::string name, tag;  // "rect", "<rect x=\"1\"/>"
  std::string attribute(const std::string& key) const {
    const std::size_t at = tag.find(" " + key + "=\"");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + key.size() + 3;
    return tag.substr(begin, tag.find('"', begin) - begin);
  }
};

// Every start tag in order.
inline std::vector<Element> elements(const std::string& markup, const std::string& name = {}) {
  std::vector<Element> found;
  for (std::size_t at = markup.find('<'); at != std::string::npos; at = markup.find('<', at + 1)) {
    const std::size_t end = markup.find('>', at);
    if (end == std::string::npos || at + 1 >= markup.size() || markup[at + 1] == '/' || markup[at + 1] == '!') continue;
    Element element{markup.substr(at + 1, markup.find_first_of(" />", at + 1) - at - 1),
                    markup.substr(at, end - at + 1)};
    if (name.empty() || element.name == name) found.push_back(std::move(element));
  }
  return found;
}

// Every start tag is closed, in the right order; what stands between tags holds no "<". Empty if so, else the place.
inline std::string unbalanced(const std::string& markup) {
  std::vector<std::string> open;
  for (std::size_t at = markup.find('<'); at != std::string::npos; at = markup.find('<', at + 1)) {
    const std::size_t end = markup.find('>', at);
    if (end == std::string::npos) return markup.substr(at);
    if (markup[at + 1] == '!' || markup[end - 1] == '/') continue;
    const bool closes = markup[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    const std::string name = markup.substr(begin, markup.find_first_of(" >", begin) - begin);
    if (!closes) {
      open.push_back(name);
      continue;
    }
    if (open.empty() || open.back() != name) return markup.substr(at, 80);
    open.pop_back();
  }
  return open.empty() ? std::string() : "not closed: " + open.back();
}

}  // namespace unisono::test
