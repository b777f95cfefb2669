// Results of the tests as rows of the case.
#pragma once

#include <cstdint>
#include <string>

#include "unisono/network/groups.hpp"
#include "unisono/network/ties.hpp"
#include "unisono/store/action_scan.hpp"
#include "unisono/store/result_tables.hpp"

namespace unisono::commands {

store::ChannelCheckRow check_row(const std::string& channel, const network::ChannelCheck& check);

store::TieRow tie_row(const store::ActionSet& actions, const std::string& channel, std::uint64_t window_us,
                      const network::Tie& tie);

// `group_id` is empty for a candidate that became no group.
store::GroupTestRow test_row(const std::string& group_id, const std::string& channel, std::uint64_t window_us,
                             const network::GroupTestResult& test);

}  // namespace unisono::commands
