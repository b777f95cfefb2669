#include "unisono/store/peer_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include "implementation.hpp"
#include "string_ranks.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/time_parse.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::store {
namespace {

constexpr std::int64_t k_page = std::int64_t{1} << 20;  // row ids per statement: bounds what DuckDB holds of a result
constexpr std::size_t k_text_columns = 6;               // object, account, content, reply, text, urls

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(k_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

// A number of seconds from any origin; otherwise a date and time, which without a zone is taken as UTC.
double seconds_of(std::string_view raw, std::uint64_t& written_times) {
  const std::string_view text = trimmed(raw);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size())
    return std::isfinite(number) ? number : std::nan("");
  const std::optional<TimePattern> pattern = guess_pattern(text);
  if (!pattern) return std::nan("");
  const auto parsed = parse_time(text, *pattern);
  if (!parsed) return std::nan("");
  ++written_times;
  return static_cast<double>(parsed->t) / 1e6;
}

// Columns of every statement: object, account, content, reply, text, urls, written time, time in microseconds, record
// number where no header stands before the rows of the file.
std::string query_of(const PeerSelection& selection, bool several_platforms) {
  const char* text = selection.with_texts ? "text" : "NULL::VARCHAR";
  const char* urls = selection.with_links ? "urls" : "NULL::VARCHAR";
  if (selection.source == PeerSource::verbatim) {
    return fmt::format(
        "SELECT object_id, account_id, content_id, reply_id, {}, {}, t_raw, NULL::BIGINT, row_no = 1 AND raw_offset < "
        "4 "
        "FROM bare_row WHERE rowid >= $1 AND rowid < $2 ORDER BY rowid",
        text, urls);
  }
  const std::string platform = several_platforms ? "platform || ':' || " : "";
  if (selection.source == PeerSource::actions) {
    const Channel& channel = *channel_named(selection.channel);
    const std::string object = fmt::format("nullif({}, '')", channel.object);
    return fmt::format(
        "SELECT {2}{0}, {3}account_id, {3}post_id, NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, "
        "epoch_us(t_us), false FROM post_target LEFT JOIN (SELECT platform AS its_platform, post_id AS its_post, "
        "min(raw_file) AS its_file, min(raw_offset) AS its_offset FROM post GROUP BY ALL) ON its_platform = platform "
        "AND its_post = post_id WHERE {1} AND {0} IS NOT NULL "
        "ORDER BY its_file, its_offset, platform, post_id, position, {0}, account_id, t_us",
        object, condition_of(channel), channel.platform_bound ? platform : "", platform);
  }
  return fmt::format(
      "SELECT {0}repost_of, {0}account_id, {0}post_id, {0}reply_to, {1}, {2}, NULL::VARCHAR, epoch_us(t_us), false "
      "FROM post LEFT JOIN (SELECT platform AS its_platform, post_id AS its_post, string_agg(coalesce(raw, canonical, "
      "target_id), ' ' ORDER BY position, raw) AS urls FROM post_target WHERE target_kind = 'url' GROUP BY ALL) ON "
      "its_platform = platform AND its_post = post_id WHERE collected_from IS DISTINCT FROM 'reference' "
      "ORDER BY raw_file, raw_offset, platform, post_id",
      platform, text, urls);
}

struct Collected {
  StringRanks texts, accounts;
  PeerRows rows;
  std::uint64_t bytes() const {
    return std::uint64_t{80} * rows.account.size() + 2 * texts.bytes() + 2 * accounts.bytes();
  }
};

// Numbers of one text column of a chunk, in order of arrival; k_no_text where there is none.
Result<void> number_column(duckdb_vector vector, std::span<const std::size_t> kept, StringRanks& ranks,
                           std::vector<std::uint32_t>& out) {
  const auto* data = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
  const std::uint64_t* validity = duckdb_vector_get_validity(vector);
  std::vector<StringRanks::Item> items;
  std::vector<std::size_t> places;
  const std::size_t before = out.size();
  out.resize(before + kept.size(), PeerRows::k_no_text);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!is_valid(validity, kept[i])) continue;
    items.push_back({text_at(data[kept[i]]), 0});
    places.push_back(before + i);
  }
  std::vector<std::uint32_t> numbers(items.size());
  UNISONO_CHECK(ranks.numbers_of(items, numbers));
  for (std::size_t i = 0; i < numbers.size(); ++i) out[places[i]] = numbers[i];
  return {};
}

Result<void> collect_chunk(duckdb_data_chunk chunk, const PeerSelection& selection, Collected& all) {
  const auto vector = [chunk](std::size_t column) { return duckdb_data_chunk_get_vector(chunk, column); };
  const std::size_t n = duckdb_data_chunk_get_size(chunk);
  PeerRows& rows = all.rows;
  std::vector<std::size_t> kept;
  const std::uint64_t* has_account = duckdb_vector_get_validity(vector(1));
  for (std::size_t i = 0; i < n; ++i) {
    if (is_valid(has_account, i)) kept.push_back(i);
  }
  rows.no_account += n - kept.size();
  UNISONO_CHECK(number_column(vector(0), kept, all.texts, rows.object));
  UNISONO_CHECK(number_column(vector(1), kept, all.accounts, rows.account));
  UNISONO_CHECK(number_column(vector(2), kept, all.texts, rows.content));
  UNISONO_CHECK(number_column(vector(3), kept, all.texts, rows.reply));
  if (selection.with_texts) UNISONO_CHECK(number_column(vector(4), kept, all.texts, rows.text));
  if (selection.with_links) UNISONO_CHECK(number_column(vector(5), kept, all.texts, rows.urls));
  const auto* raw = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector(k_text_columns)));
  const auto* t_us = static_cast<const std::int64_t*>(duckdb_vector_get_data(vector(k_text_columns + 1)));
  const auto* opening = static_cast<const bool*>(duckdb_vector_get_data(vector(k_text_columns + 2)));
  const std::uint64_t* has_raw = duckdb_vector_get_validity(vector(k_text_columns));
  const std::uint64_t* has_t = duckdb_vector_get_validity(vector(k_text_columns + 1));
  for (const std::size_t i : kept) {
    double t = std::nan("");
    if (is_valid(has_t, i)) {
      t = static_cast<double>(t_us[i]) / 1e6;
    } else if (is_valid(has_raw, i)) {
      t = seconds_of(text_at(raw[i]), rows.written_times);
    }
    rows.t_s.push_back(t);
    rows.opening.push_back(opening[i] ? 1 : 0);
  }
  return {};
}

Result<void> collect(CaseFile& file, const std::string& sql, std::span<const Cell> parameters,
                     const PeerSelection& selection, const Control& control, Collected& all) {
  UNISONO_TRY(OwnedResult result, file.implementation().connection.run(sql, parameters, control.stop));
  for (;;) {
    const OwnedChunk chunk(duckdb_fetch_chunk(result.get()));
    if (chunk.get() == nullptr) break;
    UNISONO_CHECK(collect_chunk(chunk.get(), selection, all));
    UNISONO_CHECK(control.check_cancelled());
  }
  if (control.memory_bytes == 0 || all.bytes() <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("the first {} rows need {}, allowed are {}", all.rows.size(), format_bytes(all.bytes()),
                          format_bytes(control.memory_bytes)),
              "give more with --memory, or import a part of the data");
}

// From numbers of arrival to ranks; gives the strings in their order.
std::vector<std::string> rank(StringRanks& set, bool sorted,
                              std::initializer_list<std::vector<std::uint32_t>*> columns) {
  std::vector<std::uint32_t> numbers;
  if (sorted) {
    numbers = set.sorted({0});
  } else {
    numbers.resize(set.size());
    std::iota(numbers.begin(), numbers.end(), 0U);
  }
  std::vector<std::uint32_t> rank_of(numbers.size());
  std::vector<std::string> texts;
  texts.reserve(numbers.size());
  for (std::uint32_t r = 0; r < numbers.size(); ++r) {
    rank_of[numbers[r]] = r;
    texts.emplace_back(set.text(numbers[r]));
  }
  for (std::vector<std::uint32_t>* column : columns) {
    for (std::uint32_t& number : *column)
      if (number != PeerRows::k_no_text) number = rank_of[number];
  }
  set = StringRanks();
  return texts;
}

}  // namespace

Result<std::int64_t> count_verbatim_rows(CaseFile& file) {
  return file.count("SELECT count(*) FROM bare_row");
}

Result<PeerRows> scan_peer_rows(CaseFile& file, const PeerSelection& selection, const Control& control) {
  if (selection.source == PeerSource::actions && channel_named(selection.channel) == nullptr) {
    return fail(ErrorCode::usage, fmt::format("there is no channel `{}`", selection.channel),
                "channels are repost, reply, text, hashtag_seq, hashtag, link, domain, media, mention, generic");
  }
  Collected all;
  if (selection.source == PeerSource::verbatim) {
    const std::string sql = query_of(selection, false);
    UNISONO_TRY(const std::int64_t end, file.count("SELECT max(rowid) + 1 FROM bare_row"));
    for (std::int64_t begin = 0; begin < end; begin += k_page) {
      const std::array<Cell, 2> page = {begin, begin + k_page};
      UNISONO_CHECK(collect(file, sql, page, selection, control, all));
      control.report("scan", static_cast<std::uint64_t>(std::min(begin + k_page, end)), static_cast<std::uint64_t>(end),
                     "rows");
    }
  } else {
    UNISONO_TRY(const std::int64_t platforms, file.count("SELECT count(DISTINCT platform) FROM post_target"));
    UNISONO_TRY(const std::int64_t of_posts, file.count("SELECT count(DISTINCT platform) FROM post"));
    const std::string sql = query_of(selection, std::max(platforms, of_posts) > 1);
    UNISONO_CHECK(collect(file, sql, {}, selection, control, all));
  }
  PeerRows& rows = all.rows;
  rows.texts =
      rank(all.texts, selection.sorted_texts, {&rows.object, &rows.content, &rows.reply, &rows.text, &rows.urls});
  rows.accounts = rank(all.accounts, true, {&rows.account});
  return std::move(all.rows);
}

}  // namespace unisono::store
