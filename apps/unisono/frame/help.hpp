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

// Words of `text` in lines of at most `width` columns, each line after the first begun with `indent` spaces.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace unisono::app
