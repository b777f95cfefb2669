#include "frame/suggestion.hpp"

#include <algorithm>

namespace unisono::app {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_previous(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_previous, previous);
    std::swap(previous, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({substitution, previous[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_previous[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view typed, const std::vector<std::string>& words) {
  if (typed.empty() || typed.size() > 64) return {};
  std::size_t best = (typed.size() + 2) / 3 + 1;
  std::string result;
  for (const std::string& word : words) {
    const bool is_begun = typed.size() >= 2 && word.substr(0, typed.size()) == typed;
    const std::size_t distance = is_begun ? 1 : edit_distance(typed, word);
    if (distance < best) {
      best = distance;
      result = word;
    }
  }
  return result;
}

}  // namespace unisono::app
