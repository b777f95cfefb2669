// The last sections: what was not established, data, right of reply, lists, run record.
#include <fmt/format.h>

#include "output/report_sections.hpp"
#include "unisono/evidence/report_wording.hpp"

namespace unisono::output {

void append_not_established(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("not-established", "What was not established");
  append_list(html, data.not_established);
  if (data.withheld.total_rows > 0) {
    html.element("h3", "Levels withheld, and what was missing");
    append_table(page, data.withheld, "Conditions that were not met, and how many findings each concerns");
  }
  html.element("h3", "Not testable");
  if (data.not_testable.empty()) {
    html.element("p", "Every channel of this data was tested in full.");
  } else {
    append_list(html, data.not_testable);
  }
  page.close_section();
}

void append_data_section(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("data", "Data and coverage");
  html.element("h3", "Files");
  append_table(page, data.data.files, "Files that were read");
  html.element("h3", "Clocks");
  if (data.data.clocks.total_rows > 0) {
    append_table(page, data.data.clocks, "Where the times of posts come from, and how exact they are");
  } else {
    html.element("p", "The data holds no posts with clocks of their own.");
  }
  html.element("h3", "Gaps");
  if (data.data.gaps.total_rows > 0) {
    append_table(page, data.data.gaps, "The longest stretches without any post (UTC)");
  } else {
    html.element("p", "No hour between the first and the last post is empty.");
  }
  html.element("h3", "Health of ids");
  if (data.data.ids.total_rows > 0) {
    append_table(page, data.data.ids, "Rows with a flag");
  } else {
    html.element("p", "No id carries a flag.");
  }
  html.element("h3", "Rows that could not be read");
  if (data.data.rejects.total_rows > 0) {
    append_table(page, data.data.rejects, "Rejected rows");
  } else {
    html.element("p", "None.");
  }
  page.close_section();
}

void append_reply(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("reply", "Right of reply");
  html.element("p", evidence::reply_sentence());
  const auto filled = [](const std::string& text) { return text.empty() ? std::string("not filled") : text; };
  html.open("div", {{"class", "scroll"},
                    {"role", "region"},
                    {"aria-label", "Who was asked, and what they answered"},
                    {"tabindex", "0"}});
  html.open("table").element("caption", "Who was asked, and what they answered").open("thead").open("tr");
  for (const char* name : {"about", "asked", "asked on", "answer", "answered on"})
    html.element("th", name, {{"scope", "col"}});
  html.close().close().open("tbody");
  const auto row = [&](const std::string& about, const evidence::ReplyRow& reply) {
    html.open("tr").element("th", about, {{"scope", "row"}});
    for (const std::string& text : {reply.asked, reply.asked_on, reply.answer, reply.answered_on})
      html.element("td", filled(text), {{"class", "word"}});
    html.close();
  };
  for (std::size_t i = 0; i < data.replies.size(); ++i) row(fmt::format("group {}", i + 1), data.replies[i]);
  row(data.replies.empty() ? "this report" : "anybody else", {});
  html.close().close().close();
  html.element("p", "Signed: not signed.");
  page.close_section();
}

void append_lists(ReportPage& page, const evidence::ReportData& data, const ReportOptions& options) {
  Html& html = page.html();
  page.open_section("lists", "Names and lists used");
  html.element("p", options.full_names.empty()
                        ? std::string(evidence::pseudonyms_sentence())
                        : fmt::format("Accounts are named in full. Reason given: {}", options.full_names));
  if (data.data.lists.total_rows > 0) {
    append_table(page, data.data.lists, "Lists of accounts",
                 "A list is quoted with its hash; being on it is not a finding.");
  } else {
    html.element("p", "No list of accounts was used.");
  }
  page.close_section();
}

void append_run_record(ReportPage& page, const evidence::ReportData& data) {
  Html& html = page.html();
  page.open_section("record", "Run record");
  html.open("table").element("caption", "What gives the same results again").open("tbody");
  const auto row = [&](std::string_view name, std::string_view value) {
    html.open("tr").element("th", name, {{"scope", "row"}});
    html.open("td").element("code", value).close().close();
  };
  row("run", data.run_id);
  row("hash of all inputs", data.input_hash);
  row("command", evidence::detect_command(data.settings));
  row("options", data.options_json);
  row("seed", fmt::format("{}", data.seed));
  row("program", "unisono " + data.version);
  row("network", "none: this program reads files and never the network");
  html.close().close();
  html.open("p")
      .text("The hash of every file stands under ")
      .element("a", "Data and coverage", {{"href", "#data"}})
      .text(".")
      .close();
  page.close_section();
}

}  // namespace unisono::output
