#include "commands/account_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "unisono/ingest/account_list.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

// The list as a temporary table listed(platform, account_id, handle, value, note, observed), and matched to the
// accounts of the case as listed_account(platform, account_id, value, note, observed): by id where the list has ids,
// else by folded handle.
Result<void> load_listed(store::CaseFile& file, const ingest::AccountList& list) {
  UNISONO_TRY(store::Step step, file.begin_step());
  UNISONO_CHECK(file.execute(
      "CREATE OR REPLACE TEMP TABLE listed (platform VARCHAR, account_id VARCHAR, handle VARCHAR, value VARCHAR, "
      "note VARCHAR, observed TIMESTAMP)"));
  UNISONO_TRY(store::Appender appender, file.append_to("listed"));
  for (const ingest::ListedAccount& account : list.accounts) {
    appender.text(account.platform);
    appender.text(account.account_id);
    appender.text(account.handle);
    appender.text(account.value);
    appender.text(account.note);
    if (account.observed_us) {
      appender.integer(*account.observed_us);
    } else {
      appender.null();
    }
    UNISONO_CHECK(appender.end_row());
  }
  UNISONO_CHECK(appender.close());
  UNISONO_CHECK(file.execute(
      "CREATE OR REPLACE TEMP TABLE listed_account AS SELECT DISTINCT a.platform, a.account_id, l.value, l.note, "
      "l.observed "
      "FROM listed l JOIN account a ON (l.platform = '' OR l.platform = a.platform) AND "
      "((l.account_id <> '' AND l.account_id = a.account_id) OR (l.account_id = '' AND l.handle = a.handle_folded))"));
  return step.commit();
}

Result<void> record_list(store::CaseFile& file, const ingest::AccountList& list, std::string_view kind) {
  store::ImportFile record;
  UNISONO_TRY(record.file_id, store::next_file_id(file));
  record.sha256 = list.sha256;
  record.name = list.name;
  record.bytes = static_cast<std::int64_t>(list.bytes);
  record.container = "plain";
  record.format_id = fmt::format("{}{}", ingest::k_account_list_format, kind);
  record.receipt = fmt::format(R"({{"rows":{},"unusable":{}}})", list.rows, list.unusable);
  return store::record_import(file, record);
}

Result<bool> is_recorded(store::CaseFile& file, const ingest::AccountList& list, std::string_view kind) {
  const std::array<Cell, 2> parameters = {list.sha256, fmt::format("{}{}", ingest::k_account_list_format, kind)};
  UNISONO_TRY(const std::int64_t n,
              file.count("SELECT count(*) FROM import_file WHERE sha256 = $1 AND format_id = $2", parameters));
  return n > 0;
}

Result<MarkedList> describe_list(store::CaseFile& file, const ingest::AccountList& list) {
  UNISONO_TRY(const std::int64_t found,
              file.count("SELECT count(*) FROM (SELECT DISTINCT platform, account_id FROM listed_account)"));
  return MarkedList{list.name, list.accounts.size(), static_cast<std::uint64_t>(found)};
}

Result<void> refuse_unknown_status(const ingest::AccountList& list) {
  constexpr std::array<std::string_view, 5> k_words = {"active", "suspended", "deleted", "protected", "unknown"};
  for (const ingest::ListedAccount& account : list.accounts) {
    if (std::find(k_words.begin(), k_words.end(), account.value) == k_words.end()) {
      return fail({ErrorCode::bad_input,
                   fmt::format("the status '{}' is not known", account.value),
                   "use active, suspended, deleted, protected or unknown",
                   list.name,
                   {},
                   {}});
    }
  }
  return {};
}

}  // namespace

Result<std::vector<MarkedList>> mark_accounts(store::CaseFile& file, std::span<const std::filesystem::path> lists,
                                              std::string_view label, const Control& control) {
  std::vector<MarkedList> marked;
  for (const std::filesystem::path& path : lists) {
    UNISONO_TRY(const ingest::AccountList list, ingest::read_account_list(path.string(), control));
    UNISONO_CHECK(load_listed(file, list));
    UNISONO_TRY(const bool known, is_recorded(file, list, label));
    if (!known) {
      UNISONO_TRY(store::Step step, file.begin_step());
      const std::array<Cell, 3> parameters = {std::string(label), list.name, list.sha256};
      UNISONO_CHECK(file.execute(
          "INSERT INTO label (subject_type, platform, subject_id, label, value, source, source_version, note) "
          "SELECT 'account', platform, account_id, $1, nullif(value, ''), $2, $3, nullif(note, '') FROM listed_account "
          "ORDER BY platform, account_id, value, note",
          parameters));
      UNISONO_CHECK(record_list(file, list, label));
      UNISONO_CHECK(step.commit());
    }
    UNISONO_TRY(MarkedList description, describe_list(file, list));
    marked.push_back(std::move(description));
  }
  return marked;
}

Result<MarkedList> add_status_list(store::CaseFile& file, const std::filesystem::path& path, const Control& control) {
  UNISONO_TRY(const ingest::AccountList list, ingest::read_account_list(path.string(), control));
  UNISONO_CHECK(refuse_unknown_status(list));
  UNISONO_CHECK(load_listed(file, list));
  UNISONO_TRY(const bool known, is_recorded(file, list, "status"));
  if (!known) {
    UNISONO_TRY(store::Step step, file.begin_step());
    UNISONO_CHECK(file.execute(
        "INSERT INTO account_snapshot (platform, account_id, observed_us, observed_source, status, n_observations) "
        "SELECT platform, account_id, observed, 'status_file', value, 1 FROM listed_account "
        "ORDER BY platform, account_id, observed, value"));
    UNISONO_CHECK(
        file.execute("UPDATE account SET status = s.value, status_us = s.observed, status_source = 'status_file' FROM "
                     "(SELECT platform, account_id, arg_max(value, observed) AS value, max(observed) AS observed FROM "
                     "listed_account "
                     "GROUP BY ALL) s WHERE account.platform = s.platform AND account.account_id = s.account_id"));
    UNISONO_CHECK(record_list(file, list, "status"));
    UNISONO_CHECK(step.commit());
  }
  return describe_list(file, list);
}

}  // namespace unisono::commands
