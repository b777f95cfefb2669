// A share of rows that belong to few accounts, with an interval that knows it (B4): Wilson's interval with the number
// of rows divided by the design effect. Docs: docs/amplify.md.
#pragma once

#include <cstdint>
#include <span>

namespace unisono::evidence {

// Sums over accounts; n = rows of an account, y <= n = those of them that count.
struct ClusterSums {
  std::uint64_t accounts = 0, rows = 0, hits = 0;                  // number of accounts, sum n, sum y
  std::uint64_t rows_squared = 0, hits_squared = 0, products = 0;  // sum n^2, y^2, n y
};

// `rows` and `hits` have one number per account. Sums stay exact below 2^64. O(accounts).
ClusterSums cluster_sums(std::span<const std::uint64_t> rows, std::span<const std::uint64_t> hits);

struct ClusteredShare {
  double share = 0, low = 0, high = 1;  // low and high at 95 %
  double design_effect = 1;             // at least 1
};

// Variance of hits / rows between accounts (linearised, accounts / (accounts - 1)) over the binomial one is the design
// effect. Where all rows of an account agree, as with a status, it is at least sum n^2 / sum n, which is also its value
// for one account, no hits, or only hits. No rows: {0, 0, 1, 1}. Sources: Wilson, JASA 22 (1927) 209; Kish, Survey
// Sampling (1965). O(1).
ClusteredShare clustered_share(const ClusterSums& sums);

}  // namespace unisono::evidence
