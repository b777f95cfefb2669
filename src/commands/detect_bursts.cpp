#include "commands/detect_bursts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "unisono/network/bursts.hpp"
#include "unisono/store/post_times.hpp"

namespace unisono::commands {
namespace {

// The posts whose time is known well enough for bins of one width.
struct UsablePosts {
  std::vector<std::int64_t> t_us;
  std::vector<std::uint32_t> account;
  Precision coarsest = Precision::us;  // of all posts
};

UsablePosts usable_posts(const store::PostTimes& posts, std::int64_t width_us) {
  UsablePosts usable;
  for (std::size_t i = 0; i < posts.size(); ++i) {
    const auto precision = static_cast<Precision>(posts.precision[i]);
    usable.coarsest = std::max(usable.coarsest, precision);
    if (length_us(precision) > width_us) continue;
    usable.t_us.push_back(posts.t_us[i]);
    usable.account.push_back(posts.account[i]);
  }
  return usable;
}

std::int64_t accounts_in(std::vector<std::uint32_t> accounts) {
  std::sort(accounts.begin(), accounts.end());
  return std::unique(accounts.begin(), accounts.end()) - accounts.begin();
}

// False: not testable, and `check` says why.
bool is_testable(const store::PostTimes& posts, const UsablePosts& usable, store::BurstCheckRow& check) {
  check.posts = static_cast<std::int64_t>(usable.t_us.size());
  check.accounts = accounts_in(usable.account);
  check.verdict = posts.size() == 0 ? "no_events" : usable.t_us.size() * 2 < posts.size() ? "too_coarse" : "tested";
  if (check.verdict == "no_events") check.reason = "no post has an account and a known time";
  if (check.verdict == "too_coarse")
    check.reason = fmt::format("times are known to the {} in {} of {} posts, the bins are {}", name_of(usable.coarsest),
                               posts.size() - usable.t_us.size(), posts.size(), format_duration(check.width_us));
  return check.verdict == "tested";
}

void add_rows(const network::BurstResult& found, const store::PostTimes& posts, store::BurstCheckRow& check,
              store::BurstRows& rows) {
  check.bins = static_cast<std::int64_t>(found.bins);
  check.untested = static_cast<std::int64_t>(found.untested);
  check.bursts = static_cast<std::int64_t>(found.bursts.size());
  for (const network::Burst& burst : found.bursts)
    rows.bursts.push_back({check.width_us, burst.begin_us, burst.accounts, burst.background, burst.p, burst.q});
  for (const network::BurstAccount& account : found.accounts)
    rows.accounts.push_back({check.width_us, posts.platform_of[account.account], posts.account_id_of[account.account],
                             account.bins, account.bursts});
}

// The burst that stands out most: smallest p, then most accounts, then the earliest.
const network::Burst& strongest_of(const network::BurstResult& found) {
  return *std::min_element(found.bursts.begin(), found.bursts.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.p, -static_cast<std::int64_t>(a.accounts), a.begin_us) <
           std::tuple(b.p, -static_cast<std::int64_t>(b.accounts), b.begin_us);
  });
}

}  // namespace

Result<BurstOutcome> detect_bursts(store::CaseFile& file, const DetectOptions& options, const std::string& run_id,
                                   const Control& control) {
  BurstOutcome outcome;
  UNISONO_TRY(const store::PostTimes posts, store::scan_post_times(file, options.since, options.until, control));
  for (const std::int64_t width_us : k_burst_widths_us) {
    network::BurstOptions burst;
    burst.width_us = static_cast<std::uint64_t>(width_us);
    const UsablePosts usable = usable_posts(posts, width_us);
    store::BurstCheckRow check{.width_us = width_us, .verdict = {}, .reason = {}, .alpha = burst.alpha};
    if (is_testable(posts, usable, check)) {
      UNISONO_TRY(const network::BurstResult found, network::find_bursts(usable.t_us, usable.account, burst, control));
      add_rows(found, posts, check, outcome.rows);
      if (!found.bursts.empty()) {
        const network::Burst& most = strongest_of(found);
        outcome.findings.push_back(evidence::burst_finding(
            run_id, check, {width_us, most.begin_us, most.accounts, most.background, most.p, most.q},
            posts.size() + posts.excluded_no_time));
      }
    }
    outcome.rows.checks.push_back(std::move(check));
  }
  return outcome;
}

}  // namespace unisono::commands
