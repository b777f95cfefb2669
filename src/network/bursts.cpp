#include "unisono/network/bursts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "unisono/core/time.hpp"
#include "unisono/network/multiplicity.hpp"
#include "unisono/network/negative_binomial.hpp"

namespace unisono::network {
namespace {

constexpr std::uint64_t k_least_width_us = 1000;  // bin numbers of any two times then differ by less than 2^63
constexpr double k_trimmed_factor = 1.15;
constexpr double k_half = 0.5;
constexpr double k_standard_errors = 4.0;
constexpr std::size_t k_bins_per_check = 1 << 14;

struct Bin {
  std::int64_t number = 0;     // floor(t / width)
  std::size_t begin = 0;       // of its appearances
  std::uint32_t accounts = 0;  // distinct
};

struct Appearance {
  std::int64_t bin = 0;
  std::uint32_t account = 0;
  auto operator<=>(const Appearance&) const = default;
};

Result<void> check(std::size_t n_times, std::size_t n_accounts, const BurstOptions& options) {
  if (n_times != n_accounts)
    return fail(ErrorCode::usage, fmt::format("{} times for {} accounts of actions", n_times, n_accounts));
  const auto shown = [](std::uint64_t us) {
    return format_duration(static_cast<std::int64_t>(std::min<std::uint64_t>(us, INT64_MAX)));
  };
  if (options.width_us < k_least_width_us)
    return fail(
        ErrorCode::usage,
        fmt::format("bins of {} are asked for; the least is {}", shown(options.width_us), shown(k_least_width_us)),
        "use a width of 1, 5 or 10 s");
  if (options.half_width_us / options.width_us <= options.guard)
    return fail(ErrorCode::usage,
                fmt::format("bins of {} leave no background within {}, {} neighbours left out", shown(options.width_us),
                            shown(options.half_width_us), options.guard),
                "use a width of 1, 5 or 10 s");
  if (options.half_width_us > INT64_MAX)
    return fail(ErrorCode::usage, fmt::format("a background of {} us to each side is too long", options.half_width_us),
                "use 300 s");
  if (!(options.alpha > 0.0 && options.alpha <= 1.0))
    return fail(ErrorCode::usage, fmt::format("alpha is {}; it must lie between 0 and 1", options.alpha), "use 0.01");
  if (!(options.phi >= 0.0 && options.phi <= 1.0))
    return fail(ErrorCode::usage, fmt::format("phi is {}; it must lie between 0 and 1", options.phi), "use 0.05");
  if (!(options.min_ratio >= 1.0 && std::isfinite(options.min_ratio)))
    return fail(ErrorCode::usage, fmt::format("the least ratio is {}; it must be at least 1", options.min_ratio),
                "use 3");
  return {};
}

std::int64_t floor_divide(std::int64_t t, std::int64_t width) {
  return t / width - (t % width < 0 ? 1 : 0);
}

// Every account once in every bin, ordered by (bin, account).
std::vector<Appearance> appearances_of(std::span<const std::int64_t> t_us, std::span<const std::uint32_t> account,
                                       std::uint64_t width_us) {
  const auto width = static_cast<std::int64_t>(width_us);
  std::vector<Appearance> all(t_us.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = {floor_divide(t_us[i], width), account[i]};
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<Bin> bins_of(std::span<const Appearance> appearances) {
  std::vector<Bin> bins;
  for (std::size_t i = 0; i < appearances.size(); ++i) {
    if (bins.empty() || bins.back().number != appearances[i].bin) bins.push_back({appearances[i].bin, i, 0});
    ++bins.back().accounts;
  }
  return bins;
}

// A multiset of counts that knows the sum of its largest. Counts are kept by rank in two binary indexed trees.
class Counts {
 public:
  explicit Counts(std::span<const Bin> bins) {
    for (const Bin& bin : bins) values_.push_back(bin.accounts);
    std::sort(values_.begin(), values_.end(), std::greater<>());
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
    number_.assign(values_.size() + 1, 0);
    sum_.assign(values_.size() + 1, 0);
  }
  void add(std::uint32_t value) { change(value, 1); }
  void remove(std::uint32_t value) { change(value, -1); }
  std::int64_t sum() const { return total_; }

  // Of the `n` largest; where there are fewer, of all.
  std::int64_t sum_of_largest(std::int64_t n) const {
    std::size_t place = 0;
    std::int64_t sum = 0;
    for (std::size_t step = std::bit_floor(values_.size()); step > 0; step /= 2) {
      if (place + step < number_.size() && number_[place + step] <= n) {
        place += step;
        n -= number_[place];
        sum += sum_[place];
      }
    }
    return place < values_.size() ? sum + n * values_[place] : sum;
  }

 private:
  void change(std::uint32_t value, std::int64_t by) {
    const auto rank = std::lower_bound(values_.begin(), values_.end(), value, std::greater<>()) - values_.begin();
    for (auto i = static_cast<std::size_t>(rank) + 1; i < number_.size(); i += i & (~i + 1)) {
      number_[i] += by;
      sum_[i] += by * value;
    }
    total_ += by * value;
  }

  std::vector<std::uint32_t> values_;       // distinct, descending
  std::vector<std::int64_t> number_, sum_;  // binary indexed
  std::int64_t total_ = 0;
};

// The bins of one side of the tested bin, [tested + first, tested + last] with first <= last; moves with it.
class Side {
 public:
  Side(std::span<const Bin> bins, std::int64_t first, std::int64_t last) : bins_(bins), first_(first), last_(last) {}

  void move_to(std::int64_t tested, Counts& counts) {
    for (; end_ < bins_.size() && bins_[end_].number - last_ <= tested; ++end_) counts.add(bins_[end_].accounts);
    for (; begin_ < end_ && bins_[begin_].number - first_ < tested; ++begin_) counts.remove(bins_[begin_].accounts);
  }
  // Bins of this side inside the data, empty ones too.
  std::int64_t size(std::int64_t tested) const {
    const std::int64_t from = std::max(tested + first_, bins_.front().number);
    const std::int64_t to = std::min(tested + last_, bins_.back().number);
    return std::max<std::int64_t>(0, to - from + 1);
  }

 private:
  std::span<const Bin> bins_;
  std::int64_t first_, last_;
  std::size_t begin_ = 0, end_ = 0;
};

// First moment of a bin; the bin of the earliest possible time would start before it.
std::int64_t begin_of(std::int64_t number, std::uint64_t width_us) {
  const auto width = static_cast<std::int64_t>(width_us);
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  return number < least / width ? least : number * width;
}

// All bins that are not empty, tested: p stays 1 where a bin cannot be a burst. Until q is known, it holds the chance
// of the bin given that it is not empty.
Result<std::vector<Burst>> test(std::span<const Bin> bins, const BurstOptions& options, std::uint64_t& untested,
                                const Control& control) {
  const auto half = static_cast<std::int64_t>(options.half_width_us / options.width_us);
  const std::int64_t guard = options.guard;
  Counts counts(bins);
  Side before(bins, -half, -guard - 1), after(bins, guard + 1, half);
  std::vector<Burst> tested;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (i % k_bins_per_check == 0) UNISONO_CHECK(control.check_cancelled());
    const std::int64_t number = bins[i].number;
    before.move_to(number, counts);
    after.move_to(number, counts);
    Burst burst{.begin_us = begin_of(number, options.width_us), .accounts = bins[i].accounts};
    const std::int64_t around = before.size(number) + after.size(number);
    if (burst.accounts >= options.min_accounts) {
      if (around < std::max<std::int64_t>(1, options.min_background)) {
        ++untested;
      } else {
        const auto n = static_cast<std::uint64_t>(around);
        const auto high = counts.sum_of_largest(around - static_cast<std::int64_t>(lowest_bins(n)));
        burst.background =
            burst_background(static_cast<std::uint64_t>(counts.sum()), static_cast<std::uint64_t>(high), n);
        if (burst.accounts >= options.min_ratio * burst.background) {
          burst.p = negative_binomial_tail(burst.background, options.phi, burst.accounts);
          burst.q = burst.p / negative_binomial_tail(burst.background, options.phi, 1);
        }
      }
    }
    tested.push_back(burst);
  }
  return tested;
}

// `is_burst` per bin.
std::vector<BurstAccount> accounts_of(std::span<const Bin> bins, std::span<const Appearance> appearances,
                                      std::span<const std::uint8_t> is_burst) {
  std::vector<std::pair<std::uint32_t, std::uint8_t>> acted;  // account, in a burst
  acted.reserve(appearances.size());
  for (std::size_t b = 0; b < bins.size(); ++b)
    for (std::size_t i = 0; i < bins[b].accounts; ++i)
      acted.emplace_back(appearances[bins[b].begin + i].account, is_burst[b]);
  std::sort(acted.begin(), acted.end());
  std::vector<BurstAccount> accounts;
  for (std::size_t begin = 0, end = 0; begin < acted.size(); begin = end) {
    BurstAccount one{.account = acted[begin].first};
    for (; end < acted.size() && acted[end].first == one.account; ++end) {
      ++one.bins;
      one.bursts += acted[end].second;
    }
    if (one.bursts > 0) accounts.push_back(one);
  }
  return accounts;
}

// Mean of the lowest `share` of Poisson counts.
double poisson_lowest_mean(double mean, double share) {
  double left = share, sum = 0.0, chance = std::exp(-mean);
  for (double k = 0.0; left > 0.0 && chance > 0.0; k += 1.0) {
    const double taken = std::min(chance, left);
    sum += k * taken;
    left -= taken;
    chance *= mean / (k + 1.0);
  }
  return sum / share;
}

}  // namespace

std::uint64_t lowest_bins(std::uint64_t bins) {
  return std::max<std::uint64_t>(1, bins - (bins + 9) / 10);
}

double burst_background(std::uint64_t sum, std::uint64_t high_sum, std::uint64_t bins) {
  const auto n = static_cast<double>(bins), n_low = static_cast<double>(lowest_bins(bins));
  const double mean = (static_cast<double>(sum) + k_half) / n;
  const double low = (static_cast<double>(sum - high_sum) + k_half) / n_low;
  if (mean >= k_sparse_mean) return std::min(mean, k_trimmed_factor * low);
  const double expected_low = poisson_lowest_mean(mean, n_low / n);
  // Four standard errors of the accounts in all bins, which are those that the lowest 90 % win or lose.
  if (expected_low * n_low < k_standard_errors * std::sqrt(n * mean)) return mean;
  return std::min(mean, std::max(k_trimmed_factor, mean / expected_low) * low);
}

Result<BurstResult> find_bursts(std::span<const std::int64_t> t_us, std::span<const std::uint32_t> account,
                                const BurstOptions& options, const Control& control) {
  UNISONO_CHECK(check(t_us.size(), account.size(), options));
  const std::vector<Appearance> appearances = appearances_of(t_us, account, options.width_us);
  const std::vector<Bin> bins = bins_of(appearances);
  BurstResult result;
  result.bins = bins.size();
  if (bins.empty()) return result;
  UNISONO_TRY(std::vector<Burst> tested, test(bins, options, result.untested, control));
  std::vector<double> p;
  for (const Burst& burst : tested) p.push_back(burst.q);
  const std::vector<double> q = benjamini_hochberg(p, p.size());
  std::vector<std::uint8_t> is_burst(bins.size(), 0);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    tested[i].q = q[i];
    is_burst[i] = q[i] <= options.alpha && tested[i].p < 1.0 ? 1 : 0;
    if (is_burst[i] != 0) result.bursts.push_back(tested[i]);
  }
  result.accounts = accounts_of(bins, appearances, is_burst);
  return result;
}

Result<BurstResult> find_bursts(const Events& events, const BurstOptions& options, const Control& control) {
  return find_bursts(events.t_us, events.account, options, control);
}

}  // namespace unisono::network
