#include "unisono/network/pace.hpp"

#include <algorithm>
#include <bit>

#include "unisono/core/parallel.hpp"

namespace unisono::network {

namespace {

constexpr std::size_t k_objects_per_block = 4096;
__extension__ using Wide = unsigned __int128;

// Pairs of ascending times that lie within the window.
std::uint64_t count_close(const std::vector<std::int64_t>& t_us, std::uint64_t window_us) {
  std::uint64_t pairs = 0;
  for (std::size_t i = 0, first = 0; i < t_us.size(); ++i) {
    while (static_cast<std::uint64_t>(t_us[i]) - static_cast<std::uint64_t>(t_us[first]) > window_us) ++first;
    pairs += i - first;
  }
  return pairs;
}

std::uint64_t all_pairs(std::uint64_t k) {
  return k * (k - 1) / 2;
}

}  // namespace

unsigned Pace::size_class(std::uint64_t sharers) {
  return sharers < 2 ? 0U : static_cast<unsigned>(std::bit_width(sharers)) - 1U;
}

Result<Pace> Pace::build(const Events& events, std::uint64_t window_us, double kappa, const Control& control) {
  Pace pace;
  pace.kappa_ = kappa;
  pace.close_.assign(events.n_objects, 0);
  pace.sharers_.assign(events.n_objects, 0);
  const std::size_t n_blocks = (events.n_objects + k_objects_per_block - 1) / k_objects_per_block;
  UNISONO_CHECK(for_each_block(n_blocks, control, [&](std::size_t block, unsigned) -> Result<void> {
    std::vector<std::int64_t> t_us;
    const std::size_t last = std::min<std::size_t>((block + 1) * k_objects_per_block, events.n_objects);
    for (std::size_t o = block * k_objects_per_block; o < last; ++o) {
      const auto list = events.of_object(static_cast<std::uint32_t>(o));
      pace.sharers_[o] = static_cast<std::uint32_t>(list.size());
      if (list.size() < 2) continue;
      t_us.clear();
      for (const std::uint32_t event : list) t_us.push_back(events.t_us[event]);
      pace.close_[o] = count_close(t_us, window_us);
    }
    return {};
  }));

  // Integer sums, so that a pool does not depend on the order of the objects.
  std::array<Wide, 64> close{}, all{};
  for (std::size_t o = 0; o < pace.close_.size(); ++o) {
    if (pace.sharers_[o] < 2) continue;
    ++pace.n_shared_;
    close[size_class(pace.sharers_[o])] += pace.close_[o];
    all[size_class(pace.sharers_[o])] += all_pairs(pace.sharers_[o]);
  }
  for (std::size_t s = 0; s < all.size(); ++s)
    if (all[s] != 0) pace.pool_[s] = static_cast<double>(close[s]) / static_cast<double>(all[s]);
  return pace;
}

double Pace::left_out(std::uint32_t object, bool close) const {
  const std::uint64_t others = close_[object] - (close ? 1U : 0U);
  const double expected = static_cast<double>(others) + kappa_ * pool(object);
  const double pairs = static_cast<double>(all_pairs(sharers_[object]) - 1) + kappa_;
  return expected < pairs ? expected / pairs : 1.0;  // also when kappa = 0 leaves nothing to compare with
}

double Pace::whole(std::uint32_t object) const {
  const double expected = static_cast<double>(close_[object]) + kappa_ * pool(object);
  return expected / (static_cast<double>(all_pairs(sharers_[object])) + kappa_);
}

}  // namespace unisono::network
