#include "commands/channel_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "unisono/core/time.hpp"
#include "unisono/core/version.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::commands {

using Json = nlohmann::ordered_json;

Result<void> check_options(const DetectOptions& options) {
  if (!(options.alpha > 0 && options.alpha < 1)) {
    return fail(ErrorCode::usage, fmt::format("--alpha is {}, it must lie between 0 and 1", options.alpha),
                "the usual value is 0.05");
  }
  if (options.min_objects < 2) {
    return fail(ErrorCode::usage, fmt::format("--min-objects is {}, ties need at least 2", options.min_objects),
                "leave it out for 2");
  }
  for (const std::int64_t window_us : options.windows_us) {
    if (window_us <= 0)
      return fail(ErrorCode::usage, "--window must be longer than 0", "write for example --window 60s");
  }
  for (const std::string& channel : options.channels) {
    if (store::channel_named(channel) != nullptr) continue;
    std::vector<std::string_view> names;
    for (const store::Channel& known : store::channels()) names.push_back(known.name);
    return fail(ErrorCode::usage, fmt::format("there is no channel '{}'", channel),
                fmt::format("the channels are {}", fmt::join(names, ", ")));
  }
  return {};
}

Result<std::vector<std::string>> channels_of(store::CaseFile& file, const DetectOptions& options) {
  if (options.channels.empty()) return store::channels_with_actions(file);
  std::vector<std::string> channels;
  for (const store::Channel& known : store::channels()) {
    const bool asked =
        std::find(options.channels.begin(), options.channels.end(), known.name) != options.channels.end();
    if (asked) channels.emplace_back(known.name);
  }
  return channels;
}

std::vector<std::int64_t> windows_of(const DetectOptions& options) {
  std::vector<std::int64_t> windows = options.windows_us;
  if (windows.empty()) windows.assign(std::begin(k_default_windows_us), std::end(k_default_windows_us));
  std::sort(windows.begin(), windows.end());
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

std::string options_json(const DetectOptions& options, const std::vector<std::string>& channels,
                         const std::vector<std::int64_t>& windows) {
  Json json = {{"allow_lossy", options.allow_lossy},     {"alpha", options.alpha},
               {"calibrate", options.calibrate},         {"channels", channels},
               {"max_coactions", options.max_coactions}, {"min_days", options.min_days},
               {"min_objects", options.min_objects}};
  json["since"] = options.since ? Json(format_iso(*options.since, Precision::us)) : Json(nullptr);
  json["split_seed"] = options.split_seed;
  json["until"] = options.until ? Json(format_iso(*options.until, Precision::us)) : Json(nullptr);
  json["weak"] = options.weak;
  json["windows_us"] = windows;
  return json.dump();
}

Result<store::Run> detect_run(store::CaseFile& file, const DetectOptions& options,
                              const std::vector<std::string>& channels, const std::vector<std::int64_t>& windows) {
  store::Run run{"detect", options_json(options, channels, windows), options.seed, {}, version_with_unicode()};
  UNISONO_TRY(run.input_hash, store::input_hash(file));
  return run;
}

Result<std::vector<std::uint8_t>> declared_accounts(store::CaseFile& file, const store::ActionSet& actions) {
  UNISONO_TRY(
      const Table table,
      file.query(
          "SELECT DISTINCT platform, subject_id FROM label WHERE subject_type = 'account' AND label = 'declared'"));
  std::vector<std::uint8_t> flags(actions.account_id_of.size(), 0);
  if (table.rows() == 0) return flags;
  std::set<std::pair<std::string, std::string>> declared;
  for (std::size_t row = 0; row < table.rows(); ++row)
    declared.emplace(text_at(table, row, "platform"), text_at(table, row, "subject_id"));
  for (std::size_t account = 0; account < flags.size(); ++account) {
    flags[account] = declared.contains({actions.platform_of[account], actions.account_id_of[account]}) ? 1 : 0;
  }
  return flags;
}

namespace {

// The mapping says so, or at least 90 % of the objects are posts of the targets: then everybody's activity is known
// only through these objects.
Result<bool> is_collected_by_object(store::CaseFile& file, const std::string& channel,
                                    const store::ActionSet& actions) {
  if ((channel != "repost" && channel != "reply") || actions.object_key_of.empty()) return false;
  UNISONO_TRY(const std::int64_t files,
              file.count("SELECT count(*) FROM import_file WHERE receipt ->> 'collected_by' = 'object'"));
  if (files > 0) return true;
  UNISONO_TRY(
      const Table table,
      file.query("SELECT p.platform || ':' || p.post_id FROM post p SEMI JOIN (SELECT platform, subject_id FROM label "
                 "WHERE subject_type = 'account' AND label = 'target') t "
                 "ON p.platform = t.platform AND p.account_id = t.subject_id"));
  std::set<std::string, std::less<>> posts;
  for (std::size_t row = 0; row < table.rows(); ++row)
    posts.insert(to_text(table.columns()[0].cells[row], ColumnType::text));
  const auto hits = std::count_if(actions.object_key_of.begin(), actions.object_key_of.end(),
                                  [&](const std::string& key) { return posts.contains(key); });
  return static_cast<std::size_t>(hits) * 10 >= actions.object_key_of.size() * 9;
}

}  // namespace

Result<ChannelPlan> plan_channel(store::CaseFile& file, const store::ActionSet& actions, std::string run_id,
                                 const std::string& channel, const std::vector<std::int64_t>& windows_us,
                                 const Control& control) {
  ChannelPlan plan{std::move(run_id), channel, windows_us, {}, false, {}};
  UNISONO_TRY(plan.declared, declared_accounts(file, actions));
  UNISONO_TRY(plan.collected_by_object, is_collected_by_object(file, channel, actions));
  UNISONO_TRY(plan.published, store::scan_publications(file, channel, actions.object_key_of, control));
  return plan;
}

network::Events events_without_times(const store::ActionSet& actions) {
  const std::vector<std::int64_t> no_times(actions.size(), 0);
  return network::first_events({actions.account, actions.object, actions.post, no_times,
                                static_cast<std::uint32_t>(actions.account_id_of.size()),
                                static_cast<std::uint32_t>(actions.object_key_of.size()),
                                static_cast<std::uint32_t>(actions.post_id_of.size())});
}

void note_exclusions(const store::ActionSet& actions, const std::string& channel, std::vector<std::string>& notes) {
  const auto note = [&](std::uint64_t n, std::string_view why) {
    if (n > 0) notes.push_back(fmt::format("{}: {} actions left out, {}.", channel, n, why));
  };
  note(actions.excluded_no_time, "their time is not known");
  note(actions.excluded_lossy, "their ids were destroyed before the import (--allow-lossy keeps them)");
  note(actions.excluded_no_account, "their account is not known");
}

}  // namespace unisono::commands
