// What both peers' commands share: the rows of the case, what was left out of them, and our own ties beside.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unisono/commands/compat.hpp"
#include "unisono/store/peer_scan.hpp"

namespace unisono::commands {

Result<CompatResult> compat_coortweet(store::CaseFile& file, const CompatOptions& options, const Control& control);
Result<CompatResult> compat_qut(store::CaseFile& file, const CompatOptions& options, const Control& control);

// "counted by the rules of X, version Y; these are not the rules of unisono; no significance is attached"
std::string compat_label(const CompatOptions& options);

// True: formats kept their rows; false: the case holds posts only. Error{not_found}: neither.
Result<bool> has_verbatim_rows(store::CaseFile& file);

// Drops the rows with a time outside of [since, until), or without one where either is given; says how many.
void keep_period(const CompatOptions& options, store::PeerRows& rows, std::vector<std::string>& notes);

// Drops every row with drop[row] != 0.
void drop_rows(store::PeerRows& rows, std::span<const std::uint8_t> drop);

// Sentences on what never reached the tables: rejects of the import, rows without account, dates instead of numbers.
Result<void> note_losses(store::CaseFile& file, const store::PeerRows& rows, std::vector<std::string>& notes);

// `pairs`: unordered pairs of places in rows.accounts, first < second. `channel`: of our ties; empty = all. Without a
// run of `detect` a note says how to get one.
Result<void> compare_with_ties(store::CaseFile& file, const store::PeerRows& rows,
                               std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs, const std::string& channel,
                               CompatResult& result);

}  // namespace unisono::commands
