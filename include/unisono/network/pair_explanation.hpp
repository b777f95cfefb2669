// One pair of accounts in one channel and window: every figure behind "tie" or "no tie", by the same functions that
// test all pairs (ties.hpp). Docs: docs/network/ties.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/ties.hpp"

namespace unisono::network {

// The Tarone family of the window, as a run of test_ties found it: its size depends on all pairs.
struct FamilySize {
  std::uint64_t k = 0;     // 0 = no pair can pass
  bool all_pairs = false;  // every pair of eligible accounts is in it
};

// An object that both accounts acted on, with their first actions on it.
struct CommonObject {
  std::uint32_t object = 0, post_a = 0, post_b = 0;
  std::int64_t t_us_a = 0, t_us_b = 0;
  std::uint64_t gap_us = 0;
  bool close = false;  // within the window
};

struct PairFigures {
  std::uint64_t n_actions_a = 0, n_actions_b = 0;  // first actions = distinct objects
  bool declared_a = false, declared_b = false;     // on a list of declared feeds or staff
  bool eligible_a = false, eligible_b = false;     // enough objects, and not declared
  std::vector<CommonObject> common;                // ascending by object
  std::uint32_t n_close = 0;                       // common objects within the window
  std::uint32_t w_t = 0, w_x = 0;                  // close units for T and for X
  double lambda_t = 0, lambda_x = 0;               // expected close units
  std::optional<double> p_t;                       // empty where T is blind
  double p_x = 1;                                  // 1 with fewer than two close units, also outside the family
  bool in_family = false;
  double least_p = 1;  // the least p of X that these common objects could give, whatever their times
  double p = 1;        // of the rule: max(p_T m/K, p_X); p_X where T is blind; 1 for a pair that is not tested
  std::int64_t median_gap_us = 0;
  std::uint32_t n_days = 0;
};

// The nulls of one channel and window, for any number of pairs. `events` and `options.declared` must outlive it.
class PairExplainer {
 public:
  // O(n) time, about 60 bytes per event. Errors: usage, too_large (see HourCollisions), cancelled.
  static Result<PairExplainer> build(const Events& events, const TieOptions& options, const FamilySize& family,
                                     const Control& control);
  PairExplainer(PairExplainer&&) noexcept;
  PairExplainer& operator=(PairExplainer&&) noexcept;
  ~PairExplainer();

  // Two different accounts in either order; a pair that test_ties accepts has the same w, lambda, p_T, p_X and p to the
  // last bit. O(w (close pairs of posts)), no cut.
  PairFigures explain(std::uint32_t a, std::uint32_t b) const;

  std::uint64_t n_eligible() const;
  std::uint64_t n_pairs() const;  // m
  double collision() const;       // c-bar
  bool blind() const;

 private:
  struct Implementation;
  explicit PairExplainer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// q of Benjamini and Hochberg for a pair with `p`, given the p-values of the other pairs that the run accepted in a
// family of k: exact when the pair passes, an upper bound when it does not (pairs that were not accepted can only lower
// it, never to alpha). O(R log R).
double q_beside(double p, std::vector<double> accepted_p, std::uint64_t k);

// The largest p with which one more pair is surely accepted beside `accepted` others: alpha (accepted + 1) / k. 0 when
// k = 0.
double enough_p(double alpha, std::uint64_t accepted, std::uint64_t k);

}  // namespace unisono::network
