// The maximum-entropy model of who shares what when only degrees are known (bipartite configuration model, BiCM):
// chances p_uo = x_u y_o / (1 + x_u y_o) with the observed degrees as expectations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::network {

// All accounts, or all objects, of one degree.
struct DegreeClass {
  std::uint32_t degree = 0;
  std::uint64_t n = 0;
  bool operator==(const DegreeClass&) const = default;
};

// The classes of the degrees that are not 0, ascending. O(n log n).
std::vector<DegreeClass> degree_classes(std::span<const std::uint32_t> degrees);

// The place of the first class of at least this degree; classes ascending. O(log classes).
std::size_t place_of_degree(std::span<const DegreeClass> classes, std::size_t degree);

class DegreeModel {
 public:
  // Classes ascending, degrees >= 1. Degrees that only one arrangement can have (an account with every object, an
  // object of every account, and blocks of these) have chances of exactly 1 or 0: the table is cut where the Gale-Ryser
  // inequality is an equality, and each part is solved by a fixed point, alternately for x and y, until no value
  // changes by more than `tolerance`, relatively. Rounds of O(account classes x object classes). Errors: usage (no
  // table has these degrees), cancelled.
  static Result<DegreeModel> solve(std::vector<DegreeClass> accounts, std::vector<DegreeClass> objects,
                                   double tolerance, std::uint32_t max_iterations, const Control& control);

  // Chance that an account of a class has an object of a class, by the classes' places.
  double chance(std::size_t account_class, std::size_t object_class) const;

  const std::vector<DegreeClass>& accounts() const { return accounts_; }
  const std::vector<DegreeClass>& objects() const { return objects_; }
  std::uint32_t iterations() const { return iterations_; }  // the most of any part
  bool converged() const { return converged_; }
  double residual() const { return residual_; }  // largest |expected - observed| / observed over all degrees

 private:
  // Accounts of the ranks (first, last] by descending degree.
  struct Part {
    std::uint64_t first_rank = 0, last_rank = 0;
    std::size_t account_begin = 0, account_end = 0;  // classes
    std::size_t object_begin = 0, object_end = 0;    // classes that are neither certain nor impossible here
    std::uint64_t certain = 0;                       // objects that all of them have
  };

  Result<void> cut();
  Result<void> solve_part(const Part& part, double tolerance, std::uint32_t max_iterations, const Control& control);
  void measure_residual();

  std::vector<DegreeClass> accounts_, objects_;
  std::vector<double> x_, y_;           // y of the part in which an object class is free
  std::vector<std::uint32_t> part_of_;  // per account class
  std::vector<Part> parts_;
  std::uint32_t iterations_ = 0;
  bool converged_ = true;
  double residual_ = 0;
};

// Shared objects of two accounts under the model, over the object classes [0, object_classes): mean and tail.
struct DegreeTail {
  double lambda = 0;
  double p = 1;  // P(V >= shared); 1 as soon as it is certain to exceed `limit`
};

// Where the Poisson tail exceeds `limit` by more than it can be wrong (Barbour and Hall 1984,
// doi:10.1017/S0305004100061806: (1 - e^-lambda) / lambda x sum q^2), p = 1 without the exact sum. Beyond 64 shared
// objects a Poisson tail below 1e-30, and beyond 1,024 any Poisson tail, stands for the exact one: an upper bound.
// O(object classes x shared^2).
DegreeTail degree_tail(const DegreeModel& model, std::size_t a_class, std::size_t b_class, std::size_t object_classes,
                       std::uint32_t shared, double limit);

}  // namespace unisono::network
