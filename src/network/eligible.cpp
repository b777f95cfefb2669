#include "network/eligible.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace unisono::network {

Result<void> check_declared(const Events& events, std::span<const std::uint8_t> declared) {
  if (declared.empty() || declared.size() == events.n_accounts) return {};
  return fail(ErrorCode::usage,
              fmt::format("{} marks of declared accounts for {} accounts", declared.size(), events.n_accounts));
}

std::vector<std::uint8_t> eligible_accounts(const Events& events, std::uint32_t min_objects,
                                            std::span<const std::uint8_t> declared) {
  std::vector<std::uint8_t> eligible(events.n_accounts, 0);
  for (std::uint32_t a = 0; a < events.n_accounts; ++a) {
    const std::size_t n = events.account_begin[std::size_t{a} + 1] - events.account_begin[a];
    const bool is_declared = !declared.empty() && declared[a] != 0;
    eligible[a] = n > 0 && n >= min_objects && !is_declared ? 1 : 0;
  }
  return eligible;
}

}  // namespace unisono::network
