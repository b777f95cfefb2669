#include "account_table.hpp"

#include <fmt/format.h>

#include "cells.hpp"
#include "unisono/core/key.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_most_bytes = std::size_t{128} << 20;

// A text that is kept: missing and empty are different things.
std::string_view shown(const std::string& text, bool present) {
  return present ? std::string_view(text) : std::string_view();
}
std::string_view shown(const std::string& text) {
  return text.empty() ? std::string_view() : std::string_view(text);
}

// First values stay; true if a later one differs.
bool keep_first(std::string& into, std::string_view value) {
  if (value.empty()) return false;
  if (into.empty()) {
    into = value;
    return false;
  }
  return into != value;
}

}  // namespace

void AccountTable::fill(Account& account, const MappedRow& row) {
  bool differs = keep_first(account.first.handle, row.at(TextField::handle));
  differs |= keep_first(account.first.display_name, row.at(TextField::display_name));
  differs |= keep_first(account.first.bio, row.at(TextField::bio));
  keep_first(account.location, row.at(TextField::location));
  keep_first(account.url, row.at(TextField::url));
  keep_first(account.avatar_url, row.at(TextField::avatar_url));
  keep_first(account.first.status, row.at(TextField::status));
  const MappedTime& created = row.at(TimeField::created);
  if (created.t && !account.created) {
    account.created = created.t;
    account.created_precision = created.precision;
  } else if (created.t && account.created != created.t) {
    differs = true;
  }
  if (account.verified < 0) account.verified = row.at(BoolField::verified);
  if (account.bot_declared < 0) account.bot_declared = row.at(BoolField::bot_declared);
  if (differs && !account.conflict) {
    account.conflict = true;
    ++n_conflicts_;
  }
}

Result<void> AccountTable::add(const MappedRow& row, bool observed_with_post, store::Appender& snapshots) {
  const std::string_view platform = row.at(TextField::platform), id = row.at(TextField::account_id);
  if (id.data() == nullptr) return {};
  if (bytes_ > k_most_bytes) UNISONO_CHECK(flush(snapshots));
  key_.assign(platform).append(1, '\0').append(id);
  const auto [place, is_new] = index_.try_emplace(hash128(key_), static_cast<std::uint32_t>(accounts_.size()));
  if (is_new) {
    Account& created = accounts_.emplace_back();
    created.platform = platform;
    created.account_id = id;
    created.ref = row.ref;
    seen_.emplace_back();
    bytes_ += sizeof(Account) + sizeof(Seen) + 64 + key_.size();
  }
  Seen& span = seen_[place->second];
  span.flags.bits |= row.account_flags.bits;
  if (const std::optional<TimeUs> t = row.at(TimeField::t).t) {
    span.first = std::min(span.first, *t);
    span.last = std::max(span.last, *t);
  }
  if (!has_profiles_) return {};
  Account& account = accounts_[place->second];
  fill(account, row);

  Profile seen;
  const auto take = [&](TextField field, std::string& into, bool& present) {
    present = row.has(field);
    if (present) into = row.at(field);
  };
  take(TextField::handle, seen.handle, seen.has_handle);
  take(TextField::display_name, seen.display_name, seen.has_name);
  take(TextField::bio, seen.bio, seen.has_bio);
  seen.followers = row.at(IntField::followers);
  seen.following = row.at(IntField::following);
  seen.posts = row.at(IntField::posts);
  seen.status = row.at(TextField::status);
  if (seen.empty() && seen.status.empty()) return {};

  const std::optional<TimeUs> observed = observed_with_post ? row.at(TimeField::t).t : row.at(TimeField::collected).t;
  // Without a time the order of the file counts.
  if (!account.latest_time || !observed || *observed >= *account.latest_time) {
    if (observed) account.latest_time = observed;
    if (seen.followers) account.followers = seen.followers;
    if (seen.following) account.following = seen.following;
    if (seen.posts) account.posts = seen.posts;
  }
  if (account.n_observations > 0 && account.current == seen) {
    ++account.n_observations;
    return {};
  }
  UNISONO_CHECK(close_snapshot(account, snapshots));
  const auto size = [](const Profile& profile) {
    return profile.handle.size() + profile.display_name.size() + profile.bio.size();
  };
  bytes_ += size(seen);
  bytes_ -= size(account.current);
  account.current = std::move(seen);
  account.snapshot_ref = row.ref;
  account.snapshot_time = observed;
  account.n_observations = 1;
  return {};
}

Result<void> AccountTable::close_snapshot(Account& account, store::Appender& snapshots) {
  if (account.n_observations == 0) return {};
  const Profile& seen = account.current;
  snapshots.text(account.platform);
  snapshots.text(account.account_id);
  put(snapshots, account.snapshot_time);
  snapshots.text(profiles_only_ ? "profile" : "post");
  put(snapshots, shown(seen.handle, seen.has_handle));
  put(snapshots, shown(seen.display_name, seen.has_name));
  put(snapshots, shown(seen.bio, seen.has_bio));
  put(snapshots, seen.followers);
  put(snapshots, seen.following);
  put(snapshots, seen.posts);
  put(snapshots, shown(seen.status));
  put_place(snapshots, file_id_, {}, account.snapshot_ref);
  snapshots.integer(account.n_observations);
  account.n_observations = 0;
  return snapshots.end_row();
}

Result<void> AccountTable::flush(store::Appender& snapshots) {
  UNISONO_TRY(store::Appender to, file_->append_to("account"));
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    Account& account = accounts_[i];
    const Seen& span = seen_[i];
    const bool dated = span.first <= span.last;
    UNISONO_CHECK(close_snapshot(account, snapshots));
    to.text(account.platform);
    to.text(account.account_id);
    put(to, shown(account.first.handle));
    if (account.first.handle.empty()) {
      // An account that is known by its handle alone has that handle.
      put(to,
          account.account_id.starts_with('@') ? std::string_view(account.account_id).substr(1) : std::string_view());
    } else {
      to.text(fold_handle(account.first.handle));
    }
    put(to, shown(account.first.display_name));
    put(to, shown(account.first.bio));
    put(to, shown(account.location));
    put(to, shown(account.url));
    put(to, shown(account.avatar_url));
    put(to, account.created);
    put(to, account.created ? std::string_view(name_of(account.created_precision)) : std::string_view());
    put(to, account.followers);
    put(to, account.following);
    put(to, account.posts);
    put_flag(to, account.verified);
    put_flag(to, account.bot_declared);
    put_nulls(to, 2);  // avatar hashes
    to.text(account.first.status.empty() ? "unknown" : account.first.status);
    put_nulls(to, 2);  // status_us, status_source
    put(to, dated ? std::optional(span.first) : std::nullopt);
    put(to, dated ? std::optional(span.last) : std::nullopt);
    put(to, span.flags);
    put_place(to, file_id_, {}, account.ref);
    UNISONO_CHECK(to.end_row());
  }
  UNISONO_CHECK(to.close());
  n_accounts_ += accounts_.size();
  accounts_.clear();
  seen_.clear();
  index_.clear();
  bytes_ = 0;
  flushed_before_ = true;
  return {};
}

Result<void> AccountTable::finish(store::Appender& snapshots) {
  const bool several = flushed_before_;
  UNISONO_CHECK(flush(snapshots));
  UNISONO_CHECK(snapshots.close());
  const Cell parameter[] = {file_id_};
  UNISONO_TRY(const std::int64_t older, file_->count("SELECT count(*) FROM account WHERE raw_file <> $1", parameter));
  if (!several && older == 0) return {};
  UNISONO_TRY(const std::int64_t distinct,
              file_->count("SELECT count(*) FROM (SELECT DISTINCT platform, account_id FROM "
                           "account WHERE raw_file = $1)",
                           parameter));
  n_accounts_ = static_cast<std::uint64_t>(distinct);

  // Rows of one account become one: every column keeps its first value in the order (file, offset); counts come from
  // the latest snapshot; the span of posts is united. Only accounts with several rows are touched.
  UNISONO_CHECK(
      file_->execute("CREATE OR REPLACE TEMP TABLE several AS SELECT platform, account_id FROM account "
                     "GROUP BY ALL HAVING count(*) > 1"));
  std::string columns;
  for (const char* column : {"handle", "handle_folded", "display_name", "bio", "location", "url", "avatar_url",
                             "created_us", "created_precision", "followers", "following", "posts", "verified",
                             "bot_declared", "avatar_sha256", "avatar_phash", "status", "status_us", "status_source"}) {
    columns += fmt::format("arg_min({0}, raw_file * 281474976710656 + raw_offset) AS {0}, ", column);
  }
  UNISONO_CHECK(file_->execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE united AS SELECT platform, account_id, {}"
      "min(first_seen_us) AS first_seen_us, max(last_seen_us) AS last_seen_us, "
      "list_sort(list_distinct(flatten(list(id_flags)))) AS id_flags, min(raw_file) AS raw_file, "
      "arg_min(raw_member, raw_file * 281474976710656 + raw_offset) AS raw_member, "
      "arg_min(raw_offset, raw_file * 281474976710656 + raw_offset) AS raw_offset, "
      "arg_min(raw_length, raw_file * 281474976710656 + raw_offset) AS raw_length "
      "FROM account SEMI JOIN several USING (platform, account_id) GROUP BY platform, account_id ORDER BY ALL",
      columns)));
  UNISONO_CHECK(
      file_->execute("DELETE FROM account USING several WHERE account.platform = several.platform AND "
                     "account.account_id = several.account_id"));
  UNISONO_CHECK(file_->execute("INSERT INTO account SELECT * FROM united"));
  UNISONO_CHECK(file_->execute(
      "UPDATE account SET followers = coalesce(latest.followers, account.followers), "
      "following = coalesce(latest.following, account.following), posts = coalesce(latest.posts, account.posts) "
      "FROM (SELECT platform, account_id, arg_max(followers, stamp) AS followers, arg_max(following, stamp) AS "
      "following, "
      "arg_max(posts, stamp) AS posts FROM (SELECT *, row(coalesce(observed_us, TIMESTAMP '0001-01-01'), raw_file, "
      "raw_offset) AS stamp "
      "FROM account_snapshot SEMI JOIN several USING (platform, account_id)) GROUP BY ALL) AS latest "
      "WHERE account.platform = latest.platform AND account.account_id = latest.account_id"));
  return file_->execute("DROP TABLE several; DROP TABLE united");
}

}  // namespace unisono::ingest
