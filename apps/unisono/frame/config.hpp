// Configuration: what the environment and the TOML files set, for every option of every command.
//
//   threads = 2                 # an option of every command
//   [detect]
//   window = ["60s", "5m"]      # an option of one command
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "frame/command.hpp"

namespace unisono::app {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

struct ConfigFile {
  std::string shown_as;  // "./unisono.toml"
  std::map<std::pair<std::string, std::string>, std::vector<std::string>>
      settings;  // (command or "", option) -> values
};

// ./unisono.toml, then $XDG_CONFIG_HOME/unisono/config.toml (~/.config if unset); those that exist.
std::vector<std::filesystem::path> config_paths(const Environment& environment);

// Errors: usage with file and line: syntax, an unknown command or option (with the nearest known), a malformed value.
Result<ConfigFile> read_config(const std::filesystem::path& path, const Catalogue& catalogue);

// Fills what the command line left open: environment, then the files in order. Errors as check_value().
Result<void> add_configured(Values& values, const CommandSpec& command, const Catalogue& catalogue,
                            const Environment& environment, const std::vector<ConfigFile>& files);

}  // namespace unisono::app
