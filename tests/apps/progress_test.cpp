#include "frame/progress.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace unisono::app {
namespace {

struct Recorder {
  double now = 100;
  std::vector<std::string> printed;

  ProgressDrawer drawer(ProgressMode mode, std::size_t width = 120) {
    return {mode, width, [this](std::string_view text) { printed.emplace_back(text); }, [this] { return now; }};
  }
};

TEST(Progress, NeverPrintsNothing) {
  Recorder recorder;
  ProgressDrawer drawer = recorder.drawer(ProgressMode::never);
  drawer.update({"read", 1, 2, "rows"});
  drawer.clear();
  EXPECT_TRUE(recorder.printed.empty());
}

TEST(Progress, LineHasShareRateAndTimeLeft) {
  Recorder recorder;
  ProgressDrawer drawer = recorder.drawer(ProgressMode::line);
  drawer.update({"join", 0, 4000, "objects"});
  recorder.now += 2;
  drawer.update({"join", 1000, 4000, "objects"});
  const std::string line = recorder.printed.back();
  EXPECT_NE(line.find("join"), std::string::npos) << line;
  EXPECT_NE(line.find("25 %"), std::string::npos) << line;
  EXPECT_NE(line.find("1.00 k of 4.00 k objects"), std::string::npos) << line;
  EXPECT_NE(line.find("500/s"), std::string::npos) << line;
  EXPECT_NE(line.find("6 s left"), std::string::npos) << line;
}

TEST(Progress, AtMostTenLinesASecondAndFourJsonObjects) {
  for (const auto& [mode, most] : {std::pair{ProgressMode::line, 11U}, std::pair{ProgressMode::json, 5U}}) {
    Recorder recorder;
    ProgressDrawer drawer = recorder.drawer(mode);
    for (std::uint64_t i = 0; i <= 1000; ++i) {
      drawer.update({"read", i, 5000, "rows"});
      recorder.now += 0.001;
    }
    EXPECT_LE(recorder.printed.size(), most);
    EXPECT_GE(recorder.printed.size(), most - 2);
  }
}

TEST(Progress, RateIsThatOfThePhase) {
  Recorder recorder;
  ProgressDrawer drawer = recorder.drawer(ProgressMode::json);
  drawer.update({"read", 0, 100, "rows"});
  recorder.now += 10;
  drawer.update({"join", 50, 250, "rows"});  // begins at 50: those were done before
  recorder.now += 1;
  drawer.update({"join", 150, 250, "rows"});
  const auto object = nlohmann::json::parse(recorder.printed.back());
  EXPECT_EQ(object["phase"], "join");
  EXPECT_EQ(object["rate"], 100.0);
  EXPECT_EQ(object["eta_s"], 1.0);
  EXPECT_EQ(object["total"], 250);
}

TEST(Progress, UnknownTotalHasNoTimeLeft) {
  Recorder recorder;
  ProgressDrawer drawer = recorder.drawer(ProgressMode::json);
  drawer.update({"read", 5, 0, "bytes"});
  const auto object = nlohmann::json::parse(recorder.printed.back());
  EXPECT_TRUE(object["eta_s"].is_null());
  EXPECT_TRUE(object["total"].is_null());
}

TEST(Progress, ClearTakesTheLineAwayOnce) {
  Recorder recorder;
  ProgressDrawer drawer = recorder.drawer(ProgressMode::line);
  drawer.clear();
  EXPECT_TRUE(recorder.printed.empty());
  drawer.update({"read", 1, 2, "rows"});
  drawer.clear();
  drawer.clear();
  EXPECT_EQ(recorder.printed.size(), 2U);
}

TEST(Progress, LineFitsTheTerminal) {
  Recorder recorder;
  ProgressDrawer drawer = recorder.drawer(ProgressMode::line, 40);
  drawer.update({"read", 1'000'000, 2'000'000, "rows"});
  EXPECT_LT(recorder.printed.back().size(), 40U + 8U);  // "\r\x1b[K" and the ellipsis are no columns
}

TEST(Progress, AmountsAndTimes) {
  EXPECT_EQ(format_amount(12, "rows"), "12");
  EXPECT_EQ(format_amount(999.6, "rows"), "1.00 k");
  EXPECT_EQ(format_amount(1'234'567, "rows"), "1.23 M");
  EXPECT_EQ(format_amount(310'000, "rows"), "310 k");
  EXPECT_EQ(format_time_left(4.2), "4 s");
  EXPECT_EQ(format_time_left(125), "2 min 5 s");
  EXPECT_EQ(format_time_left(3780), "1 h 3 min");
}

}  // namespace
}  // namespace unisono::app
