// Every sentence of the report that is not a claim (those stand in wording.hpp): methods, captions of pictures, what is
// not established. One catalogue, so that the words can be checked and translated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/evidence/group_sweep.hpp"
#include "unisono/evidence/run_settings.hpp"
#include "unisono/evidence/wording.hpp"
#include "unisono/store/indicator_tables.hpp"

namespace unisono::evidence {

// One test in plain words.
struct MethodText {
  std::string_view name;        // "T, activity"
  std::string_view question;    // what it asks
  std::string_view chance;      // what counts as chance: the null model
  std::string_view assumes;     // and how it misleads
  std::string_view references;  // "" = the program's own
};
std::vector<MethodText> method_texts();

// The rules around the tests, with the numbers of this run: multiplicity, windows and alpha, halves, gate, seeds.
std::vector<std::string> method_rules(const RunSettings& settings);

std::string_view measured_sentence();      // what an action is
std::string_view joining_sentence();       // accounts that act with a group
std::string_view checks_sentence();        // how to read the table of checks
std::string_view claim_ladder_sentence();  // what the levels mean
std::string ties_sentence(Level level);    // above a table of ties
std::string_view leads_sentence();
std::string_view reply_sentence();
std::string_view pseudonyms_sentence();
std::string_view calibration_sentence();  // what calibration does, and what its picture shows

std::string_view planting_sentence();                            // what was planted, and how to read the table
std::string nothing_planted_sentence(std::string_view command);  // what to type

std::string_view permutation_title(std::string_view permutation);  // "bins" -> what is exchanged

std::string not_testable_sentence(std::string_view channel, const std::vector<std::string>& windows,
                                  std::string_view reason);
// A verdict of channel_check, and where it stands: "repost (10 s)".
std::string verdict_sentence(std::string_view verdict, const std::vector<std::string>& where);
std::string candidates_failed_sentence(std::uint64_t tests);
std::string_view nothing_found_sentence();
std::string_view nobody_named_sentence();
std::string_view all_tested_sentence();
std::string_view no_tie_sentence();
std::string_view no_group_sentence();
std::string level_not_given_sentence(Level level);
std::string_view not_calibrated_sentence();
std::vector<std::string> never_established();  // whatever the data

// Titles and descriptions of pictures: the text for those who do not see them.
std::string timeline_description(std::uint64_t actions, std::uint64_t together, std::string_view channel,
                                 std::string_view window, std::string_view bin, std::string_view first,
                                 std::string_view last);
// `within`: gaps of the class ends up to the window. Only objects that others shared too.
std::string lags_description(std::uint64_t gaps, std::uint64_t within, double expected_within, bool has_expected,
                             std::string_view window);

std::string_view group_channels_sentence();  // how to read the table of channels of a group
std::string_view second_opinion_sentence();
std::string agreement_label(const store::SecondOpinionRow& opinion);  // follows "9 of 10 accounts"
std::string_view timeless_sentence();                                 // why there is an order without times
std::string_view no_shared_interest_sentence();
std::string timeless_summary_sentence(std::string_view channel, std::uint64_t accounts);
std::string shared_interest_summary_sentence(std::string_view channel, std::uint64_t pairs);
std::string_view moments_sentence();  // what bursts are
std::string_view no_moment_sentence();
std::string moments_not_tested_sentence(const std::vector<std::string>& widths, std::string_view reason);
std::string bursts_over_time_description(std::size_t drawn, std::uint64_t total);
std::string burst_surroundings_description(std::uint64_t accounts, double expected, std::string_view width);
// What a sweep shows, with its main numbers, at the window of the group's test.
std::string sweep_description(const GroupSweep& sweep, std::int64_t window_us);
std::string sweep_sentence(const GroupSweep& sweep);  // who is compared, what the copies are, what is left out

std::string weeks_description(std::uint64_t part, std::uint64_t whole, std::size_t weeks);
std::string_view lorenz_description();

std::string_view amplification_sentence();  // what these counts are
std::string rule_sentence(std::string_view rule);
std::string innocent_sentence(std::string_view reasons);

}  // namespace unisono::evidence
