#include "unisono/evidence/chance_wording.hpp"

#include <fmt/format.h>

#include <cmath>

#include "unisono/core/time.hpp"
#include "unisono/evidence/wording.hpp"

namespace unisono::evidence {
namespace {

// Three significant digits, whole from 100 on.
std::string figure(double value) {
  return value < 100 ? fmt::format("{:.3g}", value) : format_count(static_cast<std::uint64_t>(std::llround(value)));
}

}  // namespace

std::string chance_sentence(std::string_view channel, const network::ChannelCheck& check,
                            const network::ChanceCounts& counts) {
  const std::string window = format_duration(static_cast<std::int64_t>(check.window_us));
  std::string text = fmt::format(
      "{}, {}: {} actions in {} posts ({} with several objects, each one unit) of {} hours. {} pairs of actions of two "
      "accounts lie within {}; {} of them are on one object, where exchanging the objects inside every hour gives {} "
      "(T).",
      channel, window, format_count(check.n_events), format_count(counts.posts), format_count(counts.multi_posts),
      format_count(counts.hours), format_count(counts.close_pairs), window, format_count(counts.co_actions),
      figure(counts.expected));
  if (counts.shared_pairs > 0)
    text += fmt::format(" Of all pairs that share an object {} are that close: the pace of the content (X).",
                        format_share(counts.co_actions, counts.shared_pairs));
  if (check.habit_factor)
    text += fmt::format(" A pair that was close once is {:.1f} times as likely to be close again (F).",
                        *check.habit_factor);
  if (check.blind) {
    text += fmt::format(
        " T cannot be used: two actions of an hour meet on one object with a chance of {:.2f} (above 0.2), or the data "
        "was collected by object.",
        check.collision.value_or(0));
  } else if (check.family_k > 0) {
    text += fmt::format(" Of {} pairs {} could pass at all (K); therefore p of T is multiplied by {}.",
                        format_count(check.n_pairs), format_count(check.family_k),
                        figure(static_cast<double>(check.n_pairs) / static_cast<double>(check.family_k)));
  } else {
    text += fmt::format(" No pair of {} shares enough to be tested alone; groups are.", format_count(check.n_pairs));
  }
  return text;
}

std::vector<std::string> chance_rules(double alpha, std::size_t windows, std::uint32_t min_days, bool weak) {
  const double each = alpha / static_cast<double>(windows == 0 ? 1 : windows);
  return {
      ("Only the first action of an account on an object counts. The unit is the post: objects of one post that two "
       "accounts share are one occasion, however many they are."),
      ("T and G_T: bins of one hour (UTC). Every post keeps its account and its time; the contents of the posts of an "
       "hour are exchanged among them. Expected is the sum, over close pairs of posts, of the chance that two posts of "
       "those hours hold one object; objects that an hour is full of make that chance large."),
      ("X, G_X and G_H: who shared what stays. Expected is how often two sharers of the object are that close (X), "
       "what "
       "other sharers of like delay do (G_X), or what the members' own delays make (G_H)."),
      fmt::format(
          "A pair must pass both T and X. alpha is {} / {} windows = {:.4g}; K is the number of pairs whose "
          "common objects could give a small enough p, and the p of T is multiplied by m / K, m being all pairs.",
          alpha, windows, each),
      fmt::format("Groups: found on one half of the content, pairs with {} at least; tested on the other half at "
                  "alpha / 2 = {:.4g}, then the other way round.",
                  weak ? "one close object" : "two close objects", each / 2),
      fmt::format("Draws of a group test: 999, or 2 x candidates / {:.4g} where that is more. A candidate that cannot "
                  "pass any more is given up early: p above .5, .2 or max(.05, twice that alpha) after 49, 199 or 999 "
                  "draws, or a lift below half of the gate.",
                  each / 2),
      fmt::format("Gate of a group: lower end of the lift at least 3 (habit: 4), on at least 3 objects, {} days and 3 "
                  "accounts.",
                  min_days)};
}

}  // namespace unisono::evidence
