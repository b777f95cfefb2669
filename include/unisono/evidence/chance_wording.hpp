// What is counted as chance, in words: the sentences of `detect --explain`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/network/chance.hpp"
#include "unisono/network/ties.hpp"

namespace unisono::evidence {

// One channel and window: how many co-actions there are, how many chance explains, and which pairs can be tested.
std::string chance_sentence(std::string_view channel, const network::ChannelCheck& check,
                            const network::ChanceCounts& counts);

// The rules that hold for all of them: units, bins, the factor, draws and their stop rule, gate.
std::vector<std::string> chance_rules(double alpha, std::size_t windows, std::uint32_t min_days, bool weak);

}  // namespace unisono::evidence
