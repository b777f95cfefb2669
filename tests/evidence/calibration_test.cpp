#include "unisono/evidence/calibration.hpp"

#include <gtest/gtest.h>

#include "unisono/evidence/findings.hpp"

namespace unisono::evidence {
namespace {

std::vector<store::CalibrationRow> copies(const std::string& permutation, std::int64_t n) {
  std::vector<store::CalibrationRow> rows;
  for (std::int64_t run = 1; run <= n; ++run) rows.push_back({"repost", permutation, run, 0, 0, 0, 0, 0});
  return rows;
}

TEST(Calibration, NothingTriedIsNeitherGoodNorBad) {
  EXPECT_EQ(calibration_of({}, 100, 0.05), Calibration::not_run);
  const store::CalibrationVerdictRow verdict = calibration_verdict("media", {}, 0, 0, 0.05);
  EXPECT_FALSE(verdict.calibrated);
  EXPECT_NE(verdict.sentence.find("no window could be tested"), std::string::npos) << verdict.sentence;
}

TEST(Calibration, MeanOfFalseTiesAgainstTheTiesFound) {
  std::vector<store::CalibrationRow> rows = copies("bins", 20);
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::calibrated);
  rows[3].false_ties = 100;  // 5 a copy
  EXPECT_EQ(calibration_of(rows, 100, 0.05), Calibration::calibrated);
  EXPECT_EQ(calibration_of(rows, 99, 0.05), Calibration::failed);
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::failed);
  rows[3] = {"repost", "bins", 4, 0, 0, 0, 500, 7};
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::calibrated) << "what cannot be broken does not count";
}

TEST(Calibration, OneFalseGroupInTwentyCopies) {
  std::vector<store::CalibrationRow> rows = copies("bins", 20);
  rows[0].false_groups = 1;
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::calibrated);
  rows[19].false_groups = 1;
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::failed);
  rows = copies("bins", 40);
  rows[0].false_groups = 2;
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::calibrated);
  rows = copies("bins", 19);
  rows[0].false_groups = 1;
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::failed) << "too few copies to allow for one";
}

TEST(Calibration, EveryPermutationMustHold) {
  std::vector<store::CalibrationRow> rows = copies("bins", 20);
  const auto within = copies("within", 20);
  rows.insert(rows.end(), within.begin(), within.end());
  rows[0].false_groups = 1;
  rows[20].false_groups = 1;
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::calibrated) << "one each";
  rows[39].false_ties = 1;
  EXPECT_EQ(calibration_of(rows, 0, 0.05), Calibration::failed);
  EXPECT_EQ(calibration_of(rows, 1, 0.05), Calibration::calibrated) << "0.05 a copy";
}

TEST(Calibration, TheLevelOfDegrees) {
  EXPECT_TRUE(degrees_hold(20, 0, 0.05));
  EXPECT_TRUE(degrees_hold(20, 3, 0.05)) << "P(Bin(20, .05) >= 3) = .075";
  EXPECT_FALSE(degrees_hold(20, 4, 0.05)) << ".016";
  EXPECT_TRUE(degrees_hold(1, 1, 0.05)) << ".05";
  EXPECT_FALSE(degrees_hold(1, 1, 0.04));
  EXPECT_FALSE(degrees_hold(20, 20, 0.05));

  std::vector<store::CalibrationRow> rows = copies("fastball", 20);
  rows[0].false_ties = 7;
  const store::CalibrationVerdictRow good = degree_verdict("repost", rows, 2026, 0.05, "");
  EXPECT_TRUE(good.calibrated);
  EXPECT_EQ(good.subject, store::k_verdict_on_degrees);
  EXPECT_NE(good.sentence.find("accepts 2026 pairs in the data"), std::string::npos) << good.sentence;
  EXPECT_NE(good.sentence.find("pairs in 1, 0.35 a copy"), std::string::npos) << good.sentence;
  const FindingWithEvidence of_degrees = calibration_finding(good, rows, {"run", 100, 10, 5, 0});
  const FindingWithEvidence of_detect =
      calibration_finding(calibration_verdict("repost", rows, 1, 1, 0.05), rows, {"run", 100, 10, 5, 0});
  EXPECT_NE(of_degrees.finding.finding_id, of_detect.finding.finding_id);
  for (int i = 1; i < 4; ++i) rows[static_cast<std::size_t>(i)].false_ties = 1;
  EXPECT_FALSE(degree_verdict("repost", rows, 2026, 0.05, "").calibrated);
  const store::CalibrationVerdictRow untested = degree_verdict("repost", {}, 0, 0.05, "nobody acted");
  EXPECT_FALSE(untested.calibrated);
  EXPECT_NE(untested.sentence.find("could not be tried: nobody acted"), std::string::npos) << untested.sentence;
}

TEST(Calibration, VerdictAndFindingSayTheSame) {
  std::vector<store::CalibrationRow> rows = copies("bins", 20);
  rows[0].false_ties = 30;
  rows[0].accounts = 17;
  rows[1].surviving_groups = 2;
  const store::CalibrationVerdictRow good = calibration_verdict("repost", rows, 97, 10, 0.05);
  EXPECT_TRUE(good.calibrated);
  EXPECT_EQ(good.runs, 20);
  EXPECT_NE(good.sentence.find("97 ties and 10 groups"), std::string::npos) << good.sentence;
  EXPECT_NE(good.sentence.find("1.50 ties a copy by chance and 0 groups by chance"), std::string::npos)
      << good.sentence;
  const store::CalibrationVerdictRow bad = calibration_verdict("repost", rows, 3, 10, 0.05);
  EXPECT_FALSE(bad.calibrated);
  EXPECT_NE(bad.sentence.find("nothing above T2 and G0"), std::string::npos) << bad.sentence;

  const FindingWithEvidence finding = calibration_finding(good, rows, {"run", 100, 10, 5, 0});
  EXPECT_EQ(finding.finding.level, "0");
  EXPECT_EQ(finding.finding.statement, good.sentence);
  EXPECT_NE(finding.finding.numbers_json.find(R"("most_accounts":17)"), std::string::npos);
  EXPECT_NE(finding.finding.finding_id, calibration_finding(good, rows, {"other", 100, 10, 5, 0}).finding.finding_id);
  EXPECT_EQ(by_permutation(rows).front().surviving_groups, 2);
}

}  // namespace
}  // namespace unisono::evidence
