// Command lines and statements that give the numbers of an explanation again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/explain_channel.hpp"
#include "unisono/core/table.hpp"

namespace unisono::commands {

// Columns what, channel, window_s, command. Accounts are called as in reports, so that nothing in it names anybody.
Table recomputing_commands(const std::filesystem::path& case_path, const PairRequest& request,
                           const std::vector<ChannelExplained>& channels);

}  // namespace unisono::commands
