#include <fmt/format.h>

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "output/report_sections.hpp"
#include "unisono/core/time.hpp"
#include "unisono/evidence/report_wording.hpp"
#include "unisono/output/charts.hpp"
#include "unisono/output/network_svg.hpp"

namespace unisono::output {
namespace {

void append_object(ReportPage& page, const evidence::GroupStory& told, std::size_t i, std::string_view caption) {
  Html& html = page.html();
  const evidence::StoryObject& object = told.objects[i];
  html.open("div", {{"class", "object"}});
  if (!object.key.empty()) html.element("p", object.key, {{"class", "mono"}});
  if (!object.text.empty()) html.element("blockquote", object.text + (object.excerpt ? " …" : ""), {{"dir", "auto"}});
  if (object.key.empty() && object.text.empty())
    html.element("p", "The data holds no text of this object.", {{"class", "soft"}});
  html.open("p", {{"class", "soft"}});
  append_count(page, object.members, told.counts.sql, "members", i);
  html.text(" members close together, ");
  append_count(page, object.sharers, told.counts.sql, "sharers", i);
  html.text(" accounts in all.").close();
  html.open("table").element("caption", caption, {{"class", "soft"}}).open("thead").open("tr");
  for (const char* name : {"time", "account", "who"}) html.element("th", name, {{"scope", "col"}, {"class", "word"}});
  html.close().close().open("tbody");
  for (const evidence::StoryAction& action : object.first_actions) {
    html.open("tr", {{"class", action.member ? "member" : "other"}});
    html.element("td", format_iso(action.t_us, action.precision), {{"class", "word"}});
    html.element("td", action.account, {{"class", "word"}})
        .element("td", action.member ? "member" : "other", {{"class", "word"}});
    html.close();
  }
  html.close().close().close();
}

void append_timeline(ReportPage& page, const evidence::GroupStorySection& section, std::size_t number) {
  Html& html = page.html();
  const evidence::GroupPictures& pictures = section.pictures;
  std::uint64_t actions = 0, together = 0;
  for (const evidence::TimelineBin& bin : pictures.bins) {
    actions += bin.actions;
    together += bin.together;
  }
  const std::string description = evidence::timeline_description(
      actions, together, section.channel, format_duration(section.window_us), format_duration(pictures.bin_us),
      pictures.bins.empty() ? "" : format_iso(pictures.bins.front().t_us),
      pictures.bins.empty() ? "" : format_iso(pictures.bins.back().t_us + pictures.bin_us));
  const std::string title = fmt::format("Group {} over time: {}", number, section.channel);
  open_picture(html, title);
  append_timeline_svg(html, pictures.bins, pictures.bin_us, {title, description});
  close_picture(html, title, description);
  append_figure_lines(page, {&pictures.together});
  html.open("details").element("summary", "The numbers of this picture");
  append_table(page, pictures.timeline, title);
  html.close();
}

// The counted gaps come from the query; the expectation is exact and comes from the program.
void append_lag_table(ReportPage& page, const evidence::GroupPictures& pictures, std::string_view title) {
  Html& html = page.html();
  html.open("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", title}, {"tabindex", "0"}});
  html.open("table", {{"data-query", page.query(pictures.gaps.sql)}}).element("caption", title);
  html.open("thead").open("tr");
  constexpr std::array<std::array<const char*, 2>, 3> k_columns = {
      {{"up to, s", "up_to_s"}, {"gaps", "gaps"}, {"members only", "members_only"}}};
  for (const auto& [heading, column] : k_columns)
    html.element("th", heading, {{"scope", "col"}, {"class", "n"}, {"data-column", column}});
  html.element("th", "expected of gaps",
               {{"scope", "col"}, {"class", "n"}, {"data-command", page.command(pictures.gaps.command)}});
  html.close().close().open("tbody");
  for (std::size_t row = 0; row < pictures.lags.size(); ++row) {
    html.open("tr");
    for (const Column& column : pictures.gaps.table.columns())
      html.element("td", cell_text(column, row), {{"class", "n"}});
    const std::optional<double>& expected = pictures.lags[row].expected;
    html.element("td", expected ? fmt::format("{:.3g}", *expected) : "", {{"class", "n"}});
    html.close();
  }
  html.close().close().close();
  append_source(page, pictures.gaps.sql, pictures.gaps.command);
}

void append_lags(ReportPage& page, const evidence::GroupStorySection& section, std::size_t number) {
  Html& html = page.html();
  const evidence::GroupPictures& pictures = section.pictures;
  std::uint64_t gaps = 0, within = 0;
  double expected = 0;
  bool has_expected = false;
  for (const evidence::LagClass& lag : pictures.lags) {
    gaps += lag.gaps;
    if (!lag.to_us || *lag.to_us > section.window_us) continue;
    within += lag.gaps;
    expected += lag.expected.value_or(0);
    has_expected = has_expected || lag.expected.has_value();
  }
  const std::string description =
      evidence::lags_description(gaps, within, expected, has_expected, format_duration(section.window_us));
  const std::string title = fmt::format("Group {}, from one member to the next: {}", number, section.channel);
  open_picture(html, title);
  append_lag_svg(html, pictures.lags, {title, description});
  close_picture(html, title, description);
  append_figure_lines(page, {&pictures.near, &pictures.alone});
  html.open("details").element("summary", "The numbers of this picture");
  append_lag_table(page, pictures, title);
  html.close();
}

evidence::SweepCurve curve_of(const evidence::GroupSweep& sweep, std::string name, std::uint64_t accounts,
                              auto&& edges_at) {
  evidence::SweepCurve curve{std::move(name), {}};
  const double pairs = static_cast<double>(accounts) * (static_cast<double>(accounts) - 1) / 2;
  for (const evidence::SweepPoint& point : sweep.points) {
    const std::optional<double> edges = edges_at(point);
    if (edges && pairs > 0) curve.marks.push_back({point.window_us, *edges / pairs});
  }
  return curve;
}

std::vector<evidence::SweepCurve> curves_of(const evidence::GroupSweep& sweep) {
  using Point = evidence::SweepPoint;
  using Edges = std::optional<double>;
  return {curve_of(sweep, "the group", sweep.members,
                   [](const Point& p) { return Edges(static_cast<double>(p.group.edges)); }),
          curve_of(sweep, "accounts compared", evidence::has_comparison(sweep) ? sweep.compared : 0,
                   [](const Point& p) { return Edges(static_cast<double>(p.comparison.edges)); }),
          curve_of(sweep, "group, objects exchanged", sweep.members,
                   [](const Point& p) { return p.bins ? Edges(p.bins->edges) : Edges(); }),
          curve_of(sweep, "group, times exchanged", sweep.members,
                   [](const Point& p) { return p.within ? Edges(p.within->edges) : Edges(); })};
}

// A table that a command gives and no query.
void append_computed_table(ReportPage& page, const Table& table, const std::string& command, std::string_view title) {
  Html& html = page.html();
  html.open("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", title}, {"tabindex", "0"}});
  html.open("table", {{"data-command", page.command(command)}}).element("caption", title);
  html.open("thead").open("tr");
  for (const Column& column : table.columns())
    html.element(
        "th", column.name,
        {{"scope", "col"}, {"class", column.type == ColumnType::text ? "word" : "n"}, {"data-column", column.name}});
  html.close().close().open("tbody");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    html.open("tr");
    for (const Column& column : table.columns())
      html.element("td", cell_text(column, row), {{"class", column.type == ColumnType::text ? "word" : "n"}});
    html.close();
  }
  html.close().close().close();
  append_source(page, {}, command);
}

void append_sweep(ReportPage& page, const evidence::GroupReport& group, std::size_t i, std::size_t number) {
  Html& html = page.html();
  const evidence::GroupSweep& sweep = group.sweeps[i];
  const std::string title = fmt::format("Group {} at other windows: {}", number, sweep.channel);
  const std::string description = evidence::sweep_description(sweep, group.story[i].window_us);
  open_picture(html, title);
  append_sweep_svg(html, curves_of(sweep), {title, description});
  close_picture(html, title, description);
  html.element("p", evidence::sweep_sentence(sweep));
  html.open("details").element("summary", "The numbers of this picture");
  append_computed_table(page, evidence::sweep_table(std::span(&sweep, 1)), group.sweep_command, title);
  html.close();
}

void append_story(ReportPage& page, const evidence::GroupStorySection& section, std::size_t number) {
  Html& html = page.html();
  html.element("h4",
               fmt::format("What they acted on ({}, within {})", section.channel, format_duration(section.window_us)));
  html.open("div", {{"class", "objects"}});
  for (std::size_t i = 0; i < section.told.objects.size(); ++i) {
    append_object(page, section.told, i,
                  fmt::format("The first {} actions", section.told.objects[i].first_actions.size()));
  }
  html.close();
  append_source(page, section.told.counts.sql, {}, "The numbers of members and accounts, in the order of the objects.");
  append_timeline(page, section, number);
  append_lags(page, section, number);
}

// Not a recomputation: what carries the group, and where it is weakest.
void append_explained(ReportPage& page, const std::string& command) {
  const std::string number = page.command(command);
  page.html()
      .open("p", {{"class", "source"}})
      .text("What carries the group and where it is weakest: command ")
      .element("a", number, {{"href", "#" + number}})
      .text(".")
      .close();
}

}  // namespace

void append_group(ReportPage& page, const evidence::GroupReport& group, std::size_t number) {
  Html& html = page.html();
  const std::string heading = group.group_id + "-title";
  html.open("section", {{"id", group.group_id}, {"aria-labelledby", heading}, {"class", "group"}});
  html.element("h3", fmt::format("Group {}: {} accounts", number, group.accounts), {{"id", heading}});
  html.open("p", {{"class", "claim"}})
      .element("span", fmt::format("{} {}", evidence::name_of(group.level), evidence::title_of(group.level)),
               {{"class", "level"}})
      .text(group.statement)
      .close();
  append_figure_boxes(page, group.figures);
  for (std::size_t i = 0; i < group.story.size(); ++i) {
    append_story(page, group.story[i], number);
    if (i < group.sweeps.size()) append_sweep(page, group, i, number);
  }
  html.element("h4", "Ordinary explanations to check first");
  append_list(html, group.innocent);
  html.element("h4", "Why the level is not higher");
  append_list(html, group.withheld);
  html.element("h4", "Tests, on objects not used to find the group");
  append_table(page, group.tests, fmt::format("Tests of group {}", number));
  append_explained(page, group.explain_command);
  if (group.channels.total_rows > 0) {
    html.element("h4", "What each channel says, and what is left without it");
    html.element("p", evidence::group_channels_sentence());
    append_table(page, group.channels, fmt::format("Channels of group {}", number));
  }
  html.element("h4", "Members");
  html.element("p", evidence::list_caveat(), {{"class", "caveat"}});
  append_table(page, group.members, fmt::format("Members of group {}", number));
  if (group.opinions.total_rows > 0) {
    html.element("h4", "A second opinion");
    html.element("p", evidence::second_opinion_sentence());
    std::vector<const evidence::Figure*> agreement;
    for (const evidence::Figure& figure : group.agreement) agreement.push_back(&figure);
    append_figure_lines(page, agreement);
    append_table(page, group.opinions, fmt::format("What other methods put together of group {}", number));
  }
  if (group.joining.total_rows > 0) {
    html.element("h4", "Accounts that act with this group");
    html.element("p", evidence::joining_sentence(), {{"class", "caveat"}});
    append_table(page, group.joining, fmt::format("Accounts that act with group {}", number));
  }
  html.element("p", fmt::format("Identifier: {}", group.group_id), {{"class", "soft mono"}});
  html.close();
}

void append_findings(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("findings", "Findings");
  if (!data.network.x.empty()) {
    html.open("figure");
    append_network_svg(html, data.network);
    html.element("figcaption",
                 "A line joins two accounts that acted together beyond activity and pace; colour and number are the "
                 "group. Near or far on the picture has no meaning of its own. Members and ties stand in the tables "
                 "below.");
    html.close();
    append_figure_lines(page, {&data.network_figures[0], &data.network_figures[1]});
  }
  std::size_t number = 1;
  for (const evidence::GroupReport& group : data.groups) append_group(page, group, number++);
  if (data.groups.size() < data.groups_in_all) {
    html.element("p", fmt::format("{} of {} groups are described; the files of `unisono export` hold all.",
                                  data.groups.size(), data.groups_in_all));
  }
  append_ties(page, data);
  append_timeless(page, data);
  append_bursts(page, data);
  append_amplification(page, data);
  page.close_section();
}

}  // namespace unisono::output
