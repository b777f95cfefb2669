#include "unisono/evidence/pair_reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "unisono/core/time.hpp"
#include "unisono/evidence/wording.hpp"

namespace unisono::evidence {
namespace {

std::string window_of(const PairContext& context) {
  return format_duration(context.window_us);
}

std::string objects(std::uint64_t n) {
  return n == 1 ? "1 object" : fmt::format("{} objects", n);
}

// "= 0.031", "< 1e-30".
std::string equals_p(double p) {
  const std::string text = format_p(p);
  return text.front() == '<' ? text : "= " + text;
}

// p_T m / K, at most 1.
double corrected(const network::PairFigures& pair, const PairContext& context) {
  const double k = static_cast<double>(std::max<std::uint64_t>(context.family_k, 1));
  return std::min(1.0, pair.p_t.value_or(1) * static_cast<double>(context.n_pairs) / k);
}

std::string rule_of(const network::PairFigures& pair, const PairContext& context) {
  return fmt::format("p = max(p_T x {}/{}, p_X) = max({}, {}) {}", context.n_pairs, context.family_k,
                     format_p(corrected(pair, context)), format_p(pair.p_x), equals_p(pair.p));
}

std::string accepted_reason(const network::PairFigures& pair, const PairContext& context) {
  return fmt::format(
      "T: {} close pairs of posts, {} expected, p {}. X: {} close units, {} expected, p {}. {}; q {} in a family of "
      "{} "
      "pairs, at most {} is accepted.",
      pair.w_t, format_expected(pair.lambda_t), format_p(pair.p_t.value_or(1)), pair.w_x,
      format_expected(pair.lambda_x), format_p(pair.p_x), rule_of(pair, context), equals_p(context.q), context.family_k,
      format_p(context.alpha));
}

std::string lead_reason(const network::PairFigures& pair, const PairContext& context) {
  return fmt::format(
      "Not a tie: activity cannot be separated from content here (two actions of one hour hit the same object "
      "with chance {:.2f}). X: {} close units, {} expected, p {}; q {} in a family of {} pairs, at most {} is "
      "accepted.",
      context.collision, pair.w_x, format_expected(pair.lambda_x), format_p(pair.p_x), equals_p(context.q),
      context.family_k, format_p(context.alpha));
}

std::string too_few_common_reason(const network::PairFigures& pair, const PairContext& context) {
  constexpr std::string_view k_end = "Not tested is not the same as unrelated.";
  if (context.family_k == 0) {
    return fmt::format("They share {}, and no pair of accounts shares enough objects to pass in this window. {}",
                       objects(pair.common.size()), k_end);
  }
  return fmt::format(
      "Too few common objects to be tested: {} in common could give a p of {:.4g} at best, whatever the times were, "
      "and "
      "each of the pairs in the family of {} can reach {:.4g}. {}",
      objects(pair.common.size()), pair.least_p, context.family_k,
      context.alpha / static_cast<double>(context.family_k), k_end);
}

std::string not_close_reason(const network::PairFigures& pair, const PairContext& context) {
  const auto nearest = std::min_element(pair.common.begin(), pair.common.end(),
                                        [](const auto& x, const auto& y) { return x.gap_us < y.gap_us; });
  const auto gap_us = static_cast<std::int64_t>(std::min<std::uint64_t>(nearest->gap_us, INT64_MAX));
  const std::string gap =
      gap_us < k_us_per_s ? format_duration(gap_us) : format_duration(gap_us / k_us_per_s * k_us_per_s);
  return fmt::format("They share {}, none within {}: the nearest actions are {} apart.", objects(pair.common.size()),
                     window_of(context), gap);
}

std::string one_occasion_reason(const network::PairFigures& pair, const PairContext& context) {
  return fmt::format(
      "They are within {} of each other on {} of {} common objects, which is {} of the two occasions that a "
      "test needs; objects of one post count once.",
      window_of(context), pair.n_close, pair.common.size(), std::min(pair.w_t, pair.w_x));
}

std::string blind_reason(const network::PairFigures& pair, const PairContext& context) {
  return fmt::format(
      "Activity cannot be separated from content here (two actions of one hour hit the same object with chance "
      "{:.2f}): "
      "no pair can be a tie. It is no lead either: X: {} close units, {} expected, p {}; with {} other leads in a "
      "family of "
      "{} pairs, {} would have been enough.",
      context.collision, pair.w_x, format_expected(pair.lambda_x), format_p(pair.p_x), context.others, context.family_k,
      format_p(network::enough_p(context.alpha, context.others, context.family_k)));
}

std::string too_likely_reason(const network::PairFigures& pair, const PairContext& context) {
  const char* decides =
      pair.p_x >= corrected(pair, context)
          ? "X decides: others who shared the same objects are often as close in time"
          : "T decides: with so many actions in the same hours, so many common objects are no surprise";
  return fmt::format(
      "T: {} close pairs of posts, {} expected, p {}. X: {} close units, {} expected, p {}. {}. {}. With {} other "
      "pairs "
      "accepted in a family of {}, {} would have been enough.",
      pair.w_t, format_expected(pair.lambda_t), format_p(pair.p_t.value_or(1)), pair.w_x,
      format_expected(pair.lambda_x), format_p(pair.p_x), rule_of(pair, context), decides, context.others,
      context.family_k, format_p(network::enough_p(context.alpha, context.others, context.family_k)));
}

}  // namespace

const char* name_of(PairVerdict verdict) {
  constexpr std::array<const char*, 12> k_names = {"tie",
                                                   "lead",
                                                   "declared_feed",
                                                   "no_actions",
                                                   "too_coarse",
                                                   "too_few_objects",
                                                   "nothing_common",
                                                   "too_few_common",
                                                   "not_close",
                                                   "one_occasion",
                                                   "blind",
                                                   "too_likely"};
  return k_names[static_cast<std::size_t>(verdict)];
}

const char* title_of(PairVerdict verdict) {
  switch (verdict) {
    case PairVerdict::tie:
      return "tie";
    case PairVerdict::lead:
      return "lead";
    case PairVerdict::not_close:
    case PairVerdict::one_occasion:
    case PairVerdict::blind:
    case PairVerdict::too_likely:
      return "no tie";
    default:
      return "not tested";
  }
}

PairVerdict verdict_of(const network::PairFigures& pair, const PairContext& context) {
  if (pair.declared_a || pair.declared_b) return PairVerdict::declared_feed;
  if (!pair.eligible_a || !pair.eligible_b) return PairVerdict::too_few_objects;
  if (pair.common.empty()) return PairVerdict::nothing_common;
  if (!pair.in_family) return PairVerdict::too_few_common;
  if (pair.n_close == 0) return PairVerdict::not_close;
  if (context.q <= context.alpha) return context.blind ? PairVerdict::lead : PairVerdict::tie;
  if (pair.w_x < 2 || (!context.blind && pair.w_t < 2)) return PairVerdict::one_occasion;
  return context.blind ? PairVerdict::blind : PairVerdict::too_likely;
}

std::string reason_of(PairVerdict verdict, const network::PairFigures& pair, const PairContext& context) {
  switch (verdict) {
    case PairVerdict::tie:
      return accepted_reason(pair, context);
    case PairVerdict::lead:
      return lead_reason(pair, context);
    case PairVerdict::declared_feed:
      return fmt::format(
          "{} on a list of declared feeds or staff: such accounts are counted as outside sharers and are in no pair.",
          pair.declared_a && pair.declared_b ? "Both are"
                                             : fmt::format("{} is", pair.declared_a ? context.a : context.b));
    case PairVerdict::too_few_objects:
      return fmt::format("{} acted on {}, {} on {}; both need at least {}.", context.a, objects(pair.n_actions_a),
                         context.b, objects(pair.n_actions_b), context.min_objects);
    case PairVerdict::nothing_common:
      return fmt::format("They share no object: {} acted on {}, {} on {}.", context.a, objects(pair.n_actions_a),
                         context.b, objects(pair.n_actions_b));
    case PairVerdict::too_few_common:
      return too_few_common_reason(pair, context);
    case PairVerdict::not_close:
      return not_close_reason(pair, context);
    case PairVerdict::one_occasion:
      return one_occasion_reason(pair, context);
    case PairVerdict::blind:
      return blind_reason(pair, context);
    case PairVerdict::too_likely:
      return too_likely_reason(pair, context);
    case PairVerdict::no_actions:
    case PairVerdict::too_coarse:
      break;
  }
  return {};
}

std::string no_actions_reason(std::string_view account, std::uint64_t rows, std::uint64_t without_time,
                              std::uint64_t damaged, std::uint64_t outside) {
  if (rows == 0) return fmt::format("{} has no action here.", account);
  return fmt::format(
      "{} has no action that could be used: of {}, {} have no known time, {} have a damaged id, {} are outside of the "
      "period of the run.",
      account, rows, without_time, damaged, outside);
}

std::string common_group_sentence(std::string_view a, std::string_view b, std::string_view group_id,
                                  std::string_view level) {
  return fmt::format("{} and {} are both in the group {} (level {}).", a, b, group_id, level);
}

std::string differs_from_run_sentence(std::string_view run_id, bool case_has_changed) {
  return fmt::format("These numbers are not those of the run {}: {}. Detect again to compare.", run_id,
                     case_has_changed ? "files or lists were added to the case since"
                                      : "it was made by another version of the program");
}

std::string no_common_group_sentence(std::string_view a, std::string_view b) {
  return fmt::format("{} and {} are in no common group of this run.", a, b);
}

}  // namespace unisono::evidence
