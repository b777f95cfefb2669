#include "unisono/evidence/run_settings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "unisono/core/quote.hpp"
#include "unisono/core/time.hpp"
#include "unisono/store/post_times.hpp"

namespace unisono::evidence {
namespace {

using Json = nlohmann::json;

std::uint64_t count_of(const Json& json, const char* key, std::uint64_t absent) {
  return json.contains(key) && json[key].is_number_unsigned() ? json[key].get<std::uint64_t>() : absent;
}

bool flag_of(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_boolean() && json[key].get<bool>();
}

std::string text_of(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

}  // namespace

Result<RunSettings> run_settings(std::string_view options_json, std::uint64_t seed) {
  const Json json = Json::parse(options_json, nullptr, false);
  if (!json.is_object())
    return fail(ErrorCode::bad_input, "the options of this run cannot be read", "run `unisono detect` again");
  RunSettings settings;
  settings.seed = seed;
  if (json.contains("alpha") && json["alpha"].is_number()) settings.alpha = json["alpha"].get<double>();
  settings.split_seed = count_of(json, "split_seed", 1);
  settings.min_days = count_of(json, "min_days", 2);
  settings.min_objects = count_of(json, "min_objects", 2);
  settings.max_coactions = count_of(json, "max_coactions", 0);
  settings.since = text_of(json, "since");
  settings.until = text_of(json, "until");
  settings.weak = flag_of(json, "weak");
  settings.calibrate = flag_of(json, "calibrate");
  settings.allow_lossy = flag_of(json, "allow_lossy");
  for (const Json& channel : json.value("channels", Json::array())) {
    if (channel.is_string()) settings.channels.push_back(channel.get<std::string>());
  }
  for (const Json& window : json.value("windows_us", Json::array())) {
    if (window.is_number_integer()) settings.windows_us.push_back(window.get<std::int64_t>());
  }
  return settings;
}

std::string window_argument(std::int64_t window_us) {
  if (window_us % 1'000'000 == 0) return fmt::format("{}s", window_us / 1'000'000);
  if (window_us % 1'000 == 0) return fmt::format("{}ms", window_us / 1'000);
  return fmt::format("{}us", window_us);
}

namespace {

std::string options_of(const RunSettings& settings) {
  std::string command;
  for (const std::string& channel : settings.channels) command += " --channel " + channel;
  for (const std::int64_t window_us : settings.windows_us) command += " --window " + window_argument(window_us);
  command += fmt::format(" --alpha {} --seed {} --split-seed {} --min-days {} --min-objects {}", settings.alpha,
                         settings.seed, settings.split_seed, settings.min_days, settings.min_objects);
  if (settings.max_coactions > 0) command += fmt::format(" --max-coactions {}", settings.max_coactions);
  if (!settings.since.empty()) command += " --since " + settings.since;
  if (!settings.until.empty()) command += " --until " + settings.until;
  if (settings.weak) command += " --weak";
  if (settings.allow_lossy) command += " --allow-lossy";
  return command;
}

}  // namespace

std::string detect_command(const RunSettings& settings, std::string_view case_path) {
  return fmt::format("unisono detect {}{}{}", case_path, options_of(settings),
                     settings.calibrate ? " --calibrate" : "");
}

namespace {

// A time inside the run that is known at least to `width_us`.
std::string usable_time(const RunSettings& settings, std::int64_t width_us) {
  std::string sql = "t_us IS NOT NULL";
  if (!settings.since.empty()) sql += fmt::format(" AND t_us >= TIMESTAMP {}", quote_sql(settings.since));
  if (!settings.until.empty()) sql += fmt::format(" AND t_us < TIMESTAMP {}", quote_sql(settings.until));
  for (const Precision precision : {Precision::s, Precision::min, Precision::hour, Precision::day, Precision::month}) {
    if (length_us(precision) > width_us)
      sql += fmt::format(" AND coalesce(t_precision, 's') <> '{}'", name_of(precision));
  }
  return sql;
}

}  // namespace

std::string tested_actions(const RunSettings& settings, const std::string& channel, std::int64_t window_us) {
  return fmt::format("object_kind = {} AND object_id IS NOT NULL AND {}{}", quote_sql(channel),
                     usable_time(settings, window_us), settings.allow_lossy ? "" : " AND NOT lossy");
}

std::string binned_posts(const RunSettings& settings, std::int64_t width_us) {
  return fmt::format("(SELECT platform, account_id, t_us FROM ({}) WHERE account_id IS NOT NULL AND {})",
                     store::k_posting, usable_time(settings, width_us));
}

std::string rank_command(const RunSettings& settings, const std::string& channel, std::int64_t max_sharers) {
  return fmt::format("unisono rank case.uni --channel {} --alpha {} --max-sharers {}{}", channel, settings.alpha,
                     max_sharers, settings.allow_lossy ? " --allow-lossy" : "");
}

std::string calibrate_command(const RunSettings& settings, std::int64_t copies,
                              const std::vector<std::string>& permutations) {
  std::string command = fmt::format("unisono calibrate case.uni{} --runs {}", options_of(settings), copies);
  for (const std::string& permutation : permutations) command += " --permutation " + permutation;
  return command;
}

bool same_tests(const RunSettings& a, const RunSettings& b) {
  const auto tests = [](RunSettings settings) {
    settings.channels.clear();
    return options_of(settings);
  };
  return tests(a) == tests(b);
}

}  // namespace unisono::evidence
