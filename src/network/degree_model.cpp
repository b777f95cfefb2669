#include "network/degree_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

constexpr std::uint32_t k_most_exact = 1'024, k_few_shared = 64;
constexpr double k_poisson_suffices = 1e-30;  // beyond k_few_shared

std::uint64_t ends(const std::vector<DegreeClass>& classes) {
  std::uint64_t sum = 0;
  for (const DegreeClass& c : classes) sum += c.n * c.degree;
  return sum;
}

}  // namespace

std::vector<DegreeClass> degree_classes(std::span<const std::uint32_t> degrees) {
  std::vector<std::uint32_t> sorted;
  for (const std::uint32_t degree : degrees)
    if (degree > 0) sorted.push_back(degree);
  std::sort(sorted.begin(), sorted.end());
  std::vector<DegreeClass> classes;
  for (const std::uint32_t degree : sorted) {
    if (classes.empty() || classes.back().degree != degree) classes.push_back({degree, 0});
    ++classes.back().n;
  }
  return classes;
}

std::size_t place_of_degree(std::span<const DegreeClass> classes, std::size_t degree) {
  const auto at = std::lower_bound(classes.begin(), classes.end(), degree,
                                   [](const DegreeClass& c, std::size_t d) { return c.degree < d; });
  return static_cast<std::size_t>(at - classes.begin());
}

Result<DegreeModel> DegreeModel::solve(std::vector<DegreeClass> accounts, std::vector<DegreeClass> objects,
                                       double tolerance, std::uint32_t max_iterations, const Control& control) {
  DegreeModel model;
  model.accounts_ = std::move(accounts);
  model.objects_ = std::move(objects);
  model.x_.assign(model.accounts_.size(), 0.0);
  model.y_.assign(model.objects_.size(), 0.0);
  model.part_of_.assign(model.accounts_.size(), 0);
  UNISONO_CHECK(model.cut());
  for (const Part& part : model.parts_) UNISONO_CHECK(model.solve_part(part, tolerance, max_iterations, control));
  model.measure_residual();
  return model;
}

// The r accounts of the largest degrees have at most sum_o min(k_o, r) objects. Where they have exactly that many, all
// of them have every object of more than r sharers, and nobody else has one of fewer: nothing is free across r.
Result<void> DegreeModel::cut() {
  if (ends(accounts_) != ends(objects_))
    return fail(ErrorCode::usage, fmt::format("accounts have {} objects together but objects have {} sharers",
                                              ends(accounts_), ends(objects_)));
  std::uint64_t ranks = 0, held = 0;       // of the accounts so far
  std::uint64_t below_sum = 0, above = 0;  // sharers of objects of degree <= ranks; other objects
  for (const DegreeClass& c : objects_) above += c.n;
  std::size_t object = 0;  // classes below it have degree <= ranks
  Part part{.account_end = accounts_.size()};
  for (std::size_t i = accounts_.size(); i > 0; --i) {
    ranks += accounts_[i - 1].n;
    held += accounts_[i - 1].n * accounts_[i - 1].degree;
    for (; object < objects_.size() && objects_[object].degree <= ranks; ++object) {
      below_sum += objects_[object].n * objects_[object].degree;
      above -= objects_[object].n;
    }
    const std::uint64_t possible = below_sum + above * ranks;
    if (held > possible)
      return fail(ErrorCode::usage, fmt::format("the {} most active accounts have {} objects; at most {} are possible",
                                                ranks, held, possible));
    part_of_[i - 1] = static_cast<std::uint32_t>(parts_.size());
    if (held < possible) continue;
    part.last_rank = ranks;
    part.account_begin = i - 1;
    const auto at = [&](std::uint64_t degree) {
      return static_cast<std::size_t>(
          std::upper_bound(objects_.begin(), objects_.end(), degree,
                           [](std::uint64_t d, const DegreeClass& c) { return d < c.degree; }) -
          objects_.begin());
    };
    part.object_begin = at(part.first_rank);
    part.object_end = std::max(part.object_begin, at(ranks - 1));
    for (std::size_t s = part.object_end; s < objects_.size(); ++s) part.certain += objects_[s].n;
    parts_.push_back(part);
    part = {.first_rank = ranks, .account_end = i - 1};
  }
  return {};
}

Result<void> DegreeModel::solve_part(const Part& part, double tolerance, std::uint32_t max_iterations,
                                     const Control& control) {
  if (part.object_begin == part.object_end) return {};
  const auto account_degree = [&](std::size_t i) { return static_cast<double>(accounts_[i].degree - part.certain); };
  const auto object_degree = [&](std::size_t s) { return static_cast<double>(objects_[s].degree - part.first_rank); };
  double links = 0;
  for (std::size_t i = part.account_begin; i < part.account_end; ++i)
    links += static_cast<double>(accounts_[i].n) * account_degree(i);
  for (std::size_t i = part.account_begin; i < part.account_end; ++i) x_[i] = account_degree(i) / std::sqrt(links);
  for (std::size_t s = part.object_begin; s < part.object_end; ++s) y_[s] = object_degree(s) / std::sqrt(links);

  for (std::uint32_t round = 1; round <= max_iterations; ++round) {
    UNISONO_CHECK(control.check_cancelled());
    double change = 0;
    for (std::size_t i = part.account_begin; i < part.account_end; ++i) {
      double sum = 0;
      for (std::size_t s = part.object_begin; s < part.object_end; ++s)
        sum += static_cast<double>(objects_[s].n) * y_[s] / (1.0 + x_[i] * y_[s]);
      const double next = account_degree(i) / sum;
      change = std::max(change, std::abs(next - x_[i]) / next);
      x_[i] = next;
    }
    for (std::size_t s = part.object_begin; s < part.object_end; ++s) {
      double sum = 0;
      for (std::size_t i = part.account_begin; i < part.account_end; ++i)
        sum += static_cast<double>(accounts_[i].n) * x_[i] / (1.0 + x_[i] * y_[s]);
      const double next = object_degree(s) / sum;
      change = std::max(change, std::abs(next - y_[s]) / next);
      y_[s] = next;
    }
    iterations_ = std::max(iterations_, round);
    if (change <= tolerance) return {};
  }
  converged_ = false;
  return {};
}

double DegreeModel::chance(std::size_t account_class, std::size_t object_class) const {
  const Part& part = parts_[part_of_[account_class]];
  if (object_class < part.object_begin) return 0.0;
  if (object_class >= part.object_end) return 1.0;
  const double product = x_[account_class] * y_[object_class];
  return product / (1.0 + product);
}

void DegreeModel::measure_residual() {
  std::vector<double> sharers(objects_.size(), 0.0);
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    double degree = 0;
    for (std::size_t s = 0; s < objects_.size(); ++s) {
      const double p = chance(i, s);
      degree += static_cast<double>(objects_[s].n) * p;
      sharers[s] += static_cast<double>(accounts_[i].n) * p;
    }
    residual_ = std::max(residual_, std::abs(degree - accounts_[i].degree) / accounts_[i].degree);
  }
  for (std::size_t s = 0; s < objects_.size(); ++s)
    residual_ = std::max(residual_, std::abs(sharers[s] - objects_[s].degree) / objects_[s].degree);
}

DegreeTail degree_tail(const DegreeModel& model, std::size_t a_class, std::size_t b_class, std::size_t object_classes,
                       std::uint32_t shared, double limit) {
  assert(object_classes <= model.objects().size());
  const auto chance = [&](std::size_t s) { return model.chance(a_class, s) * model.chance(b_class, s); };
  DegreeTail result;
  double uncertain = 0, squares = 0;  // lambda without objects that both are certain to have,
  std::uint64_t certain = 0;          // which are no evidence
  for (std::size_t s = 0; s < object_classes; ++s) {
    const double q = chance(s);
    const std::uint64_t n = model.objects()[s].n;
    if (q >= 1.0) {
      certain += n;
    } else {
      uncertain += static_cast<double>(n) * q;
      squares += static_cast<double>(n) * q * q;
    }
  }
  result.lambda = uncertain + static_cast<double>(certain);
  if (shared <= certain) return result;
  const auto w = static_cast<std::uint32_t>(shared - certain);
  // The median of such a sum is at least floor(lambda).
  if (static_cast<double>(w) <= std::floor(uncertain) && limit < 0.5) return result;
  const double poisson = poisson_tail(uncertain, w);
  // Barbour and Hall: the two tails differ by at most this.
  const double apart = uncertain > 0.0 ? -std::expm1(-uncertain) / uncertain * squares : 0.0;
  if (poisson - apart > limit) return result;
  const bool is_bound = static_cast<double>(w) >= uncertain + 1.0;
  if (w > k_most_exact || (is_bound && w > k_few_shared && poisson < k_poisson_suffices)) {
    if (is_bound) result.p = poisson;
    return result;
  }
  TailRecursion recursion;
  recursion.start(w);
  for (std::size_t s = 0; s < object_classes; ++s) {
    const double q = chance(s);
    if (q <= 0.0 || q >= 1.0) continue;
    recursion.add(q, model.objects()[s].n);
    if (recursion.tail() > limit) return result;
  }
  result.p = recursion.tail();
  return result;
}

}  // namespace unisono::network
