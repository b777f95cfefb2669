#include "unisono/evidence/calibration.hpp"

#include <algorithm>
#include <cmath>

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
    kind->copies_with_false_ties += copy.false_ties > 0 ? 1 : 0;
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

bool degrees_hold(std::int64_t copies, std::int64_t copies_with_pairs, double alpha) {
  constexpr double k_too_unlikely = 0.05;
  double at_least = 0;  // P(Bin(copies, alpha) >= copies_with_pairs)
  for (std::int64_t k = copies_with_pairs; k <= copies; ++k) {
    const auto n = static_cast<double>(copies), x = static_cast<double>(k);
    at_least += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + x * std::log(alpha) +
                         (n - x) * std::log1p(-alpha));
  }
  return copies_with_pairs == 0 || at_least >= k_too_unlikely;
}

store::CalibrationVerdictRow degree_verdict(const std::string& channel, std::span<const store::CalibrationRow> copies,
                                            std::int64_t pairs_found, double alpha, const std::string& reason) {
  store::CalibrationVerdictRow verdict{channel, false, 0, pairs_found, 0, alpha, {}, {}};
  verdict.subject = store::k_verdict_on_degrees;
  if (copies.empty()) {
    verdict.sentence = degrees_not_tried_sentence(channel, reason);
    return verdict;
  }
  const CopiesOfOneKind kind = by_permutation(copies).front();
  verdict.runs = kind.copies;
  verdict.calibrated = degrees_hold(kind.copies, kind.copies_with_false_ties, alpha);
  verdict.sentence = degrees_sentence({channel, static_cast<std::uint64_t>(kind.copies),
                                       static_cast<std::uint64_t>(kind.copies_with_false_ties), kind.mean_false_ties(),
                                       static_cast<std::uint64_t>(pairs_found), alpha, verdict.calibrated});
  return verdict;
}

}  // namespace unisono::evidence
