#include "unisono/evidence/wording.hpp"

#include <fmt/format.h>

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
  return fmt::format("{}", n);
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
  return fmt::format("{:.1f} % ({} of {})", 100.0 * static_cast<double>(part) / static_cast<double>(whole), part,
                     whole);
}

std::string count_sentence(std::uint64_t n, std::uint64_t total, std::string_view rows, std::string_view what) {
  return fmt::format("{} of {} {} in this data set {}.", n, total, rows, what);
}

std::string tie_sentence(std::string_view a, std::string_view b, std::string_view window, std::uint64_t occasions,
                         double expected) {
  return fmt::format(
      "{} and {} acted on the same object within {} on {} occasions; {} were expected in those hours. This is "
      "consistent with a shared "
      "trigger, for example notifications, and is not by itself a sign of coordination.",
      a, b, window, occasions, format_expected(expected));
}

std::string group_sentence(std::uint64_t accounts, double lift, double low, double high, Background background) {
  return fmt::format(
      "{} accounts picked the same content at the same time {:.1f} times as often ({:.1f}-{:.1f}) as {} would explain, "
      "on objects not "
      "used to find them. This is consistent with a shared trigger or a shared audience, and is not by itself a sign "
      "of coordination.",
      accounts, lift, low, high,
      background == Background::activity ? "their activity in those hours" : "other sharers of the same content");
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
  if (level == Level::g0)
    reasons.emplace_back("members of an association, a party or a fan club who act together and say so");
  return reasons;
}

std::vector<std::string> withheld_levels(Level level) {
  std::vector<std::string> reasons;
  if (level == Level::count) {
    reasons.emplace_back(
        "T2 (same content at the same time) needs pairs that pass both tests; the table of checks says why none did.");
  }
  if (level == Level::t2) {
    reasons.emplace_back(
        "T3 (synchronised beyond habit) needs a group that passed the habit test on held-out objects; this version "
        "does not run that test.");
  }
  if (level == Level::g0) {
    reasons.emplace_back(
        "G1 (coordinated) needs the habit test in one channel and a second, independent channel, and a calibrated run; "
        "this version does "
        "not run the habit test.");
    reasons.emplace_back(
        "G2 (likely inauthentic) needs G1 and two kinds of deception signals against a comparison group; neither was "
        "examined.");
  }
  reasons.emplace_back(
      "Who runs these accounts is not a question that this data can answer; the program never names anyone.");
  return reasons;
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
