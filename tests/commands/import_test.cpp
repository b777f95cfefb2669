#include "unisono/commands/import.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "unisono/commands/formats.hpp"
#include "unisono/commands/inspect.hpp"
#include "unisono/core/file.hpp"
#include "unisono/core/random.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("unisono-import-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_file(folder_ / name, text));
    return (folder_ / name).string();
  }
  ImportOptions options(std::vector<std::string> inputs, const std::string& name = "case.uni") {
    ImportOptions out;
    out.inputs = std::move(inputs);
    out.case_path = folder_ / name;
    return out;
  }
  std::int64_t count(const std::string& sql, const std::string& name = "case.uni") {
    auto file = store::CaseFile::open(folder_ / name, {.read_only = true});
    EXPECT_TRUE(file) << file.error().message;
    const auto n = file->count(sql);
    EXPECT_TRUE(n) << n.error().message;
    return n ? *n : -1;
  }
  static std::string csds(int from, int to) {
    std::string out = "object_id,account_id,content_id,timestamp_share\n";
    for (int i = from; i < to; ++i) {
      out += "o" + std::to_string(i % 7) + ",a" + std::to_string(i % 5) + ",c" + std::to_string(i) + "," +
             std::to_string(1'600'000'000 + i) + "\n";
    }
    return out;
  }

  fs::path folder_;
};

TEST_F(ImportTest, AnExistingCaseIsRefusedContinuedOrAddedTo) {
  const std::string a = file("a.csv", csds(0, 50)), b = file("b.csv", csds(50, 90)), c = file("c.csv", csds(90, 99));
  ASSERT_TRUE(import(options({a}), {}));
  // The same inputs: refused, or taken as they are for `run`.
  const auto again = import(options({a}), {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::io);
  ImportOptions reuse = options({a});
  reuse.reuse = true;
  const auto reused = import(reuse, {});
  ASSERT_TRUE(reused) << describe(reused.error());
  EXPECT_TRUE(reused->reused);
  EXPECT_TRUE(reused->receipts[0].already_in_case);
  // More inputs: the unfinished import goes on.
  const auto more = import(options({a, b}), {});
  ASSERT_TRUE(more);
  EXPECT_TRUE(more->continued);
  EXPECT_TRUE(more->receipts[0].already_in_case);
  EXPECT_EQ(more->receipts[1].rows, 40U);
  // Other inputs: refused; --append adds; --force replaces.
  EXPECT_FALSE(import(options({c}), {}));
  ImportOptions append = options({c});
  append.append = true;
  ASSERT_TRUE(import(append, {}));
  EXPECT_EQ(count("SELECT count(*) FROM import_file"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM action"), 99);
  ImportOptions force = options({c});
  force.force = true;
  ASSERT_TRUE(import(force, {}));
  EXPECT_EQ(count("SELECT count(*) FROM action"), 9);
}

TEST_F(ImportTest, ForceNeverReplacesAFileThatIsNoCase) {
  const std::string a = file("a.csv", csds(0, 50));
  const std::string precious = file("notes.txt", "not a case");
  ImportOptions force = options({a}, "notes.txt");
  force.force = true;
  EXPECT_FALSE(import(force, {}));
  EXPECT_EQ(*read_file(precious), "not a case");
}

TEST_F(ImportTest, AFailedFirstFileLeavesNoCase) {
  const std::string a = file("a.csv", "x,y,z\n1,2,3\n");
  const auto result = import(options({a}), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unrecognised);
  EXPECT_NE(result.error().advice.find("unisono import"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "case.uni"));
  EXPECT_EQ(import(options({file("empty.csv", "")}), {}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(import(options({(folder_ / "missing.csv").string()}), {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(import(options({folder_.string() + "/nothing/"}), {}).error().code, ErrorCode::not_found);
}

TEST_F(ImportTest, TheSuggestedMappingIsReadyToUse) {
  const std::string a =
      file("a.csv",
           "nr;date;user;words;link\n1;2021-03-04 05:06:07;anna;one two three four five;https://x.org/1\n"
           "2;2021-03-04 05:06:08;bea;five six seven eight nine;https://x.org/2\n");
  const auto text = suggest_format(a, {}, {});
  ASSERT_TRUE(text) << describe(text.error());
  const std::string mapping = file("mapping.toml", *text);
  EXPECT_TRUE(check_format(mapping)) << *text;
  ImportOptions with = options({a});
  with.settings.map_file = mapping;
  with.settings.maps = {"handle=user"};
  const auto result = import(with, {});
  ASSERT_TRUE(result) << describe(result.error()) << "\n" << *text;
  EXPECT_EQ(result->receipts[0].rows, 2U);
  EXPECT_EQ(count("SELECT count(*) FROM post WHERE t_us IS NOT NULL AND account_id IS NOT NULL AND text IS NOT NULL"),
            2);
  EXPECT_EQ(count("SELECT count(*) FROM post_target WHERE target_kind = 'url'"), 2);
}

TEST_F(ImportTest, TooManyRejectsKeepTheRowsAndMarkTheFile) {
  std::string text = csds(0, 100);
  for (int i = 0; i < 11; ++i) text += "short," + std::to_string(i) + "\n";
  const std::string a = file("a.csv", text);
  ImportOptions with = options({a});
  with.rejects_file = folder_ / "rejects.ndjson";
  const auto result = import(with, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::too_many_rejects);
  EXPECT_EQ(count("SELECT count(*) FROM import_file WHERE state = 'incomplete'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM action"), 100);
  EXPECT_EQ(count("SELECT count(*) FROM reject WHERE reason = 'short_row'"), 11);
  ImportOptions generous = options({a}, "other.uni");
  generous.settings.max_bad = 0.2;
  generous.rejects_file = folder_ / "rejects.ndjson";
  const auto kept = import(generous, {});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->rejects_written, 11U);
  const std::string rejects = *read_file(folder_ / "rejects.ndjson");
  EXPECT_EQ(std::count(rejects.begin(), rejects.end(), '\n'), 11);
}

TEST_F(ImportTest, HiddenZoneIsFoundSaidAndCanBeStated) {
  // Ids of X at 12:00:00 UTC and later; the column says 08:00:00.
  std::string text = "\"created_at\",\"id\",\"screen_name\",\"text\"\n";
  for (int i = 0; i < 50; ++i) {
    const std::int64_t ms = (1'503'835'200LL + i) * 1000 + 500;
    const std::int64_t id = ((ms - 1'288'834'974'657LL) << 22) | 4096;
    text += "\"2017-08-27 08:00:" + std::string(i < 10 ? "0" : "") + std::to_string(i) + "\"," + std::to_string(id) +
            ",\"u" + std::to_string(i) + "\",\"words\"\n";
  }
  const std::string a = file("a.csv", text);
  const std::string mapping =
      file("m.toml",
           "id = \"m\"\nfamily = \"csv\"\nplatform = \"x\"\n[post]\npost_id = \"id\"\nt = \"created_at\"\n"
           "text = \"text\"\n[account]\nhandle = \"screen_name\"\n");
  ImportOptions with = options({a});
  with.settings.map_file = mapping;
  const auto result = import(with, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->receipts[0].clock.offset_minutes, 240);
  const auto& notes = result->receipts[0].notes;
  EXPECT_TRUE(std::any_of(notes.begin(), notes.end(),
                          [](const std::string& note) { return note.find("--tz -04:00") != note.npos; }));
  EXPECT_EQ(
      count("SELECT count(*) FROM post WHERE t_source = 'id' AND list_contains(flags, 'clock_offset') AND t_us >= "
            "TIMESTAMP '2017-08-27 12:00:00'"),
      50);
  ImportOptions stated = options({a}, "stated.uni");
  stated.settings.map_file = mapping;
  stated.settings.tz = "-04:00";
  const auto agreed = import(stated, {});
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->receipts[0].clock.conflicts, 0U);
  EXPECT_EQ(count("SELECT count(*) FROM post WHERE t_field_us >= TIMESTAMP '2017-08-27 12:00:00'", "stated.uni"), 50);
}

TEST_F(ImportTest, ADecisionThatTheFrontOfTheFileGetsWrongIsMadeAgain) {
  // 30,000 whole minutes, then one row with seconds: the sample says minutes, the file says seconds. And a date order
  // that only the last row proves.
  std::string text = "post_id,account_id,t\n";
  for (int i = 0; i < 30'000; ++i) {
    text += std::to_string(i) + ",a" + std::to_string(i % 9) + ",\"" + std::to_string(1 + i % 12) + "/" +
            std::to_string(1 + i % 11) + "/2020 10:" + std::to_string(10 + i % 50) + ":00\"\n";
  }
  text += "30000,a1,\"13/2/2020 10:00:07\"\n";
  const std::string a = file("a.csv", text);
  ImportOptions with = options({a});
  with.settings.format = "generic";
  const auto result = import(with, {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(count("SELECT count(*) FROM post WHERE t_us IS NULL"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM post WHERE t_precision = 's'"), 30'001);
  EXPECT_EQ(count("SELECT count(*) FROM post WHERE post_id = '1' AND t_us = TIMESTAMP '2020-02-02 10:11:00'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM post WHERE post_id = '2' AND t_us = TIMESTAMP '2020-03-03 10:12:00'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM import_file"), 1);
}

std::string dumped(const fs::path& path, const std::string& sql) {
  auto file = store::CaseFile::open(path, {.read_only = true});
  const auto table = file->query(sql);
  EXPECT_TRUE(table) << table.error().message;
  std::string out;
  for (std::size_t i = 0; i < table->rows(); ++i) {
    for (const Column& column : table->columns()) out += to_text(column.cells[i], column.type) + "|";
    out += "\n";
  }
  return out;
}

TEST_F(ImportTest, TheOrderOfRowsChangesNoAction) {
  std::vector<std::string> rows;
  Random random(7);
  for (int i = 0; i < 3000; ++i) {
    // Repeated ids, now and then with other objects and times.
    rows.push_back(std::to_string(random.below(2000)) + ",a" + std::to_string(random.below(50)) + "," +
                   std::to_string(random.below(5)) + "," + std::to_string(1'600'000'000 + random.below(100)) + "\n");
  }
  const std::string mapping =
      file("m.toml",
           "id = \"m\"\nfamily = \"csv\"\nplatform = \"weibo\"\n[post]\npost_id = \"p\"\naccount_id = \"a\"\n"
           "repost_of = \"o\"\nt = \"t\"\n");
  std::string first;
  for (int round = 0; round < 3; ++round) {
    std::string text = "p,a,o,t\n";
    for (const std::string& row : rows) text += row;
    ImportOptions with = options({file("r.csv", text)}, "round.uni");
    with.force = true;
    with.settings.map_file = mapping;
    const auto result = import(with, {});
    ASSERT_TRUE(result) << describe(result.error());
    const std::string actions = dumped(folder_ / "round.uni", "SELECT * FROM action ORDER BY ALL");
    if (round == 0) first = actions;
    EXPECT_EQ(actions, first);
    random.shuffle(rows);
  }
}

TEST_F(ImportTest, KilledAtTwentyRandomMomentsItContinues_slow) {
  std::vector<std::string> inputs;
  for (int i = 0; i < 4; ++i)
    inputs.push_back(file("f" + std::to_string(i) + ".csv", csds(i * 20'000, (i + 1) * 20'000)));
  Random random(11);
  int killed = 0;
  for (int round = 0; round < 20; ++round) {
    fs::remove(folder_ / "case.uni");
    fs::remove(folder_ / "case.uni.wal");
    const pid_t child = fork();
    if (child == 0) {
      (void)import(options(inputs), {});
      _exit(0);
    }
    usleep(static_cast<useconds_t>(20'000 + random.below(1'200'000)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    if (fs::exists(folder_ / "case.uni")) {
      EXPECT_EQ(count("SELECT count(*) FROM (SELECT file_id FROM import_file WHERE state = 'complete') i LEFT JOIN "
                      "(SELECT file_id, count(*) AS n FROM bare_row GROUP BY file_id) r USING (file_id) "
                      "WHERE n IS DISTINCT FROM 20000"),
                0)
          << "a file that is not whole counts as complete";
    }
    ImportOptions next = options(inputs);
    next.reuse = true;
    const auto result = import(next, {});
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_EQ(count("SELECT count(*) FROM import_file WHERE state = 'complete'"), 4);
    EXPECT_EQ(count("SELECT count(*) FROM action"), 80'000);
    EXPECT_EQ(count("SELECT count(*) FROM bare_row"), 80'000);
  }
  EXPECT_GE(killed, 10) << "the moments are too late for this machine";
}

TEST_F(ImportTest, FoldersGiveTheirDataFilesAndSayWhatTheyLeaveOut) {
  fs::create_directories(folder_ / "in" / "deep");
  file("in/a.csv", csds(0, 10));
  file("in/deep/b.csv", csds(10, 20));
  file("in/readme.md", "words");
  file("in/other.csv", "x,y\n1,2\n");
  file("in/.hidden.csv", "x");
  const auto result = import(options({(folder_ / "in").string()}), {});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->receipts.size(), 2U);
  ASSERT_EQ(result->left_out.size(), 1U);
  EXPECT_NE(result->left_out[0].first.find("other.csv"), std::string::npos);
}

TEST_F(ImportTest, DryRunWritesNothing) {
  ImportOptions dry = options({file("a.csv", csds(0, 10) + "o1,a1,c1," + std::to_string(1'600'000'001) + "\n")});
  dry.dry_run = true;
  const auto result = import(dry, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->receipts[0].rows, 10U);
  EXPECT_EQ(result->receipts[0].duplicates, 1U);
  EXPECT_FALSE(fs::exists(folder_ / "case.uni"));
}

TEST_F(ImportTest, InspectTellsAFileFromACase) {
  const std::string a = file("a.csv", csds(0, 30));
  const auto of_file = inspect({a, {}}, {});
  ASSERT_TRUE(of_file) << describe(of_file.error());
  EXPECT_EQ(of_file->receipt->rows, 30U);
  ASSERT_TRUE(import(options({a}), {}));
  const auto of_case = inspect({folder_ / "case.uni", {}}, {});
  ASSERT_TRUE(of_case) << describe(of_case.error());
  EXPECT_FALSE(of_case->receipt);
  EXPECT_EQ(of_case->files.rows(), 1U);
  EXPECT_EQ(of_case->channels.rows(), 1U);
  EXPECT_GE(of_case->histogram.rows(), 1U);
  EXPECT_GE(of_case->fill.rows(), 40U);
}

TEST_F(ImportTest, RawBytesNeedTheFileAsItWas) {
  const std::string a = file("a.csv", csds(0, 30));
  ASSERT_TRUE(import(options({a}), {}));
  const auto raw = raw_record({folder_ / "case.uni", "c7", "", folder_}, {});
  ASSERT_TRUE(raw) << describe(raw.error());
  EXPECT_EQ(raw->bytes, "o0,a2,c7,1600000007");
  EXPECT_EQ(raw_record({folder_ / "case.uni", "c99", "", folder_}, {}).error().code, ErrorCode::not_found);
  file("a.csv", csds(0, 31));
  EXPECT_EQ(raw_record({folder_ / "case.uni", "c7", "", folder_}, {}).error().code, ErrorCode::bad_input);
}

TEST_F(ImportTest, StopIsHeard) {
  std::stop_source stop;
  stop.request_stop();
  Control control;
  control.stop = stop.get_token();
  const auto result = import(options({file("a.csv", csds(0, 30))}), control);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace unisono::commands
