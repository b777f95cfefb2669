// What the planted squads of `calibrate --plant` say about the tests, in words. Docs: docs/network/planting.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unisono/evidence/run_settings.hpp"
#include "unisono/store/calibration_tables.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

inline constexpr double k_found_share = 0.8;  // of the draws, for "found"

bool is_found(const store::PlantingRow& row);  // it was planted, and found in at least k_found_share of the draws

// One sentence for each channel, in the order of the rows: the largest squad that was tried, and the smallest that were
// found. Only rows without a window are read.
std::vector<std::string> planting_sentences(std::span<const store::PlantingRow> rows);

// The latest planting with the tests of this run: the same inputs, program, windows, alpha, seeds, and so on; its
// channels may be fewer. Empty if there is none. Errors: io.
struct Planting {
  std::string run_id;
  std::string command;                   // that gives it again
  std::vector<store::PlantingRow> rows;  // of channels of the run
};
Result<std::optional<Planting>> planting_of(store::CaseFile& file, const std::string& detect_run_id);

// `unisono calibrate case.uni --plant 10x10x30s`: what to type where there is none, with those options of the run that
// are no defaults. `channels` are those with actions in the case.
std::string plant_command(const RunSettings& settings, const std::vector<std::string>& channels);

}  // namespace unisono::evidence
