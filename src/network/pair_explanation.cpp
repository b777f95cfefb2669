#include "unisono/network/pair_explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "eligible.hpp"
#include "family.hpp"
#include "pair_tests.hpp"
#include "unisono/network/multiplicity.hpp"

namespace unisono::network {

// On the heap, so that the references among the parts stay valid when the explainer is moved.
struct PairExplainer::Implementation {
  const Events& events;
  TieOptions options;
  FamilySize family;
  HourCollisions hours;
  PostLists posts;
  Pace pace;
  std::vector<std::uint32_t> weight;
  std::vector<std::uint8_t> eligible;
  std::uint64_t threshold = 0, n_eligible = 0;
  double collision = 0;
  bool blind = false;

  std::uint64_t n_actions(std::uint32_t account) const {
    return events.account_begin[std::size_t{account} + 1] - events.account_begin[account];
  }
  bool declared(std::uint32_t account) const { return !options.declared.empty() && options.declared[account] != 0; }
  std::uint64_t n_pairs() const { return n_eligible < 2 ? 0 : n_eligible * (n_eligible - 1) / 2; }

  void add_common(const PairTests& pair, PairFigures& figures) const;
  void add_tails(PairTests& pair, PairFigures& figures) const;
};

void PairExplainer::Implementation::add_common(const PairTests& pair, PairFigures& figures) const {
  std::uint64_t sum = 0;
  for (const SharedObject& shared : pair.shared()) {
    const std::int64_t t_a = events.t_us[shared.event_u], t_b = events.t_us[shared.event_v];
    figures.common.push_back({shared.object, events.post[shared.event_u], events.post[shared.event_v], t_a, t_b,
                              gap_us(std::min(t_a, t_b), std::max(t_a, t_b)), shared.close});
    figures.n_close += shared.close ? 1U : 0U;
    sum += weight[shared.object];
  }
  figures.least_p = least_p_of_weight(sum);
  figures.in_family = family.k > 0 && figures.eligible_a && figures.eligible_b && sum >= threshold;
}

void PairExplainer::Implementation::add_tails(PairTests& pair, PairFigures& figures) const {
  figures.p_x = pair.pace_tail(1.0);
  if (!blind) figures.p_t = pair.activity_tail(1.0);
  if (!figures.in_family) return;
  if (blind) {
    figures.p = figures.p_x;
    return;
  }
  const double factor = static_cast<double>(n_pairs()) / static_cast<double>(family.k);
  figures.p = std::max(std::min(1.0, *figures.p_t * factor), figures.p_x);
}

PairExplainer::PairExplainer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
PairExplainer::PairExplainer(PairExplainer&&) noexcept = default;
PairExplainer& PairExplainer::operator=(PairExplainer&&) noexcept = default;
PairExplainer::~PairExplainer() = default;

Result<PairExplainer> PairExplainer::build(const Events& events, const TieOptions& options, const FamilySize& family,
                                           const Control& control) {
  UNISONO_CHECK(check_declared(events, options.declared));
  UNISONO_TRY(HourCollisions hours, HourCollisions::build(events, options.window_us, control));
  PostLists posts = post_lists(events, hours);
  UNISONO_TRY(Pace pace, Pace::build(events, options.window_us, options.kappa, control));
  std::vector<std::uint32_t> weight = family_weights(pace, events.n_objects);
  auto made = std::make_unique<Implementation>(
      Implementation{events, options, family, std::move(hours), std::move(posts), std::move(pace), std::move(weight),
                     eligible_accounts(events, options.min_objects, options.declared)});
  if (family.k > 0 && !family.all_pairs) made->threshold = family_threshold(family.k, options.alpha);
  made->n_eligible = static_cast<std::uint64_t>(std::count(made->eligible.begin(), made->eligible.end(), 1));
  made->collision = made->hours.collision_index();
  made->blind = options.collected_by_object || made->collision > options.max_collision;
  return PairExplainer(std::move(made));
}

PairFigures PairExplainer::explain(std::uint32_t a, std::uint32_t b) const {
  const Implementation& of = *implementation_;
  assert(a != b && a < of.events.n_accounts && b < of.events.n_accounts);
  PairFigures figures;
  figures.n_actions_a = of.n_actions(a);
  figures.n_actions_b = of.n_actions(b);
  figures.declared_a = of.declared(a);
  figures.declared_b = of.declared(b);
  figures.eligible_a = of.eligible[a] != 0;
  figures.eligible_b = of.eligible[b] != 0;

  const Nulls nulls{of.events, of.hours, of.posts, of.pace, of.options.window_us};
  PairTests pair(nulls);
  const std::uint32_t first = std::min(a, b), second = std::max(a, b);
  pair.mark(first);  // as test_ties shows the figures of a tie
  pair.compare(second);
  figures.w_t = pair.close_posts();
  figures.w_x = pair.close_units();
  figures.lambda_t = pair.expected_posts();
  figures.lambda_x = pair.expected_units();
  figures.median_gap_us = pair.median_gap_us();
  figures.n_days = pair.n_days();
  of.add_common(pair, figures);
  if (a > b) {
    for (CommonObject& common : figures.common) {
      std::swap(common.post_a, common.post_b);
      std::swap(common.t_us_a, common.t_us_b);
    }
  }
  of.add_tails(pair, figures);
  return figures;
}

std::uint64_t PairExplainer::n_eligible() const {
  return implementation_->n_eligible;
}
std::uint64_t PairExplainer::n_pairs() const {
  return implementation_->n_pairs();
}
double PairExplainer::collision() const {
  return implementation_->collision;
}
bool PairExplainer::blind() const {
  return implementation_->blind;
}

double q_beside(double p, std::vector<double> accepted_p, std::uint64_t k) {
  accepted_p.insert(accepted_p.begin(), p);
  return benjamini_hochberg(accepted_p, std::max<std::uint64_t>(k, accepted_p.size())).front();
}

double enough_p(double alpha, std::uint64_t accepted, std::uint64_t k) {
  return k == 0 ? 0.0 : alpha * static_cast<double>(accepted + 1) / static_cast<double>(k);
}

}  // namespace unisono::network
