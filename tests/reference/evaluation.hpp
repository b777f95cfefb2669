// Figures of agreement by their definitions: pairs counted one by one, the ROC curve cut into small steps, binomial
// probabilities summed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unisono::reference {

struct JudgedRows {
  std::vector<double> score;
  std::vector<std::uint8_t> positive;
};

inline double auc(const JudgedRows& rows) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < rows.score.size(); ++i)
    for (std::size_t j = 0; j < rows.score.size(); ++j) {
      if (rows.positive[i] == 0 || rows.positive[j] != 0) continue;
      pairs += 1;
      won += rows.score[i] > rows.score[j] ? 1 : rows.score[i] == rows.score[j] ? 0.5 : 0;
    }
  return won / pairs;
}

// Precision and recall at every threshold that occurs.
inline double average_precision(const JudgedRows& rows) {
  std::vector<double> thresholds = rows.score;
  std::sort(thresholds.rbegin(), thresholds.rend());
  double sum = 0, recall_before = 0;
  const double positives = static_cast<double>(std::count(rows.positive.begin(), rows.positive.end(), 1));
  for (const double t : thresholds) {
    double hit = 0, all = 0;
    for (std::size_t i = 0; i < rows.score.size(); ++i)
      if (rows.score[i] >= t) hit += rows.positive[i], all += 1;
    sum += (hit / positives - recall_before) * hit / all;
    recall_before = hit / positives;
  }
  return sum;
}

// Mean true-positive rate over false-positive rates in [0, limit]: the curve is read at the middle of many small steps.
inline double partial_auc(const JudgedRows& rows, double limit, int steps) {
  std::vector<std::pair<double, double>> curve{{0, 0}};  // false-positive rate, true-positive rate
  std::vector<double> thresholds = rows.score;
  std::sort(thresholds.rbegin(), thresholds.rend());
  const double positives = static_cast<double>(std::count(rows.positive.begin(), rows.positive.end(), 1));
  const double negatives = static_cast<double>(rows.score.size()) - positives;
  for (const double t : thresholds) {
    double hit = 0, all = 0;
    for (std::size_t i = 0; i < rows.score.size(); ++i)
      if (rows.score[i] >= t) hit += rows.positive[i], all += 1;
    curve.emplace_back((all - hit) / negatives, hit / positives);
  }
  double sum = 0;
  for (int step = 0; step < steps; ++step) {
    const double x = (step + 0.5) / steps * limit;
    std::size_t i = 1;
    while (curve[i].first <= x) ++i;
    const auto& [x0, y0] = curve[i - 1];
    sum += y0 + (curve[i].second - y0) * (x - x0) / (curve[i].first - x0);
  }
  return sum / steps;
}

// P(Bin(n, chance) >= k), by summing.
inline double binomial_tail(int n, double chance, int k) {
  double sum = 0;
  for (int j = k; j <= n; ++j) {
    double term = 1;
    for (int i = 0; i < j; ++i) term *= chance * (n - i) / (i + 1.0);
    sum += term * std::pow(1 - chance, n - j);
  }
  return sum;
}

}  // namespace unisono::reference
