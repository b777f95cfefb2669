// The whole of `demo uk`: the planted network is found as coordinated, fans and the declared feed are not.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "support/planted_case.hpp"
#include "unisono/commands/demo.hpp"
#include "unisono/commands/run.hpp"
#include "unisono/core/file.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

std::set<std::string> ids(const nlohmann::json& list) {
  std::set<std::string> all;
  for (const auto& id : list) all.insert(id.is_string() ? id.get<std::string>() : id.dump());
  return all;
}

std::size_t common(const std::set<std::string>& a, const std::set<std::string>& b) {
  return static_cast<std::size_t>(std::count_if(a.begin(), a.end(), [&](const auto& id) { return b.contains(id); }));
}

TEST(DemoDetection, TheNetworkIsCoordinatedAndNobodyElse_slow) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const test::TemporaryFolder folder;
    const auto files = write_demo({"uk", folder / "data", seed}, {});
    ASSERT_TRUE(files) << describe(files.error());
    RunOptions options;
    options.inputs = {files->posts.string()};
    options.out = folder / "out";
    options.detect.targets = {files->targets};
    options.detect.allow = {files->allow};
    options.detect.since = files->since;
    options.detect.until = files->until;
    options.status = {files->status};
    const auto done = run(options, Control{.threads = 2});
    ASSERT_TRUE(done) << describe(done.error());

    const auto text = read_file(files->truth);
    ASSERT_TRUE(text);
    const nlohmann::json truth = nlohmann::json::parse(*text);
    const std::set<std::string> network = ids(truth["network"]["accounts"]), fans = ids(truth["fans"]),
                                feed = ids(truth["feed"]);
    ASSERT_EQ(network.size(), 62U);
    ASSERT_FALSE(fans.empty() || feed.empty());
    auto file = store::CaseFile::open(folder / "out" / "case.uni", {});
    ASSERT_TRUE(file);
    const auto members = file->query(
        "SELECT DISTINCT m.account_id FROM group_ g JOIN group_member m USING (run_id, group_id) WHERE g.level = 'G1' "
        "AND m.how = 'found'");
    ASSERT_TRUE(members) << describe(members.error());
    std::set<std::string> found;
    for (const Cell& cell : members->columns()[0].cells) found.insert(std::get<std::string>(cell));
    const std::size_t hits = common(found, network);
    EXPECT_GE(hits, 56U) << "seed " << seed;
    EXPECT_LE(found.size() - hits, found.size() / 20) << "seed " << seed;
    EXPECT_EQ(common(found, fans), 0U) << "seed " << seed;
    EXPECT_EQ(common(found, feed), 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace unisono::commands
