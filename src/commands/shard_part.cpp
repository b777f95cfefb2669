#include "commands/shard_part.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "unisono/core/file.hpp"
#include "unisono/core/hash.hpp"

namespace unisono::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view k_first_line = "unisono-part 1";
constexpr std::string_view k_end = "end ";
constexpr std::size_t k_sha256_digits = 64;
constexpr std::uint64_t k_most_bytes = std::uint64_t{16} << 30;

template <typename T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// The lines of a part whose SHA-256 is right, and the numbers of a line. What is wrong is remembered with its line.
class PartReader {
 public:
  PartReader(std::string_view text, const std::filesystem::path& path) : text_(text), file_(path.string()) {}

  bool next_line() {
    if (text_.empty()) return false;
    const std::size_t end = text_.find('\n');
    rest_ = text_.substr(0, end);
    text_ = end == std::string_view::npos ? std::string_view() : text_.substr(end + 1);
    ++line_;
    return true;
  }

  std::string_view line() const { return rest_; }

  std::string_view word() {
    const std::size_t space = rest_.find(' ');
    const std::string_view found = rest_.substr(0, space);
    rest_ = space == std::string_view::npos ? std::string_view() : rest_.substr(space + 1);
    return found;
  }

  template <typename T>
  void number(T& into) {
    const std::string_view digits = word();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    malformed_ = malformed_ || digits.empty() || error != std::errc() || end != digits.data() + digits.size();
  }

  void number(signals::Wide& into) {
    const std::string_view digits = word();
    malformed_ = malformed_ || digits.empty() || digits.size() > 38;  // below 2^127
    into = 0;
    for (const char digit : digits) {
      malformed_ = malformed_ || digit < '0' || digit > '9';
      into = into * 10 + static_cast<unsigned char>(digit - '0');
    }
  }

  bool line_is_read() const { return !malformed_ && rest_.empty(); }

  tl::unexpected<Error> wrong(std::string message) const {
    Error error{ErrorCode::bad_input, std::move(message), "compute this part again", file_, line_, {}};
    return fail(std::move(error));
  }

 private:
  std::string_view text_, rest_;
  std::string file_;
  std::uint64_t line_ = 0;
  bool malformed_ = false;
};

std::string pair_line(const signals::Pair& p) {
  return fmt::format("{} {} {} {} {} {} {} {} {}\n", p.a, p.b, p.objects, p.actions, p.min_gap_us, p.max_gap_us,
                     p.gap_sum_us, p.first_us, p.last_us);
}

Result<void> read_header(PartReader& reader, ShardPart& part) {
  if (!reader.next_line() || reader.line() != k_first_line || !reader.next_line())
    return reader.wrong(fmt::format("not a part of this version; the first line should be \"{}\"", k_first_line));
  const Json header = Json::parse(reader.line(), nullptr, false);
  const auto text = [&](const char* name) { return header.value(name, std::string()); };
  const auto number = [&](const char* name) { return header.value(name, std::uint32_t{0}); };
  if (!header.is_object()) return reader.wrong("the second line should be a JSON object");
  try {
    part.run_id = text("run_id");
    part.version = text("version");
    part.shard = number("shard");
    part.shards = number("shards");
  } catch (const Json::exception&) {  // a member of another type
    part.shards = 0;
  }
  if (part.shard < 1 || part.shard > part.shards)
    return reader.wrong(fmt::format("shard {} of {} cannot be", part.shard, part.shards));
  return {};
}

Result<void> read_join(PartReader& reader, ShardPart& part) {
  signals::Join join;
  std::size_t n_pairs = 0;
  if (reader.word() != "join") return reader.wrong("expected a line that begins with \"join\"");
  const std::string key(reader.word());
  reader.number(join.coactions);
  reader.number(join.live_actions);
  reader.number(n_pairs);
  if (!reader.line_is_read()) return reader.wrong("a join should have a key and three numbers");
  for (std::size_t i = 0; i < n_pairs; ++i) {
    if (!reader.next_line()) return reader.wrong(fmt::format("{} pairs announced, {} found", n_pairs, i));
    signals::Pair pair;
    reader.number(pair.a);
    reader.number(pair.b);
    reader.number(pair.objects);
    reader.number(pair.actions);
    reader.number(pair.min_gap_us);
    reader.number(pair.max_gap_us);
    reader.number(pair.gap_sum_us);
    reader.number(pair.first_us);
    reader.number(pair.last_us);
    if (!reader.line_is_read() || pair.a >= pair.b) return reader.wrong("a pair should be nine numbers, a below b");
    join.pairs.push_back(pair);
  }
  if (!part.joins.emplace(key, std::move(join)).second) return reader.wrong("the same join twice");
  return {};
}

}  // namespace

std::string join_key(const signals::Actions& actions, const signals::JoinOptions& options) {
  const std::string columns = hex(hash128(bytes_of(actions.account))) + hex(hash128(bytes_of(actions.object))) +
                              hex(hash128(bytes_of(actions.t_us)));
  return hex(
      hash128(fmt::format("{} {} {} {} {} {}", columns, options.window_us, options.min_shared,
                          static_cast<int>(options.count), static_cast<int>(options.repeats), options.cap_object)));
}

std::string to_text(const ShardPart& part) {
  const Json header = {
      {"run_id", part.run_id}, {"shard", part.shard}, {"shards", part.shards}, {"version", part.version}};
  std::string text = fmt::format("{}\n{}\n", k_first_line, header.dump());
  for (const auto& [key, join] : part.joins) {
    text += fmt::format("join {} {} {} {}\n", key, join.coactions, join.live_actions, join.pairs.size());
    for (const signals::Pair& pair : join.pairs) text += pair_line(pair);
  }
  return text;
}

Result<ShardPart> parse_part(std::string_view text, const std::filesystem::path& path) {
  PartReader reader(text, path);
  ShardPart part;
  UNISONO_CHECK(read_header(reader, part));
  while (reader.next_line()) UNISONO_CHECK(read_join(reader, part));
  return part;
}

Result<void> write_part(const std::filesystem::path& path, const ShardPart& part) {
  const std::string text = to_text(part);
  return write_file(path, fmt::format("{}{}{}\n", text, k_end, hex(sha256(text))));
}

Result<ShardPart> read_part(const std::filesystem::path& path) {
  UNISONO_TRY(const std::string text, read_file(path, k_most_bytes));
  constexpr std::size_t k_tail = k_end.size() + k_sha256_digits + 1;
  const std::string_view body = std::string_view(text).substr(0, text.size() < k_tail ? 0 : text.size() - k_tail);
  if (body.empty() || text.substr(body.size()) != fmt::format("{}{}\n", k_end, hex(sha256(body)))) {
    Error error{ErrorCode::bad_input,
                "not a part, or one that was cut or changed: its SHA-256 does not fit",
                "compute this part again",
                path.string(),
                {},
                {}};
    return fail(std::move(error));
  }
  return parse_part(body, path);
}

}  // namespace unisono::commands
