#include "unisono/evidence/gap_histogram.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace unisono::evidence {
namespace {

// total[d] = chance that a given sharer and one of the next d are consecutive members.
std::vector<double> chance_within(std::size_t n, std::size_t m) {
  std::vector<double> total(n, 0.0);
  // C(n-2, m-2) / C(n, m), then from one distance to the next C(n-d-2, m-2) / C(n-d-1, m-2).
  const auto wide = [](std::size_t value) { return static_cast<double>(value); };
  double chance = wide(m) * wide(m - 1) / (wide(n) * wide(n - 1));
  for (std::size_t d = 1; d < n; ++d) {
    total[d] = total[d - 1] + chance;
    const std::size_t left = n - d - 1;  // sharers beyond the pair, none of them between the two
    chance = left < m - 1 ? 0.0 : chance * wide(left - (m - 2)) / wide(left);
  }
  return total;
}

}  // namespace

std::span<const std::int64_t> gap_edges_us() {
  static constexpr std::int64_t k_s = 1'000'000;
  static constexpr std::array<std::int64_t, 13> k_edges = {
      k_s,       2 * k_s,    5 * k_s,    10 * k_s,    30 * k_s,    60 * k_s,    300 * k_s,
      600 * k_s, 1800 * k_s, 3600 * k_s, 21600 * k_s, 86400 * k_s, 604800 * k_s};
  return k_edges;
}

std::size_t gap_class(std::int64_t gap_us, std::span<const std::int64_t> edges_us) {
  return static_cast<std::size_t>(std::lower_bound(edges_us.begin(), edges_us.end(), gap_us) - edges_us.begin());
}

void add_expected_gaps(std::span<const TimeUs> times, std::size_t members, std::span<const std::int64_t> edges_us,
                       std::span<double> expected) {
  assert(expected.size() == edges_us.size() + 1);
  const std::size_t n = times.size();
  if (members < 2 || members > n) return;
  const std::vector<double> within = chance_within(n, members);
  std::vector<std::size_t> end(edges_us.size(), 0);  // of each class, for the sharer at hand: moves forward only
  for (std::size_t i = 0; i + 1 < n; ++i) {
    std::size_t begin = i + 1;
    for (std::size_t k = 0; k <= edges_us.size(); ++k) {
      std::size_t last = n;
      if (k < edges_us.size()) {
        end[k] = std::max(end[k], begin);
        while (end[k] < n && times[end[k]] - times[i] <= edges_us[k]) ++end[k];
        last = end[k];
      }
      expected[k] += within[last - 1 - i] - within[begin - 1 - i];
      begin = last;
    }
  }
}

}  // namespace unisono::evidence
