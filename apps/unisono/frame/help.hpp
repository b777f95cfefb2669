// Help texts and shell completions, made from the command specification.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "frame/command.hpp"

namespace unisono::app {

std::string overview_help(const Catalogue& catalogue, std::size_t width);
std::string command_help(const CommandSpec& command, const Catalogue& catalogue, std::size_t width);

// `shell` is bash, zsh or fish. Error{usage} otherwise.
Result<std::string> completion_script(const Catalogue& catalogue, std::string_view shell);

}  // namespace unisono::app
