// Every command of the program, one function per file.
#pragma once

#include "frame/command.hpp"

namespace unisono::app {

CommandSpec completions_command();
CommandSpec config_command();
CommandSpec help_command();

}  // namespace unisono::app
