#include "unisono/evidence/report_wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "unisono/core/time.hpp"

namespace unisono::evidence {

std::vector<MethodText> method_texts() {
  return {
      {"T, activity (ties)", "Do two accounts meet on objects more often than their posts of those hours explain?",
       "All times and accounts stay; the objects of every hour (UTC) are exchanged among its posts. Exact tail of a "
       "sum "
       "of unequal chances.",
       "That inside an hour objects are exchangeable. Holds activity, time zone, day rhythm and breaking news fixed. "
       "Misleads for fans of one account and for live events; says nothing where an hour has few objects.",
       "Hoeffding 1956, Annals of Mathematical Statistics 27, 713."},
      {"X, pace (ties)", "Are two accounts closer in time on the objects that they share than other sharers of them?",
       "Who shared what stays; the times are exchanged among the sharers of an object, the pair itself left out.",
       "That sharers of an object are exchangeable in time. Misleads for accounts that wake at the same hours or "
       "follow "
       "the same notifications; nearly silent where nobody else shares the objects.",
       "Berger 1982, Technometrics 24, 295 (the larger of two p-values)."},
      {"G_T, activity (groups)", "Do the members of a group meet on objects more often than their activity explains?",
       "As T, for all pairs of members at once, by permutation; on the half of the objects not used to find the group.",
       "As T. Few objects that carry all meetings make the interval too short; the gate therefore asks for objects, "
       "days and accounts.",
       "Besag, Clifford 1989, Biometrika 76, 633; Phipson, Smyth 2010, Statistical Applications in Genetics and "
       "Molecular Biology 9, 39; Garwood 1936, Biometrika 28, 437 (interval)."},
      {"G_X, pace (groups)", "Are members closer in time than other sharers of the same objects with similar delays?",
       "Each member's time is drawn from outside sharers of the object of the same stratum of delay.",
       "That outside sharers of similar delay are a fair comparison. Fans with notifications pass it.",
       "Efron, Tibshirani 1993, An Introduction to the Bootstrap (interval)."},
      {"G_H, habit (groups)", "Do members act together beyond their own habits?",
       "A member's delay since publication is drawn from its own delays on other objects, first those on objects of "
       "the same source; the times of publication must be known.",
       "That an account's delays on other objects say how it would act on these. No archive of a real operation with "
       "a public around it has confirmed this test yet.",
       ""},
      {"J, joining (accounts)", "Does an account outside a group act beside its members more often than by chance?",
       "All times and accounts stay; a post is beside a member by chance as often as the other posts of its hour are, "
       "and "
       "as often as they would be at its own moment: the larger p counts. Exact tails of sums of unequal chances, "
       "corrected over all accounts and groups.",
       "As T. Ordinary followers of the group pass it: who joins acts with the group and never becomes a member.", ""},
      {"D, degrees (pairs without times)",
       "Do two accounts have more objects in common than activity and popularity explain?",
       "Who has what at random, with every account's number of objects and every object's number of sharers held on "
       "average; objects of at most 50 sharers count. Benjamini and Hochberg over all pairs. Used only where times are "
       "not usable.",
       "That objects are exchangeable given these numbers. Everybody with one interest passes it.",
       "Saracco et al. 2017, New Journal of Physics 19, 053022."},
      {"B, moments (bursts)", "Do more different accounts act in one moment than the minutes around it explain?",
       "The rate of the five minutes on each side, the moment and two neighbours left out; counts spread as a negative "
       "binomial with variance mu + 0.05 mu^2. Benjamini and Hochberg at 1 % over the moments that are not empty, for "
       "each width apart; at least 3 accounts and three times as many as expected.",
       "That inside ten minutes the rate is one rate. Misleads for breaking news, live events, push messages, and for "
       "schedulers that post at a full minute.",
       ""},
      {"Finding groups", "Which accounts could be a group?",
       "Pairs with several close objects are joined, communities are found by the Leiden algorithm on one half of the "
       "objects; only the other half tests them, then the halves change places.",
       "A community may hold two groups, or a group and a stray account: the test speaks about the whole.",
       "Traag, Waltman, van Eck 2019, Scientific Reports 9, 5233."},
      {"Calibration", "How often do these tests find something in data that holds nothing?",
       "The same data with objects exchanged inside hours, or times exchanged among the sharers of an object, twenty "
       "times each.",
       "It is the tests' own idea of chance. How often they err on a real public is not established.", ""},
  };
}

std::vector<std::string> method_rules(const RunSettings& settings) {
  std::vector<std::string> windows;
  for (const std::int64_t window_us : settings.windows_us) windows.push_back(format_duration(window_us));
  const auto n = static_cast<double>(windows.empty() ? 1 : windows.size());
  std::vector<std::string> rules;
  rules.push_back(
      fmt::format("Only the first action of an account on an object counts. Windows: {}. Each window is tested at "
                  "alpha / number of "
                  "windows = {} / {} = {:.4g}; channels are tested and worded apart.",
                  fmt::join(windows, ", "), settings.alpha, n, settings.alpha / n));
  rules.push_back(
      "A pair is a tie if it passes both tests: p = max(p_T m/K, p_X), where m is the number of all pairs and K that "
      "of "
      "the pairs which could have passed at all (Tarone 1990, Biometrics 46, 515); the expected share of ties by "
      "chance "
      "is held by Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57, 289) among those K.");
  rules.push_back(fmt::format(
      "A group must pass on objects not used to find it, in one of two directions, each at half the level and "
      "corrected "
      "over all candidates; the lower end of its lift must be at least 3 (habit test: see the table), on at least 3 "
      "objects, {} days and 3 accounts.",
      settings.min_days));
  rules.emplace_back(
      "G1 needs the habit test in one channel and a second, independent channel: its test is made again after all "
      "posts "
      "with a close co-action in the first channel are left out. Both channels must be calibrated and the group "
      "stable.");
  rules.push_back(
      fmt::format("Seeds: {} (everything random), {} (which half an object falls into). The same data, "
                  "options and seeds give the same numbers, for any number of processors.",
                  settings.seed, settings.split_seed));
  if (!settings.since.empty() || !settings.until.empty()) {
    rules.push_back(fmt::format("Only actions {}{}{} were tested.",
                                settings.since.empty() ? "" : "from " + settings.since,
                                settings.since.empty() || settings.until.empty() ? "" : " ",
                                settings.until.empty() ? "" : "before " + settings.until));
  }
  if (settings.weak) rules.emplace_back("Pairs were screened with one close object instead of several (--weak).");
  if (settings.allow_lossy) rules.emplace_back("Ids that a spreadsheet has damaged were used (--allow-lossy).");
  return rules;
}

std::string_view measured_sentence() {
  return "An action is one account acting on one object at one time: reposting a post, answering it, using a link, a "
         "hashtag, a text. For each channel and time window the program asks which pairs and groups of accounts act on "
         "the same objects at the same time more often than their activity in those hours and the pace of the content "
         "explain.";
}

std::string_view joining_sentence() {
  return "These accounts are not members. Their posts stand beside those of members more often than other posts of the "
         "same hours do; ordinary followers of the group look the same. They are no ground for adding anybody else.";
}

std::string_view checks_sentence() {
  return "c bar is the chance that two actions of one hour meet on one object: above 0.2 activity cannot be separated "
         "from content. Family K is the number of pairs that could have been found at all, least p the smallest "
         "p-value "
         "that a pair could have, smallest group the smallest that could pass. Background is the share of actions by "
         "accounts outside every group found. Habit F says how much likelier a pair that was close once is to be close "
         "again.";
}

std::string_view claim_ladder_sentence() {
  return "Levels are bound to words: T2 and G0 say \"is consistent with\", T3 and G1 say \"indicates\". A count (level "
         "0) says nothing about a reason. A level that is not given is not an acquittal, and no level names who is "
         "behind an account.";
}

std::string ties_sentence(Level level) {
  if (level == Level::t3) {
    return "Each pair acted on the same content at the same time beyond activity and pace, and both belong to a group "
           "that does so beyond its members' own habits. This indicates synchronisation (level T3).";
  }
  return "Each pair acted on the same object within the window more often than both tests expect. This is consistent "
         "with a shared trigger, for example notifications, and is not by itself a sign of coordination (level T2).";
}

std::string_view leads_sentence() {
  return "Where activity cannot be separated from content, pairs that are closer than other sharers of the same "
         "content "
         "are listed as leads (level 0). They open nothing by themselves.";
}

std::string_view reply_sentence() {
  return "Before anything here is published, the accounts and institutions concerned should be asked, with enough time "
         "to answer, and their answer belongs into the publication.";
}

std::string_view pseudonyms_sentence() {
  return "Accounts are called by number (their rank in this case). Only accounts on a list of targets or of public "
         "accounts are named.";
}

std::string_view calibration_sentence() {
  return "The same tests ran on permuted copies of this data, in which nothing is left to find. Each picture compares "
         "their p-values with what chance gives: marks on the dashed line are as they should be, marks above it are "
         "too "
         "small too often. Marks below it mean caution, not error. Each test is shown on the copies in which what it "
         "asks for is gone: what is left in the others, it may rightly find.";
}

std::string_view planting_sentence() {
  return "Ordinary accounts of this data were made to act together in copies of it, on things that others did too, and "
         "the tests were asked to find them. A squad counts as found when one group holds at least half of it and "
         "little "
         "else, or when half of its accounts have a tie with another of them. A row without a window stands for all "
         "windows together. Real groups may act in other ways, and be harder or easier to find; the level G1 needs a "
         "second channel as well, which is not tried here.";
}

std::string nothing_planted_sentence(std::string_view command) {
  return fmt::format(
      "What these tests could have seen was not tried on this data. It takes many times as long as the tests: {}",
      command);
}

std::string_view permutation_title(std::string_view permutation) {
  if (permutation == "none") return "the data itself";
  if (permutation == "bins") return "objects exchanged inside every hour";
  if (permutation == "within") return "times exchanged among the sharers of each object";
  if (permutation == "habit") return "times exchanged among sharers of like habit";
  return permutation == "fastball" ? "objects dealt out anew, every account and object keeping its number"
                                   : permutation;
}

std::string not_testable_sentence(std::string_view channel, const std::vector<std::string>& windows,
                                  std::string_view reason) {
  return fmt::format("{} within {}: {}", channel, fmt::join(windows, ", "), reason);
}

std::string verdict_sentence(std::string_view verdict, const std::vector<std::string>& where) {
  const std::string_view meaning =
      verdict == "too_coarse"        ? "Times are not exact enough"
      : verdict == "blind"           ? "Activity cannot be separated from content (no ties, only leads)"
      : verdict == "too_little_data" ? "Too few common objects for pairs (groups were tested)"
      : verdict == "no_events"       ? "No actions with a known time"
                                     : verdict;
  return fmt::format("{}: {}.", meaning, fmt::join(where, ", "));
}

std::string candidates_failed_sentence(std::uint64_t tests) {
  return fmt::format(
      "{} tests of candidate groups did not pass; the candidates are not named here and stand in the table "
      "`group_test`.",
      tests);
}

std::string_view nothing_found_sentence() {
  return "Nothing was found that chance, activity and the pace of the content do not explain.";
}

std::string_view nobody_named_sentence() {
  return "Who runs these accounts is not a question that this data can answer.";
}

std::string_view all_tested_sentence() {
  return "Every channel of this data was tested in full.";
}

std::string_view no_tie_sentence() {
  return "No pair of accounts passed both tests. Pairs with too few common objects cannot be tested at all.";
}

std::string_view no_group_sentence() {
  return "No group passed its test on objects that were not used to find it.";
}

std::string level_not_given_sentence(Level level) {
  return fmt::format(
      "Nothing is at level {} ({}); the reasons under \"What was not established\" say which condition was missing.",
      name_of(level), title_of(level));
}

std::string_view not_calibrated_sentence() {
  return "The tests were not tried on permuted copies of this data: nothing above T2 and G0 can be said.";
}

std::vector<std::string> never_established() {
  return {"Whether any account misleads about who uses it (G2) was not examined.",
          "Who runs these accounts, on whose behalf and why is not a question that this data can answer.",
          "Not testable is not the same as innocent, and not found is not the same as absent."};
}

std::string timeline_description(std::uint64_t actions, std::uint64_t together, std::string_view channel,
                                 std::string_view window, std::string_view bin, std::string_view first,
                                 std::string_view last) {
  return fmt::format(
      "{} of {} first actions of the members in the channel {} came within {} of another member's action on the same "
      "object. One bar is {}, from {} to {}.",
      format_count(together), format_count(actions), channel, window, bin, first, last);
}

std::string lags_description(std::uint64_t gaps, std::uint64_t within, double expected_within, bool has_expected,
                             std::string_view window) {
  std::string text = fmt::format(
      "On objects that others shared too there are {} gaps from one member to the next; {} of them are at most {}.",
      format_count(gaps), format_count(within), window);
  if (gaps > 0 && has_expected) {
    text += fmt::format(
        " If the members were drawn at random from all sharers of each object, {} would be (dashed line, exact mean).",
        format_expected(expected_within));
  }
  if (!has_expected) text += " There is no expected line: nobody else shared these objects, or too many did.";
  return text;
}

std::string_view group_channels_sentence() {
  return "Channels: p of a channel is the smallest of its tests times their number; together is the Cauchy "
         "combination, "
         "which may rest on one channel, so it stands beside each one's share of the sum of -log10 p and beside what "
         "is "
         "left without it. Found without is the group with most of these members that other channels found, and p "
         "without what its tests in this channel say of it.";
}

std::string_view second_opinion_sentence() {
  return "Two other methods looked at the same channel and window, without halves and without the group: which "
         "accounts "
         "hang together by pairs that were tested one by one, and which block of accounts and objects is denser than "
         "the "
         "rest. That they agree makes a group no more certain, and that they do not makes it no less: they see other "
         "things, and no level depends on them.";
}

std::string agreement_label(const store::SecondOpinionRow& opinion) {
  if (opinion.members == 0) {
    const std::string_view what = opinion.method == "pieces"     ? "one piece of tied accounts"
                                  : opinion.method == "clusters" ? "one stable cluster of ties"
                                                                 : "one dense block";
    return fmt::format("stand together in {} ({}): {}", what, opinion.channel, opinion.reason);
  }
  const std::string set = format_count(static_cast<std::uint64_t>(opinion.accounts));
  if (opinion.method == "pieces")
    return fmt::format("hang together by ties, in a piece of {} accounts ({})", set, opinion.channel);
  if (opinion.method == "clusters")
    return fmt::format("stand in one cluster of ties that comes out alike whatever the seed, of {} accounts ({})", set,
                       opinion.channel);
  std::string label =
      fmt::format("stand in one dense block of {} accounts and {} objects ({})", set,
                  format_count(static_cast<std::uint64_t>(opinion.objects.value_or(0))), opinion.channel);
  if (opinion.copies)
    label += fmt::format("; {} of {} random tables with the same totals hold a block as dense",
                         opinion.as_dense.value_or(0), *opinion.copies);
  return label;
}

std::string_view timeless_sentence() {
  return "In these channels times are missing or too coarse, so nothing can be said about who acts at the same time. "
         "What "
         "is left is who has the same rare content: an order of accounts, which is not a test, and pairs that have "
         "more "
         "in common than the activity of both and the popularity of the objects explain.";
}

std::string_view no_shared_interest_sentence() {
  return "No pair of accounts has more objects in common than activity and popularity explain.";
}

std::string timeless_summary_sentence(std::string_view channel, std::uint64_t accounts) {
  return fmt::format(
      "Without usable times in the channel {}, {} accounts stand in an order by the rare content that they share with "
      "a "
      "dense group. It is an order, not a test, and has a first place on any data.",
      channel, format_count(accounts));
}

std::string shared_interest_summary_sentence(std::string_view channel, std::uint64_t pairs) {
  return fmt::format(
      "{} pairs in the channel {} have more objects in common than the activity of both and the popularity of the "
      "objects "
      "explain. This is consistent with shared interest.",
      format_count(pairs), channel);
}

std::string_view moments_sentence() {
  return "For each moment of 1, 5 and 10 s the program counts the different accounts that posted anything, and "
         "compares "
         "with the five minutes on each side. A moment that holds far more is noted. This says something about a "
         "moment, "
         "not about an account: it opens no level and enters no test of pairs or groups.";
}

std::string_view no_moment_sentence() {
  return "No moment of 1 to 10 s holds more different accounts than the minutes around it explain.";
}

std::string moments_not_tested_sentence(const std::vector<std::string>& widths, std::string_view reason) {
  return fmt::format("Moments of {}: {}.", fmt::join(widths, ", "), reason);
}

std::string bursts_over_time_description(std::size_t drawn, std::uint64_t total) {
  return fmt::format(
      "Each bar is one of {} moments{}: as high as the different accounts that posted in it. The dash is what the "
      "minutes around it lead to expect.",
      format_count(total),
      drawn < total ? fmt::format(", of which the {} strongest are drawn", format_count(drawn)) : "");
}

std::string burst_surroundings_description(std::uint64_t accounts, double expected, std::string_view width) {
  return fmt::format(
      "Different accounts in each {} of the five minutes before and after. The filled bar holds {}; the dashed line is "
      "what was expected: {}.",
      width, format_count(accounts), format_expected(expected));
}

std::string sweep_description(const GroupSweep& sweep, std::int64_t window_us) {
  std::string text = fmt::format(
      "Pairs of the group that act together on at least two objects, as the window grows ({}).", sweep.channel);
  const std::uint64_t pairs = sweep.members * (sweep.members - 1) / 2;
  for (const SweepPoint& point : sweep.points) {
    if (point.window_us != window_us || pairs == 0) continue;
    text += fmt::format(" Within {}: {} of {} pairs of the group, {} of the accounts compared with it",
                        format_duration(window_us), format_count(point.group.edges), format_count(pairs),
                        format_count(point.comparison.edges));
    if (point.bins && point.within)
      text += fmt::format(", {} and {} of the group on average in copies with objects and with times exchanged",
                          format_expected(point.bins->edges), format_expected(point.within->edges));
    text += ".";
  }
  return text;
}

std::string sweep_sentence(const GroupSweep& sweep) {
  std::string text = fmt::format(
      "Compared are {} accounts outside all groups that acted on the same objects as the group, for each member the "
      "one "
      "that is nearest in activity ({:.1f} first actions on average, members {:.1f}).",
      format_count(sweep.compared), sweep.compared_events, sweep.member_events);
  if (!has_comparison(sweep)) {
    text +=
        fmt::format(" That is fewer than half of the {} members: there is no comparison.", format_count(sweep.members));
  } else if (sweep.compared_events * 1.25 < sweep.member_events || sweep.member_events * 1.25 < sweep.compared_events) {
    text += fmt::format(" They are {} active than the members, so the comparison says little.",
                        sweep.compared_events < sweep.member_events ? "less" : "more");
  }
  text += sweep.copies == 0
              ? std::string(" The data is too large for permuted copies in a report.")
              : fmt::format(
                    " The permuted data are {} copies with objects exchanged inside every hour, and {} with times "
                    "exchanged among the sharers of each object.",
                    sweep.copies, sweep.copies);
  if (!sweep.too_fine_us.empty())
    text += fmt::format(" Times are not exact enough for windows of {} and less.",
                        format_duration(sweep.too_fine_us.back()));
  text +=
      " A group that stands out at one window only, or whose curve is that of the accounts compared with it, says "
      "little.";
  return text;
}

std::string weeks_description(std::uint64_t part, std::uint64_t whole, std::size_t weeks) {
  return fmt::format(
      "One bar for each of {} weeks with actions: the share of the group among all actions on the targets. "
      "In all weeks together {}.",
      weeks, format_share(part, whole));
}

std::string_view lorenz_description() {
  return "The accounts stand from the least to the most active; the curve shows which share of all actions they make "
         "together. On the dashed line all accounts would act equally often; the further below it, the fewer make "
         "most.";
}

std::string_view amplification_sentence() {
  return "These are counts: what others did with the posts of the accounts on the list, with what they are out of and "
         "how much of it this data holds. Nothing is concluded from them. Actions by the targets themselves are left "
         "out "
         "of every share.";
}

std::string rule_sentence(std::string_view rule) {
  return fmt::format("Rule: {}.", rule);
}

std::string innocent_sentence(std::string_view reasons) {
  return fmt::format("Ordinary explanations to check first: {}.", reasons);
}

}  // namespace unisono::evidence
