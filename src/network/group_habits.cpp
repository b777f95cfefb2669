#include "network/group_habits.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "unisono/core/time.hpp"

namespace unisono::network {

std::vector<std::pair<double, std::uint32_t>> mean_log_delays(const Events& learnt, const Publications& published,
                                                              std::span<const std::int64_t> first_us) {
  std::vector<std::pair<double, std::uint32_t>> means;
  for (std::uint32_t account = 0; account < learnt.n_accounts; ++account) {
    double sum = 0;
    std::size_t n = 0;
    for (std::size_t e = learnt.account_begin[account]; e < learnt.account_begin[account + std::size_t{1}]; ++e) {
      const std::uint32_t object = learnt.object[e];
      std::int64_t start = published.time_of(object);
      if (start == k_unpublished && !first_us.empty()) start = first_us[object];
      if (start == k_unpublished) continue;
      const double delay_s =
          (static_cast<double>(learnt.t_us[e]) - static_cast<double>(start)) / static_cast<double>(k_us_per_s);
      sum += std::log1p(std::max(0.0, delay_s));
      ++n;
    }
    if (n > 0) means.emplace_back(sum / static_cast<double>(n), account);
  }
  std::sort(means.begin(), means.end());
  return means;
}

std::vector<std::uint8_t> habit_strata(const Events& whole, const Events& learnt, const Publications& published) {
  std::vector<std::int64_t> first_us(whole.n_objects, k_unpublished);
  for (std::uint32_t o = 0; o < whole.n_objects; ++o) {
    if (!whole.of_object(o).empty()) first_us[o] = whole.t_us[whole.of_object(o).front()];
  }
  const std::vector<std::pair<double, std::uint32_t>> means = mean_log_delays(learnt, published, first_us);
  std::vector<std::uint8_t> stratum(learnt.n_accounts, k_unknown_habit);
  for (const auto& [mean, account] : means) {
    // By value, so that equal habits never fall into two strata.
    const bool above_first = mean >= means[means.size() / 3].first,
               above_second = mean >= means[means.size() * 2 / 3].first;
    stratum[account] = static_cast<std::uint8_t>((above_first ? 1 : 0) + (above_second ? 1 : 0));
  }
  return stratum;
}

Habits habits_of_other_half(const Events& whole, const Events& learnt, const Events& tested,
                            const Publications& published) {
  Habits habits{.stratum = std::vector<std::uint8_t>(tested.size()),
                .published = published,
                .own = {},
                .own_of = std::vector<std::uint8_t>(tested.size(), 0)};
  const std::vector<std::uint8_t> of_account = habit_strata(whole, learnt, published);
  for (std::size_t e = 0; e < tested.size(); ++e) habits.stratum[e] = of_account[tested.account[e]];
  habits.own.emplace_back(learnt, published);
  return habits;
}

Habits habits_across_halves(const Events& whole, const std::array<Events, 2>& half,
                            std::span<const std::uint8_t> in_second, const Publications& published) {
  Habits habits{.stratum = std::vector<std::uint8_t>(whole.size()),
                .published = published,
                .own = {},
                .own_of = std::vector<std::uint8_t>(whole.size())};
  std::array<std::vector<std::uint8_t>, 2> of_account;
  for (std::size_t h = 0; h < 2; ++h) {
    of_account[h] = habit_strata(whole, half[h], published);
    habits.own.emplace_back(half[h], published);
  }
  for (std::size_t e = 0; e < whole.size(); ++e) {
    const std::size_t other = in_second[e] ? 0 : 1;
    habits.own_of[e] = static_cast<std::uint8_t>(other);
    habits.stratum[e] = of_account[other][whole.account[e]];
  }
  return habits;
}

double published_share(const Events& events, const Publications& published) {
  std::uint64_t known = 0, all = 0;
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    if (events.of_object(o).empty()) continue;
    ++all;
    known += published.time_of(o) != k_unpublished ? 1U : 0U;
  }
  return all == 0 ? 0.0 : static_cast<double>(known) / static_cast<double>(all);
}

}  // namespace unisono::network
