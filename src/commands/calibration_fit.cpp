#include "commands/calibration_fit.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "unisono/network/randomised_p.hpp"

namespace unisono::commands {
namespace {

constexpr std::size_t k_least_values = 20;  // of a copy that is judged alone
constexpr std::array k_rare_shares = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005};

double share_up_to(const std::vector<double>& sorted, double t) {
  const auto end = std::upper_bound(sorted.begin(), sorted.end(), t);
  return static_cast<double>(end - sorted.begin()) / static_cast<double>(sorted.size());
}

}  // namespace

void TestFit::add_copy(const std::vector<double>& of_copy) {
  p.insert(p.end(), of_copy.begin(), of_copy.end());
  if (of_copy.size() < k_least_values) return;
  ++copies;
  fitting += *network::distance_from_uniform(of_copy) <= network::critical_distance(of_copy.size()) ? 1 : 0;
}

void append_fit(TestFit fit, store::CalibrationFitRow row, store::CalibrationRows& rows) {
  if (fit.p.empty()) return;
  std::vector<double>& p = fit.p;
  std::sort(p.begin(), p.end());
  row.n = static_cast<std::int64_t>(p.size());
  row.distance = network::distance_from_uniform(p);
  row.copies = fit.copies;
  row.fitting = fit.fitting;
  row.share_001 = share_up_to(p, 0.001);
  row.share_01 = share_up_to(p, 0.01);
  row.share_05 = share_up_to(p, 0.05);
  rows.fits.push_back(row);

  store::CalibrationPointRow point{row.channel, row.window_us, row.permutation, row.test, 0, 0};
  const auto add = [&](double expected) {
    point.expected = expected;
    point.observed = network::quantile(p, expected);
    rows.points.push_back(point);
  };
  for (const double share : k_rare_shares)
    if (share * static_cast<double>(p.size()) >= 1) add(share);
  for (int percent = 1; percent <= 100; ++percent) add(percent / 100.0);
}

std::optional<double> mean(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace unisono::commands
