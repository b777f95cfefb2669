#include "unisono/output/report_html.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "output/report_sections.hpp"
#include "output/report_style.hpp"
#include "unisono/output/json.hpp"

namespace unisono::output {
namespace {

constexpr std::string_view k_policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

std::string metadata_json(const evidence::ReportData& data) {
  std::string json =
      fmt::format(R"({{"@context":"https://schema.org","@type":"Report","identifier":{},"creator":{},"isBasedOn":{}}})",
                  quote_json(data.run_id), quote_json("unisono " + data.version), quote_json(data.input_hash));
  for (std::size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at))
    json.replace(at, 1, "\\u003c");
  return json;
}

void append_head(Html& html, const evidence::ReportData& data, const std::string& title) {
  html.open("head");
  html.empty("meta", {{"charset", "utf-8"}})
      .empty("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", k_policy}});
  html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.empty("meta", {{"name", "referrer"}, {"content", "no-referrer"}})
      .empty("link", {{"rel", "icon"}, {"href", "data:,"}});
  html.element("title", title).open("style").raw(k_report_style).close();
  html.open("script", {{"type", "application/ld+json"}}).raw(metadata_json(data)).close().close();
}

void append_contents(Html& html) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> k_sections = {
      {{"#summary", "Summary"},
       {"#measured", "What was measured"},
       {"#findings", "Findings"},
       {"#methods", "Methods"},
       {"#not-established", "Not established"},
       {"#data", "Data and coverage"},
       {"#reply", "Right of reply"},
       {"#lists", "Names and lists"},
       {"#record", "Run record"},
       {"#sources", "Queries and commands"}}};
  html.open("nav", {{"aria-label", "Contents"}}).open("ul");
  for (const auto& [target, name] : k_sections) {
    html.open("li").element("a", name, {{"href", target}}).close();
  }
  html.close().close();
}

}  // namespace

std::string write_report(const evidence::ReportData& data, const ReportOptions& options) {
  const std::string title = options.title.empty() ? "What these accounts did together" : options.title;
  ReportPage page;
  Html& html = page.html();
  html.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}});
  append_head(html, data, title);
  html.open("body").element("a", "Skip to the report", {{"href", "#main"}, {"class", "skip"}});
  html.open("header").element("h1", title);
  html.element("p",
               fmt::format("Case {} · unisono {} · data up to {}", data.run_id.substr(0, 12), data.version,
                           data.newest_time.empty() ? "an unknown time" : data.newest_time),
               {{"class", "soft"}});
  append_contents(html);
  html.close().open("main", {{"id", "main"}});
  append_summary(page, data);
  append_measured(page, data);
  append_findings(page, data);
  append_methods(page, data);
  append_not_established(page, data);
  append_data_section(page, data);
  append_reply(page, data);
  append_lists(page, data, options);
  append_run_record(page, data);
  page.open_section("sources", "Queries and commands");
  page.append_sources();
  page.close_section();
  html.close().close().close();
  return html.str();
}

}  // namespace unisono::output
