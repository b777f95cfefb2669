#include "network/own_delays.hpp"

#include <algorithm>
#include <utility>

namespace unisono::network {

OwnDelays::OwnDelays(const Events& learnt, const Publications& published) {
  begin_.reserve(learnt.n_accounts + std::size_t{1});
  begin_.push_back(0);
  std::vector<std::pair<std::uint32_t, std::int64_t>> own;  // (source, delay) of one account
  for (std::uint32_t account = 0; account < learnt.n_accounts; ++account) {
    own.clear();
    for (std::size_t e = learnt.account_begin[account]; e < learnt.account_begin[account + std::size_t{1}]; ++e) {
      const std::int64_t t = published.time_of(learnt.object[e]);
      // Times come from files: a difference that has no place in 64 bits is no delay.
      std::int64_t delay = 0;
      if (t == k_unpublished || __builtin_sub_overflow(learnt.t_us[e], t, &delay)) continue;
      own.emplace_back(published.source_of(learnt.object[e]), delay);
    }
    std::sort(own.begin(), own.end());
    for (const auto& [source, delay] : own) {
      source_.push_back(source);
      delay_us_.push_back(delay);
    }
    begin_.push_back(delay_us_.size());
  }
}

OwnDelays::Of OwnDelays::of(std::uint32_t account, std::uint32_t source) const {
  const std::size_t begin = begin_[account], end = begin_[account + std::size_t{1}];
  Of own{std::span(delay_us_).subspan(begin, end - begin), {}};
  if (source == k_no_source) return own;
  const auto [first, last] = std::equal_range(source_.begin() + static_cast<std::ptrdiff_t>(begin),
                                              source_.begin() + static_cast<std::ptrdiff_t>(end), source);
  own.same_source = std::span(delay_us_).subspan(static_cast<std::size_t>(first - source_.begin()),
                                                 static_cast<std::size_t>(last - first));
  return own;
}

}  // namespace unisono::network
