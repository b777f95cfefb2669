#include "unisono/commands/export.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>

#include <array>
#include <cstdio>

#include "support/planted_case.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands {
namespace {

struct Said {
  std::string text;
  int code = 0;
};

Said said_by(const std::string& command) {
  Said said;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) said.text += buffer.data();
  const int status = pclose(pipe);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

class Export : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::write_planted_case(folder_ / "a.uni", test::planted_actions({})));
    DetectOptions options;
    options.case_path = folder_ / "a.uni";
    options.windows_us = {60'000'000};
    ASSERT_TRUE(detect(options, {}));
  }
  ExportResult exported(const std::string& out, std::vector<ExportFormat> formats = {}) {
    ExportOptions options;
    options.case_path = folder_ / "a.uni";
    options.out = folder_ / out;
    options.formats = std::move(formats);
    auto result = export_results(options, {});
    EXPECT_TRUE(result) << describe(result.error());
    return result ? std::move(*result) : ExportResult{};
  }
  std::string bytes(const std::string& name) const {
    auto text = read_file(folder_ / name);
    EXPECT_TRUE(text) << name;
    return text ? *text : std::string();
  }
  std::filesystem::path folder() const { return folder_.path(); }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(Export, NetworksAreTheSameForAnotherProgram) {
  exported("x");
  const Said said = said_by("python3 " UNISONO_SOURCE "/tests/output/read_networks.py " +
                            (folder() / "x/net.gexf").string() + " " + (folder() / "x/net.graphml").string());
  if (said.code == 77) GTEST_SKIP() << said.text;
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_NE(said.text.find("w_repost float"), std::string::npos) << said.text;
  EXPECT_EQ(said.text.find("10 nodes, 0 edges"), std::string::npos) << said.text;
}

TEST_F(Export, TheWeightOfAnEdgeIsTheSumOfItsChannels) {
  exported("x", {ExportFormat::csv});
  const std::string edges = bytes("x/edges.csv");
  EXPECT_EQ(edges.substr(0, 39), "Source,Target,Type,Weight,Kind,n_object") << edges.substr(0, 200);
  EXPECT_NE(edges.substr(0, edges.find('\n')).find(",w_repost"), std::string::npos);
  const std::string row =
      edges.substr(edges.find('\n') + 1, edges.find('\n', edges.find('\n') + 1) - edges.find('\n') - 1);
  const std::string weight =
      row.substr(row.find("Undirected,") + 11, row.find(",repost") - row.find("Undirected,") - 11);
  EXPECT_EQ(row.substr(row.rfind(',') + 1), weight) << row;
}

TEST_F(Export, ArrowTablesHoldTheRowsOfTheCsvTables) {
  const ExportResult result = exported("x", {ExportFormat::arrow});
  EXPECT_EQ(result.files.size(), 6U);
  exported("x", {ExportFormat::csv});
  for (const std::string name : {"ties", "groups", "members", "bursts", "nodes", "edges"}) {
    const Said said = said_by("python3 " UNISONO_SOURCE "/tests/output/read_arrow.py " +
                              (folder() / "x" / (name + ".arrow")).string());
    if (said.code == 77) GTEST_SKIP() << said.text;
    EXPECT_EQ(said.code, 0) << said.text;
    EXPECT_NE(said.text.find("unisono.dataset_hash"), std::string::npos);
    const std::string csv = bytes("x/" + name + ".csv");
    const bool has_comment = csv.front() == '#';
    const auto lines = std::count(csv.begin(), csv.end(), '\n') - (has_comment ? 2 : 0);
    EXPECT_EQ(std::count(said.text.begin(), said.text.end(), '\n'), lines) << name;
  }
}

TEST_F(Export, TheSameBytesTwice) {
  const std::vector<ExportFormat> all = {ExportFormat::csv, ExportFormat::json, ExportFormat::gexf,
                                         ExportFormat::graphml, ExportFormat::arrow};
  const ExportResult first = exported("x", all);
  exported("y", all);
  EXPECT_EQ(first.files.size(), 15U);
  for (const std::filesystem::path& file : first.files)
    EXPECT_EQ(bytes("x/" + file.filename().string()), bytes("y/" + file.filename().string())) << file;
}

}  // namespace
}  // namespace unisono::commands
