#include "unisono/commands/formats.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"

namespace unisono::app {
namespace {

Result<Outcome> run_formats(const Invocation& invocation) {
  const Values& values = invocation.values;
  Outcome outcome;
  if (values.has("show")) {
    UNISONO_TRY(outcome.text, commands::show_format(values.text("show")));
  } else if (values.has("check")) {
    UNISONO_TRY(const commands::FormatCheck check, commands::check_format(values.path("check")));
    outcome.text = fmt::format("{}: a valid mapping\n", check.id);
    outcome.notes = check.notes;
  } else if (values.has("suggest")) {
    UNISONO_TRY(const ingest::ImportSettings settings, import_settings_from(values));
    UNISONO_TRY(outcome.text, commands::suggest_format(values.path("suggest"), settings, invocation.control));
  } else {
    UNISONO_TRY(Table table, commands::list_formats());
    outcome.sections.push_back({"formats", "Formats", std::move(table), 200});
  }
  return outcome;
}

}  // namespace

CommandSpec formats_command() {
  CommandSpec spec;
  spec.name = "formats";
  spec.summary = "list the formats that can be read; show, check or suggest a mapping file";
  spec.description =
      "A format is a TOML file, docs/ingest explains it. Your own go to $XDG_CONFIG_HOME/unisono/formats, or behind "
      "--map-file.";
  spec.examples = {{"unisono formats", "every format"},
                   {"unisono formats --show generic", "a mapping file to begin with"},
                   {"unisono formats --suggest odd.csv > mapping.toml", "guessed from the columns and their values"},
                   {"unisono formats --check mapping.toml", "find mistakes before the import"}};
  spec.options = {{"show", "", ValueKind::text, "ID", "print the mapping file of a format"},
                  {"check", "", ValueKind::path, "FILE", "read a mapping file and say what is wrong with it"},
                  {"suggest", "", ValueKind::path, "FILE", "print a mapping file with guesses for this data file"}};
  for (OptionSpec& option : import_options()) {
    if (option.name == "csv" || option.name == "encoding") spec.options.push_back(std::move(option));
  }
  spec.action = run_formats;
  return spec;
}

}  // namespace unisono::app
