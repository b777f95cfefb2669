#include "frame/config.hpp"

#include "catalogue.hpp"

namespace unisono::app {
namespace {

// One row per option: what holds now, and where it was set.
Result<Outcome> show_config(const Invocation&) {
  const Environment environment = process_environment();
  std::vector<ConfigFile> files;
  for (const std::filesystem::path& path : config_paths(environment)) {
    UNISONO_TRY(ConfigFile file, read_config(path, catalogue()));
    files.push_back(std::move(file));
  }
  Table table({{"command", ColumnType::text, {}},
               {"setting", ColumnType::text, {}},
               {"value", ColumnType::text, {}},
               {"origin", ColumnType::text, {}}});
  const auto add = [&](const std::string& command, const OptionSpec& option, const Values& values) {
    const Values::Given* given = values.find(option.name);
    std::string value = option.default_text;
    if (given != nullptr) {
      value.clear();
      for (const std::string& text : given->texts) value += (value.empty() ? "" : ", ") + text;
    }
    table.append_row(
        {command, option.name, value.empty() ? Cell{} : Cell{value}, given == nullptr ? "default" : given->origin});
  };
  for (const CommandSpec& command : catalogue().commands) {
    Values values;
    UNISONO_CHECK(add_configured(values, command, catalogue(), environment, files));
    if (&command == &catalogue().commands.front()) {
      for (const OptionSpec& option : catalogue().general) {
        if (option.name != "help" && option.name != "version") add("", option, values);
      }
    }
    for (const OptionSpec& option : command.options) add(command.name, option, values);
  }
  Outcome outcome;
  outcome.sections.push_back({"settings", "settings", std::move(table), 1000});
  return outcome;
}

}  // namespace

CommandSpec config_command() {
  CommandSpec spec;
  spec.name = "config";
  spec.summary = "show every setting, its value and where it was set";
  spec.description =
      "Settings come from the command line, then from the environment (UNISONO_THREADS for --threads), then from "
      "./unisono.toml, then from $XDG_CONFIG_HOME/unisono/config.toml.\n"
      "In TOML, options of every command stand at the top (threads = 2), those of one command in its section "
      "([detect] alpha = 0.01). An unknown setting is an error.";
  spec.examples = {{"unisono config", "everything"}, {"unisono config --json", "the same for a program"}};
  spec.options = {{"show-origin", "", ValueKind::flag, "", "accepted for clarity; the origin is always shown"}};
  spec.action = show_config;
  return spec;
}

}  // namespace unisono::app
