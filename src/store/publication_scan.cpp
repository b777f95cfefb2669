#include "unisono/store/publication_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "unisono/core/id_clock.hpp"
#include "unisono/core/table.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::store {
namespace {

std::optional<TimeUs> clock_time(std::string_view key) {
  const std::size_t colon = key.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<IdClock> clock = id_clock_of(key.substr(0, colon));
  return clock ? id_clock(*clock, key.substr(colon + 1)) : std::nullopt;
}

// One row per object that the case knows something of: its key, the time of its post, its author.
std::string query_of(const Channel& channel) {
  return fmt::format(
      "WITH named AS (SELECT {0} AS key, platform, {1} AS id, "
      "CASE WHEN min(target_account) = max(target_account) THEN min(target_account) END AS author "
      "FROM post_target WHERE {2} AND {0} IS NOT NULL GROUP BY ALL) "
      "SELECT n.key, p.t_us, n.platform || ':' || coalesce(p.account_id, n.author) "
      "FROM named n LEFT JOIN (SELECT platform, post_id, min(t_us) FILTER (t_precision IN "
      "('us', 'ms', 's', 'min')) AS t_us, min(account_id) AS account_id FROM post "
      "GROUP BY platform, post_id) p ON p.platform = n.platform AND p.post_id = n.id "
      "WHERE p.t_us IS NOT NULL OR coalesce(p.account_id, n.author) IS NOT NULL",
      key_of(channel), channel.object, condition_of(channel));
}

}  // namespace

Result<ObjectPublications> scan_publications(CaseFile& file, const std::string& channel,
                                             std::span<const std::string> object_keys, const Control& control) {
  ObjectPublications found{std::vector<std::int64_t>(object_keys.size(), ObjectPublications::k_unknown_time),
                           std::vector<std::uint32_t>(object_keys.size(), ObjectPublications::k_unknown_source)};
  if (channel != "repost" && channel != "reply") return found;
  for (std::size_t o = 0; o < object_keys.size(); ++o) {
    if (const auto t = clock_time(object_keys[o])) found.t_us[o] = *t;
  }
  UNISONO_CHECK(control.check_cancelled());
  UNISONO_TRY(const Table table, file.query(query_of(*channel_named(channel))));
  std::map<std::string_view, std::vector<std::size_t>> objects_of;  // by author
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto place =
        std::lower_bound(object_keys.begin(), object_keys.end(), std::get<std::string>(table.columns()[0].cells[row]));
    if (place == object_keys.end() || *place != std::get<std::string>(table.columns()[0].cells[row])) continue;
    const auto object = static_cast<std::size_t>(place - object_keys.begin());
    if (const auto* t = std::get_if<std::int64_t>(&table.columns()[1].cells[row])) found.t_us[object] = *t;
    if (const auto* author = std::get_if<std::string>(&table.columns()[2].cells[row]))
      objects_of[*author].push_back(object);
  }
  std::uint32_t rank = 0;
  for (const auto& [author, objects] : objects_of) {
    for (const std::size_t object : objects) found.source[object] = rank;
    ++rank;
  }
  return found;
}

}  // namespace unisono::store
