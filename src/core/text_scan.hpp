// Finding what a text points at: addresses, mentions, hashtags. Shared by find_references and the key K1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unisono {

enum class SpanKind : std::uint8_t { url, cut_url, mention, hashtag };

struct Span {
  SpanKind kind = SpanKind::url;
  std::size_t begin = 0, body = 0, end = 0;  // byte offsets; [body, end) is without # or @
};

// The next span that begins at or behind `from`. Spans never overlap. O(bytes passed), no allocation.
std::optional<Span> next_span(std::string_view text, std::size_t from);

// "RT @h:" at the beginning of a text, behind blanks.
struct RepostPrefix {
  std::string_view handle;
  std::size_t length = 0;  // bytes up to and including the colon and one blank
};
std::optional<RepostPrefix> repost_prefix(std::string_view text);

}  // namespace unisono
