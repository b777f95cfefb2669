#include "unisono/evidence/group_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "evidence/report_parts.hpp"
#include "unisono/evidence/gap_histogram.hpp"

namespace unisono::evidence {
namespace {

std::int64_t integer_of(const Table& table, std::size_t column, std::size_t row) {
  const auto* number = std::get_if<std::int64_t>(&table.columns()[column].cells[row]);
  return number == nullptr ? 0 : *number;
}

std::int64_t width_for(std::int64_t span_us) {
  constexpr std::int64_t k_hour = 3'600'000'000;
  constexpr std::array<std::int64_t, 7> k_widths = {k_hour / 60, k_hour / 6,   k_hour,      6 * k_hour,
                                                    24 * k_hour, 168 * k_hour, 672 * k_hour};
  for (const std::int64_t width : k_widths) {
    if (span_us / width <= 100) return width;
  }
  return k_widths.back();
}

Result<void> fill(const GroupActions& actions, const std::string& body, SourcedTable& into) {
  UNISONO_TRY(into.table, actions.ask(body));
  into.sql = actions.printed(body);
  into.total_rows = into.table.rows();
  return {};
}

Result<void> figure(const GroupActions& actions, std::string_view label, std::string_view rows, const std::string& body,
                    Figure& into) {
  UNISONO_TRY(into, sourced_figure(actions.file(), label, rows, body));
  into.sql = actions.printed(body);
  return {};
}

Result<void> add_timeline(const GroupActions& actions, GroupPictures& pictures) {
  UNISONO_TRY(const Table span, actions.ask("SELECT epoch_us(min(t)), epoch_us(max(t)) FROM spaced"));
  pictures.bin_us = width_for(integer_of(span, 1, 0) - integer_of(span, 0, 0));
  UNISONO_CHECK(fill(actions,
                     fmt::format("SELECT time_bucket(INTERVAL '{} seconds', t) AS \"from\", count(*) AS actions, "
                                 "count(*) FILTER (WHERE {}) AS together FROM spaced GROUP BY 1 ORDER BY 1",
                                 pictures.bin_us / 1'000'000, actions.close()),
                     pictures.timeline));
  for (std::size_t row = 0; row < pictures.timeline.table.rows(); ++row) {
    pictures.bins.push_back({integer_of(pictures.timeline.table, 0, row),
                             static_cast<std::uint64_t>(integer_of(pictures.timeline.table, 1, row)),
                             static_cast<std::uint64_t>(integer_of(pictures.timeline.table, 2, row))});
  }
  return figure(actions, "first actions of members that came within the window of another member's", "actions",
                fmt::format("SELECT count(*) FILTER (WHERE {}) AS numerator, count(*) AS denominator FROM spaced",
                            actions.close()),
                pictures.together);
}

// One row for each class, also where no gap falls in it.
Result<void> add_gaps(const GroupActions& actions, GroupPictures& pictures) {
  std::string classes;
  std::int64_t from = -1;
  for (const std::int64_t edge : gap_edges_us()) {
    classes += fmt::format("{}({}, {})", classes.empty() ? "" : ", ", from, edge);
    from = edge;
  }
  classes += fmt::format(", ({}, NULL)", from);
  UNISONO_CHECK(
      fill(actions,
           fmt::format("SELECT c.up_to_us / 1e6 AS up_to_s, count(g.since_us) FILTER (WHERE g.sharers > g.members) AS "
                       "gaps, count(g.since_us) FILTER (WHERE g.sharers = g.members) AS members_only FROM (VALUES {}) "
                       "c(above_us, up_to_us) LEFT JOIN (SELECT * FROM spaced JOIN shared USING (object_id)) g ON "
                       "g.since_us > c.above_us AND (c.up_to_us IS NULL OR g.since_us <= c.up_to_us) GROUP BY "
                       "c.above_us, c.up_to_us ORDER BY c.above_us",
                       classes),
           pictures.gaps));
  pictures.gaps.command = "unisono report case.uni --run " + actions.scope().run_id;
  for (std::size_t k = 0; k <= gap_edges_us().size(); ++k) {
    LagClass lag;
    lag.from_us = k == 0 ? 0 : gap_edges_us()[k - 1];
    if (k < gap_edges_us().size()) lag.to_us = gap_edges_us()[k];
    lag.gaps = static_cast<std::uint64_t>(integer_of(pictures.gaps.table, 1, k));
    lag.alone = static_cast<std::uint64_t>(integer_of(pictures.gaps.table, 2, k));
    pictures.lags.push_back(lag);
  }
  UNISONO_CHECK(figure(actions, "gaps from one member to the next that lie within the window", "gaps",
                       fmt::format("SELECT count(*) FILTER (WHERE since_us <= {}) AS numerator, count(since_us) AS "
                                   "denominator FROM spaced",
                                   actions.scope().window_us),
                       pictures.near));
  return figure(actions, "objects that members alone shared, of those that at least two members share", "objects",
                "SELECT count(*) FILTER (WHERE members = sharers) AS numerator, count(*) AS denominator FROM shared",
                pictures.alone);
}

// The chances of every class, added up over the objects that others shared too.
Result<void> add_expected(const GroupActions& actions, std::uint64_t most_events, GroupPictures& pictures) {
  UNISONO_TRY(const std::int64_t events,
              actions.file().count("SELECT coalesce(sum(sharers), 0)::BIGINT FROM shared WHERE sharers > members"));
  if (events == 0 || static_cast<std::uint64_t>(events) > most_events) return {};
  UNISONO_TRY(const Table rows, actions.ask(fmt::format(
                                    "SELECT dense_rank() OVER (ORDER BY object_id), members, epoch_us(min(t_us)) AS t "
                                    "FROM action JOIN (SELECT * FROM shared WHERE sharers > members) USING "
                                    "(object_id) WHERE {} GROUP BY object_id, members, platform, account_id ORDER BY "
                                    "1, 3",
                                    actions.tested())));
  std::vector<double> expected(gap_edges_us().size() + 1, 0.0);
  std::vector<TimeUs> times;
  for (std::size_t begin = 0, end = 0; begin < rows.rows(); begin = end) {
    times.clear();
    for (; end < rows.rows() && integer_of(rows, 0, end) == integer_of(rows, 0, begin); ++end)
      times.push_back(integer_of(rows, 2, end));
    add_expected_gaps(times, static_cast<std::size_t>(integer_of(rows, 1, begin)), gap_edges_us(), expected);
  }
  for (std::size_t k = 0; k < expected.size(); ++k) pictures.lags[k].expected = expected[k];
  return {};
}

}  // namespace

Result<GroupPictures> group_pictures(const GroupActions& actions, const Control& control, std::uint64_t most_events) {
  GroupPictures pictures;
  UNISONO_CHECK(add_timeline(actions, pictures));
  UNISONO_CHECK(add_gaps(actions, pictures));
  UNISONO_CHECK(control.check_cancelled());
  UNISONO_CHECK(add_expected(actions, most_events, pictures));
  return pictures;
}

}  // namespace unisono::evidence
