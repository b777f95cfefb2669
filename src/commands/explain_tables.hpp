// The tables of an explanation of two accounts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands/explain_channel.hpp"
#include "unisono/commands/explain.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {

bool is_accepted(evidence::PairVerdict verdict);  // a tie or a lead
bool has_figures(evidence::PairVerdict verdict);  // the pair could be looked at

// Why a channel has nothing to compare: the first of the two accounts without a usable action.
std::string reason_of_silence(const PairRequest& request, const ChannelExplained& channel);

Table accounts_table(const ExplainOptions& options, const PairRequest& request);
Table actions_table(const PairRequest& request, const std::vector<ChannelExplained>& channels);
Table pairs_table(const PairRequest& request, const std::vector<ChannelExplained>& channels);

// At most `most` rows per channel. Writes a temporary table. O(posts).
Result<Table> rows_table(store::CaseFile& file, const std::vector<ChannelExplained>& channels, std::size_t most);

// group_id, accounts, level, and how each of the two is in it (missing = it is not).
Result<Table> groups_of_both(store::CaseFile& file, const PairRequest& request);

}  // namespace unisono::commands
