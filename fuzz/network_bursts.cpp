// Bursts against their definition: few accounts, times in one crowded span, every width and threshold; and any times at
// all, where only a clean answer is asked for.
#include <vector>

#include "bytes.hpp"
#include "reference/bursts.hpp"
#include "unisono/network/bursts.hpp"

using namespace unisono;
using fuzz::near;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, std::min<std::size_t>(size, 500));
  const std::uint64_t widths[] = {1'000, 500'000, 1'000'000, 10'000'000};
  const double alphas[] = {0.01, 0.3, 1.0}, phis[] = {0.001, 0.05, 1.0}, ratios[] = {1.0, 2.0, 3.0};
  network::BurstOptions options;
  options.width_us = widths[bytes.next(4)];
  options.half_width_us = options.width_us * (4 + bytes.next(60));
  options.guard = bytes.next(4);
  options.alpha = alphas[bytes.next(3)];
  options.phi = phis[bytes.next(3)];
  options.min_ratio = ratios[bytes.next(3)];
  options.min_accounts = bytes.next(5);
  options.min_background = bytes.next(9);
  const bool anywhere = bytes.next(4) == 0;
  std::vector<std::int64_t> t_us;
  std::vector<std::uint32_t> account;
  while (!bytes.empty()) {
    const std::int64_t bin = static_cast<std::int64_t>(bytes.next(256)) - 60;
    const auto width = static_cast<std::int64_t>(options.width_us);
    t_us.push_back(anywhere && bytes.next(8) == 0 ? (bytes.next(2) == 0 ? INT64_MIN : INT64_MAX)
                                                  : bin * width + bytes.next(3) * (width / 2 - 1));
    account.push_back(bytes.next(30));
  }
  const auto found = network::find_bursts(t_us, account, options, Control{});
  require(found.has_value(), "a small world was refused");
  if (anywhere) return 0;
  const reference::BurstRule rule{static_cast<std::int64_t>(options.width_us),
                                  static_cast<std::int64_t>(options.half_width_us),
                                  options.guard,
                                  options.min_accounts,
                                  std::max<std::int64_t>(1, options.min_background),
                                  options.alpha,
                                  options.phi,
                                  options.min_ratio};
  const auto twin = reference::bursts(t_us, account, rule);
  require(found->bins == twin.size(), "another number of bins");
  std::size_t next = 0;
  for (const reference::BurstBin& bin : twin) {
    // A q within rounding of its limit may fall on either side, and so may a count of its ratio.
    const bool unsure = near(bin.q, options.alpha, 1e-7) ||
                        near(static_cast<double>(bin.accounts), options.min_ratio * bin.background, 1e-9);
    if (unsure) return 0;
    if (!bin.burst) continue;
    require(next < found->bursts.size(), "a burst is missing");
    const network::Burst& burst = found->bursts[next++];
    require(burst.begin_us == bin.number * rule.width_us && burst.accounts == bin.accounts, "another bin");
    require(near(burst.background, bin.background), "another background");
    require(near(burst.p, bin.p, 1e-7) && near(burst.q, bin.q, 1e-7), "another p");
  }
  require(next == found->bursts.size(), "a burst too many");
  return 0;
}
