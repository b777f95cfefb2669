#include "commands/find_account.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "unisono/core/key.hpp"
#include "unisono/core/table.hpp"

namespace unisono::commands {
namespace {

constexpr std::size_t k_longest_name = 256;  // longer ones are no names, and distances to them cost their length
constexpr std::string_view k_pseudonym = "account ";

// The 12 of "account 12"; 0 for anything else.
std::int64_t rank_of_pseudonym(std::string_view typed) {
  if (!typed.starts_with(k_pseudonym)) return 0;
  typed.remove_prefix(k_pseudonym.size());
  std::int64_t rank = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), rank);
  return error == std::errc{} && end == typed.data() + typed.size() && rank > 0 ? rank : 0;
}

std::vector<std::string> texts(const Table& table, std::size_t column) {
  std::vector<std::string> all;
  for (const Cell& cell : table.columns()[column].cells) all.push_back(to_text(cell, ColumnType::text));
  return all;
}

// The accounts of the first kind of name that fits any, at most three.
Result<Table> fitting(store::CaseFile& file, const std::string& typed) {
  const std::array<Cell, 3> parameters = {typed, fold_handle(typed), rank_of_pseudonym(typed)};
  return file.query(
      "WITH fits AS (SELECT a.platform, a.account_id, n.label, n.n, CASE WHEN a.account_id = $1 THEN 1 "
      "WHEN a.platform || ':' || a.account_id = $1 THEN 2 WHEN $2 <> '' AND a.handle_folded = $2 THEN 3 "
      "WHEN n.n = $3 THEN 4 END AS kind FROM account a JOIN account_name n USING (platform, account_id)) "
      "SELECT platform, account_id, label, n FROM fits WHERE kind = (SELECT min(kind) FROM fits) ORDER BY n LIMIT 3",
      parameters);
}

Result<std::vector<std::string>> nearest_names(store::CaseFile& file, const std::string& typed) {
  const std::string folded = fold_handle(typed);
  if (folded.empty()) return std::vector<std::string>{};
  const std::array<Cell, 2> parameters = {folded, static_cast<std::int64_t>((folded.size() + 2) / 3)};
  UNISONO_TRY(
      const Table table,
      file.query("SELECT name FROM (SELECT '@' || handle AS name, damerau_levenshtein(handle_folded, $1) AS far "
                 "FROM account WHERE handle <> '' UNION ALL SELECT account_id, damerau_levenshtein(account_id, $1) "
                 "FROM account) WHERE far <= $2 GROUP BY name ORDER BY min(far), name LIMIT 3",
                 parameters));
  return texts(table, 0);
}

Result<std::string> advice_for(store::CaseFile& file, const std::string& typed) {
  if (typed.starts_with(k_pseudonym)) {
    UNISONO_TRY(const std::int64_t n, file.count("SELECT count(*) FROM account"));
    return fmt::format("the case holds the accounts 1 to {}", n);
  }
  UNISONO_TRY(const std::vector<std::string> names, nearest_names(file, typed));
  if (!names.empty()) return fmt::format("did you mean {}?", fmt::join(names, " or "));
  return std::string("accounts are given by id, PLATFORM:ID, @handle or \"account 12\" as in the report");
}

}  // namespace

Result<FoundAccount> find_account(store::CaseFile& file, const std::string& typed) {
  if (typed.empty() || typed.size() > k_longest_name) {
    return fail(ErrorCode::usage,
                fmt::format("an account name has {} bytes, expected 1 to {}", typed.size(), k_longest_name));
  }
  UNISONO_TRY(const Table found, fitting(file, typed));
  if (found.rows() == 0) {
    UNISONO_TRY(std::string advice, advice_for(file, typed));
    return fail(ErrorCode::not_found, fmt::format("the case holds no account \"{}\"", typed), std::move(advice));
  }
  if (found.rows() > 1) {
    std::vector<std::string> names;
    const std::vector<std::string> platforms = texts(found, 0), ids = texts(found, 1);
    for (std::size_t i = 0; i < ids.size(); ++i) names.push_back(platforms[i] + ":" + ids[i]);
    return fail(ErrorCode::usage, fmt::format("\"{}\" may be several accounts of this case", typed),
                fmt::format("choose one: {}", fmt::join(names, ", ")));
  }
  return FoundAccount{texts(found, 0).front(), texts(found, 1).front(), texts(found, 2).front(),
                      std::get<std::int64_t>(found.columns()[3].cells.front())};
}

}  // namespace unisono::commands
