#include "unisono/core/quote.hpp"

#include <algorithm>

namespace unisono {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:@,+").find(c) != std::string_view::npos;
}

std::string in_single_quotes(std::string_view text, std::string_view for_a_quote) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += for_a_quote;
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string quote_shell(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
  return in_single_quotes(word, "'\\''");
}

std::string quote_sql(std::string_view text) {
  return in_single_quotes(text, "''");
}

}  // namespace unisono
