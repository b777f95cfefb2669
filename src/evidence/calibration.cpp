#include "unisono/evidence/calibration.hpp"

#include <algorithm>

#include "unisono/evidence/wording.hpp"

namespace unisono::evidence {
namespace {

constexpr std::int64_t k_copies_per_false_group = 20;

}  // namespace

std::vector<CopiesOfOneKind> by_permutation(std::span<const store::CalibrationRow> copies) {
  std::vector<CopiesOfOneKind> kinds;
  for (const store::CalibrationRow& copy : copies) {
    auto kind = std::find_if(kinds.begin(), kinds.end(),
                             [&](const CopiesOfOneKind& known) { return known.permutation == copy.permutation; });
    if (kind == kinds.end()) {
      kinds.push_back({});
      kind = kinds.end() - 1;
      kind->permutation = copy.permutation;
    }
    ++kind->copies;
    kind->false_ties += copy.false_ties;
    kind->most_false_ties = std::max(kind->most_false_ties, copy.false_ties);
    kind->false_groups += copy.false_groups;
    kind->most_false_groups = std::max(kind->most_false_groups, copy.false_groups);
    kind->most_accounts = std::max(kind->most_accounts, copy.accounts);
    kind->surviving_ties += copy.surviving_ties;
    kind->surviving_groups += copy.surviving_groups;
  }
  return kinds;
}

Calibration calibration_of(std::span<const store::CalibrationRow> copies, std::int64_t ties_found, double alpha) {
  if (copies.empty()) return Calibration::not_run;
  for (const CopiesOfOneKind& kind : by_permutation(copies)) {
    const bool too_many_ties = kind.mean_false_ties() > alpha * static_cast<double>(ties_found);
    if (too_many_ties || kind.false_groups > kind.copies / k_copies_per_false_group) return Calibration::failed;
  }
  return Calibration::calibrated;
}

store::CalibrationVerdictRow calibration_verdict(const std::string& channel,
                                                 std::span<const store::CalibrationRow> copies, std::int64_t ties_found,
                                                 std::int64_t groups_found, double alpha) {
  store::CalibrationVerdictRow verdict{channel, false, 0, ties_found, groups_found, alpha, {}};
  const Calibration state = calibration_of(copies, ties_found, alpha);
  if (state == Calibration::not_run) {
    verdict.sentence = not_calibrated_sentence(channel);
    return verdict;
  }
  verdict.calibrated = state == Calibration::calibrated;
  std::vector<CopiesInWords> words;
  const std::vector<CopiesOfOneKind> kinds = by_permutation(copies);
  for (const CopiesOfOneKind& kind : kinds) {
    verdict.runs = std::max(verdict.runs, kind.copies);
    words.push_back({kind.permutation, static_cast<std::uint64_t>(kind.copies), kind.mean_false_ties(),
                     static_cast<std::uint64_t>(kind.false_groups)});
  }
  verdict.sentence = calibration_sentence(channel, words, static_cast<std::uint64_t>(ties_found),
                                          static_cast<std::uint64_t>(groups_found), verdict.calibrated);
  return verdict;
}

}  // namespace unisono::evidence
