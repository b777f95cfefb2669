#include "unisono/network/degrees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <unordered_map>

#include "network/co_sharers.hpp"
#include "network/degree_model.hpp"
#include "network/eligible.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::network {
namespace {

constexpr std::uint64_t k_most_events = std::uint64_t{1} << 30;  // so that two degree classes and a V fit 64 bits
constexpr double k_most_residual = 1e-6;
constexpr std::size_t k_tails_per_block = 64;

Result<void> check_arguments(const Events& events, const DegreeOptions& options, const Control& control) {
  if (!(options.alpha > 0.0 && options.alpha < 1.0))
    return fail(ErrorCode::usage, fmt::format("alpha is {}; it must lie between 0 and 1", options.alpha), "use 0.05");
  if (!(options.tolerance > 0.0 && options.tolerance < 1.0) || options.max_iterations == 0)
    return fail(ErrorCode::usage,
                fmt::format("tolerance {} and {} iterations; needed are a tolerance between 0 and 1 and at least 1",
                            options.tolerance, options.max_iterations),
                "use 1e-9 and 10000");
  UNISONO_CHECK(check_declared(events, options.declared));
  if (events.size() >= k_most_events)
    return fail(ErrorCode::too_large,
                fmt::format("{} actions; the test of degrees takes at most {}", events.size(), k_most_events - 1),
                "use a smaller selection (--since, --until, --channel)");
  const std::uint64_t need = 24 * std::uint64_t{events.size()} + 24 * std::uint64_t{events.n_objects} +
                             (24 + 16 * std::uint64_t{std::max(1U, control.threads)}) * events.n_accounts;
  if (control.memory_bytes == 0 || need <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("the test of degrees of {} accounts needs {}; the limit is {}", events.n_accounts,
                          format_bytes(need), format_bytes(control.memory_bytes)),
              "raise --memory or use a smaller selection (--since, --until, --channel)");
}

// All pairs with the same two degree classes and the same V have the same p.
struct Kind {
  std::uint64_t key = 0;  // smaller class, larger class, V
  std::uint64_t pairs = 0;
  DegreeTail tail;
  double q = 1;

  static std::uint64_t key_of(std::uint64_t a_class, std::uint64_t b_class, std::uint64_t shared) {
    return std::min(a_class, b_class) << 47 | std::max(a_class, b_class) << 30 | shared;
  }
  std::size_t low_class() const { return key >> 47; }
  std::size_t high_class() const { return key >> 30 & 0x1FFFF; }
  std::uint32_t shared() const { return static_cast<std::uint32_t>(key & 0x3FFFFFFF); }
};

class DegreeTest {
 public:
  DegreeTest(const Events& events, const DegreeOptions& options, const Control& control)
      : events_(events), options_(options), control_(control) {
    eligible_ = eligible_accounts(events, options.min_objects, options.declared);
  }

  Result<DegreeResult> run() {
    count();
    if (!is_testable()) return result_;
    lists_ = co_sharers(events_, eligible_, [&](std::size_t k, std::size_t) { return counts(k); });
    result_.coactions = lists_.pairs;
    if (lists_.pairs > options_.max_coactions)
      return fail(ErrorCode::too_large,
                  fmt::format("the test of degrees would visit {} pairs of sharers; the limit is {}", lists_.pairs,
                              options_.max_coactions),
                  "use a smaller selection (--since, --until, --channel), or leave out popular objects with a smaller "
                  "max_sharers");
    UNISONO_TRY(const DegreeModel model, solve());
    if (result_.verdict == "not_solved") return result_;
    blocks_ = lists_.blocks();
    UNISONO_CHECK(count_kinds());
    UNISONO_CHECK(find_tails(model));
    adjust();
    UNISONO_CHECK(list_ties());
    result_.verdict = "tested";
    result_.reason = fmt::format("{} of {} pairs of {} accounts share more objects than their degrees explain",
                                 result_.ties.size(), result_.n_pairs, result_.n_eligible);
    return std::move(result_);
  }

 private:
  std::uint32_t degree(std::uint32_t account) const {
    return static_cast<std::uint32_t>(events_.account_begin[account + std::size_t{1}] - events_.account_begin[account]);
  }
  bool counts(std::size_t sharers) const { return options_.max_sharers == 0 || sharers <= options_.max_sharers; }

  void count() {
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a) {
      account_degree_.push_back(degree(a));
      result_.n_accounts += account_degree_[a] > 0 ? 1U : 0U;
      result_.n_eligible += eligible_[a];
    }
    for (std::uint32_t o = 0; o < events_.n_objects; ++o) {
      object_degree_.push_back(static_cast<std::uint32_t>(events_.of_object(o).size()));
      result_.n_objects += object_degree_[o] > 0 ? 1U : 0U;
      result_.n_counted += object_degree_[o] > 0 && counts(object_degree_[o]) ? 1U : 0U;
    }
    result_.n_below_minimum = result_.n_accounts - result_.n_eligible;
    result_.n_pairs = result_.n_eligible < 2 ? 0 : result_.n_eligible * (result_.n_eligible - 1) / 2;
  }

  bool is_testable() {
    if (events_.size() == 0) {
      result_.verdict = "no_events";
      result_.reason = "nobody acted on anything in this channel";
    } else if (result_.n_eligible < 2) {
      result_.verdict = "too_little_data";
      result_.reason = fmt::format("{} of {} accounts acted on at least {} objects; a pair needs two",
                                   result_.n_eligible, result_.n_accounts, options_.min_objects);
    }
    return result_.verdict.empty();
  }

  Result<DegreeModel> solve() {
    UNISONO_TRY(DegreeModel model, DegreeModel::solve(degree_classes(account_degree_), degree_classes(object_degree_),
                                                      options_.tolerance, options_.max_iterations, control_));
    result_.account_classes = model.accounts().size();
    result_.object_classes = model.objects().size();
    result_.iterations = model.iterations();
    result_.converged = model.converged();
    result_.residual = model.residual();
    if (!model.converged() || model.residual() > k_most_residual) {
      result_.verdict = "not_solved";
      result_.reason =
          fmt::format("after {} rounds the expected degrees still differ from the observed ones by up to {:.1e}",
                      model.iterations(), model.residual());
    }
    account_class_.assign(events_.n_accounts, 0);
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a)
      if (eligible_[a] != 0)
        account_class_[a] = static_cast<std::uint32_t>(place_of_degree(model.accounts(), account_degree_[a]));
    counted_classes_ = options_.max_sharers == 0
                           ? model.objects().size()
                           : place_of_degree(model.objects(), std::size_t{options_.max_sharers} + 1);
    return model;
  }

  // visit(a, b, key of the kind, block, worker) for every pair that shares an object that counts, a < b, ascending.
  template <typename Visit>
  Result<void> for_each_pair(const Visit& visit) {
    using Shared = PartnerSums<std::uint32_t>;
    std::vector<Shared> sums(std::max(1U, control_.threads), Shared(lists_, events_.n_accounts));
    return for_each_block(blocks_.size() - 1, control_, [&](std::size_t block, unsigned worker) -> Result<void> {
      for (std::uint32_t a = blocks_[block]; a < blocks_[block + 1]; ++a) {
        if (control_.cancelled()) return control_.check_cancelled();
        sums[worker].find(a, true, [](std::uint32_t) { return 1U; });
        for (const std::uint32_t b : sums[worker].partners())
          visit(a, b, Kind::key_of(account_class_[a], account_class_[b], sums[worker].of(b)), block, worker);
      }
      if (worker == 0) control_.report("degrees", block + 1, blocks_.size() - 1, "blocks");
      return {};
    });
  }

  Result<void> count_kinds() {
    std::vector<std::unordered_map<std::uint64_t, std::uint64_t>> counted(std::max(1U, control_.threads));
    UNISONO_CHECK(for_each_pair([&](std::uint32_t, std::uint32_t, std::uint64_t key, std::size_t, unsigned worker) {
      ++counted[worker][key];
    }));
    for (std::size_t worker = 1; worker < counted.size(); ++worker)
      for (const auto& [key, pairs] : counted[worker]) counted[0][key] += pairs;
    for (const auto& [key, pairs] : counted[0]) {
      kinds_.push_back({.key = key, .pairs = pairs, .tail = {}});
      result_.candidates += pairs;
    }
    std::sort(kinds_.begin(), kinds_.end(), [](const Kind& x, const Kind& y) { return x.key < y.key; });
    return {};
  }

  // Of K pairs with p < 1, none with p > alpha K / m can be accepted.
  Result<void> find_tails(const DegreeModel& model) {
    const double limit =
        options_.alpha * static_cast<double>(result_.candidates) / static_cast<double>(result_.n_pairs);
    const std::size_t n_blocks = (kinds_.size() + k_tails_per_block - 1) / k_tails_per_block;
    return for_each_block(n_blocks, control_, [&](std::size_t block, unsigned) -> Result<void> {
      const std::size_t end = std::min(kinds_.size(), (block + 1) * k_tails_per_block);
      for (std::size_t i = block * k_tails_per_block; i < end; ++i) {
        if (control_.cancelled()) return control_.check_cancelled();
        Kind& kind = kinds_[i];
        kind.tail = degree_tail(model, kind.low_class(), kind.high_class(), counted_classes_, kind.shared(), limit);
      }
      return {};
    });
  }

  // Benjamini-Hochberg over kinds, each as many equal p-values as it has pairs.
  void adjust() {
    std::vector<std::size_t> order(kinds_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      return kinds_[x].tail.p != kinds_[y].tail.p ? kinds_[x].tail.p < kinds_[y].tail.p : x < y;
    });
    std::uint64_t rank = result_.candidates;
    double least = 1.0;
    for (std::size_t at = order.size(); at > 0; --at) {
      Kind& kind = kinds_[order[at - 1]];
      least = std::min(least, kind.tail.p * static_cast<double>(result_.n_pairs) / static_cast<double>(rank));
      kind.q = least;
      rank -= kind.pairs;
    }
    accepted_ = 0;
    for (const Kind& kind : kinds_) accepted_ += kind.q <= options_.alpha ? kind.pairs : 0;
  }

  Result<void> list_ties() {
    if (accepted_ > options_.max_ties)
      return fail(
          ErrorCode::too_large,
          fmt::format("{} pairs share more than their degrees explain; the limit is {}", accepted_, options_.max_ties),
          "use a smaller alpha, or leave out popular objects with a smaller max_sharers");
    std::unordered_map<std::uint64_t, const Kind*> accepted;
    for (const Kind& kind : kinds_)
      if (kind.q <= options_.alpha) accepted.emplace(kind.key, &kind);
    if (accepted.empty()) return {};
    std::vector<std::vector<DegreeTie>> found(blocks_.size() - 1);
    UNISONO_CHECK(for_each_pair([&](std::uint32_t a, std::uint32_t b, std::uint64_t key, std::size_t block, unsigned) {
      const auto at = accepted.find(key);
      if (at == accepted.end()) return;
      const Kind& kind = *at->second;
      found[block].push_back({a, b, kind.shared(), kind.tail.lambda, kind.tail.p, kind.q});
    }));
    for (const auto& ties : found) result_.ties.insert(result_.ties.end(), ties.begin(), ties.end());
    std::sort(result_.ties.begin(), result_.ties.end(),
              [](const DegreeTie& x, const DegreeTie& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
    return {};
  }

  const Events& events_;
  const DegreeOptions& options_;
  const Control& control_;
  DegreeResult result_;
  std::vector<std::uint8_t> eligible_;
  std::vector<std::uint32_t> account_degree_, object_degree_, account_class_;
  std::size_t counted_classes_ = 0;
  CoSharers lists_;
  std::vector<std::uint32_t> blocks_;
  std::vector<Kind> kinds_;
  std::uint64_t accepted_ = 0;
};

}  // namespace

Result<DegreeResult> test_degrees(const Events& events, const DegreeOptions& options, const Control& control) {
  UNISONO_CHECK(check_arguments(events, options, control));
  UNISONO_CHECK(control.check_cancelled());
  try {
    return DegreeTest(events, options, control).run();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::memory,
                fmt::format("the machine has no more memory for the degrees of {} accounts", events.n_accounts),
                "use a smaller selection (--since, --until, --channel)");
  }
}

}  // namespace unisono::network
