// Where a group is weakest, in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "unisono/store/result_tables.hpp"

namespace unisono::evidence {

// The passing test with the smallest lower end of the lift (findings.hpp: weakest_passing).
std::string weakest_test_sentence(const store::GroupTestRow& test);

// The condition of the gate that a passing test meets with the least to spare, as a ratio: lower end of the lift at
// least 3 (G_H: 4), q at most `alpha`, 3 close units, 3 objects, `min_days` days, 3 accounts.
std::string nearest_gate_sentence(const store::GroupTestRow& test, std::uint32_t min_days, double alpha);

std::string weakest_member_sentence(std::string_view account, std::uint64_t ties_inside, std::uint64_t members);

}  // namespace unisono::evidence
