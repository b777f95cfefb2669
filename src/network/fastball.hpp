// Random tables of who has which object with both margins exactly as they are (Godard and Neal 2022, "fastball";
// Strona et al. 2014, "curveball").
#pragma once

#include <cstdint>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/result.hpp"
#include "unisono/network/events.hpp"

namespace unisono::network {

// Per event another object, such that every account keeps its number of objects, every object its number of sharers,
// and no account has an object twice. In every round all accounts trade in random pairs: what only one of the two has
// is dealt out anew between them (Carstens, Berger and Strona 2018: the limit is uniform over all such tables).
// O(rounds x events). Errors: cancelled.
Result<std::vector<std::uint32_t>> trade_objects(const Events& events, Random& random, const Control& control);

}  // namespace unisono::network
