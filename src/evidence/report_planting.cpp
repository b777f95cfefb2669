// What the tests could have found: squads that were planted into this data.
#include <fmt/format.h>

#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/evidence/planting.hpp"
#include "unisono/store/action_scan.hpp"

namespace unisono::evidence {

Result<void> add_planting(store::CaseFile& file, ReportData& data) {
  PlantingReport& report = data.planting;
  UNISONO_TRY(const std::optional<Planting> planting, planting_of(file, data.run_id));
  if (!planting) {
    UNISONO_TRY(const std::vector<std::string> channels, store::channels_with_actions(file));
    report.command = plant_command(data.settings, channels);
    return {};
  }
  report.command = planting->command;
  report.sentences = planting_sentences(planting->rows);
  std::string channels;
  for (const std::string& channel : data.settings.channels)
    channels += (channels.empty() ? "" : ", ") + quote_sql(channel);
  UNISONO_TRY(report.squads,
              sourced(file,
                      fmt::format("SELECT channel, window_us / 1e6 AS window_s, size, tasks, jitter_us / 1e6 AS "
                                  "within_s, draws, found, in_groups, by_habit, in_ties, members AS mean_members, "
                                  "others AS mean_others, reason FROM planting WHERE run_id = {} AND channel IN ({}) "
                                  "ORDER BY channel, rowid",
                                  quote_sql(planting->run_id), channels),
                      400));
  report.squads.command = planting->command;
  return {};
}

}  // namespace unisono::evidence
