// Who stands in pairs: accounts with enough objects that are not on a list of declared feeds and staff.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// `declared` holds one mark per account, or nothing. Error{usage} otherwise.
Result<void> check_declared(const Events& events, std::span<const std::uint8_t> declared);

// One flag per account: it acted on at least min_objects objects, on any at all, and is not declared. O(accounts).
std::vector<std::uint8_t> eligible_accounts(const Events& events, std::uint32_t min_objects,
                                            std::span<const std::uint8_t> declared);

}  // namespace unisono::network
