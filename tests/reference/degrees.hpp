// Test D by its definition: a dense matrix of chances found by matching every row and column in turn, tails over all
// objects, Benjamini-Hochberg over all pairs. For degrees that leave every cell free.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace unisono::reference {

using Matrix = std::vector<std::vector<double>>;
using Table = std::vector<std::vector<std::uint8_t>>;  // accounts x objects, 0 or 1

inline std::vector<double> row_sums(const Table& table) {
  std::vector<double> sums;
  for (const auto& row : table) {
    sums.push_back(0);
    for (const std::uint8_t cell : row) sums.back() += cell;
  }
  return sums;
}

inline Table transposed(const Table& table) {
  Table result(table.empty() ? 0 : table[0].size(), std::vector<std::uint8_t>(table.size(), 0));
  for (std::size_t u = 0; u < table.size(); ++u)
    for (std::size_t o = 0; o < result.size(); ++o) result[o][u] = table[u][o];
  return result;
}

// Newton on one log-odds at a time until all margins agree to 1e-12; false when that does not come about.
inline bool chances(const Table& table, Matrix& p) {
  const std::vector<double> k_u = row_sums(table), k_o = row_sums(transposed(table));
  std::vector<double> alpha(k_u.size(), 0), beta(k_o.size(), 0);
  const auto cell = [&](std::size_t u, std::size_t o) { return 1 / (1 + std::exp(-alpha[u] - beta[o])); };
  for (int round = 0; round < 20'000; ++round) {
    double worst = 0;
    for (std::size_t u = 0; u < k_u.size(); ++u) {
      double sum = 0, slope = 0;
      for (std::size_t o = 0; o < k_o.size(); ++o) sum += cell(u, o), slope += cell(u, o) * (1 - cell(u, o));
      alpha[u] += std::clamp((k_u[u] - sum) / slope, -1.0, 1.0);
      worst = std::max(worst, std::abs(k_u[u] - sum));
    }
    for (std::size_t o = 0; o < k_o.size(); ++o) {
      double sum = 0, slope = 0;
      for (std::size_t u = 0; u < k_u.size(); ++u) sum += cell(u, o), slope += cell(u, o) * (1 - cell(u, o));
      beta[o] += std::clamp((k_o[o] - sum) / slope, -1.0, 1.0);
      worst = std::max(worst, std::abs(k_o[o] - sum));
    }
    if (worst < 1e-12) {
      p.assign(k_u.size(), std::vector<double>(k_o.size(), 0));
      for (std::size_t u = 0; u < k_u.size(); ++u)
        for (std::size_t o = 0; o < k_o.size(); ++o) p[u][o] = cell(u, o);
      return true;
    }
  }
  return false;
}

// visit(table) for every table with the margins of `table`.
inline void for_each_table(const Table& table, const std::function<void(const Table&)>& visit) {
  const std::vector<double> rows = row_sums(table), columns = row_sums(transposed(table));
  Table now(rows.size(), std::vector<std::uint8_t>(columns.size(), 0));
  std::vector<double> left_row = rows, left_column = columns;
  const std::function<void(std::size_t)> fill = [&](std::size_t cell) {
    if (cell == rows.size() * columns.size()) {
      const auto zero = [](double left) { return left == 0; };
      if (std::all_of(left_row.begin(), left_row.end(), zero) &&
          std::all_of(left_column.begin(), left_column.end(), zero))
        visit(now);
      return;
    }
    const std::size_t u = cell / columns.size(), o = cell % columns.size();
    if (o == 0 && u > 0 && left_row[u - 1] != 0) return;
    fill(cell + 1);
    if (left_row[u] == 0 || left_column[o] == 0) return;
    now[u][o] = 1, left_row[u] -= 1, left_column[o] -= 1;
    fill(cell + 1);
    now[u][o] = 0, left_row[u] += 1, left_column[o] += 1;
  };
  fill(0);
}

}  // namespace unisono::reference
