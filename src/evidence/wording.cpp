#include "unisono/evidence/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace unisono::evidence {

const char* name_of(Level level) {
  constexpr std::array<const char*, 7> k_names = {"0", "T1", "T2", "T3", "G0", "G1", "G2"};
  return k_names[static_cast<std::size_t>(level)];
}

const char* title_of(Level level) {
  constexpr std::array<const char*, 7> k_titles = {
      "count",       "shared interest",   "same content at the same time", "synchronised beyond habit", "acting alike",
      "coordinated", "likely inauthentic"};
  return k_titles[static_cast<std::size_t>(level)];
}

std::string format_count(std::uint64_t n) {
  std::string text = fmt::format("{}", n);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string format_expected(double value) {
  if (value < 0.01) return "fewer than 0.01";
  return value >= 99.5 ? fmt::format("{:.0f}", value) : fmt::format("{:.2g}", value);
}

std::string format_p(double p) {
  if (p < 1e-30) return "< 1e-30";
  return p >= 0.001 ? fmt::format("{:.2g}", p) : fmt::format("{:.1e}", p);
}

std::string format_share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "no rows";
  return fmt::format("{:.1f} % ({} of {})", 100.0 * static_cast<double>(part) / static_cast<double>(whole),
                     format_count(part), format_count(whole));
}

std::string_view ranking_sentence() {
  return "An account high in this order shares rare content with a dense group. It is an order, not a test, and has a "
         "first "
         "place on any data (level 0).";
}

std::string_view shared_interest_sentence() {
  return "These pairs have more objects in common than the activity of both and the popularity of the objects explain. "
         "This "
         "is consistent with a shared interest, and everybody with one interest passes (level T1).";
}

std::string shared_interest_sentence(std::string_view a, std::string_view b, std::uint64_t shared, double expected) {
  return fmt::format(
      "{} and {} acted on {} of the same objects; {} were expected from their activity and the objects' popularity. "
      "This "
      "is consistent with shared interest.",
      a, b, format_count(shared), format_expected(expected));
}

std::string count_sentence(std::uint64_t n, std::uint64_t total, std::string_view rows, std::string_view what) {
  return fmt::format("{} of {} {} in this data set {}.", format_count(n), format_count(total), rows, what);
}

std::string burst_sentence(const BurstsInWords& bursts) {
  return fmt::format(
      "{} of {} moments of {} with posts in this data set hold more different accounts than the five minutes on each "
      "side explain. The one that stands out most: {} accounts at {}, where {} {} expected. Breaking news, a goal, a "
      "push "
      "message and schedulers make such moments too.",
      format_count(bursts.bursts), format_count(bursts.bins), bursts.width, format_count(bursts.accounts), bursts.at,
      format_expected(bursts.expected), bursts.expected < 0.01 || bursts.expected > 1 ? "were" : "was");
}

std::vector<std::string> burst_explanations() {
  return {"something happened in that second that many accounts saw: a goal, a verdict, a broadcast",
          "a push message or an e-mail to many subscribers", "scheduling tools that post at a full minute or hour",
          "times that an export rounded"};
}

std::string tie_sentence(std::string_view a, std::string_view b, std::string_view window, std::uint64_t occasions,
                         double expected) {
  return fmt::format(
      "{} and {} acted on the same object within {} on {} occasions; {} were expected in those hours. This is "
      "consistent with a shared "
      "trigger, for example notifications, and is not by itself a sign of coordination.",
      a, b, window, occasions, format_expected(expected));
}

std::string tie_beyond_habit_sentence(std::string_view a, std::string_view b, double lift, double low, double high) {
  return fmt::format(
      "{} and {} acted on the same content at the same time beyond activity and pace, and belong to a group that does "
      "so {:.1f} times as often ({:.1f}-{:.1f}) as its members' own habits explain, on objects not used to find it. "
      "This indicates synchronisation.",
      a, b, lift, low, high);
}

std::string group_sentence(std::uint64_t accounts, double lift, double low, double high, Background background) {
  constexpr std::array<const char*, 3> k_backgrounds = {"their activity in those hours",
                                                        "other sharers of the same content", "their own habits"};
  return fmt::format(
      "{} accounts picked the same content at the same time {:.1f} times as often ({:.1f}-{:.1f}) as {} would explain, "
      "on objects not "
      "used to find them. This is consistent with a shared trigger or a shared audience, and is not by itself a sign "
      "of coordination.",
      accounts, lift, low, high, k_backgrounds[static_cast<std::size_t>(background)]);
}

std::string group_coordinated_sentence(std::uint64_t accounts, const std::vector<std::string>& channels) {
  std::vector<std::string> reasons;
  for (const std::string& channel : channels) {
    for (std::string& reason : innocent_explanations(channel, Level::g1)) {
      if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(std::move(reason));
    }
  }
  return fmt::format(
      "{} accounts act together beyond chance, shared interest and habit in {}. This indicates coordination. "
      "Coordination can be open and legitimate: {}.",
      accounts, fmt::join(channels, " and "), fmt::join(reasons, "; "));
}

std::vector<std::string> innocent_explanations(std::string_view channel, Level level) {
  std::vector<std::string> reasons = {"followers of one account who are notified at the same moment",
                                      "a live event that everybody comments on",
                                      "one person or newsroom that runs several accounts openly"};
  if (channel == "repost") reasons.emplace_back("fans who repost whatever their favourite account posts");
  if (channel == "link" || channel == "domain")
    reasons.emplace_back("share buttons and news tools that post the same link");
  if (channel == "hashtag" || channel == "hashtag_seq")
    reasons.emplace_back("an open campaign that asks people to use a tag at a given hour");
  if (channel == "text") reasons.emplace_back("headlines, quotations, prayers or texts that a share button fills in");
  if (channel == "reply" || channel == "mention")
    reasons.emplace_back("critics or admirers who answer the same account");
  if (level == Level::g0 || level == Level::g1)
    reasons.emplace_back("members of an association, a party or a fan club who act together and say so");
  return reasons;
}

std::vector<std::string> withheld_levels(Level level) {
  std::vector<std::string> reasons;
  if (level == Level::count) {
    reasons.emplace_back(
        "T2 (same content at the same time) needs pairs that pass both tests; the table of checks says why none did.");
  }
  if (level == Level::t1) {
    reasons.emplace_back(
        "T2 (same content at the same time) needs times; those of this channel are not known, or not well enough.");
  }
  if (level == Level::g0 || level == Level::g1) {
    reasons.emplace_back(
        "G2 (likely inauthentic) needs G1 and two kinds of deception signals against a comparison group; neither was "
        "examined.");
  }
  reasons.emplace_back(
      "Who runs these accounts is not a question that this data can answer; the program never names anyone.");
  return reasons;
}

std::string habit_withheld(std::string_view channel, std::string_view why) {
  return fmt::format(
      "G1 (coordinated) needs a group that acts together more than its members' own habits explain; in the channel {}: "
      "{}.",
      channel, why);
}

std::string habit_group_withheld() {
  return "T3 (synchronised beyond habit) needs both accounts in one group that passed the habit test on held-out "
         "objects; they are in none.";
}

std::string second_channel_withheld(std::size_t examined) {
  if (examined == 0)
    return "G1 (coordinated) needs a second, independent channel; these accounts act in one channel only.";
  return fmt::format("G1 (coordinated) needs a second, independent channel; in {} it was tested and did not pass.",
                     examined == 1 ? "one other channel" : fmt::format("{} other channels", examined));
}

std::string unstable_withheld(double stability) {
  return fmt::format(
      "G1 (coordinated) needs a stable group; other starting points of the search put only {:.0f} % of the pairs of "
      "its "
      "members together.",
      100 * stability);
}

std::string background_withheld(double share) {
  return fmt::format(
      "T3 (synchronised beyond habit) needs a comparison public; only {:.0f} % of the actions are by accounts outside "
      "the groups.",
      100 * share);
}

std::string calibration_withheld(std::string_view channel, bool failed) {
  const std::string where = channel.empty() ? std::string("this channel") : fmt::format("the channel {}", channel);
  if (failed)
    return fmt::format(
        "The tests of {} gave too many results on permuted data (see calibrate): nothing above T2 and G0 is said on "
        "it.",
        where);
  return fmt::format(
      "The tests of {} were not tried on permuted data: run `unisono run` or `unisono detect --calibrate`.", where);
}

std::string calibration_sentence(std::string_view channel, const std::vector<CopiesInWords>& permutations,
                                 std::uint64_t ties_found, std::uint64_t groups_found, bool calibrated) {
  std::vector<std::string> parts;
  for (const CopiesInWords& one : permutations) {
    // Ties are no question of `habit`, which leaves more than pairs can be tested for.
    const char* what = one.permutation == "bins"     ? "objects exchanged inside each hour"
                       : one.permutation == "within" ? "times exchanged among the sharers of each object"
                                                     : "times exchanged among sharers of like habit";
    const std::string ties = one.permutation == "habit"
                                 ? std::string()
                                 : fmt::format("{:.2f} ties a copy by chance and ", one.mean_false_ties);
    parts.push_back(
        fmt::format("in {} copies with {} {}{} groups by chance in all", one.copies, what, ties, one.false_groups));
  }
  const auto counted = [](std::uint64_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  };
  return fmt::format("The tests of the channel {} found {} and {} in the data; {}. {}", channel,
                     counted(ties_found, "tie"), counted(groups_found, "group"), fmt::join(parts, ", "),
                     calibrated ? "They are calibrated on this data."
                                : "That is too many: nothing above T2 and G0 is said on this channel.");
}

std::string not_calibrated_sentence(std::string_view channel) {
  return fmt::format("In the channel {} no window could be tested, so there was nothing to try on permuted data.",
                     channel);
}

std::string degrees_sentence(const DegreesInWords& degrees) {
  return fmt::format(
      "In the channel {} test D accepts {} pair{} in the data; in {} copies with objects dealt out anew, every account "
      "and object keeping its number, it accepted pairs in {}, {:.2f} a copy. {}",
      degrees.channel, degrees.pairs_found, degrees.pairs_found == 1 ? "" : "s", degrees.copies,
      degrees.copies_with_pairs, degrees.mean_pairs,
      degrees.holds
          ? fmt::format("That agrees with its level of {:.2g}.", degrees.alpha)
          : fmt::format("That is more than its level of {:.2g} allows: its pairs say nothing here.", degrees.alpha));
}

std::string degrees_not_tried_sentence(std::string_view channel, std::string_view reason) {
  return fmt::format("In the channel {} test D could not be tried: {}.", channel, reason);
}

std::string_view list_caveat() {
  return "Being on this list is not a finding about a person. It says that an account's actions were counted here, and "
         "nothing about "
         "who uses it or why.";
}

std::string_view similarity_caveat() {
  return "Similar content is not an indication of control.";
}

std::string_view lower_bound_note() {
  return "Some objects were left out of the count; every number here is a lower bound, and a pair that is absent may "
         "not be called "
         "unrelated.";
}

}  // namespace unisono::evidence
