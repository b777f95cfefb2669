// Every command of the program, one function per file.
#pragma once

#include "frame/command.hpp"
#include "unisono/commands/detect.hpp"

namespace unisono::app {

CommandSpec completions_command();
CommandSpec config_command();
CommandSpec detect_command();
CommandSpec export_command();
CommandSpec help_command();
CommandSpec query_command();
CommandSpec report_command();

// Options that `run` shares with the commands that it joins, and what they mean.
std::vector<OptionSpec> detect_options();
Result<commands::DetectOptions> detect_options_from(const Values& values);
std::vector<OptionSpec> name_options();  // --names, --reason

}  // namespace unisono::app
