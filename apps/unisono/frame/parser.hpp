// From the words of the command line to a command and its values.
#pragma once

#include <string>
#include <vector>

#include "frame/command.hpp"

namespace unisono::app {

struct ParsedLine {
  const CommandSpec* command = nullptr;  // nullptr: none was named
  Values values;                         // only what stands on the command line
};

// `words` without the program's name. General options may stand before or after the command. Errors: usage, with the
// nearest known name for an unknown command or option. Whether all arguments are there is left to check_arguments().
Result<ParsedLine> parse_line(const std::vector<std::string>& words, const Catalogue& catalogue);

// Error{usage} that names the nearest command.
tl::unexpected<Error> unknown_command(const std::string& word, const Catalogue& catalogue);

Result<void> check_arguments(const ParsedLine& line);

}  // namespace unisono::app
