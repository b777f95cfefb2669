#include "unisono/store/run_record.hpp"

#include <set>

#include "temporary_case.hpp"

namespace unisono::store::testing {
namespace {

using RunRecordTest = CaseTest;

ImportFile input(std::int32_t id, const std::string& sha256) {
  ImportFile import;
  import.file_id = id;
  import.sha256 = sha256;
  import.name = "file " + std::to_string(id) + ".csv";
  import.bytes = 7;
  import.options = "{}";
  return import;
}

TEST_F(RunRecordTest, ImportedFilesComeBack) {
  CaseFile file = make();
  EXPECT_EQ(*next_file_id(file), 1);
  ImportFile first = input(1, "aa");
  first.container = "zip";
  first.member = "in/side.csv";
  first.receipt = "{\"rows\":3}";
  first.state = "incomplete";
  ASSERT_TRUE(record_import(file, first));
  ASSERT_TRUE(record_import(file, input(2, "bb")));
  EXPECT_EQ(*next_file_id(file), 3);
  EXPECT_TRUE(*is_imported(file, "aa"));
  EXPECT_FALSE(*is_imported(file, "a"));
  const auto files = imported_files(file);
  ASSERT_TRUE(files) << why(files);
  ASSERT_EQ(files->size(), 2U);
  EXPECT_EQ(files->front().member, "in/side.csv");
  EXPECT_EQ(files->front().receipt, "{\"rows\":3}");
  EXPECT_EQ(files->front().state, "incomplete");
  EXPECT_EQ(files->back().member, std::nullopt);
  EXPECT_EQ(files->back().bytes, 7);
}

TEST_F(RunRecordTest, InputHashIsOfTheSetAndOfTheDecisions) {
  auto hash_of = [this, n = 0](const std::vector<ImportFile>& files) mutable {
    CaseFile file = make("case" + std::to_string(n++) + ".uni");
    for (const ImportFile& import : files) EXPECT_TRUE(record_import(file, import));
    return *input_hash(file);
  };
  const std::string both = hash_of({input(1, "aa"), input(2, "bb")});
  EXPECT_EQ(both.size(), 64U);
  EXPECT_EQ(both, hash_of({input(1, "bb"), input(2, "aa")})) << "neither order nor number counts";
  EXPECT_EQ(both, hash_of({input(1, "aa"), input(2, "bb"), input(3, "aa")}));
  ImportFile zoned = input(2, "bb");
  zoned.tz_decision = "UTC-4";
  ImportFile mapped = input(2, "bb");
  mapped.mapping_sha256 = "UTC-4";
  const std::set<std::string> different = {both, hash_of({}), hash_of({input(1, "aa")}),
                                           hash_of({input(1, "aa"), zoned}), hash_of({input(1, "aa"), mapped})};
  EXPECT_EQ(different.size(), 5U);
}

TEST_F(RunRecordTest, RunIdHangsOnEveryPart) {
  const store::Run run{"detect", "{\"alpha\":0.05}", 1, "hash", "0.1.0"};
  EXPECT_EQ(run_id(run).size(), 32U);
  EXPECT_EQ(run_id(run), run_id(run));
  std::set<std::string> ids = {run_id(run)};
  store::Run other = run;
  other.verb = "import";
  ids.insert(run_id(other));
  other = run, other.options_json = "{\"alpha\":0.01}";
  ids.insert(run_id(other));
  other = run, other.seed = 2;
  ids.insert(run_id(other));
  other = run, other.input_hash = "other";
  ids.insert(run_id(other));
  other = run, other.version = "0.1.1";
  ids.insert(run_id(other));
  other = run, other.version = "0.1.0d", other.verb = "etect";
  ids.insert(run_id(other));
  EXPECT_EQ(ids.size(), 7U);
}

TEST_F(RunRecordTest, ARunIsWrittenOnceItsLogEveryTime) {
  CaseFile file = make();
  const store::Run run{"detect", "{}", 18446744073709551615U, "hash", "0.1.0"};
  for (unsigned threads : {1U, 7U}) {
    const auto id = record_run(file, run);
    ASSERT_TRUE(id) << why(id);
    ASSERT_TRUE(log_run(file, RunLog{*id, 1'000'000, 2'000'000, threads, "host"}));
  }
  const auto stored = stored_runs(file);
  ASSERT_TRUE(stored) << why(stored);
  ASSERT_EQ(stored->size(), 1U);
  EXPECT_EQ(stored->front().run_id, run_id(run));
  EXPECT_EQ(stored->front().run.seed, run.seed);
  EXPECT_EQ(run_id(stored->front().run), run_id(run));
  EXPECT_EQ(ask(file, "SELECT started, ended, threads FROM run_log ORDER BY threads"),
            (std::vector<std::string>{"1970-01-01T00:00:01Z|1970-01-01T00:00:02Z|1",
                                      "1970-01-01T00:00:01Z|1970-01-01T00:00:02Z|7"}));
}

}  // namespace
}  // namespace unisono::store::testing
