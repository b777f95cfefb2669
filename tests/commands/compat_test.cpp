// The whole command against the tables that CooRTweet and the QUT toolkit themselves gave; skipped where they are not
// at hand. What needs no such file is in tests/signals and tests/cases.
#include "unisono/commands/compat.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>

#include "support/amplified.hpp"
#include "support/csv_rows.hpp"
#include "unisono/core/random.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

const fs::path k_data = fs::path(UNISONO_SHARED) / "data/coortweet";
const fs::path k_vectors = fs::path(UNISONO_SHARED) / "vectors/peers";

std::optional<test::Csv> golden(const fs::path& path) {
  if (path.extension() == ".xz") return test::read_csv_xz(path);
  const auto text = test::output_of("cat '" + path.string() + "' 2>/dev/null");
  if (!text) return std::nullopt;
  test::Csv csv;
  csv.rows = test::parse_csv(*text);
  for (std::size_t i = 0; i < csv.rows.front().size(); ++i) csv.column[csv.rows.front()[i]] = i;
  csv.rows.erase(csv.rows.begin());
  return csv;
}

// Numbers to nine digits, so that 1.33333333333333 is 4/3; everything else as it is.
std::string normal(const std::string& cell, bool is_number) {
  if (!is_number || cell.empty()) return cell;
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", std::strtod(cell.c_str(), nullptr));
  return text;
}

std::vector<std::vector<std::string>> rows_of(const Table& table) {
  std::vector<std::vector<std::string>> out(table.rows());
  for (const Column& column : table.columns())
    for (std::size_t row = 0; row < table.rows(); ++row)
      out[row].push_back(normal(to_text(column, row), column.type != ColumnType::text));
  return out;
}

// Every column of the golden table is a column of ours, and all rows are equal; their order too where `ordered`.
// `undirected`: of the first two columns the lesser stands first.
void expect_equal(const fs::path& path, const Table& table, bool ordered = false, bool undirected = false) {
  const auto expected = golden(path);
  ASSERT_TRUE(expected) << path;
  Table wanted_columns;
  std::vector<Column> columns(expected->column.size());
  for (const auto& [name, place] : expected->column) {
    const Column* ours = table.find(name);
    ASSERT_NE(ours, nullptr) << path << ": no column " << name;
    columns[place] = *ours;
  }
  auto ours = rows_of(Table(columns));
  std::vector<std::vector<std::string>> theirs;
  for (const test::CsvRow& row : expected->rows) {
    theirs.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c)
      theirs.back().push_back(normal(row[c], columns[c].type != ColumnType::text));
  }
  for (auto* rows : {&ours, &theirs}) {
    for (auto& row : *rows)
      if (undirected && row[1] < row[0]) std::swap(row[0], row[1]);
    if (!ordered) std::sort(rows->begin(), rows->end());
  }
  ASSERT_EQ(ours.size(), theirs.size()) << path;
  for (std::size_t row = 0; row < ours.size(); ++row) ASSERT_EQ(ours[row], theirs[row]) << path << " row " << row;
}

class Compat : public ::testing::Test {
 protected:
  void import(const fs::path& input, const std::string& format) {
    ImportOptions options;
    options.inputs = {input.string()};
    options.case_path = folder_ / (input.filename().string() + ".uni");
    options.settings.format = format;
    options.settings.max_bad = 1;
    const auto imported = commands::import(options, {});
    ASSERT_TRUE(imported) << describe(imported.error());
    case_ = options.case_path;
  }
  CompatResult run(CompatOptions options, unsigned threads = 2) {
    options.case_path = case_;
    Control control;
    control.threads = threads;
    auto result = compat(options, control);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? std::move(*result) : CompatResult{};
  }
  static const Table& table(const CompatResult& result, std::string_view name) {
    const auto found = std::find_if(result.tables.begin(), result.tables.end(),
                                    [&](const NamedTable& table) { return table.name == name; });
    static const Table k_none;
    return found == result.tables.end() ? k_none : found->table;
  }
  static CompatOptions coortweet(double window, std::uint32_t least, bool keep_loops = false,
                                 std::optional<double> fast = {}) {
    CompatOptions options;
    options.window_s = window;
    options.coortweet.min_participation = least;
    options.coortweet.keep_loops = keep_loops;
    options.coortweet.fast_window_s = fast;
    return options;
  }
  Folder folder_;
  fs::path case_;
};

TEST_F(Compat, CoortweetEdgeCases) {
  const fs::path vectors = k_vectors / "coortweet";
  if (!fs::exists(vectors)) GTEST_SKIP() << "no vectors";
  import(vectors / "edge_input.csv", "csds");
  const CompatResult two = run(coortweet(10, 2));
  expect_equal(vectors / "edge_tw10_mp2.pairs.csv", table(two, "pairs"));
  expect_equal(vectors / "edge_tw10_mp2.edges.csv", table(two, "edges"));
  expect_equal(vectors / "edge_tw10_mp2.account_stats_none.csv", table(two, "account_stats"), true);
  expect_equal(vectors / "edge_tw10_mp2.group_stats_none.csv", table(two, "group_stats"), true);
  CompatOptions options = coortweet(10, 2);
  options.statistics = signals::CoortweetThreshold::full;
  const CompatResult full = run(options);
  expect_equal(vectors / "edge_tw10_mp2.account_stats_full.csv", table(full, "account_stats"), true);
  expect_equal(vectors / "edge_tw10_mp2.group_stats_full.csv", table(full, "group_stats"), true);
  const CompatResult loops = run(coortweet(10, 2, true));
  expect_equal(vectors / "edge_tw10_mp2_loops.pairs.csv", table(loops, "pairs"));
  expect_equal(vectors / "edge_tw10_mp2_loops.edges.csv", table(loops, "edges"));
  expect_equal(vectors / "edge_tw10_mp2_loops.account_stats_none.csv", table(loops, "account_stats"), true);
  for (const std::uint32_t least : {0U, 1U}) {
    const CompatResult one = run(coortweet(10, least));
    expect_equal(vectors / "edge_tw10_mp1.pairs.csv", table(one, "pairs"));
    expect_equal(vectors / "edge_tw10_mp1.edges.csv", table(one, "edges"));
  }
  const CompatResult at_once = run(coortweet(0, 2));
  expect_equal(vectors / "edge_tw0_mp2.pairs.csv", table(at_once, "pairs"));
  expect_equal(vectors / "edge_tw0_mp2.edges.csv", table(at_once, "edges"));
}

TEST_F(Compat, CoortweetTwoWindows) {
  const fs::path vectors = k_vectors / "coortweet";
  if (!fs::exists(vectors)) GTEST_SKIP() << "no vectors";
  import(vectors / "edge_input.csv", "csds");
  for (const int subgraph : {0, 2, 3}) {
    CompatOptions options = coortweet(10, 2, false, 3);
    options.subgraph = subgraph;
    const CompatResult result = run(options);
    expect_equal(vectors / ("edge_tw10_mp2_fast3.subgraph" + std::to_string(subgraph) + ".edges.csv"),
                 table(result, "edges"));
    expect_equal(vectors / "edge_tw10_mp2_fast3.pairs.csv", table(result, "pairs"));
    EXPECT_EQ(table(result, "vertices").rows() > 0, subgraph == 3);
  }
}

// The same file with NA in place of an empty object: then it is missing.
TEST_F(Compat, CoortweetMissingObjects) {
  const fs::path vectors = k_vectors / "coortweet";
  if (!fs::exists(vectors)) GTEST_SKIP() << "no vectors";
  std::ifstream from(vectors / "edge_input.csv");
  std::string text;
  for (std::string line; std::getline(from, line);) text += (line.starts_with(",") ? "NA" : "") + line + "\n";
  import(folder_.write("na.csv", text), "csds");
  for (const bool loops : {false, true}) {
    const std::string name = std::string("edge_tw10_mp2_emptyNA") + (loops ? "_loops" : "");
    const CompatResult result = run(coortweet(10, 2, loops));
    expect_equal(vectors / (name + ".pairs.csv"), table(result, "pairs"));
    expect_equal(vectors / (name + ".edges.csv"), table(result, "edges"));
  }
}

TEST_F(Compat, CoortweetRussianTweets) {
  const fs::path vectors = k_vectors / "coortweet";
  if (!fs::exists(vectors) || !fs::exists(k_data)) GTEST_SKIP() << "no vectors";
  import(k_data / "russian_coord_tweets.csv.xz", "csds");
  const CompatResult minute = run(coortweet(60, 2));
  expect_equal(vectors / "russian_tw60_mp2.pairs.csv.xz", table(minute, "pairs"));
  expect_equal(vectors / "russian_tw60_mp2.edges.csv.xz", table(minute, "edges"));
  expect_equal(vectors / "russian_tw60_mp2.account_stats_none.csv", table(minute, "account_stats"), true);
  expect_equal(vectors / "russian_tw60_mp2.group_stats_none.csv", table(minute, "group_stats"), true);
  expect_equal(k_data / "golden/russian_tw60_mp2.edges.csv", table(minute, "edges"), false, true);
  CompatOptions options = coortweet(60, 2);
  options.statistics = signals::CoortweetThreshold::full;
  options.subgraph = 1;
  const CompatResult part = run(options);
  expect_equal(vectors / "russian_tw60_mp2.subgraph1.edges.csv", table(part, "edges"));
  expect_equal(vectors / "russian_tw60_mp2.account_stats_full.csv", table(part, "account_stats"), true);
  expect_equal(vectors / "russian_tw60_mp2.group_stats_full.csv", table(part, "group_stats"), true);
  expect_equal(k_data / "golden/russian_tw10_mp2.edges.csv", table(run(coortweet(10, 2)), "edges"), false, true);
  for (const bool loops : {false, true}) {
    const std::string name = std::string("russian_tw10_mp5") + (loops ? "_loops" : "");
    const CompatResult five = run(coortweet(10, 5, loops));
    expect_equal(vectors / (name + ".pairs.csv"), table(five, "pairs"));
    expect_equal(vectors / (name + ".edges.csv"), table(five, "edges"));
    expect_equal(vectors / (name + ".account_stats.csv"), table(five, "account_stats"), true);
  }
  for (const int subgraph : {0, 2, 3}) {
    options = coortweet(60, 2, false, 10);
    options.subgraph = subgraph;
    const CompatResult fast = run(options);
    expect_equal(vectors / "russian_tw60_mp2_fast10.pairs.csv.xz", table(fast, "pairs"));
    expect_equal(vectors / ("russian_tw60_mp2_fast10.subgraph" + std::to_string(subgraph) + ".edges.csv" +
                            (subgraph == 0 ? ".xz" : "")),
                 table(fast, "edges"));
  }
}

TEST_F(Compat, CoortweetGermanElections) {
  const auto posts = test::read_csv_xz(k_data / "german_elections.csv.xz");
  if (!posts) GTEST_SKIP() << "no data";
  // The golden table is of the different rows that have an address.
  std::string text = "object_id,account_id,content_id,timestamp_share\n";
  std::set<std::string> lines;
  for (const test::CsvRow& row : posts->rows) {
    const auto cell = [&](const char* column) { return row[posts->column.at(column)]; };
    const std::string line =
        cell("url_id") + "," + cell("account_id") + "," + cell("post_id") + "," + cell("timestamp") + "\n";
    if (!cell("url_id").empty() && lines.insert(line).second) text += line;
  }
  import(folder_.write("german.csv", text), "csds");
  expect_equal(k_data / "golden/german_url_id_tw30_mp2.edges.csv", table(run(coortweet(30, 2)), "edges"), false, true);
}

TEST_F(Compat, QutAllNetworks) {
  const fs::path vectors = k_vectors / "qut";
  if (!fs::exists(vectors)) GTEST_SKIP() << "no vectors";
  constexpr std::string_view networks[] = {"co_retweet", "co_reply",         "co_link",
                                           "co_tweet",   "co_similar_tweet", "co_post"};
  const auto check = [&](const std::string& set, double window, std::uint32_t weight, std::size_t network) {
    CompatOptions options;
    options.peer = Peer::qut;
    options.network = static_cast<QutNetwork>(network);
    options.window_s = window;
    options.min_weight = weight;
    options.self_loops = true;
    const std::string name(networks[network]);
    const fs::path path = vectors / fmt::format("{}_{}_tw{}_mw{}.csv", set, name, static_cast<int>(window), weight);
    const std::string with_xz = path.string() + ".xz";
    expect_equal(fs::exists(with_xz) ? fs::path(with_xz) : path, table(run(options), name), true);
  };
  import(vectors / "edge_input.csv", "qut-csv");
  for (std::size_t network = 0; network < 6; ++network) check("edge", 60, 1, network);
  import(vectors / "conf_input.csv", "qut-csv");
  for (std::size_t network = 0; network < 6; ++network) {
    check("conf", 5, 1, network);
    check("conf", 60, 1, network);
    check("conf", 60, 2, network);
  }
  if (!fs::exists(k_data)) GTEST_SKIP() << "no Russian tweets";
  import(k_data / "russian_coord_tweets.csv.xz", "csds");
  check("russian", 10, 1, 0);
  check("russian", 60, 1, 0);
  check("russian", 60, 2, 0);
}

// The same for any number of threads, whatever stands in the tables.
TEST_F(Compat, SameForAnyNumberOfThreads) {
  std::string text = "object_id,account_id,content_id,timestamp_share\n";
  Random random(1);
  for (int i = 0; i < 4000; ++i)
    text += fmt::format("o{},a{},c{},{}\n", random.below(31), random.below(97), i, 1000 + random.below(5000));
  import(folder_.write("rows.csv", text), "csds");
  CompatOptions qut;
  qut.peer = Peer::qut;
  qut.window_s = 20;
  for (const CompatOptions& options : {coortweet(20, 2, false, 5), qut}) {
    const CompatResult one = run(options, 1);
    for (const unsigned threads : {2U, 7U}) {
      const CompatResult many = run(options, threads);
      ASSERT_EQ(one.tables.size(), many.tables.size());
      for (std::size_t i = 0; i < one.tables.size(); ++i) {
        EXPECT_GT(one.tables[i].table.rows(), 0U);
        EXPECT_EQ(rows_of(one.tables[i].table), rows_of(many.tables[i].table)) << one.tables[i].name;
      }
    }
  }
}

// A case of posts: what is reposted is the object, the time is that of the case.
TEST_F(Compat, CountsPostsToo) {
  const fs::path mapping = folder_.write("m.toml", R"(id = "m"
version = "1"
family = "csv"
platform = "x"
[post]
post_id = "id"
account_id = "user"
t = { path = "t", zone = "UTC" }
repost_of = "of"
text = "text"
[[post.target]]
kind = "url"
each = "link"
raw = "."
)");
  const fs::path input = folder_.write("posts.csv",
                                       "id,user,t,of,text,link\n"
                                       "1,a,2024-01-01 00:00:00,9,,\n2,b,2024-01-01 00:00:05,9,,\n"
                                       "3,a,2024-01-01 01:00:00,8,,\n4,b,2024-01-01 01:00:07,8,,\n"
                                       "5,a,2024-01-01 02:00:00,,hello there,https://e.org/1\n"
                                       "6,c,2024-01-01 02:00:03,,hello there,https://e.org/1\n");
  ImportOptions import_options;
  import_options.inputs = {input.string()};
  import_options.case_path = folder_ / "posts.uni";
  import_options.settings.map_file = mapping.string();
  ASSERT_TRUE(commands::import(import_options, {}));
  case_ = import_options.case_path;
  CompatOptions options = coortweet(10, 2);
  options.case_path = case_;
  const auto refused = compat(options, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().advice.find("--channel repost"), std::string::npos);
  options.channel = "repost";
  const CompatResult pairs = run(options);
  ASSERT_EQ(table(pairs, "edges").rows(), 1U);
  EXPECT_EQ(to_text(table(pairs, "edges").find("object_ids")->cells[0], ColumnType::text), "9,8");
  CompatOptions qut;
  qut.peer = Peer::qut;
  qut.window_s = 10;
  for (const auto& [network, weight] :
       {std::pair{QutNetwork::retweet, 2U}, {QutNetwork::link, 1U}, {QutNetwork::text, 1U}}) {
    qut.network = network;
    qut.min_weight = weight;
    EXPECT_EQ(run(qut).tables.at(0).table.rows(), 2U);
  }
}

}  // namespace
}  // namespace unisono::commands
