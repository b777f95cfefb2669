#include "unisono/network/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <new>
#include <string_view>

#include "network/co_sharers.hpp"
#include "network/eligible.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::network {
namespace {

constexpr int k_steps = 3;
constexpr std::size_t k_strongest = 3;
constexpr double k_quantile = 0.99;
constexpr std::size_t k_most_triangles = 2'000;

Result<void> check_arguments(const Events& events, const RankingOptions& options, const Control& control) {
  if (options.max_sharers < 2)
    return fail(ErrorCode::usage,
                fmt::format("max_sharers is {}; an object that two accounts share has at least 2", options.max_sharers),
                "use 200");
  UNISONO_CHECK(check_declared(events, options.declared));
  const std::uint64_t need = 16 * std::uint64_t{events.size()} + 24 * std::uint64_t{events.n_objects} +
                             (96 + 24 * std::uint64_t{std::max(1U, control.threads)}) * events.n_accounts;
  if (control.memory_bytes == 0 || need <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("the ranking of {} accounts needs {}; the limit is {}", events.n_accounts, format_bytes(need),
                          format_bytes(control.memory_bytes)),
              "raise --memory or use a smaller selection (--since, --until, --channel)");
}

class Ranker {
 public:
  Ranker(const Events& events, const RankingOptions& options, std::span<const std::uint8_t> eligible,
         const Control& control)
      : events_(events), options_(options), eligible_(eligible), control_(control) {
    lists_ = co_sharers(events, eligible, [&](std::size_t, std::size_t k) { return k <= options.max_sharers; });
    for (std::size_t i = 0; i < lists_.object.size(); ++i) {
      const auto k = static_cast<double>(lists_.sharers_of(i).size());
      weight_.push_back(1.0 / (k * k));
    }
  }

  std::uint64_t coactions() const { return lists_.pairs; }

  Result<Ranking> run() {
    Ranking ranking;
    count(ranking);
    blocks_ = lists_.blocks();
    score_.assign(events_.n_accounts, 0.0);
    row_.assign(events_.n_accounts, {});
    UNISONO_CHECK(first_pass());
    for (int step = 0; step < k_steps && ranking.n_eligible > 0; ++step) UNISONO_CHECK(spread(step));
    if (options_.triangles) UNISONO_CHECK(triangles());
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a) {
      if (eligible_[a] == 0) continue;
      row_[a].score = score_[a];
      ranking.accounts.push_back(row_[a]);
    }
    std::sort(ranking.accounts.begin(), ranking.accounts.end(), [](const RankedAccount& x, const RankedAccount& y) {
      return x.score != y.score ? x.score > y.score : x.account < y.account;
    });
    return ranking;
  }

 private:
  using Evidence = PartnerSums<double>;

  std::uint32_t n_objects(std::uint32_t account) const {
    return static_cast<std::uint32_t>(events_.account_begin[account + std::size_t{1}] - events_.account_begin[account]);
  }

  void count(Ranking& ranking) {
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a) {
      ranking.n_accounts += n_objects(a) > 0 ? 1U : 0U;
      ranking.n_eligible += eligible_[a];
    }
    ranking.n_below_minimum = ranking.n_accounts - ranking.n_eligible;
    ranking.n_shared_objects = lists_.object.size();
    ranking.coactions = lists_.pairs;
    idf_base_ = static_cast<double>(ranking.n_eligible);
  }

  // visit(account, its sums) for every account with a shared object; `phase` is what the progress line says.
  Result<void> for_each_row(std::string_view phase,
                            const std::function<void(std::uint32_t, Evidence&, unsigned)>& visit) {
    std::vector<Evidence> sums(std::max(1U, control_.threads), Evidence(lists_, events_.n_accounts));
    return for_each_block(blocks_.size() - 1, control_, [&](std::size_t block, unsigned worker) -> Result<void> {
      for (std::uint32_t a = blocks_[block]; a < blocks_[block + 1]; ++a) {
        if (lists_.objects_of(a).empty()) continue;
        if (control_.cancelled()) return control_.check_cancelled();
        sums[worker].find(a, false, [&](std::uint32_t index) { return weight_[index]; });
        visit(a, sums[worker], worker);
      }
      if (worker == 0) control_.report(phase, block + 1, blocks_.size() - 1, "blocks");
      return {};
    });
  }

  // The three largest e_uv, and the columns that need no score.
  Result<void> first_pass() {
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a)
      row_[a] = {
          .account = a, .objects = n_objects(a), .shared = static_cast<std::uint32_t>(lists_.objects_of(a).size())};
    UNISONO_CHECK(for_each_row("rank", [&](std::uint32_t a, Evidence& sums, unsigned) {
      std::array<double, k_strongest> best{};
      for (const std::uint32_t other : sums.partners()) {
        double e = sums.of(other);
        for (double& place : best)
          if (e > place) std::swap(e, place);
      }
      score_[a] = best[0] + best[1] + best[2];
      row_[a].best_pair = best[0];
      row_[a].partners = static_cast<std::uint32_t>(sums.partners().size());
      for (const std::uint32_t index : lists_.objects_of(a)) {
        const std::size_t k = lists_.sharers_of(index).size();
        if (k <= options_.max_idf_sharers) row_[a].idf_sum += std::log(idf_base_ / static_cast<double>(k));
      }
    }));
    return cosines();
  }

  Result<void> cosines() {
    std::vector<PartnerSums<std::uint32_t>> sums(std::max(1U, control_.threads),
                                                 PartnerSums<std::uint32_t>(lists_, events_.n_accounts));
    return for_each_block(blocks_.size() - 1, control_, [&](std::size_t block, unsigned worker) -> Result<void> {
      for (std::uint32_t a = blocks_[block]; a < blocks_[block + 1]; ++a) {
        if (control_.cancelled()) return control_.check_cancelled();
        sums[worker].find(a, false, [](std::uint32_t) { return 1U; });
        for (const std::uint32_t other : sums[worker].partners()) {
          const double c = sums[worker].of(other);
          row_[a].cosine =
              std::max(row_[a].cosine, c / std::sqrt(static_cast<double>(n_objects(a)) * n_objects(other)));
        }
      }
      return {};
    });
  }

  // Quantile of the scores of the eligible accounts, by linear interpolation.
  double high_score() const {
    std::vector<double> scores;
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a)
      if (eligible_[a] != 0) scores.push_back(score_[a]);
    std::sort(scores.begin(), scores.end());
    const double at = k_quantile * static_cast<double>(scores.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, scores.size() - 1);
    return scores[low] + (at - static_cast<double>(low)) * (scores[high] - scores[low]);
  }

  Result<void> spread(int step) {
    // Where more than 99 % share nothing, the quantile is 0 and everybody who shares counts in full.
    const double high = high_score();
    std::vector<double> trust(events_.n_accounts, 0.0);
    for (std::uint32_t a = 0; a < events_.n_accounts; ++a) {
      const double g = score_[a] <= 0.0 ? 0.0 : high > 0.0 ? std::min(1.0, score_[a] / high) : 1.0;
      trust[a] = g * g;
    }
    std::vector<double> next(events_.n_accounts, 0.0);
    UNISONO_CHECK(for_each_row("rank", [&](std::uint32_t a, Evidence& sums, unsigned) {
      for (const std::uint32_t other : sums.partners()) next[a] += sums.of(other) * trust[other];
    }));
    score_ = std::move(next);
    control_.report("rank", static_cast<std::uint64_t>(step) + 1, k_steps, "steps");
    return {};
  }

  // e_vw from the two lists of objects.
  double evidence(std::uint32_t v, std::uint32_t w) const {
    const auto of_v = lists_.objects_of(v), of_w = lists_.objects_of(w);
    double sum = 0;
    for (auto x = of_v.begin(), y = of_w.begin(); x != of_v.end() && y != of_w.end();) {
      if (*x < *y) {
        ++x;
      } else if (*y < *x) {
        ++y;
      } else {
        sum += weight_[*x];
        ++x, ++y;
      }
    }
    return sum;
  }

  // Partners in order of evidence; no triangle of v and w can exceed e_uv + e_uw + the best pair of v or w.
  double best_triangle(std::span<const std::pair<double, std::uint32_t>> partners) const {
    double best = 0;
    std::size_t looked_at = 0;
    for (std::size_t i = 0; i < partners.size(); ++i) {
      const auto& [e_v, v] = partners[i];
      for (std::size_t j = i + 1; j < partners.size(); ++j) {
        const auto& [e_w, w] = partners[j];
        if (e_v + e_w + row_[v].best_pair <= best) break;
        if (e_v + e_w + row_[w].best_pair <= best) continue;
        if (++looked_at > k_most_triangles) return best;
        const double e_vw = evidence(v, w);
        if (e_vw > 0) best = std::max(best, e_v + e_w + e_vw);
      }
    }
    return best;
  }

  Result<void> triangles() {
    std::vector<std::vector<std::pair<double, std::uint32_t>>> scratch(std::max(1U, control_.threads));
    return for_each_row("triangles", [&](std::uint32_t a, Evidence& sums, unsigned worker) {
      auto& partners = scratch[worker];
      partners.clear();
      for (const std::uint32_t other : sums.partners()) partners.emplace_back(sums.of(other), other);
      std::sort(partners.begin(), partners.end(), [](const auto& x, const auto& y) {
        return x.first != y.first ? x.first > y.first : x.second < y.second;
      });
      row_[a].best_triangle = best_triangle(partners);
    });
  }

  const Events& events_;
  const RankingOptions& options_;
  std::span<const std::uint8_t> eligible_;
  const Control& control_;
  CoSharers lists_;
  std::vector<double> weight_;  // per object of lists_
  std::vector<std::uint32_t> blocks_;
  std::vector<double> score_;  // per account
  std::vector<RankedAccount> row_;
  double idf_base_ = 0;
};

}  // namespace

Result<Ranking> rank_accounts(const Events& events, const RankingOptions& options, const Control& control) {
  UNISONO_CHECK(check_arguments(events, options, control));
  UNISONO_CHECK(control.check_cancelled());
  try {
    const std::vector<std::uint8_t> eligible = eligible_accounts(events, options.min_objects, options.declared);
    Ranker ranker(events, options, eligible, control);
    if (ranker.coactions() > options.max_coactions)
      return fail(ErrorCode::too_large,
                  fmt::format("the ranking would visit {} pairs of sharers; the limit is {}", ranker.coactions(),
                              options.max_coactions),
                  "use a smaller selection (--since, --until, --channel), or leave out popular objects with a smaller "
                  "max_sharers");
    return ranker.run();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::memory,
                fmt::format("the machine has no more memory for the ranking of {} accounts", events.n_accounts),
                "use a smaller selection (--since, --until, --channel)");
  }
}

}  // namespace unisono::network
