#include "unisono/commands/inspect.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"

namespace unisono::app {
namespace {

// The bytes go to standard output exactly as they are in the file: what a person redirects is evidence.
Result<Outcome> show_raw(const Invocation& invocation) {
  commands::RawOptions options;
  options.case_path = invocation.values.path("FILE");
  options.post_id = invocation.values.text("raw");
  options.platform = invocation.values.text("platform");
  options.inputs = invocation.values.text("inputs", ".");
  UNISONO_TRY(commands::RawRecord record, commands::raw_record(options, invocation.control));
  Outcome outcome;
  outcome.notes.push_back(
      fmt::format("{} bytes at byte {} of {} (sha256 {})", record.length, record.offset, record.file, record.sha256));
  outcome.text = std::move(record.bytes);
  return outcome;
}

Result<Outcome> run_inspect(const Invocation& invocation) {
  const Values& values = invocation.values;
  if (values.has("raw")) return show_raw(invocation);
  commands::InspectOptions options;
  options.input = values.path("FILE");
  UNISONO_TRY(options.settings, import_settings_from(values));
  UNISONO_TRY(commands::InspectResult result, commands::inspect(options, invocation.control));
  Outcome outcome;
  outcome.notes = std::move(result.notes);
  if (result.receipt) {
    outcome.sections.push_back(receipt_section({*result.receipt}, values.flag("json") || values.flag("ndjson")));
    outcome.lines = receipt_lines({*result.receipt});
    return outcome;
  }
  outcome.sections.push_back({"files", "Files", std::move(result.files)});
  outcome.sections.push_back({"channels", "What accounts did", std::move(result.channels)});
  outcome.sections.push_back({"fill", "Columns that have values", std::move(result.fill)});
  outcome.sections.push_back({"ids", "Flags of ids and times", std::move(result.ids)});
  outcome.sections.push_back({"gaps", "Longest gaps", std::move(result.gaps)});
  outcome.sections.push_back({"histogram", "Posts over time", std::move(result.histogram), 120});
  return outcome;
}

}  // namespace

CommandSpec inspect_command() {
  CommandSpec spec;
  spec.name = "inspect";
  spec.summary = "what a file would be read as, what a case holds, or the raw bytes of one post";
  spec.examples = {{"unisono inspect posts.csv", "the receipt, without making a case"},
                   {"unisono inspect case.uni", "fill rates, time histogram, gaps, health of ids"},
                   {"unisono inspect case.uni --raw 1390012345678901234 --inputs downloads/",
                    "the bytes of a post, cut out of its file"}};
  spec.arguments = {{"FILE", "a data file or a case"}};
  spec.options = {
      {"raw", "", ValueKind::text, "POST_ID", "print the bytes of this post exactly as they are in its file"},
      {"inputs", "", ValueKind::path, "DIR", "where the imported files are, for --raw", "."}};
  for (OptionSpec& option : import_options()) spec.options.push_back(std::move(option));
  spec.settings_of = {"import"};
  spec.action = run_inspect;
  return spec;
}

}  // namespace unisono::app
