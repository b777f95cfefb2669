#include "unisono/ingest/detect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <regex>

#include "record_view.hpp"
#include "row_mapper.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_sample_part = 200;

// How a path stands in the sample: the share of records that have it, and the values of those.
struct Presence {
  double share = 0;
  std::vector<std::string> values;
};
using Look = std::function<Presence(const Path&)>;

bool fits(const Condition& sign, const Presence& presence) {
  if (presence.share < 0.5) return false;
  if (sign.values.empty() && sign.regex.empty()) return true;
  std::size_t n = 0;
  for (const std::string& value : presence.values) {
    if (!sign.values.empty()) {
      n += std::find(sign.values.begin(), sign.values.end(), value) != sign.values.end() ? 1U : 0U;
      continue;
    }
    try {
      n += std::regex_search(value.substr(0, 1000), std::regex(sign.regex)) ? 1U : 0U;
    } catch (const std::regex_error&) {
      return false;
    }
  }
  return n * 2 > presence.values.size();
}

FormatScore score(const Mapping& format, const Look& look, std::size_t columns) {
  FormatScore out;
  out.format = &format;
  const DetectSpec& detect = format.detect;
  if (detect.required.empty()) return out;
  std::size_t present = 0;
  for (const Path& path : detect.required) {
    if (look(path).share >= 0.5) {
      ++present;
    } else {
      out.missing.push_back(path.text());
    }
  }
  out.score = static_cast<double>(present) / static_cast<double>(detect.required.size());
  for (const Path& path : detect.forbidden) {
    if (look(path).share > 0.5) out.obstacle = fmt::format("it has `{}`, which this format has not", path.text());
  }
  const bool distinct =
      detect.distinct.empty() || std::any_of(detect.distinct.begin(), detect.distinct.end(),
                                             [&](const Condition& sign) { return fits(sign, look(sign.path)); });
  if (!distinct) out.obstacle = fmt::format("`{}` is not there", detect.distinct.front().path.text());
  if (detect.exact && columns != detect.required.size()) {
    out.obstacle = fmt::format("it has {} columns, this format exactly {}", columns, detect.required.size());
  }
  return out;
}

bool same_family(const Mapping& format, bool csv) {
  return (format.family == Family::csv) == csv;
}

Detection rank(const FormatList& formats, bool csv, const Look& look, std::size_t columns) {
  Detection out;
  for (const Mapping& format : formats.all()) {
    if (same_family(format, csv)) out.ranked.push_back(score(format, look, columns));
  }
  const auto counted = [](const FormatScore& score) { return score.obstacle.empty() ? score.score : 0.0; };
  std::stable_sort(out.ranked.begin(), out.ranked.end(), [&](const FormatScore& a, const FormatScore& b) {
    if (counted(a) != counted(b)) return counted(a) > counted(b);
    if (a.score != b.score) return a.score > b.score;
    return a.format->id < b.format->id;
  });
  std::vector<const FormatScore*> strong;
  for (const FormatScore& candidate : out.ranked) {
    if (!candidate.format->detect.weak) strong.push_back(&candidate);
  }
  if (strong.empty()) return out;
  const double best = counted(*strong.front()), second = strong.size() > 1 ? counted(*strong[1]) : 0;
  if (best >= k_accept_score && best - second >= k_accept_margin) out.accepted = strong.front()->format;
  return out;
}

}  // namespace

Detection detect_csv(const FormatList& formats, const std::vector<std::string>& columns, const CsvBatch& sample) {
  const Look look = [&](const Path& path) {
    Presence out;
    const auto found = std::find(columns.begin(), columns.end(), path.column());
    if (found == columns.end()) return out;
    out.share = 1;
    const auto column = static_cast<std::size_t>(found - columns.begin());
    for (std::size_t i = 0; i < std::min<std::size_t>(sample.rows(), k_sample_part); ++i) {
      const std::string_view cell = sample.field(i, column);
      if (!cell.empty()) out.values.emplace_back(cell);
    }
    return out;
  };
  return rank(formats, true, look, columns.size());
}

Detection detect_json(const FormatList& formats, const JsonBatch& sample) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const std::size_t middle = sample.size() / 2;
    const bool in_part = i < k_sample_part || i + k_sample_part >= sample.size() ||
                         (i + k_sample_part / 2 >= middle && i < middle + k_sample_part / 2);
    if (in_part) chosen.push_back(i);
  }
  // One pass over the records for all paths: a parser keeps one document at a time.
  std::unordered_map<std::string, std::pair<std::size_t, std::vector<std::string>>> seen;
  std::vector<const Path*> wanted;
  for (const Mapping& format : formats.all()) {
    if (format.family == Family::csv) continue;
    for (const Path& path : format.detect.required) wanted.push_back(&path);
    for (const Path& path : format.detect.forbidden) wanted.push_back(&path);
    for (const Condition& sign : format.detect.distinct) wanted.push_back(&sign.path);
  }
  std::sort(wanted.begin(), wanted.end(), [](const Path* a, const Path* b) { return a->text() < b->text(); });
  wanted.erase(
      std::unique(wanted.begin(), wanted.end(), [](const Path* a, const Path* b) { return a->text() == b->text(); }),
      wanted.end());
  JsonParser parser;
  TextArena arena;
  ViewContext context;
  context.arena = &arena;
  std::size_t objects = 0;
  for (const std::size_t i : chosen) {
    const auto value = parser.parse(sample, i);
    if (!value || !value->is_object()) continue;
    ++objects;
    const View view(*value);
    for (const Path* path : wanted) {
      if (!view.has(*path, context)) continue;
      auto& entry = seen[path->text()];
      ++entry.first;
      const std::string_view text = view.first(*path, context);
      if (!text.empty()) entry.second.emplace_back(text.substr(0, 1000));
    }
  }
  const Look look = [&](const Path& path) {
    Presence out;
    const auto found = seen.find(path.text());
    if (found == seen.end() || objects == 0) return out;
    out.share = static_cast<double>(found->second.first) / static_cast<double>(objects);
    out.values = found->second.second;
    return out;
  };
  return rank(formats, false, look, 0);
}

std::string explain(const Detection& detection) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, detection.ranked.size()); ++i) {
    const FormatScore& candidate = detection.ranked[i];
    if (candidate.score == 0) break;
    if (!out.empty()) out += "; ";
    out += fmt::format("{}: {:.0f} % of its keys", candidate.format->id, 100 * candidate.score);
    if (!candidate.missing.empty()) {
      const std::size_t shown = std::min<std::size_t>(4, candidate.missing.size());
      out += fmt::format(
          ", missing {}",
          fmt::join(candidate.missing.begin(), candidate.missing.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    }
    if (!candidate.obstacle.empty()) out += ", but " + candidate.obstacle;
  }
  return out.empty() ? "no known format shares a key with it" : out;
}

}  // namespace unisono::ingest
