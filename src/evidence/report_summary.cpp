#include "unisono/evidence/report_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "unisono/core/time.hpp"
#include "unisono/evidence/amplification_wording.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::evidence {
namespace {

// "repost within 60 s, text within 10 s": where the group was found.
std::string places_of(const GroupReport& group) {
  std::string places;
  for (const GroupStorySection& section : group.story) {
    places +=
        fmt::format("{}{} within {}", places.empty() ? "" : ", ", section.channel, format_duration(section.window_us));
  }
  return places;
}

// One figure for each main analysis, over all targets.
std::vector<const Figure*> main_figures(const AmplificationReport& report) {
  constexpr std::array<std::string_view, 4> k_analyses = {"A1", "B1", "B4", "B7"};
  // One figure for each main analysis, over all targets.
  std::vector<const Figure*> chosen;
  for (const std::string_view analysis : k_analyses) {
    for (const Figure& figure : report.amplification.figures) {
      if (figure.analysis != analysis || figure.subject != "all targets") continue;
      // Of three shares of the most active accounts that of 1 %.
      if (analysis == "B1" && figure.label.find(" 1 % ") == std::string::npos) continue;
      chosen.push_back(&figure);
      break;
    }
  }
  return chosen;
}

std::string counts_of(const std::vector<Figure>& levels) {
  std::string text;
  for (const Figure& figure : levels) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", figure.label, figure.numerator.value_or(0));
    if (figure.denominator) text += fmt::format(" of {}", *figure.denominator);
  }
  return text;
}

void add_timeless(const ReportData& data, ReportSummary& summary) {
  for (const TimelessReport& report : data.timeless) {
    if (report.ties_in_all > 0)
      summary.found.push_back({std::string(name_of(Level::t1)), "Pairs without times", "timeless",
                               shared_interest_summary_sentence(report.channel, report.ties_in_all)});
    if (report.ranked > 0)
      summary.found.push_back(
          {"0", "Order of accounts", "timeless", timeless_summary_sentence(report.channel, report.ranked)});
  }
}

void add_moments(const ReportData& data, ReportSummary& summary) {
  for (const BurstReport& report : data.bursts)
    summary.found.push_back(
        {"0", fmt::format("Moments of {}", format_duration(report.width_us)), "moments", report.statement});
  if (data.bursts.empty() && data.moments_tested) summary.not_found.emplace_back(no_moment_sentence());
}

}  // namespace

ReportSummary summary_of(const ReportData& data, std::size_t groups) {
  ReportSummary summary;
  summary.counts = counts_of(data.levels);
  for (std::size_t i = 0; i < std::min(groups, data.groups.size()); ++i) {
    const GroupReport& group = data.groups[i];
    summary.found.push_back({std::string(name_of(group.level)), fmt::format("Group {} ({})", i + 1, places_of(group)),
                             group.group_id, group.statement});
  }
  if (data.groups_in_all > groups)
    summary.found.push_back({"", "", "", fmt::format("And {} more groups.", data.groups_in_all - groups)});
  for (const TieReport& ties : data.ties) {
    summary.found.push_back({std::string(name_of(ties.level)), "Pairs", fmt::format("ties-{}", name_of(ties.level)),
                             ties_sentence(ties.level)});
  }
  if (data.amplification) {
    for (const Figure* figure : main_figures(*data.amplification))
      summary.found.push_back({"0", "Amplification", "amplification", figure_sentence(*figure)});
  }
  const bool shares = std::any_of(data.timeless.begin(), data.timeless.end(),
                                  [](const TimelessReport& report) { return report.ties_in_all > 0; });
  if (data.groups.empty() && data.ties.empty() && !shares)
    summary.found.push_back({"", "", "", std::string(nothing_found_sentence())});

  add_timeless(data, summary);
  add_moments(data, summary);
  if (data.groups.empty()) summary.not_found.emplace_back(no_group_sentence());
  if (data.ties.empty()) summary.not_found.emplace_back(no_tie_sentence());
  for (const Level level : {Level::g1, Level::t3}) {
    const std::string sentence = level_not_given_sentence(level);
    if (std::find(data.not_established.begin(), data.not_established.end(), sentence) != data.not_established.end())
      summary.not_found.push_back(sentence);
  }
  if (data.planting.sentences.empty()) {
    summary.not_found.push_back(nothing_planted_sentence(data.planting.command));
  } else {
    for (const std::string& sentence : data.planting.sentences)
      summary.not_found.push_back("What these tests could have seen: " + sentence);
  }
  summary.not_found.emplace_back(nobody_named_sentence());

  summary.not_tested = data.not_testable_brief;
  if (!data.moments_not_testable.empty()) summary.not_tested.push_back(data.moments_not_testable);
  if (summary.not_tested.empty()) summary.not_tested.emplace_back(all_tested_sentence());
  return summary;
}

}  // namespace unisono::evidence
