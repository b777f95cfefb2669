// Any bytes as a text, an address, a tag: no crash, valid UTF-8 out, the same answer as the twins. The same bytes are
// also read as a list of pieces, because random bytes seldom make a mention.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reference/key.hpp"
#include "reference/unicode.hpp"
#include "unisono/core/key.hpp"
#include "unisono/core/unicode.hpp"

using namespace unisono;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_any(std::string_view text) {
  std::size_t replaced = 0;
  require(replace_invalid_utf8(text).text == reference::repair(text, &replaced));
  require(is_valid_utf8(text) == (replaced == 0));
  const std::string form = text_form_k1(text);
  require(is_valid_utf8(form));
  require(form.find("  ") == std::string::npos);
  require(text_key_k1(text).key.empty() == form.empty());
  require(is_valid_utf8(printable(text)));
  std::size_t last = 0;
  for (const TextReference& item : find_references(text).items) {
    require(item.position >= last && text.substr(item.position, item.raw.size()) == item.raw && !item.key.empty());
    last = item.position + item.raw.size();
  }
  (void)fold_hashtag(text);
  (void)registrable_domain(text);
  (void)script_of(text);
  require(cut_code_points(text, 5).size() <= text.size());
  if (const auto url = canonical_url(text)) require(url->starts_with("http"));
  require(casefold(decode_entities(text)).size() <= 12 * text.size() + 12);
  display_width(text);
  count_tokens(text);
}

void check_pieces(const std::uint8_t* data, std::size_t size) {
  static const std::array<std::string_view, 40> k_pieces = {"word ",
                                                            "Zwei ",
                                                            "#Tag ",
                                                            "#tag",
                                                            "##x ",
                                                            "@user ",
                                                            "@u",
                                                            "https://t.co/Ab1 ",
                                                            "http://a.bc/d ",
                                                            " ",
                                                            "\n",
                                                            "&amp;",
                                                            "&lt;",
                                                            "1",
                                                            "_",
                                                            ". ",
                                                            ", ",
                                                            "!",
                                                            "…",
                                                            "新",
                                                            "疆",
                                                            "é",
                                                            "😀",
                                                            "👍🏽",
                                                            "\u200B",
                                                            "ـ",
                                                            "ِ",
                                                            "م",
                                                            "RT @a: ",
                                                            "ＡＢ",
                                                            "/",
                                                            "&",
                                                            "\u3000",
                                                            "#1 ",
                                                            "\xFF",
                                                            "\'",
                                                            "·",
                                                            ":",
                                                            "٣",
                                                            "@é"};
  std::string text;
  std::string words;
  for (std::size_t i = 0; i < size && i < 64; ++i) {
    const std::string_view piece = k_pieces[data[i] % k_pieces.size()];
    text += piece;
    const bool unspaced = piece == "新" || piece == "疆" || piece == "\xFF";
    const bool tailored = piece.find('@') != std::string_view::npos;  // ICU 72 joins words across it, UAX 29 does not
    if (!unspaced && !tailored) words += piece;
  }
  require(text_form_k1(text) == reference::text_form_k1(text));
  require(count_tokens(words) == reference::count_words(words));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_any(text);
  check_pieces(data, size);
  const bool blanks = text.find_first_of(" \t\r\n\v\f") != std::string_view::npos;
  if (is_ascii(text) && size < 300 && !blanks && text.substr(0, 4) == "http" &&
      text.find('[') == std::string_view::npos) {
    require(canonical_url(text).value_or("") == reference::canonical_url(std::string(text)));
  }
  return 0;
}
