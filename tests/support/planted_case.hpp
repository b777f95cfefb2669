// A case with organic reposts and a planted squad, written straight into the tables: what detect and report are tested
// on.
#pragma once

#include <fmt/format.h>

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::test {

struct PlantedCase {
  std::uint32_t organic_accounts = 300, actions_each = 20, objects = 600, days = 10;
  std::uint32_t squad = 10, tasks = 12;
  std::int64_t jitter_s = 25;  // the squad acts within this after the first of them
  std::uint64_t seed = 1;
};

struct PlantedAction {
  std::string account, object;
  std::int64_t t_us = 0;
};

inline std::vector<PlantedAction> planted_actions(const PlantedCase& plan) {
  Random random(plan.seed);
  const std::int64_t begin = to_us({2024, 3, 1, 0, 0, 0, 0});
  const auto span_s = std::uint64_t{plan.days} * 86400;
  std::vector<PlantedAction> actions;
  for (std::uint32_t account = 0; account < plan.organic_accounts; ++account) {
    for (std::uint32_t i = 0; i < plan.actions_each; ++i) {
      const auto t_s = static_cast<std::int64_t>(random.below(span_s));
      actions.push_back({fmt::format("user{:04}", account), fmt::format("post{:05}", random.below(plan.objects)),
                         begin + t_s * k_us_per_s});
    }
  }
  for (std::uint32_t task = 0; task < plan.tasks; ++task) {
    const auto t_s = static_cast<std::int64_t>(random.below(span_s));
    for (std::uint32_t member = 0; member < plan.squad; ++member) {
      const auto late_us =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(plan.jitter_s) * 1'000'000));
      actions.push_back(
          {fmt::format("squad{:02}", member), fmt::format("post{:05}", task * 7), begin + t_s * k_us_per_s + late_us});
    }
  }
  return actions;
}

// Writes the actions as reposts on platform x; post ids are numbered from 1, raw references count 100 bytes a row.
inline Result<void> write_planted_case(const std::filesystem::path& path, const std::vector<PlantedAction>& actions) {
  UNISONO_TRY(store::CaseFile file, store::CaseFile::create(path, {}));
  UNISONO_TRY(store::Step step, file.begin_step());
  store::ImportFile import;
  import.file_id = 1;
  import.sha256 = std::string(64, 'a');
  import.name = "planted.csv";
  import.format_id = "test";
  UNISONO_CHECK(store::record_import(file, import));
  UNISONO_CHECK(file.execute("CREATE TEMP TABLE planted (n BIGINT, account VARCHAR, object VARCHAR, t BIGINT)"));
  UNISONO_TRY(store::Appender appender, file.append_to("planted"));
  for (std::size_t i = 0; i < actions.size(); ++i) {
    appender.integer(static_cast<std::int64_t>(i) + 1);
    appender.text(actions[i].account);
    appender.text(actions[i].object);
    appender.integer(actions[i].t_us);
    UNISONO_CHECK(appender.end_row());
  }
  UNISONO_CHECK(appender.close());
  UNISONO_CHECK(
      file.execute("INSERT INTO account (platform, account_id, handle, handle_folded, status) "
                   "SELECT DISTINCT 'x', account, account, account, 'unknown' FROM planted ORDER BY account"));
  UNISONO_CHECK(
      file.execute("INSERT INTO post (platform, post_id, account_id, t_us, t_precision, t_source, kind, repost_of, "
                   "text, raw_file, raw_offset, raw_length) "
                   "SELECT 'x', n::VARCHAR, account, make_timestamp(t), 'us', 'field', 'repost', object, 'text of ' || "
                   "object, 1, n * 100, 99 FROM planted"));
  UNISONO_CHECK(file.execute(
      "INSERT INTO post_target (platform, post_id, account_id, t_us, t_precision, post_kind, target_kind, target_id) "
      "SELECT 'x', n::VARCHAR, account, make_timestamp(t), 'us', 'repost', 'repost', object FROM planted"));
  UNISONO_CHECK(file.execute("DROP TABLE planted"));
  UNISONO_CHECK(step.commit());
  return {};
}

// A fresh folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static int made = 0;
    path_ = std::filesystem::temp_directory_path() / fmt::format("unisono-test-{}-{}", ::getpid(), made++);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace unisono::test
