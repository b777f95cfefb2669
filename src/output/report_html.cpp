#include "unisono/output/report_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "output/report_style.hpp"
#include "unisono/core/time.hpp"
#include "unisono/output/html.hpp"
#include "unisono/output/json.hpp"
#include "unisono/output/network_svg.hpp"

namespace unisono::output {
namespace {

using evidence::SourcedTable;

constexpr std::string_view k_policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

bool is_number(const Column& column) {
  return column.type == ColumnType::integer || column.type == ColumnType::real;
}

std::string_view class_of(const Column& column) {
  if (is_number(column)) return "n";
  return column.name == "reason" || column.name == "detail" || column.name == "sha256" ? "long" : "word";
}

std::string heading_of(std::string_view name) {
  std::string heading(name);
  std::replace(heading.begin(), heading.end(), '_', ' ');
  return heading;
}

// "repost within 60 s, text within 10 s": where the group was found.
std::string places_of(const evidence::GroupReport& group) {
  std::string places;
  for (const evidence::GroupStorySection& section : group.story) {
    places +=
        fmt::format("{}{} within {}", places.empty() ? "" : ", ", section.channel, format_duration(section.window_us));
  }
  return places;
}

std::string cell_text(const Column& column, std::size_t row) {
  const Cell& cell = column.cells[row];
  const auto* real = std::get_if<double>(&cell);
  const bool is_p = column.name == "p" || column.name == "q" || column.name == "least_p";
  if (real != nullptr && is_p) return evidence::format_p(*real);
  if (real != nullptr) return std::abs(*real) >= 1000 ? fmt::format("{:.0f}", *real) : fmt::format("{:.3g}", *real);
  return to_text(cell, column.type);
}

void append_rows(Html& page, const Table& table) {
  page.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const Column& column : table.columns())
    page.element("th", heading_of(column.name), {{"class", is_number(column) ? "n" : ""}, {"scope", "col"}});
  page.close().close().open("tbody");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    page.open("tr");
    for (const Column& column : table.columns())
      page.element("td", cell_text(column, row), {{"class", class_of(column)}});
    page.close();
  }
  page.close().close().close();
}

// A table with the query that gives it; says what it left out.
void append_table(Html& page, const SourcedTable& sourced) {
  append_rows(page, sourced.table);
  if (sourced.table.rows() < sourced.total_rows) {
    page.element("p",
                 fmt::format("Shown: {} of {} rows; the query gives all.", sourced.table.rows(), sourced.total_rows),
                 {{"class", "soft"}});
  }
  page.open("details").element("summary", "The query behind this table").element("pre", sourced.sql).close();
}

void append_list(Html& page, const std::vector<std::string>& items) {
  page.open("ul");
  for (const std::string& item : items) page.element("li", item);
  page.close();
}

void append_figure(Html& page, std::string_view number, std::string_view what) {
  page.open("li").element("b", number).text(what).close();
}

void append_summary(Html& page, const evidence::ReportData& data) {
  page.element("h2", "Summary");
  page.open("ul", {{"class", "figures"}});
  append_figure(page, fmt::format("{}", data.posts + data.bare_rows), data.bare_rows > 0 ? "rows read" : "posts");
  append_figure(page, fmt::format("{}", data.accounts), "accounts");
  append_figure(page, fmt::format("{}", data.rejected), "rows that could not be read");
  append_figure(page, fmt::format("{}", data.ties.total_rows), "ties (pair, channel and window)");
  append_figure(page, fmt::format("{}", data.groups.size()), "groups");
  page.close();
  if (data.groups.empty()) {
    page.element("p",
                 "No group of accounts acted together beyond what chance, activity and shared content explain, as far "
                 "as this data can show. "
                 "What could be tested, and what not, stands below.");
  }
  std::size_t number = 1;
  for (const evidence::GroupReport& group : data.groups) {
    page.open("p", {{"class", "claim"}}).element("span", evidence::name_of(group.level), {{"class", "level"}});
    page.open("a", {{"href", fmt::format("#{}", group.group_id)}})
        .text(fmt::format("Group {}", number++))
        .close()
        .text(fmt::format(" ({}): {}", places_of(group), group.statement))
        .close();
  }
}

void append_measured(Html& page, const evidence::ReportData& data) {
  page.element("h2", "What was measured");
  page.element("p",
               "An action is one account acting on one object at one time: reposting a post, answering it, using a "
               "link, a hashtag, a text. For each "
               "channel and time window, unisono asks which pairs and groups of accounts act on the same objects at "
               "the same time more often than "
               "(T) their activity in those hours and (X) the pace of the content explain. Only the first action of an "
               "account on an object counts.");
  page.element("h3", "What this data holds");
  append_table(page, data.coverage);
  page.element("h3", "What could be tested, and what not");
  page.element("p",
               "c bar is the chance that two actions of one hour meet on one object: above 0.2 activity cannot be "
               "separated from content. Family K is the number of "
               "pairs that could have been found at all. Background is the share of actions by accounts outside every "
               "group found.");
  append_table(page, data.checks);
}

void append_story(Html& page, const evidence::GroupStorySection& section) {
  page.element("h4",
               fmt::format("What they acted on ({}, within {})", section.channel, format_duration(section.window_us)));
  for (const evidence::StoryObject& object : section.objects) {
    page.open("div", {{"class", "object"}});
    if (!object.key.empty()) page.element("p", object.key, {{"class", "mono"}});
    if (!object.text.empty()) page.element("blockquote", object.text + (object.excerpt ? " …" : ""));
    if (object.key.empty() && object.text.empty())
      page.element("p", "The data holds no text of this object.", {{"class", "soft"}});
    page.element("p",
                 fmt::format("{} members close together, {} accounts in all. The first {} actions:", object.members,
                             object.sharers, object.first_actions.size()),
                 {{"class", "soft"}});
    page.open("table").open("tbody");
    for (const evidence::StoryAction& action : object.first_actions) {
      page.open("tr", {{"class", action.member ? "member" : "other"}});
      page.element("td", format_iso(action.t_us, action.precision), {{"class", "word"}});
      page.element("td", action.account, {{"class", "word"}})
          .element("td", action.member ? "member" : "other account", {{"class", "word"}});
      page.close();
    }
    page.close().close().close();
  }
}

void append_group(Html& page, const evidence::GroupReport& group, std::size_t number) {
  page.open("section", {{"id", group.group_id}});
  page.element("h3", fmt::format("Group {}: {} accounts", number, group.accounts));
  page.open("p", {{"class", "claim"}})
      .element("span", fmt::format("{} {}", evidence::name_of(group.level), evidence::title_of(group.level)),
               {{"class", "level"}})
      .text(group.statement)
      .close();
  for (const evidence::GroupStorySection& section : group.story) append_story(page, section);
  page.element("h4", "Ordinary explanations to check first");
  append_list(page, group.innocent);
  page.element("h4", "Why the level is not higher");
  append_list(page, group.withheld);
  page.element("h4", "Tests, on objects not used to find the group");
  append_table(page, group.tests);
  page.element("p",
               fmt::format("Stability: {:.2f} (how often two members stay together when the search starts elsewhere).",
                           group.stability),
               {{"class", "soft"}});
  page.element("h4", "Members");
  page.element("p", evidence::list_caveat(), {{"class", "caveat"}});
  append_table(page, group.members);
  page.element("p", fmt::format("Identifier: {}", group.group_id), {{"class", "soft mono"}});
  page.close();
}

void append_findings(Html& page, const evidence::ReportData& data) {
  page.element("h2", "Findings");
  if (!data.network.x.empty()) {
    page.open("figure");
    append_network_svg(page, data.network);
    page.element("figcaption", fmt::format("{} accounts and {} ties. A line joins two accounts that acted together "
                                           "beyond activity and pace; colour and number are the group. "
                                           "Near or far on the picture has no meaning of its own.",
                                           data.network.x.size(), data.network.source.size()));
    page.close();
  }
  std::size_t number = 1;
  for (const evidence::GroupReport& group : data.groups) append_group(page, group, number++);
  page.element("h3", "Ties");
  page.element("p", evidence::list_caveat(), {{"class", "caveat"}});
  if (data.ties.total_rows > 0) {
    page.element("p",
                 "Each pair acted on the same object within the window more often than both tests expect. This is "
                 "consistent with a shared trigger, for example "
                 "notifications, and is not by itself a sign of coordination (level T2).");
    append_table(page, data.ties);
  } else {
    page.element("p", "No pair passed.");
  }
  if (data.leads.total_rows > 0) {
    page.element("h3", "Leads");
    page.element("p",
                 "Where activity cannot be separated from content, pairs that are closer than other sharers of the "
                 "same content are listed as leads (level 0). They open nothing by themselves.");
    append_table(page, data.leads);
  }
}

void append_methods(Html& page, const evidence::ReportData& data) {
  page.element("h2", "Methods");
  append_list(page, {
                        "T: all times and accounts are held, the objects of every hour are exchanged. Controls "
                        "activity, time zone, day rhythm and breaking news. Misleads for fans and live events.",
                        "X: who shared what is held, the times of the sharers of an object are exchanged, with the "
                        "pair left out. Misleads for accounts with the same waking hours.",
                        "A tie needs both (p = max(p_T m/K, p_X)), in the family of pairs that could have been found "
                        "(Tarone), with the false discovery rate of Benjamini and Hochberg.",
                        "Groups are found on one half of the objects and tested on the other, in both directions, each "
                        "at half the level; the lower end of the lift must be at least 3, on at least 3 objects, "
                        "2 days and 3 accounts.",
                        "Windows are tested at alpha divided by their number. Channels are tested and worded apart.",
                    });
  page.open("p")
      .text("Options that change the result: ")
      .element("span", data.options_json, {{"class", "mono"}})
      .close();
}

void append_data(Html& page, const evidence::ReportData& data, const ReportOptions& options) {
  page.element("h2", "What was not established");
  append_list(page, data.not_established);
  page.element("h2", "Data and files");
  append_table(page, data.file_list);
  if (data.rejected > 0) {
    page.element("h3", fmt::format("Rows that could not be read: {}", data.rejected));
    append_table(page, data.rejects);
  }
  page.element("h2", "Right of reply");
  page.element("p",
               "Before anything here is published, the accounts and institutions concerned should be asked. Asked: not "
               "recorded. Answer: not recorded. Signed: not signed.");
  page.element("h2", "Names and lists");
  page.element("p", options.full_names.empty()
                        ? "Accounts are called by number (their rank in this case). Only accounts on a list of targets "
                          "or public accounts are named."
                        : fmt::format("Accounts are named in full. Reason given: {}", options.full_names));
  if (!data.named_lists.empty()) append_list(page, data.named_lists);
  page.element("h2", "Run record");
  page.open("table").open("tbody");
  const auto row = [&](std::string_view name, std::string_view value) {
    page.open("tr").element("th", name, {{"scope", "row"}}).element("td", value, {{"class", "mono"}}).close();
  };
  row("run", data.run_id);
  row("inputs", data.input_hash);
  row("seed", fmt::format("{}", data.seed));
  row("program", "unisono " + data.version);
  row("network", "none: this program reads files and never the network");
  page.close().close();
}

std::string metadata_json(const evidence::ReportData& data) {
  std::string json =
      fmt::format(R"({{"@context":"https://schema.org","@type":"Report","identifier":{},"creator":{},"isBasedOn":{}}})",
                  quote_json(data.run_id), quote_json("unisono " + data.version), quote_json(data.input_hash));
  for (std::size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at))
    json.replace(at, 1, "\\u003c");
  return json;
}

}  // namespace

std::string write_report(const evidence::ReportData& data, const ReportOptions& options) {
  const std::string title = options.title.empty() ? "What these accounts did together" : options.title;
  Html page;
  page.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}}).open("head");
  page.empty("meta", {{"charset", "utf-8"}})
      .empty("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", k_policy}});
  page.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.empty("meta", {{"name", "referrer"}, {"content", "no-referrer"}})
      .empty("link", {{"rel", "icon"}, {"href", "data:,"}});
  page.element("title", title).open("style").raw(k_report_style).close();
  page.open("script", {{"type", "application/ld+json"}}).raw(metadata_json(data)).close().close();
  page.open("body").open("main");
  page.element("h1", title);
  page.element("p",
               fmt::format("Case {} · {} · data up to {}", data.run_id.substr(0, 12), "unisono " + data.version,
                           data.newest_time.empty() ? "an unknown time" : data.newest_time),
               {{"class", "soft"}});
  append_summary(page, data);
  append_measured(page, data);
  append_findings(page, data);
  append_methods(page, data);
  append_data(page, data, options);
  page.close().close().close();
  return page.str();
}

}  // namespace unisono::output
