// A notification world as a case: the posts of the sources, reposts of them and replies to them.
#pragma once

#include <fmt/format.h>

#include <filesystem>

#include "support/notification_world.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::test {

// `channels`: 1 = reposts only, 2 = replies too. Without `publications` the posts themselves are left out, and their
// ids tell no time.
inline Result<void> write_notification_case(const std::filesystem::path& path, const NotificationWorld& world,
                                            int channels = 2, bool publications = true) {
  UNISONO_TRY(store::CaseFile file, store::CaseFile::create(path, {}));
  UNISONO_TRY(store::Step step, file.begin_step());
  store::ImportFile import;
  import.file_id = 1;
  import.sha256 = std::string(64, 'b');
  import.name = "notifications.csv";
  import.format_id = "test";
  UNISONO_CHECK(store::record_import(file, import));
  UNISONO_CHECK(
      file.execute("CREATE TEMP TABLE planted (id VARCHAR, account VARCHAR, object VARCHAR, t BIGINT, "
                   "kind VARCHAR)"));
  UNISONO_TRY(store::Appender appender, file.append_to("planted"));
  std::int64_t number = 0;
  const auto add = [&](const std::string& id, const std::string& account, const std::string* object, std::int64_t t,
                       const char* kind) -> Result<void> {
    appender.text(id);
    appender.text(account);
    object == nullptr ? appender.null() : appender.text(*object);
    appender.integer(t);
    appender.text(kind);
    return appender.end_row();
  };
  for (const auto& post : world.posts) {
    if (publications)
      UNISONO_CHECK(
          add(post.id, numbered("source", static_cast<std::uint64_t>(post.source)), nullptr, post.t_us, "post"));
  }
  for (int c = 0; c < channels; ++c) {
    for (const WorldRow& row : world.channel[c].rows)
      UNISONO_CHECK(add(fmt::format("n{}", number++), row.account, &row.object, row.t_us, c == 0 ? "repost" : "reply"));
  }
  UNISONO_CHECK(appender.close());
  UNISONO_CHECK(
      file.execute("INSERT INTO account (platform, account_id, handle, handle_folded, status) "
                   "SELECT DISTINCT 'test', account, account, account, 'unknown' FROM planted ORDER BY account"));
  UNISONO_CHECK(file.execute(
      "INSERT INTO post (platform, post_id, account_id, t_us, t_precision, t_source, kind, repost_of, reply_to, text, "
      "raw_file, raw_offset, raw_length) SELECT 'test', id, account, make_timestamp(t), 'us', 'field', kind, "
      "CASE kind WHEN 'repost' THEN object END, CASE kind WHEN 'reply' THEN object END, NULL, 1, 0, 1 FROM planted"));
  UNISONO_CHECK(file.execute(
      "INSERT INTO post_target (platform, post_id, account_id, t_us, t_precision, post_kind, target_kind, target_id) "
      "SELECT 'test', id, account, make_timestamp(t), 'us', kind, kind, object FROM planted WHERE object IS NOT NULL"));
  UNISONO_CHECK(file.execute("DROP TABLE planted"));
  return step.commit();
}

}  // namespace unisono::test
