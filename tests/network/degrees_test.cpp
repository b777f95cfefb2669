#include "unisono/network/degrees.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "network/degree_model.hpp"
#include "reference/degrees.hpp"
#include "support/controls.hpp"
#include "support/vectors.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/multiplicity.hpp"
#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

using reference::Table;

Events build(const Table& table) {
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  for (std::uint32_t u = 0; u < table.size(); ++u)
    for (std::uint32_t o = 0; o < table[u].size(); ++o)
      if (table[u][o] != 0) {
        post.push_back(static_cast<std::uint32_t>(post.size()));
        account.push_back(u), object.push_back(o), t_us.push_back(0);
      }
  const auto n_objects = static_cast<std::uint32_t>(table.empty() ? 0 : table[0].size());
  return first_events({account, object, post, t_us, static_cast<std::uint32_t>(table.size()), n_objects,
                       static_cast<std::uint32_t>(post.size())});
}

Table random_table(Random& random, std::size_t n_accounts, std::size_t n_objects, double density) {
  Table table(n_accounts, std::vector<std::uint8_t>(n_objects, 0));
  std::vector<double> lean(n_objects);
  for (double& x : lean) x = 0.3 + 1.4 * random.uniform();
  for (auto& row : table) {
    const double own = 0.3 + 1.4 * random.uniform();
    for (std::size_t o = 0; o < n_objects; ++o) row[o] = random.uniform() < density * own * lean[o] ? 1 : 0;
  }
  return table;
}

std::vector<std::uint32_t> sums(const Table& table) {
  std::vector<std::uint32_t> result;
  for (const double sum : reference::row_sums(table)) result.push_back(static_cast<std::uint32_t>(sum));
  return result;
}

// Without accounts and objects that have nothing.
Table without_empty(const Table& table) {
  const auto rows = [](const Table& of) {
    Table kept;
    for (const auto& row : of)
      if (std::any_of(row.begin(), row.end(), [](std::uint8_t cell) { return cell != 0; })) kept.push_back(row);
    return kept;
  };
  return reference::transposed(rows(reference::transposed(rows(table))));
}

DegreeModel solved(const Table& table) {
  auto model = DegreeModel::solve(degree_classes(sums(table)), degree_classes(sums(reference::transposed(table))),
                                  1e-12, 100'000, {});
  EXPECT_TRUE(model) << describe(model.error());
  return *model;
}

std::size_t class_of(const std::vector<DegreeClass>& classes, std::uint32_t degree) {
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (classes[i].degree == degree) return i;
  return classes.size();
}

DegreeResult run(const Events& events, const DegreeOptions& options = {}, unsigned threads = 1) {
  Control control;
  control.threads = threads;
  const auto result = test_degrees(events, options, control);
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : DegreeResult{};
}

// Accounts with at least `min_objects` objects and the p of each of their pairs, from the dense definition.
struct Defined {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pair;
  std::vector<double> p, q, lambda;
  std::vector<std::uint32_t> shared;
};

bool define(const Table& table, const DegreeOptions& options, Defined& defined) {
  reference::Matrix chances;
  if (!reference::chances(table, chances)) return false;
  const auto k_u = sums(table), k_o = sums(reference::transposed(table));
  for (std::uint32_t u = 0; u < k_u.size(); ++u)
    for (std::uint32_t v = u + 1; v < k_u.size(); ++v) {
      if (std::min(k_u[u], k_u[v]) < std::max(1U, options.min_objects)) continue;
      std::vector<double> both;
      std::uint32_t shared = 0;
      double lambda = 0;
      for (std::size_t o = 0; o < k_o.size(); ++o) {
        if (options.max_sharers != 0 && k_o[o] > options.max_sharers) continue;
        both.push_back(chances[u][o] * chances[v][o]);
        lambda += both.back();
        shared += table[u][o] != 0 && table[v][o] != 0 ? 1U : 0U;
      }
      defined.pair.emplace_back(u, v);
      defined.p.push_back(shared == 0 ? 1.0 : poisson_binomial_tail(both, shared));
      defined.lambda.push_back(lambda);
      defined.shared.push_back(shared);
    }
  defined.q = benjamini_hochberg(defined.p, defined.p.size());
  return true;
}

TEST(Degrees, MatchesTheDefinition) {
  Random random(1);
  int compared = 0, ties = 0;
  for (int round = 0; round < 300; ++round) {
    Table table = random_table(random, 6 + random.below(15), 40 + random.below(60), 0.1 + 0.3 * random.uniform());
    for (std::size_t u = 0; u < table.size(); ++u)  // three who share what the others have not
      for (std::size_t o = 0; o < 25; ++o) table[u][o] = u < 3 && random.below(4) != 0 ? 1 : 0;
    table = without_empty(table);
    const DegreeOptions options{.alpha = round % 3 == 0 ? 0.1 : 0.9,
                                .min_objects = static_cast<std::uint32_t>(random.below(5)),
                                .max_sharers = static_cast<std::uint32_t>(round % 4 == 0 ? 0 : 2 + random.below(8))};
    Defined defined;
    if (!define(table, options, defined)) continue;  // some cell is not free
    const DegreeResult result = run(build(table), options, 1U + static_cast<unsigned>(round) % 3U);
    if (defined.pair.empty()) {
      EXPECT_EQ(result.verdict, "too_little_data");
      continue;
    }
    ASSERT_EQ(result.verdict, "tested") << result.reason;
    EXPECT_EQ(result.n_pairs, defined.pair.size());
    ++compared;
    std::size_t next = 0;
    for (std::size_t i = 0; i < defined.pair.size(); ++i) {
      if (defined.shared[i] == 0 || defined.q[i] > options.alpha * (1 + 1e-9)) continue;
      ASSERT_LT(next, result.ties.size());
      const DegreeTie& tie = result.ties[next++];
      EXPECT_EQ(std::pair(tie.a, tie.b), defined.pair[i]);
      EXPECT_EQ(tie.shared, defined.shared[i]);
      EXPECT_NEAR(tie.lambda, defined.lambda[i], 1e-6 * defined.lambda[i]);
      EXPECT_NEAR(tie.p, defined.p[i], 1e-5 * defined.p[i]);
      EXPECT_NEAR(tie.q, defined.q[i], 1e-5 * defined.q[i]);
      ++ties;
    }
    EXPECT_EQ(next, result.ties.size());
  }
  EXPECT_GT(compared, 60);
  EXPECT_GT(ties, 200);
}

// Where only one value is possible in all tables with these degrees the chance is exactly that; the others lie between.
TEST(Degrees, CertainAndImpossibleCells) {
  Random random(2);
  int forced = 0, free = 0;
  for (int round = 0; round < 600; ++round) {
    const Table table = random_table(random, 1 + random.below(4), 1 + random.below(5), 0.2 + 0.8 * random.uniform());
    const auto k_u = sums(table), k_o = sums(reference::transposed(table));
    Table always(table.size(), std::vector<std::uint8_t>(table[0].size(), 1)), ever(always);
    for (auto& row : ever) row.assign(row.size(), 0);
    reference::for_each_table(table, [&](const Table& other) {
      for (std::size_t u = 0; u < other.size(); ++u)
        for (std::size_t o = 0; o < other[u].size(); ++o) always[u][o] &= other[u][o], ever[u][o] |= other[u][o];
    });
    const DegreeModel model = solved(table);
    EXPECT_TRUE(model.converged());
    EXPECT_LT(model.residual(), 1e-9);
    for (std::size_t u = 0; u < table.size(); ++u)
      for (std::size_t o = 0; o < table[u].size(); ++o) {
        if (k_u[u] == 0 || k_o[o] == 0) continue;
        const double p = model.chance(class_of(model.accounts(), k_u[u]), class_of(model.objects(), k_o[o]));
        if (always[u][o] != 0) {
          EXPECT_EQ(p, 1.0);
        } else if (ever[u][o] == 0) {
          EXPECT_EQ(p, 0.0);
        } else {
          EXPECT_GT(p, 0.0);
          EXPECT_LT(p, 1.0);
        }
        ++(always[u][o] == ever[u][o] ? forced : free);
      }
  }
  EXPECT_GT(forced, 500);
  EXPECT_GT(free, 500);
}

TEST(Degrees, DegreesOfNoTableAreRefused) {
  const auto code = [](std::vector<DegreeClass> accounts, std::vector<DegreeClass> objects) {
    const auto model = DegreeModel::solve(std::move(accounts), std::move(objects), 1e-9, 100, {});
    return model ? ErrorCode::internal : model.error().code;
  };
  EXPECT_EQ(code({{2, 1}}, {{1, 1}}), ErrorCode::usage) << "different totals";
  EXPECT_EQ(code({{1, 1}, {3, 1}}, {{2, 2}}), ErrorCode::usage) << "three objects where there are two";
}

TEST(Degrees, EqualTrialsAtOnceAreTrialsOneByOne) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    const auto w = static_cast<std::uint32_t>(1 + random.below(30));
    TailRecursion one, many;
    one.start(w), many.start(w);
    for (int c = 0; c < 4; ++c) {
      const double chance = std::pow(random.uniform(), 4);
      const std::uint64_t n = random.below(round % 10 == 0 ? 3000 : 200);
      for (std::uint64_t i = 0; i < n; ++i) one.add(chance);
      many.add(chance, n);
    }
    EXPECT_NEAR(many.tail() / one.tail(), 1.0, 1e-11);
  }
}

// A public with its own degrees, and six accounts that share rare objects with nobody else.
Table squad_table(std::uint64_t seed) {
  Random random(seed);
  Table table(300, std::vector<std::uint8_t>(3040, 0));
  for (auto& row : table)
    for (std::uint64_t i = 3 + random.below(30); i > 0; --i) {
      const double u = random.uniform();
      row[static_cast<std::size_t>(u * u * 3000)] = 1;
    }
  for (std::size_t o = 3000; o < 3040; ++o)
    for (std::size_t u = 0; u < 6; ++u) table[u][o] = random.below(2) == 0 ? 1 : 0;
  return table;
}

TEST(Degrees, FindsSharedRareObjectsAndNothingElse) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const DegreeResult result = run(build(squad_table(seed)));
    int inside = 0, outside = 0;
    for (const DegreeTie& tie : result.ties) ++(tie.b < 6 ? inside : outside);
    EXPECT_GE(inside, 10) << "of 15";
    EXPECT_LE(outside, 2);
  }
}

TEST(Degrees, ThreadsChangeNothing) {
  const Events events = build(squad_table(7));
  const DegreeResult one = run(events);
  EXPECT_FALSE(one.ties.empty());
  EXPECT_TRUE(std::is_sorted(one.ties.begin(), one.ties.end(), [](const DegreeTie& x, const DegreeTie& y) {
    return std::pair(x.a, x.b) < std::pair(y.a, y.b);
  }));
  for (const unsigned threads : {2U, 7U}) {
    const DegreeResult other = run(events, {}, threads);
    EXPECT_EQ(other.ties, one.ties);
    EXPECT_EQ(other.candidates, one.candidates);
  }
}

TEST(Degrees, DeclaredAccountsAreSharersButNeverPaired) {
  const Events events = build(squad_table(3));
  std::vector<std::uint8_t> declared(events.n_accounts, 0);
  declared[0] = declared[1] = 1;
  const DegreeResult all = run(events), rest = run(events, {.declared = declared});
  EXPECT_EQ(rest.n_eligible + 2, all.n_eligible);
  EXPECT_EQ(rest.n_counted, all.n_counted);
  EXPECT_FALSE(rest.ties.empty());
  for (const DegreeTie& tie : rest.ties) EXPECT_GT(tie.a, 1U);
}

TEST(Degrees, DegenerateDataHasAnAnswer) {
  EXPECT_EQ(run(first_events({})).verdict, "no_events");
  EXPECT_EQ(run(build({{1, 1, 1}})).verdict, "too_little_data");
  EXPECT_EQ(run(build({{1, 0}, {0, 1}})).verdict, "too_little_data") << "one object each";
  const DegreeResult same = run(build({{1, 1, 1}, {1, 1, 1}}));
  EXPECT_EQ(same.verdict, "tested");
  EXPECT_EQ(same.candidates, 1U);
  EXPECT_TRUE(same.ties.empty()) << "they could share nothing else";
  Table table = squad_table(1);
  table.emplace_back(3040, std::uint8_t{1});  // one account with everything
  for (auto& row : table) row.push_back(1);   // one object of everybody
  const DegreeResult result = run(build(table), {.max_sharers = 0});
  EXPECT_EQ(result.verdict, "tested") << result.reason;
  EXPECT_LT(result.residual, 1e-7);
  EXPECT_FALSE(result.ties.empty());
  for (const DegreeTie& tie : result.ties) {
    EXPECT_TRUE(tie.p > 0 && tie.p <= 1 && std::isfinite(tie.lambda));
    EXPECT_LT(tie.b, 300U) << "to share everything with an account that has everything is no evidence";
  }
}

TEST(Degrees, WhatCannotBeSolvedIsNotTested) {
  const DegreeResult result = run(build(squad_table(1)), {.max_iterations = 2});
  EXPECT_EQ(result.verdict, "not_solved");
  EXPECT_FALSE(result.converged);
  EXPECT_TRUE(result.ties.empty());
}

TEST(Degrees, RefusesAndStops) {
  const Events events = build(squad_table(1));
  const auto code = [&](const DegreeOptions& options, const Control& control = {}) {
    const auto result = test_degrees(events, options, control);
    EXPECT_FALSE(result);
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code({.alpha = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.alpha = NAN}), ErrorCode::usage);
  EXPECT_EQ(code({.tolerance = 0}), ErrorCode::usage);
  EXPECT_EQ(code({.max_iterations = 0}), ErrorCode::usage);
  const std::vector<std::uint8_t> short_list(3, 0);
  EXPECT_EQ(code({.declared = short_list}), ErrorCode::usage);
  EXPECT_EQ(code({.max_coactions = 100}), ErrorCode::too_large);
  EXPECT_EQ(code({.max_ties = 1}), ErrorCode::too_large);
  EXPECT_EQ(code({}, test::with_memory(1000)), ErrorCode::memory);
  EXPECT_EQ(code({}, test::stopped()), ErrorCode::cancelled);
}

TEST(Degrees, PublishedProjections) {
  UNISONO_VECTORS(v, "statistics_core.json", "bicm");
  for (const char* name : {"backbone_3x3", "backbone_sdsm_3x4", "six_by_eight"}) {
    const nlohmann::json& data = v.at(name);
    const Table table = data.at("M");
    const auto k_u = sums(table), k_o = sums(reference::transposed(table));
    const DegreeModel model = solved(table);
    EXPECT_TRUE(model.converged());
    std::vector<std::size_t> c;
    for (const auto k : k_u) c.push_back(class_of(model.accounts(), k));
    for (std::size_t u = 0; u < k_u.size(); ++u) {
      for (std::size_t o = 0; o < k_o.size(); ++o) {
        const double p = data.at("P")[u][o];
        EXPECT_NEAR(model.chance(c[u], class_of(model.objects(), k_o[o])), p, 1e-6 * p) << name;
      }
      for (std::size_t w = 0; w < k_u.size(); ++w) {
        const DegreeTail tail = degree_tail(model, c[u], c[w], model.objects().size(), data.at("weights")[u][w], 1.0);
        const double lambda = data.at("lambda_")[u][w], p = data.at("p_exact")[u][w];
        EXPECT_NEAR(tail.lambda, lambda, 1e-6 * lambda) << name;
        EXPECT_NEAR(tail.p, p, 1e-6 * p) << name;
      }
    }
  }
}

TEST(Degrees, PublishedPlantsAndPollinators) {
  UNISONO_VECTORS(v, "statistics_core.json", "bicm");
  const char* path = std::getenv("UNISONO_PETANIDOU");
  if (path == nullptr) GTEST_SKIP() << "set UNISONO_PETANIDOU to tests/test_dataset.csv of the BiCM repository";
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  Table table;
  for (std::string line; std::getline(in, line);) {
    table.emplace_back();
    for (const char c : line)
      if (c == '0' || c == '1') table.back().push_back(static_cast<std::uint8_t>(c - '0'));
  }
  const nlohmann::json& expected = v.at("petanidou");
  ASSERT_EQ(table.size(), 131U);
  ASSERT_EQ(table[0].size(), 666U);
  const DegreeResult wide = run(build(table), {.min_objects = 1, .max_sharers = 0});
  EXPECT_EQ(wide.candidates, expected.at("candidates"));
  EXPECT_EQ(wide.ties.size(), expected.at("bh05_exact"));
  EXPECT_EQ(run(build(table), {.alpha = 0.01, .min_objects = 1, .max_sharers = 0}).ties.size(),
            expected.at("bh01_exact"));
  for (const auto& row : expected.at("top10")) {
    const auto at = std::find_if(wide.ties.begin(), wide.ties.end(),
                                 [&](const DegreeTie& tie) { return tie.a == row.at("i") && tie.b == row.at("j"); });
    ASSERT_NE(at, wide.ties.end());
    EXPECT_EQ(at->shared, row.at("V"));
    EXPECT_NEAR(at->p / row.at("p").get<double>(), 1.0, 1e-8);
  }
}

}  // namespace
}  // namespace unisono::network
