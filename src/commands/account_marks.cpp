#include "commands/account_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "unisono/ingest/account_list.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

constexpr const char* k_accounts = "SELECT platform, account_id, handle_folded FROM account";

// Accounts, and what posts refer to: an id, or "@handle".
constexpr const char* k_accounts_and_references = R"(
    SELECT platform, account_id, handle_folded FROM account
    UNION
    SELECT platform, target_account, CASE WHEN starts_with(target_account, '@') THEN substr(target_account, 2) END
    FROM post_target WHERE target_account IS NOT NULL)";

// The rows of `listed` as listed_account(platform, account_id, value, note, observed, listed). Two joins, because one
// with OR compares every pair.
constexpr const char* k_match = R"(
    CREATE OR REPLACE TEMP TABLE listed_account AS
    WITH known AS ({}),
    matched AS (
      SELECT a.platform, a.account_id, l.value, l.note, l.observed, l.account_id AS listed
      FROM listed l JOIN known a ON l.account_id = a.account_id
      WHERE l.account_id <> '' AND (l.platform = '' OR l.platform = a.platform)
      UNION ALL
      SELECT a.platform, a.account_id, l.value, l.note, l.observed, '@' || l.handle
      FROM listed l JOIN known a ON l.handle = a.handle_folded
      WHERE l.account_id = '' AND (l.platform = '' OR l.platform = a.platform))
    SELECT DISTINCT * FROM matched)";

// Posts may call an account by handle that the list gives by id.
constexpr const char* k_match_handles = R"(
    INSERT INTO listed_account
    SELECT DISTINCT l.platform, '@' || a.handle_folded, l.value, l.note, l.observed, l.listed
    FROM listed_account l
    JOIN account a ON a.platform = l.platform AND a.account_id = l.account_id
    JOIN (SELECT DISTINCT platform, target_account FROM post_target) r
      ON r.platform = a.platform AND r.target_account = '@' || a.handle_folded
    ANTI JOIN listed_account o ON o.platform = a.platform AND o.account_id = '@' || a.handle_folded)";

// The list as a temporary table listed(platform, account_id, handle, value, note, observed), matched to the accounts of
// the case: by id where the list has ids, else by folded handle.
Result<void> load_listed(store::CaseFile& file, const ingest::AccountList& list, bool with_references) {
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
  UNISONO_CHECK(
      file.execute(fmt::format(fmt::runtime(k_match), with_references ? k_accounts_and_references : k_accounts)));
  if (with_references) UNISONO_CHECK(file.execute(k_match_handles));
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
  MarkedList marked{list.name, list.sha256, 0, 0, {}};
  UNISONO_TRY(
      const Table table,
      file.query("WITH wanted AS (SELECT DISTINCT CASE WHEN account_id <> '' THEN account_id ELSE '@' || handle END "
                 "AS name FROM listed) SELECT name, EXISTS (SELECT 1 FROM listed_account a WHERE a.listed = name) AS "
                 "found FROM wanted ORDER BY name"));
  marked.listed = table.rows();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (std::get<bool>(table.columns()[1].cells[row])) {
      ++marked.found;
    } else if (marked.missing.size() < 10) {
      marked.missing.push_back(std::get<std::string>(table.columns()[0].cells[row]));
    }
  }
  return marked;
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
    UNISONO_CHECK(load_listed(file, list, label == "target"));
    UNISONO_TRY(const bool known, is_recorded(file, list, label));
    if (!known) {
      UNISONO_TRY(store::Step step, file.begin_step());
      const std::array<Cell, 3> parameters = {std::string(label), list.name, list.sha256};
      UNISONO_CHECK(file.execute(
          "INSERT INTO label (subject_type, platform, subject_id, label, value, source, source_version, note) "
          "SELECT DISTINCT 'account', platform, account_id, $1, nullif(value, ''), $2, $3, nullif(note, '') FROM "
          "listed_account ORDER BY ALL",
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
  UNISONO_CHECK(load_listed(file, list, false));
  UNISONO_TRY(const bool known, is_recorded(file, list, "status"));
  if (!known) {
    UNISONO_TRY(store::Step step, file.begin_step());
    UNISONO_CHECK(file.execute(
        "INSERT INTO account_snapshot (platform, account_id, observed_us, observed_source, status, n_observations) "
        "SELECT DISTINCT platform, account_id, observed, 'status_file', value, 1 FROM listed_account "
        "ORDER BY platform, account_id, observed, value"));
    // The latest one with a time; of two at the same moment the later word, whatever the order of the file.
    UNISONO_CHECK(file.execute(R"(
        UPDATE account SET status = s.latest.value, status_us = s.latest.observed, status_source = 'status_file'
        FROM (SELECT platform, account_id, max({'observed': observed, 'value': value}) AS latest FROM listed_account
              WHERE observed IS NOT NULL GROUP BY platform, account_id) s
        WHERE account.platform = s.platform AND account.account_id = s.account_id)"));
    UNISONO_CHECK(record_list(file, list, "status"));
    UNISONO_CHECK(step.commit());
  }
  return describe_list(file, list);
}

}  // namespace unisono::commands
