#include "unisono/evidence/planting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "unisono/core/time.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::evidence {
namespace {

std::string squad_of(const store::PlantingRow& row) {
  return fmt::format("{} accounts with {} common things each within {}", row.size, row.tasks,
                     format_duration(row.jitter_us));
}

// "5 accounts with 8 things, 10 accounts with 4 things": of every size the fewest that were found, unless a smaller
// size was found with as few.
std::string border_of(const std::vector<const store::PlantingRow*>& rows) {
  std::map<std::int64_t, std::int64_t> fewest;  // size -> tasks
  for (const store::PlantingRow* row : rows) {
    if (!is_found(*row)) continue;
    const auto [at, fresh] = fewest.emplace(row->size, row->tasks);
    if (!fresh) at->second = std::min(at->second, row->tasks);
  }
  std::vector<std::string> parts;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const auto& [size, tasks] : fewest) {
    if (tasks < least) parts.push_back(fmt::format("{} accounts with {} things", size, tasks));
    least = std::min(least, tasks);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string sentence_of(const std::vector<const store::PlantingRow*>& rows) {
  const store::PlantingRow& largest = *rows.front();  // the walk begins with it
  if (largest.draws == 0)
    return fmt::format("{}: no squad could be planted into this data: {}.", largest.channel, largest.reason);
  std::string sentence = fmt::format(
      "{}: planted squads of {} were found in {} of {} draws ({} as a group, {} of these beyond habit too; {} as "
      "ties).",
      largest.channel, squad_of(largest), largest.found, largest.draws, largest.in_groups, largest.by_habit,
      largest.in_ties);
  if (!is_found(largest))
    return sentence + " Groups of this size and smaller ones may be in this data without being found.";
  return sentence + fmt::format(" The smallest that were found in at least {:.0f} % of the draws: {}.",
                                100 * k_found_share, border_of(rows));
}

}  // namespace

bool is_found(const store::PlantingRow& row) {
  return row.draws > 0 && static_cast<double>(row.found) >= k_found_share * static_cast<double>(row.draws) - 1e-9;
}

std::vector<std::string> planting_sentences(std::span<const store::PlantingRow> rows) {
  std::vector<std::string> channels;
  std::map<std::string, std::vector<const store::PlantingRow*>> of_channel;
  for (const store::PlantingRow& row : rows) {
    if (row.window_us) continue;
    std::vector<const store::PlantingRow*>& list = of_channel[row.channel];
    if (list.empty()) channels.push_back(row.channel);
    list.push_back(&row);
  }
  std::vector<std::string> sentences;
  for (const std::string& channel : channels) sentences.push_back(sentence_of(of_channel[channel]));
  return sentences;
}

Result<std::optional<Planting>> planting_of(store::CaseFile& file, const std::string& detect_run_id) {
  UNISONO_TRY(const store::StoredRun detected, store::find_run(file, "detect", detect_run_id));
  UNISONO_TRY(const RunSettings wanted, run_settings(detected.run.options_json, detected.run.seed));
  UNISONO_TRY(const std::vector<store::StoredRun> runs, store::stored_runs(file));
  std::optional<Planting> latest;
  for (const store::StoredRun& stored : runs) {
    if (stored.run.verb != "calibrate" || stored.run.input_hash != detected.run.input_hash ||
        stored.run.version != detected.run.version)
      continue;
    const auto json = nlohmann::json::parse(stored.run.options_json, nullptr, false);
    if (!json.is_object() || !json.contains("plant") || !json["plant"].is_string()) continue;
    UNISONO_TRY(const RunSettings settings, run_settings(stored.run.options_json, stored.run.seed));
    if (!same_tests(settings, wanted)) continue;
    UNISONO_TRY(store::CalibrationRows rows, store::read_calibration(file, stored.run_id));
    std::erase_if(rows.plantings, [&](const store::PlantingRow& row) {
      return std::find(wanted.channels.begin(), wanted.channels.end(), row.channel) == wanted.channels.end();
    });
    if (rows.plantings.empty()) continue;
    const std::int64_t draws =
        json.contains("runs") && json["runs"].is_number_integer() ? json["runs"].get<std::int64_t>() : 20;
    latest =
        Planting{stored.run_id, calibrate_command(settings, draws, {}) + " --plant " + json["plant"].get<std::string>(),
                 std::move(rows.plantings)};
  }
  return latest;
}

std::string plant_command(const RunSettings& settings, const std::vector<std::string>& channels) {
  const RunSettings usual;
  std::string command = "unisono calibrate case.uni --plant 10x10x30s";
  const auto add = [&](bool wanted, const std::string& option) {
    if (wanted) command += " " + option;
  };
  if (settings.channels != channels)
    for (const std::string& channel : settings.channels) add(true, "--channel " + channel);
  if (settings.windows_us != std::vector<std::int64_t>{10'000'000, 60'000'000, 300'000'000, 3'600'000'000})
    for (const std::int64_t window_us : settings.windows_us) add(true, "--window " + window_argument(window_us));
  add(settings.alpha != usual.alpha, fmt::format("--alpha {}", settings.alpha));
  add(settings.seed != usual.seed, fmt::format("--seed {}", settings.seed));
  add(settings.split_seed != usual.split_seed, fmt::format("--split-seed {}", settings.split_seed));
  add(settings.min_days != usual.min_days, fmt::format("--min-days {}", settings.min_days));
  add(settings.min_objects != usual.min_objects, fmt::format("--min-objects {}", settings.min_objects));
  add(settings.max_coactions != 0 && settings.max_coactions != 100'000'000'000,
      fmt::format("--max-coactions {}", settings.max_coactions));
  add(!settings.since.empty(), "--since " + settings.since);
  add(!settings.until.empty(), "--until " + settings.until);
  add(settings.weak, "--weak");
  add(settings.allow_lossy, "--allow-lossy");
  return command;
}

}  // namespace unisono::evidence
