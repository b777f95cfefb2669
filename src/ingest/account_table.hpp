// The accounts of one file while it is read: what is first known of each, its latest counts, and its snapshots.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mapped_row.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::ingest {

// Memory: about 700 bytes an account plus its texts; above 128 MB the accounts are written and forgotten, and finish()
// unites the rows of one account, so it is bounded for any file.
class AccountTable {
 public:
  // `has_profiles`: some column fills more than the account's id.
  AccountTable(store::CaseFile& file, std::int64_t file_id, bool profiles_only, bool has_profiles)
      : file_(&file), file_id_(file_id), profiles_only_(profiles_only), has_profiles_(has_profiles) {}

  // One row of the file, in order. Rows without an account are ignored.
  Result<void> add(const MappedRow& row, bool observed_with_post, store::Appender& snapshots);

  // Writes what is left and unites it with the accounts of the case: first values stay, the latest counts win.
  Result<void> finish(store::Appender& snapshots);

  std::uint64_t accounts() const { return n_accounts_; }  // of this file; known after finish()
  std::uint64_t conflicts() const {
    return n_conflicts_;
  }  // accounts whose handle, name or dates changed inside the file

 private:
  struct Profile {  // what a snapshot holds
    std::string handle, display_name, bio, status;
    bool has_handle = false, has_name = false, has_bio = false;
    std::optional<std::int64_t> followers, following, posts;
    bool empty() const { return !has_handle && !has_name && !has_bio && !followers && !following && !posts; }
    bool operator==(const Profile&) const = default;
  };
  struct Account {
    std::string platform, account_id;
    Profile first, current;
    std::string location, url, avatar_url;
    std::optional<TimeUs> created;
    Precision created_precision = Precision::s;
    std::int8_t verified = -1, bot_declared = -1;
    RecordRef ref, snapshot_ref;
    std::optional<TimeUs> snapshot_time, latest_time;
    std::optional<std::int64_t> followers, following, posts;  // the latest
    std::int64_t n_observations = 0;
    bool conflict = false;
  };

  // What every row changes, apart from the rest: an account without profile columns costs one cache line a row.
  struct Seen {
    TimeUs first = std::numeric_limits<TimeUs>::max(), last = std::numeric_limits<TimeUs>::min();
    Flags flags;
  };

  void fill(Account& account, const MappedRow& row);
  Result<void> close_snapshot(Account& account, store::Appender& snapshots);
  Result<void> flush(store::Appender& snapshots);

  store::CaseFile* file_;
  std::int64_t file_id_;
  bool profiles_only_;  // the file describes accounts, not posts
  bool has_profiles_;
  struct LowWord {
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  std::unordered_map<Hash128, std::uint32_t, LowWord> index_;  // of platform and id -> place in accounts_
  std::vector<Account> accounts_;
  std::vector<Seen> seen_;  // of accounts_
  std::string key_;         // scratch
  std::size_t bytes_ = 0;
  bool flushed_before_ = false;  // an account may have several rows
  std::uint64_t n_accounts_ = 0, n_conflicts_ = 0;
};

}  // namespace unisono::ingest
