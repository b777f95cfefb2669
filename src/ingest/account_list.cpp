#include "unisono/ingest/account_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "unisono/core/key.hpp"
#include "unisono/ingest/csv.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_absent = static_cast<std::size_t>(-1);

struct Columns {
  std::size_t platform = k_absent, account_id = k_absent, handle = k_absent, value = k_absent, note = k_absent,
              time = k_absent;
};

std::size_t first_of(const std::vector<std::string>& names, std::initializer_list<std::string_view> wanted) {
  for (const std::string_view name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  return k_absent;
}

Columns find_columns(const std::vector<std::string>& names) {
  return {first_of(names, {"platform"}),
          first_of(names, {"account_id"}),
          first_of(names, {"handle", "@handle"}),
          first_of(names, {"status", "group", "role", "kind"}),
          first_of(names, {"source"}),
          first_of(names, {"observed_at", "valid_from"})};
}

// False if the row names no account or its time cannot be read.
bool read_row(const CsvBatch& batch, std::size_t row, const Columns& columns, ListedAccount& account) {
  const auto field = [&](std::size_t column) {
    return column == k_absent ? std::string_view() : batch.field(row, column);
  };
  account.platform = field(columns.platform);
  account.account_id = field(columns.account_id);
  account.handle = fold_handle(field(columns.handle));
  account.value = field(columns.value);
  account.note = field(columns.note);
  const std::string_view time = field(columns.time);
  if (!time.empty()) {
    const Result<TimeUs> parsed = parse_moment(time);
    if (!parsed) return false;
    account.observed_us = *parsed;
  }
  return !account.account_id.empty() || !account.handle.empty();
}

Result<void> read_member(Member& member, AccountList& list, const Control& control) {
  UNISONO_TRY(CsvReader reader, CsvReader::open(member, {}, control));
  const Columns columns = find_columns(reader.columns());
  if (columns.account_id == k_absent && columns.handle == k_absent) {
    return fail({ErrorCode::unrecognised,
                 fmt::format("this list has no column account_id or handle; its columns are {}",
                             fmt::join(reader.columns(), ", ")),
                 "name the column that holds the accounts account_id or handle",
                 list.name,
                 {},
                 {}});
  }
  CsvBatch batch;
  for (bool more = true; more;) {
    UNISONO_TRY(more, reader.next(batch));
    list.rows += batch.rows() + batch.rejects.size();
    list.unusable += batch.rejects.size();
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      ListedAccount account;
      if (read_row(batch, row, columns, account)) {
        list.accounts.push_back(std::move(account));
      } else {
        ++list.unusable;
      }
    }
  }
  return {};
}

}  // namespace

Result<AccountList> read_account_list(const std::string& path, const Control& control) {
  UNISONO_TRY(Source source, open_source(path, {}, control));
  AccountList list;
  list.name = source.name();
  list.bytes = source.bytes();
  UNISONO_TRY(Member * member, source.next_member());
  if (member != nullptr) UNISONO_CHECK(read_member(*member, list, control));
  UNISONO_TRY(const Sha256 digest, source.finish());
  list.sha256 = hex(digest);
  return list;
}

}  // namespace unisono::ingest
