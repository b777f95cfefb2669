// Everything that `run` writes, on a real month and with all defaults: the number of threads changes no byte; the order
// of the rows and the compression of the file change nothing but what names the file. Skipped where the data is absent.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "support/csv_rows.hpp"
#include "support/planted_case.hpp"
#include "unisono/commands/run.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_largest_output = 1U << 30;
const std::string k_month = UNISONO_SHARED "/data/ira_month/ira_2016-09-15_2016-10-15.csv.xz";

using Files = std::map<std::string, std::string>;  // name -> bytes

Files run_on(const std::string& input, const fs::path& out, unsigned threads) {
  RunOptions options;
  options.inputs = {input};
  options.out = out;
  Control control;
  control.threads = threads;
  const auto result = run(options, control);
  EXPECT_TRUE(result) << describe(result.error());
  Files files;
  for (const auto& entry : fs::directory_iterator(out)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("case.uni")) continue;
    files[name] = read_file(entry.path(), k_largest_output).value_or("");
  }
  EXPECT_EQ(files.size(), 10U);
  return files;
}

// Without the lines that name the run and the data: the hash of a shuffled file is another one.
std::string without_header(const std::string& text) {
  std::string body;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (!line.starts_with("# ") && !line.starts_with("<keywords>")) body += line;
    at = end;
  }
  return body;
}

std::string first_difference(const std::string& a, const std::string& b) {
  const auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const std::size_t begin = at > 60 ? at - 60 : 0;
  return fmt::format("at byte {}: {}\n  instead of {}", at, b.substr(begin, 160), a.substr(begin, 160));
}

void expect_equal_results(const Files& expected, const Files& actual) {
  for (const char* name :
       {"ties.csv", "groups.csv", "members.csv", "bursts.csv", "nodes.csv", "edges.csv", "net.gexf", "net.graphml"}) {
    const std::string a = without_header(expected.at(name)), b = without_header(actual.at(name));
    EXPECT_GT(std::count(a.begin(), a.end(), '\n'), 20) << name << " holds next to nothing";
    EXPECT_TRUE(a == b) << name << ' ' << first_difference(a, b);
  }
}

TEST(EqualBytes, OfEveryFileForAnyNumberOfThreads_slow) {
  if (!fs::exists(k_month)) GTEST_SKIP() << "the shared data is not on this machine";
  const test::TemporaryFolder folder;
  const Files one = run_on(k_month, folder / "1", 1);
  EXPECT_GT(one.at("ties.csv").size(), 10'000U);
  for (const unsigned threads : {2U, 7U}) {
    const Files more = run_on(k_month, folder / std::to_string(threads), threads);
    for (const auto& [name, bytes] : one) {
      ASSERT_TRUE(more.contains(name)) << name;
      EXPECT_TRUE(more.at(name) == bytes)
          << threads << " threads, " << name << ' ' << first_difference(bytes, more.at(name));
    }
  }
}

TEST(EqualBytes, OfTheResultsForShuffledAndForUncompressedRows_slow) {
  const auto text = test::output_of("xz -dc '" + k_month + "' 2>/dev/null");
  if (!text) GTEST_SKIP() << "the shared data is not on this machine, or no xz";
  const test::TemporaryFolder folder;
  const Files compressed = run_on(k_month, folder / "xz", 2);

  ASSERT_TRUE(write_file(folder / "plain.csv", *text));
  expect_equal_results(compressed, run_on((folder / "plain.csv").string(), folder / "plain", 2));

  std::vector<test::CsvRow> rows = test::parse_csv(*text);
  ASSERT_EQ(rows.size(), 119'613U);
  const auto line_of = [](const test::CsvRow& row) {
    std::string line;
    for (const std::string& cell : row) {
      line += line.empty() ? "\"" : ",\"";
      for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
      line += '"';
    }
    return line + "\n";
  };
  std::vector<std::string> lines;
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) lines.push_back(line_of(*row));
  Random(5).shuffle(lines);
  std::string shuffled = line_of(rows.front());
  for (const std::string& line : lines) shuffled += line;
  ASSERT_TRUE(write_file(folder / "shuffled.csv", shuffled));
  expect_equal_results(compressed, run_on((folder / "shuffled.csv").string(), folder / "shuffled", 2));
}

}  // namespace
}  // namespace unisono::commands
