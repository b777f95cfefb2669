#include "unisono/core/key.hpp"

#include <libpsl.h>
#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include <algorithm>
#include <array>
#include <memory>

#include "text_scan.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono {
namespace {

constexpr std::size_t k_longest_url = 16 * 1024;
constexpr std::size_t k_longest_host = 253;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lower_ascii(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::string_view trim_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::string> to_punycode(std::string_view host) {
  // Made once, immutable, shared by all threads; UTS 46, non-transitional, as browsers do it.
  static const std::unique_ptr<const icu::IDNA> k_idna = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<const icu::IDNA>(icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, status));
  }();
  if (k_idna == nullptr) return std::nullopt;
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  k_idna->nameToASCII_UTF8(icu::StringPiece(host.data(), static_cast<std::int32_t>(host.size())), sink, info, status);
  if (U_FAILURE(status) || info.hasErrors()) return std::nullopt;
  return ascii;
}

bool is_ip4(std::string_view host) {
  int dots = 0;
  for (const char c : host) {
    if (c == '.') {
      ++dots;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return dots == 3 && host.front() != '.' && host.back() != '.';
}

bool is_ip6(std::string_view host) {
  return host.size() > 4 && host.front() == '[' && host.back() == ']' &&
         host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
}

// A host name in lower case and punycode, without the final dot; empty if it is none.
std::optional<std::string> canonical_host(std::string_view raw) {
  if (raw.size() > 4 * k_longest_host) return std::nullopt;
  std::string host;
  if (is_ascii(raw)) {
    host = lower_ascii(raw);
  } else {
    std::optional<std::string> ascii = is_valid_utf8(raw) ? to_punycode(raw) : std::nullopt;
    if (!ascii) return std::nullopt;
    host = std::move(*ascii);
  }
  if (is_ip6(host)) return host;
  if (host.ends_with('.')) host.pop_back();
  const bool allowed = host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string::npos;
  if (host.empty() || host.size() > k_longest_host || !allowed) return std::nullopt;
  if (host.front() == '.' || host.find("..") != std::string::npos) return std::nullopt;
  return host;
}

// Parts of "scheme://user@host:port/path?query#fragment"; `tail` begins with '/', '?' or '#', or is empty.
struct UrlParts {
  bool https = false;
  bool has_scheme = false;
  std::string_view host, port, tail;
};

std::optional<UrlParts> split_url(std::string_view url) {
  UrlParts parts;
  const std::size_t colon = url.find("://");
  if (colon != std::string_view::npos && colon <= 5) {
    const std::string scheme = lower_ascii(url.substr(0, colon));
    parts.https = scheme == "https";
    if (!parts.https && scheme != "http") return std::nullopt;
    parts.has_scheme = true;
    url.remove_prefix(colon + 3);
  } else {
    parts.https = true;
  }
  const std::size_t end = std::min(url.find_first_of("/?#\\"), url.size());
  std::string_view authority = url.substr(0, end);
  parts.tail = url.substr(end);
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    if (!parts.has_scheme) return std::nullopt;  // an e-mail address
    authority.remove_prefix(at + 1);
  }
  const std::size_t bracket = authority.rfind(']');
  const std::size_t port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = authority.substr(0, port);
  if (port != std::string_view::npos) parts.port = authority.substr(port + 1);
  if (parts.port.size() > 5 || parts.port.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  return parts;
}

bool is_tracking(std::string_view parameter) {
  const std::string name = lower_ascii(parameter.substr(0, std::min(parameter.find('='), std::size_t{32})));
  return name.starts_with("utm_") || name.starts_with("mc_") || name == "fbclid" || name == "gclid" || name == "igshid";
}

std::string without_tracking(std::string_view query) {
  std::string kept;
  bool first = true;
  while (true) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    if (!is_tracking(parameter)) {
      if (!first) kept += '&';
      kept += parameter;
      first = false;
    }
    if (end == std::string_view::npos) return kept;
    query.remove_prefix(end + 1);
  }
}

const psl_ctx_t* public_suffixes() {
  return psl_builtin();
}

bool has_listed_suffix(const std::string& host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string::npos || public_suffixes() == nullptr) return false;
  return psl_is_public_suffix2(public_suffixes(), host.c_str() + dot + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
}

std::string domain_of_host(const std::string& host) {
  if (is_ip4(host) || is_ip6(host)) return host;
  if (host.find('.') == std::string::npos || public_suffixes() == nullptr) return {};
  const char* const domain = psl_registrable_domain(public_suffixes(), host.c_str());
  return domain == nullptr ? std::string() : std::string(domain);
}

std::string fold_without_signs(std::string_view text, char sign, std::string_view wide) {
  text = trim_blanks(text);
  while (!text.empty()) {
    if (text.front() == sign) {
      text.remove_prefix(1);
    } else if (text.starts_with(wide)) {
      text.remove_prefix(wide.size());
    } else {
      break;
    }
  }
  return nfkc_casefold(text);
}

}  // namespace

std::optional<std::string> canonical_url(std::string_view raw) {
  const std::string_view url = trim_blanks(raw);
  if (url.empty() || url.size() > k_longest_url) return std::nullopt;
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return std::nullopt;
  }
  const std::optional<UrlParts> parts = split_url(url);
  if (!parts) return std::nullopt;
  const std::optional<std::string> host = canonical_host(parts->host);
  if (!host || (!parts->has_scheme && !has_listed_suffix(*host))) return std::nullopt;

  std::string canonical = parts->https ? "https://" : "http://";
  canonical += *host;
  const std::string_view default_port = parts->https ? "443" : "80";
  if (!parts->port.empty() && parts->port != default_port) canonical.append(":").append(parts->port);
  const std::string_view tail = parts->tail.substr(0, parts->tail.find('#'));
  const std::size_t question = tail.find('?');
  canonical += tail.substr(0, question);
  if (question != std::string_view::npos) {
    const std::string query = without_tracking(tail.substr(question + 1));
    if (!query.empty()) canonical.append("?").append(query);
  }
  if (canonical.ends_with('/')) canonical.pop_back();
  return canonical;
}

std::string registrable_domain(std::string_view url_or_host) {
  const std::string_view text = trim_blanks(url_or_host);
  if (text.size() > k_longest_url) return {};
  const std::optional<UrlParts> parts = split_url(text);
  if (!parts) return {};
  const std::optional<std::string> host = canonical_host(parts->host);
  return host ? domain_of_host(*host) : std::string();
}

std::string fold_hashtag(std::string_view tag) {
  return fold_without_signs(tag, '#', "\xEF\xBC\x83");
}
std::string fold_handle(std::string_view handle) {
  return fold_without_signs(handle, '@', "\xEF\xBC\xA0");
}

std::string hashtag_sequence_key(std::span<const std::string> folded_tags) {
  if (folded_tags.size() < 3) return {};
  std::string key;
  for (const std::string& tag : folded_tags) {
    if (!key.empty()) key += ' ';
    key.append("#").append(tag);
  }
  return key.size() <= 256 ? key : "h:" + hex(hash128(key));
}

TextReferences find_references(std::string_view text) {
  constexpr std::size_t k_most = 4096;
  TextReferences found;
  std::size_t from = 0;
  if (const std::optional<RepostPrefix> prefix = repost_prefix(text)) {
    found.repost_of_handle = prefix->handle;
    from = prefix->length;
  }
  while (const std::optional<Span> span = next_span(text, from)) {
    from = span->end;
    const std::string_view raw = text.substr(span->begin, span->end - span->begin);
    const std::string_view body = text.substr(span->body, span->end - span->body);
    TextReference reference{ReferenceKind::url, raw, span->begin, {}};
    if (span->kind == SpanKind::hashtag) {
      reference.kind = ReferenceKind::hashtag;
      reference.key = fold_hashtag(body);
    } else if (span->kind == SpanKind::mention) {
      reference.kind = ReferenceKind::mention;
      reference.key = fold_handle(body);
    } else if (span->kind == SpanKind::url) {
      reference.key = canonical_url(raw).value_or(std::string());
    }
    if (!reference.key.empty()) found.items.push_back(std::move(reference));
    if (found.items.size() == k_most) break;
  }
  return found;
}

}  // namespace unisono
