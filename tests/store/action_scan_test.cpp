#include "unisono/store/action_scan.hpp"

#include <algorithm>

#include "reference/action_scan.hpp"
#include "store/string_ranks.hpp"
#include "temporary_case.hpp"
#include "unisono/core/random.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::store::testing {
namespace {

using reference::TargetRow;

void expect_equal(const ActionSet& a, const ActionSet& b) {
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.object, b.object);
  EXPECT_EQ(a.post, b.post);
  EXPECT_EQ(a.t_us, b.t_us);
  EXPECT_EQ(a.precision, b.precision);
  EXPECT_EQ(a.platform_of, b.platform_of);
  EXPECT_EQ(a.account_id_of, b.account_id_of);
  EXPECT_EQ(a.object_key_of, b.object_key_of);
  EXPECT_EQ(a.post_id_of, b.post_id_of);
  EXPECT_EQ(a.post_platform_of, b.post_platform_of);
  EXPECT_EQ(a.excluded_no_time, b.excluded_no_time);
  EXPECT_EQ(a.excluded_lossy, b.excluded_lossy);
  EXPECT_EQ(a.excluded_no_account, b.excluded_no_account);
  EXPECT_EQ(a.repeated, b.repeated);
}

class ActionScanTest : public CaseTest {
 protected:
  static void put(Appender& to, const std::optional<std::string>& text) { text ? to.text(*text) : to.null(); }

  static Result<void> append(CaseFile& file, const std::vector<TargetRow>& rows) {
    UNISONO_TRY(Appender to, file.append_to("post_target"));
    for (const TargetRow& row : rows) {
      to.text(row.platform);
      put(to, row.post_id);
      put(to, row.account_id);
      row.t_us ? to.integer(*row.t_us) : to.null();
      row.t_us ? to.text(name_of(row.precision)) : to.null();
      put(to, row.post_kind);
      to.text(row.target_kind);
      to.null();
      to.null();
      put(to, row.target_id);
      put(to, row.target_account);
      put(to, row.canonical);
      put(to, row.domain);
      row.flags.empty() ? to.null() : to.text_list(row.flags);
      UNISONO_CHECK(to.end_row());
    }
    return to.close();
  }

  static void fill(CaseFile& file, const std::vector<TargetRow>& rows) {
    auto step = file.begin_step();
    ASSERT_TRUE(step);
    const auto done = append(file, rows);
    ASSERT_TRUE(done) << why(done);
    ASSERT_TRUE(step->commit());
  }

  // Few values of everything, so that all kinds of meeting occur; hostile ids among them.
  static std::vector<TargetRow> random_rows(Random& random, std::size_t n) {
    const std::vector<std::string> ids = {"1",
                                          "10",
                                          "2",
                                          "a",
                                          "A",
                                          "\xC3\xA9",
                                          "\xF0\x9F\x98\x80",
                                          "x:1",
                                          "",
                                          "' OR 1=1 --",
                                          "\x7F",
                                          "12345678901234567",
                                          "12345678901234568"};
    const std::vector<std::string> kinds = {"repost",      "forward", "reply", "quote",  "text",
                                            "hashtag_seq", "hashtag", "url",   "domain", "media",
                                            "mention",     "generic", "music"};
    const std::vector<std::string> post_kinds = {"original", "repost", "forward", "reply"};
    const std::vector<std::vector<std::string>> flags = {{"ref_lossy"}, {"id_lossy", "ref_by_name"}, {"ref_by_name"}};
    const auto any = [&random](const auto& list) { return list[random.below(list.size())]; };
    const auto maybe = [&](int one_in) -> std::optional<std::string> {
      if (random.below(static_cast<std::uint64_t>(one_in)) == 0) return std::nullopt;
      return any(ids);
    };
    std::vector<TargetRow> rows;
    for (std::size_t i = 0; i < n; ++i) {
      TargetRow row;
      row.platform = random.below(3) == 0 ? "telegram" : "x";
      row.post_id = maybe(4);
      row.account_id = maybe(20);
      if (random.below(10) != 0) row.t_us = static_cast<TimeUs>(random.below(20)) * k_us_per_s - 5 * k_us_per_s;
      row.precision = random.below(2) == 0 ? Precision::us : Precision::min;
      if (random.below(3) != 0) row.post_kind = any(post_kinds);
      row.target_kind = any(kinds);
      row.target_id = maybe(4);
      row.target_account = maybe(3);
      row.canonical = maybe(2);
      row.domain = maybe(3);
      if (random.below(6) == 0) row.flags = any(flags);
      rows.push_back(row);
    }
    return rows;
  }
};

TEST_F(ActionScanTest, AgreesWithTheDefinitionInAnyOrderOfRows) {
  Random random(3);
  for (int round = 0; round < 4; ++round) {
    std::vector<TargetRow> rows = random_rows(random, round == 0 ? 30 : 4000);
    CaseFile file = make("case" + std::to_string(round) + ".uni");
    fill(file, rows);
    random.shuffle(rows);
    CaseFile shuffled = make("shuffled" + std::to_string(round) + ".uni");
    fill(shuffled, rows);
    for (const Channel& channel : channels()) {
      for (const int variant : {0, 1, 2}) {
        SCOPED_TRACE(std::string(channel.name) + " " + std::to_string(variant));
        ActionSelection selection{std::string(channel.name), {}, {}, variant == 1};
        if (variant == 2) selection.since = 0, selection.until = 7 * k_us_per_s;
        Control threads;
        threads.threads = static_cast<unsigned>(1 + round * 2);
        const auto found = scan_actions(file, selection, threads);
        ASSERT_TRUE(found) << why(found);
        expect_equal(*found, reference::scan_actions(rows, selection));
        const auto again = scan_actions(shuffled, selection, {});
        ASSERT_TRUE(again) << why(again);
        expect_equal(*found, *again);
      }
    }
  }
}

TEST_F(ActionScanTest, TheViewShowsTheSameActions) {
  Random random(8);
  CaseFile file = make();
  const std::vector<TargetRow> rows = random_rows(random, 1000);
  fill(file, rows);
  for (const Channel& channel : channels()) {
    const auto set = scan_actions(file, {std::string(channel.name), {}, {}, true}, {});
    ASSERT_TRUE(set);
    const std::string where = " FROM action WHERE object_kind = '" + std::string(channel.name) + "'";
    EXPECT_EQ(
        count(file, "SELECT count(*)" + where),
        static_cast<std::int64_t>(set->size() + set->repeated + set->excluded_no_account + set->excluded_no_time));
    const std::string usable = where + " AND account_id IS NOT NULL AND t_us IS NOT NULL";
    EXPECT_EQ(ask(file, "SELECT DISTINCT object_id" + usable + " ORDER BY 1"), set->object_key_of)
        << "DuckDB and we order bytewise";
    EXPECT_EQ(ask(file, "SELECT account_id FROM (SELECT DISTINCT platform, account_id" + usable +
                            ") ORDER BY platform, account_id"),
              set->account_id_of);
  }
}

TEST_F(ActionScanTest, ChannelsInTheirFixedOrder) {
  CaseFile file = make();
  EXPECT_TRUE(channels_with_actions(file)->empty());
  fill(file, {{"x", "1", "a", 5, Precision::s, "original", "mention", {}, "@b", {}, {}, {}},
              {"x", "1", "a", 5, Precision::s, "original", "url", {}, {}, "https://a.org/", "a.org", {}},
              {"x", "1", "a", 5, Precision::s, "repost", "hashtag", "tag", {}, {}, {}, {}},
              {"x", "1", "a", 5, Precision::s, "repost", "repost", "7", {}, {}, {}, {}}});
  EXPECT_EQ(*channels_with_actions(file), (std::vector<std::string>{"repost", "link", "domain", "mention"}))
      << "the tag is the original's";
  std::vector<std::string> names;
  for (const Channel& channel : channels()) names.emplace_back(channel.name);
  EXPECT_EQ(names, (std::vector<std::string>{"repost", "reply", "text", "hashtag_seq", "hashtag", "link", "domain",
                                             "media", "mention", "generic"}));
}

TEST_F(ActionScanTest, OnePostWithOneLinkTwiceIsOneAction) {
  CaseFile file = make();
  const TargetRow link{"x", "1", "a", 5, Precision::s, "original", "url", {}, {}, "https://a.org/", "a.org", {}};
  fill(file, {link, link});
  const auto set = scan_actions(file, {"link", {}, {}, false}, {});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 1U);
  EXPECT_EQ(set->repeated, 1U);
  EXPECT_EQ(set->object_key_of, std::vector<std::string>{"https://a.org/"});
}

TEST_F(ActionScanTest, SeesTheRowsOfTheOpenStep) {
  CaseFile file = make();
  const TargetRow row{"x", "1", "a", 5, Precision::s, "original", "hashtag", "tag", {}, {}, {}, {}};
  fill(file, {row});
  auto step = file.begin_step();
  ASSERT_TRUE(step);
  TargetRow second = row;
  second.post_id = "2";
  ASSERT_TRUE(append(file, {second}));
  const auto set = scan_actions(file, {"hashtag", {}, {}, false}, {});
  ASSERT_TRUE(set) << why(set);
  EXPECT_EQ(set->size(), 2U);
}

TEST_F(ActionScanTest, Refusals) {
  CaseFile file = make();
  const auto unknown = scan_actions(file, {"retweet", {}, {}, false}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::usage);
  EXPECT_NE(unknown.error().advice.find("repost, reply, text"), std::string::npos);

  Random random(1);
  fill(file, random_rows(random, 5000));
  Control small;
  small.memory_bytes = 10'000;
  const auto memory = scan_actions(file, {"repost", {}, {}, false}, small);
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, ErrorCode::memory);
  EXPECT_NE(memory.error().message.find("allowed are 9.77 kB"), std::string::npos) << why(memory);

  std::stop_source source;
  source.request_stop();
  Control stopped;
  stopped.stop = source.get_token();
  const auto cancelled = scan_actions(file, {"repost", {}, {}, false}, stopped);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::cancelled);
}

TEST(StringRanks, SortsBytewiseByClassAndText) {
  Random random(5);
  const std::string alphabet("ab\0\xFF\x80", 5);
  std::vector<std::pair<std::uint16_t, std::string>> all;
  for (int i = 0; i < 5000; ++i) {
    std::string text = random.below(2) == 0 ? "" : "common prefix of many bytes ";
    for (std::uint64_t n = random.below(24); n > 0; --n) text += alphabet[random.below(alphabet.size())];
    all.emplace_back(random.below(2), text);
  }
  StringRanks set;
  std::vector<StringRanks::Item> items;
  for (const auto& [string_class, text] : all) items.push_back({text, string_class});
  std::vector<std::uint32_t> numbers(items.size());
  ASSERT_TRUE(set.numbers_of(items, numbers));
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(set.text(numbers[i]), all[i].second);
    EXPECT_EQ(set.class_of(numbers[i]), all[i].first);
  }
  std::vector<std::uint32_t> again(items.size());
  ASSERT_TRUE(set.numbers_of(items, again));
  EXPECT_EQ(numbers, again);
  for (auto& one : all) one.first = static_cast<std::uint16_t>(1 - one.first);  // class 1 is ranked before class 0
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  const std::vector<std::uint32_t> order = set.sorted({1, 0});
  ASSERT_EQ(order.size(), all.size());
  for (std::size_t r = 0; r < order.size(); ++r) {
    EXPECT_EQ(set.text(order[r]), all[r].second);
    EXPECT_EQ(1 - set.class_of(order[r]), all[r].first);
  }
}

}  // namespace
}  // namespace unisono::store::testing
