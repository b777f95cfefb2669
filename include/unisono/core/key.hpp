// Keys: when are two links, hashtags, handles or texts "the same"? These rules are the same everywhere: at import, in
// every channel, in every export. Docs: docs/core/keys.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unisono {

// Scheme and host in lower case, host in IDNA form (punycode), user name, default port, fragment and tracking
// parameters (utm_*, mc_*, fbclid, gclid, igshid) dropped, path and order of the query kept as they are, one trailing
// slash dropped. Only http and https; a text without scheme ("www.example.org/a") is read as https if its host ends in
// a listed public suffix. Empty for anything else, for blanks or controls inside, and above 16 KiB.
std::optional<std::string> canonical_url(std::string_view url);

// The registrable domain by the public suffix list, punycode, lower case ("bbc.co.uk"), of an address or of a bare
// host. An IP address is its own domain. Empty if there is none: a public suffix alone, no dot, not a host.
std::string registrable_domain(std::string_view url_or_host);

// Without leading # or @ (also full width, also doubled), NFKC_Casefold. Empty if nothing is left.
std::string fold_hashtag(std::string_view tag);
std::string fold_handle(std::string_view handle);

// The folded tags of one post in their order, "#a #b #c"; empty below three tags. Above 256 bytes "h:" + XXH3-128 of
// it.
std::string hashtag_sequence_key(std::span<const std::string> folded_tags);

// K0: 32 hex digits of XXH3-128 of the bytes as they are.
std::string text_key_k0(std::string_view text);

// K1, strict: same text in another form. Entities decoded, a leading "RT @h:" stripped, addresses, mentions, emoji and
// leading and trailing runs of hashtags taken out (hashtags inside a sentence stay as words), NFKC_Casefold (zero-width
// vanishes), Arabic tatweel and harakat removed, blanks collapsed. Punctuation and numbers stay.
struct TextKey {
  std::string key;         // 32 hex digits of XXH3-128; empty if nothing is left
  std::size_t tokens = 0;  // count_tokens of the normal form: callers ask for at least 4 before they join on it
  bool is_repost = false;  // it began with "RT @h:"
  bool truncated = false;  // it ended in an ellipsis: compare by prefix, not by equality
};
TextKey text_key_k1(std::string_view text);
std::string text_form_k1(std::string_view text);  // the normal form that K1 hashes

// What a text points at, read from the text itself where a format has no columns for it (flag ref_from_text).
enum class ReferenceKind : std::uint8_t { hashtag, mention, url };
struct TextReference {
  ReferenceKind kind = ReferenceKind::hashtag;
  std::string_view raw;      // a view into the text, with # or @
  std::size_t position = 0;  // byte offset in the text
  std::string key;           // folded tag, folded handle, or canonical address
};

struct TextReferences {
  std::vector<TextReference> items;   // in order of position
  std::string_view repost_of_handle;  // h of a leading "RT @h:", else empty; that mention is not among the items
};

// Entities are not decoded here: positions are those of the given bytes. A hashtag needs a character that is no digit;
// an
// "@" inside a word (an e-mail address) is no mention; an address cut by an ellipsis is left out. At most 4,096 items.
TextReferences find_references(std::string_view text);

}  // namespace unisono
