// Test D: which pairs of accounts share more objects than the activity of both and the popularity of the objects
// explain? Without times. Docs: docs/network/degrees.md; definition: tests/reference/degrees.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

struct DegreeOptions {
  double alpha = 0.05;
  std::uint32_t min_objects = 2;           // k_min: eligible accounts have at least this many distinct objects
  std::uint32_t max_sharers = 50;          // only objects with at most this many sharers count; 0 = all objects
  std::span<const std::uint8_t> declared;  // per account, or empty; 1 = declared feed or staff: counts as a sharer,
                                           // never in a pair
  double tolerance = 1e-9;                 // of the chances: largest relative change in the last round
  std::uint32_t max_iterations = 10'000;
  std::uint64_t max_coactions = 20'000'000'000;  // more pairs of sharers than this: Error{too_large}
  std::uint64_t max_ties = 10'000'000;           // more accepted pairs than this: Error{too_large}
};

// One accepted pair, level T1.
struct DegreeTie {
  std::uint32_t a = 0, b = 0;  // account ids of the Events, a < b
  std::uint32_t shared = 0;    // V, common objects that count
  double lambda = 0;           // expected V
  double p = 1, q = 1;
  bool operator==(const DegreeTie&) const = default;
};

struct DegreeResult {
  std::uint64_t n_accounts = 0;                           // with any event
  std::uint64_t n_eligible = 0, n_below_minimum = 0;      // accounts
  std::uint64_t n_pairs = 0;                              // m = n_eligible (n_eligible - 1) / 2
  std::uint64_t n_objects = 0, n_counted = 0;             // objects; of these, with at most max_sharers
  std::uint64_t coactions = 0;                            // pairs of eligible sharers of an object that counts
  std::uint64_t candidates = 0;                           // pairs with V >= 1
  std::uint64_t account_classes = 0, object_classes = 0;  // distinct degrees
  std::uint32_t iterations = 0;
  bool converged = true;
  double residual = 0;          // largest relative difference of an expected from an observed degree
  std::string verdict;          // "tested" | "no_events" | "too_little_data" | "not_solved"
  std::string reason;           // one sentence with the numbers
  std::vector<DegreeTie> ties;  // sorted by (a, b); empty unless tested
};

// Chances p_uo = x_u y_o / (1 + x_u y_o) that reproduce all degrees on average, of ineligible accounts and popular
// objects too; V of every pair against the sum of independent trials p_uo p_vo over the objects that count, exact tail;
// Benjamini-Hochberg over all m pairs of eligible accounts. Pairs are counted twice and never stored: O(2 co-actions +
// distinct (degree, degree, V)) time, 24 bytes per event and 16 per account and thread. Times are not read. Equal bytes
// for any number of threads. Data that cannot be tested is no error: `verdict` says so. Errors: usage, too_large,
// memory, cancelled.
Result<DegreeResult> test_degrees(const Events& events, const DegreeOptions& options, const Control& control);

}  // namespace unisono::network
