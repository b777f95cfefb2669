#include "commands/degree_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

#include "commands/calibration_fit.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"
#include "unisono/evidence/calibration.hpp"
#include "unisono/network/randomised_p.hpp"

namespace unisono::commands {
namespace {

constexpr std::uint64_t k_bytes_per_event = 200;

struct DegreeCopy {
  store::CalibrationRow row;
  std::vector<double> p;  // randomised
};

Result<DegreeCopy> look_at(const network::Events& events, const DegreeTrial& trial, std::uint32_t run,
                           const Control& control) {
  DegreeCopy copy;
  UNISONO_TRY(const network::Events permuted,
              network::permute(events, network::Permutation::fastball, {}, trial.seed, run, control));
  UNISONO_TRY(const network::DegreeResult result, network::test_degrees(permuted, trial.test, control));
  copy.row.channel = trial.channel;
  copy.row.permutation = network::name_of(network::Permutation::fastball);
  copy.row.run_no = run;
  copy.row.false_ties = copy.row.surviving_ties = static_cast<std::int64_t>(result.ties.size());
  std::set<std::uint32_t> accounts;
  for (const network::DegreeTie& tie : result.ties) accounts.insert({tie.a, tie.b});
  copy.row.accounts = static_cast<std::int64_t>(accounts.size());
  UNISONO_TRY(copy.p,
              network::randomised_degrees(permuted, trial.test, k_pairs_per_copy, mix64(trial.seed), run, control));
  return copy;
}

Result<std::vector<DegreeCopy>> look_at_all(const network::Events& events, const DegreeTrial& trial,
                                            const Control& control) {
  Control outer = control, inner = control;
  if (control.memory_bytes > 0) {
    const std::uint64_t bytes = std::max<std::uint64_t>(1, k_bytes_per_event * events.size());
    outer.threads = static_cast<unsigned>(
        std::clamp<std::uint64_t>(control.memory_bytes / bytes, 1, std::max(1U, control.threads)));
    inner.memory_bytes = control.memory_bytes / outer.threads;
  }
  inner.threads = 1;
  inner.progress = {};
  std::vector<DegreeCopy> copies(trial.runs);
  std::atomic<std::uint64_t> done{0};
  UNISONO_CHECK(for_each_block(copies.size(), outer, [&](std::size_t i, unsigned worker) -> Result<void> {
    UNISONO_TRY(copies[i], look_at(events, trial, static_cast<std::uint32_t>(i + 1), inner));
    const std::uint64_t n = ++done;
    if (worker == 0) control.report("permute", n, copies.size(), "copies");
    return {};
  }));
  return copies;
}

}  // namespace

Result<store::CalibrationRows> calibrate_degrees(const network::Events& events, const DegreeTrial& trial,
                                                 const Control& control) {
  store::CalibrationRows rows;
  UNISONO_TRY(const network::DegreeResult real, network::test_degrees(events, trial.test, control));
  if (real.verdict == "tested") {
    UNISONO_TRY(const std::vector<DegreeCopy> copies, look_at_all(events, trial, control));
    TestFit fit;
    for (const DegreeCopy& copy : copies) {
      rows.copies.push_back(copy.row);
      fit.add_copy(copy.p);
    }
    store::CalibrationFitRow row;
    row.channel = trial.channel;
    row.permutation = network::name_of(network::Permutation::fastball);
    row.test = "D";
    append_fit(std::move(fit), std::move(row), rows);
  }
  rows.verdicts.push_back(evidence::degree_verdict(
      trial.channel, rows.copies, static_cast<std::int64_t>(real.ties.size()), trial.test.alpha, real.reason));
  return rows;
}

Result<ChannelCalibration> calibrate_degrees_of(store::CaseFile& file, const std::string& channel,
                                                const CalibrateOptions& options, const std::string& run_id,
                                                const Control& control) {
  const DetectOptions& detect = options.detect;
  UNISONO_TRY(const store::ActionSet actions, store::scan_actions(file,
                                                                  {.channel = channel,
                                                                   .since = detect.since,
                                                                   .until = detect.until,
                                                                   .allow_lossy = detect.allow_lossy,
                                                                   .keep_timeless = !detect.since && !detect.until},
                                                                  control));
  UNISONO_TRY(const std::vector<std::uint8_t> declared, declared_accounts(file, actions));
  const network::Events events = events_without_times(actions);
  const DegreeTrial trial{channel, options.runs, detect.seed, {.alpha = detect.alpha, .declared = declared}};
  ChannelCalibration result;
  UNISONO_TRY(result.rows, calibrate_degrees(events, trial, control));
  const store::CalibrationVerdictRow& verdict = result.rows.verdicts.front();
  result.sentence = verdict.sentence;
  const evidence::Basis basis{run_id, actions.size(), actions.account_id_of.size(), 0, actions.excluded_no_time};
  result.finding = evidence::calibration_finding(verdict, result.rows.copies, basis);
  return result;
}

}  // namespace unisono::commands
