#include "unisono/evidence/analysis_list.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace unisono::evidence {
namespace {

constexpr std::array k_analyses{
    Analysis{"A1", "How much do the targets post?",
             "own posts n in the window; n / (last day - first day), and n / (last day - first day + 1) beside it; by "
             "platform, by role and by target",
             "post, targets", "news cycle, staff change, gaps in collection", "amplify"},
    Analysis{
        "A2", "How much engagement, and how much of it do we hold?",
        "sums of the platform's counters; rows in the data; coverage = rows / counter, in total and per post (median "
        "and quartiles)",
        "post, post_target", "counter read later than the rows; deleted or private actions", "amplify"},
    Analysis{
        "A3", "When did they come online?",
        "cumulative number of targets by time of creation; share created in the 24 months before the end of the study",
        "account, targets", "an open policy to go online", "amplify"},
    Analysis{
        "B1", "How few accounts make how much?",
        "share of the actions by the top 0.1, 1 and 10 % of the acting accounts, k = number rounded up; among equal "
        "counts it does not matter who is taken; Lorenz curve; Gini coefficient; flagged if larger than in all draws "
        "of "
        "as many accounts with equal rates (Poisson without zero) and at least twice as large as their mean",
        "action, targets", "a few hyperactive fans are normal: compare with other targets", "amplify"},
    Analysis{"B2", "Who are they?",
             "accounts with at least the count at the cut of the top 1 %: actions, targets, status, time of creation",
             "action, account, account_snapshot", "news aggregators, staff, fans", "amplify"},
    Analysis{
        "B3", "How rapid?",
        "gaps between consecutive actions of one account on the targets; share of at most 1, 5, 10 and 60 s; longest "
        "run of such gaps; time since the post, share of at most 60 s; refused where clocks are coarser",
        "action, post", "notifications, catching up on a timeline, list tools", "amplify"},
    Analysis{
        "B4", "How much comes from accounts later suspended?",
        "share of the actions by accounts that are suspended on day d, per target; the status of an account is its "
        "last "
        "observation in the 14 days up to d, later ones never count, contradictions on that day are unknown; deleted, "
        "protected and unknown apart; bounds with unknown as 0 and as 1; Wilson's interval with the number of actions "
        "divided by the design effect between accounts",
        "action, account_snapshot", "suspension for other reasons; compare with accounts outside the group", "amplify"},
    Analysis{"B6", "What is the group's share per week?",
             "actions by members / all actions on the targets, per ISO week; with coverage c of the week's posts the "
             "share lies "
             "between c * share and 1 - c * (1 - share)",
             "action, groups", "few rows in a week; gaps", "amplify --group"},
    Analysis{"B7", "... and by kind of action?",
             "as B6, for reposts, replies, quotes and mentions apart, over the whole window", "action, groups", "",
             "amplify --group"},
    Analysis{
        "B8", "Who answers everything?",
        "posts of a target between an account's first and last action on the targets that it replied to / all posts of "
        "the target in that time; accounts with at least 10 such posts",
        "post, account", "critics and devoted fans", "amplify"},
    Analysis{"C2", "Does it depend on the window?",
             "pairs of a group with at least two objects acted on within the window, and their accounts, at 13 windows "
             "from 1 "
             "s to 1 d; the same for as many accounts outside all groups that met its content and are as active, and "
             "for the "
             "members in permuted copies",
             "action, groups", "one lucky window says little", "explain CASE GROUP --sweep"},
};

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::toupper(static_cast<unsigned char>(x)) == std::toupper(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::span<const Analysis> analyses() {
  return k_analyses;
}

const Analysis* analysis_named(std::string_view id) {
  const auto found =
      std::find_if(k_analyses.begin(), k_analyses.end(), [&](const Analysis& a) { return same_letters(a.id, id); });
  return found == k_analyses.end() ? nullptr : &*found;
}

}  // namespace unisono::evidence
