// Every sentence in which unisono says what a number means: claims, innocent explanations, caveats, refusals. One
// catalogue, so that the words can be checked (tests/evidence/wording_test.cpp) and translated. The verbs are bound to
// levels: "is consistent with" = T1, T2, G0; "indicates" = T3, G1; "strongly indicates" = G2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unisono::evidence {

enum class Level : std::uint8_t { count, t1, t2, t3, g0, g1, g2 };

const char* name_of(Level level);   // "0", "T1", ... "G2"
const char* title_of(Level level);  // "same content at the same time", "acting alike", ...

// What a count, a lift and its interval look like in a sentence: "12,345", "3.6", "(2.5-5.1)".
std::string format_count(std::uint64_t n);
std::string format_expected(double value);  // two significant digits, "fewer than 0.01" below that
std::string format_p(double p);             // at most two digits, "< 1e-30" below that
std::string format_share(std::uint64_t part, std::uint64_t whole);  // "44.0 % (16,500 of 37,500)"

std::string_view ranking_sentence();          // of the order of accounts, level 0
std::string_view shared_interest_sentence();  // of pairs at T1
std::string shared_interest_sentence(std::string_view a, std::string_view b, std::uint64_t shared, double expected);
// Bins of one width with too many different accounts (test B, level 0); the strongest of them is told.
struct BurstsInWords {
  std::uint64_t bursts = 0, bins = 0;  // of the bins that are not empty
  std::string width;                   // "1 s"
  std::uint64_t accounts = 0;
  double expected = 0;
  std::string at;
};
std::string burst_sentence(const BurstsInWords& bursts);
std::vector<std::string> burst_explanations();  // ordinary reasons
std::string count_sentence(std::uint64_t n, std::uint64_t total, std::string_view rows, std::string_view what);
std::string tie_sentence(std::string_view a, std::string_view b, std::string_view window, std::uint64_t occasions,
                         double expected);

std::string tie_beyond_habit_sentence(std::string_view a, std::string_view b, double lift, double low, double high);

enum class Background : std::uint8_t { activity, other_sharers, own_habits };  // what G_T, G_X and G_H compare with
std::string group_sentence(std::uint64_t accounts, double lift, double low, double high, Background background);
std::string group_coordinated_sentence(std::uint64_t accounts, const std::vector<std::string>& channels);  // G1

// Ordinary reasons for what was found in a channel; never empty.
std::vector<std::string> innocent_explanations(std::string_view channel, Level level);

// Why this run goes no higher than `level`: one sentence per level above it.
std::vector<std::string> withheld_levels(Level level);

// One condition of T3 or G1 that is not met. `channel` empty = that of the tie.
std::string habit_withheld(std::string_view channel, std::string_view why);
std::string habit_group_withheld();
std::string second_channel_withheld(std::size_t examined);
std::string unstable_withheld(double stability);
std::string background_withheld(double share);
std::string calibration_withheld(std::string_view channel, bool failed);

// What the tests of a channel found in its permuted copies.
struct CopiesInWords {
  std::string_view permutation;  // "bins", "within", "habit"
  std::uint64_t copies = 0;
  double mean_false_ties = 0;
  std::uint64_t false_groups = 0;  // in all copies together
};
std::string calibration_sentence(std::string_view channel, const std::vector<CopiesInWords>& permutations,
                                 std::uint64_t ties_found, std::uint64_t groups_found, bool calibrated);
std::string not_calibrated_sentence(std::string_view channel);  // nothing could be tested

// Test D on copies whose objects were dealt out anew.
struct DegreesInWords {
  std::string_view channel;
  std::uint64_t copies = 0, copies_with_pairs = 0;
  double mean_pairs = 0;  // accepted in a copy
  std::uint64_t pairs_found = 0;
  double alpha = 0;
  bool holds = false;
};
std::string degrees_sentence(const DegreesInWords& degrees);
std::string degrees_not_tried_sentence(std::string_view channel, std::string_view reason);

std::string_view list_caveat();        // above each ranked list
std::string_view similarity_caveat();  // under every comparison of content
std::string_view lower_bound_note();

}  // namespace unisono::evidence
