// The program as a function: parse, configure, run, print, exit code.
#pragma once

#include <string>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono::app {

int run_program(const std::vector<std::string>& words);  // without the program's name

// 0 done, 1 error, 2 usage, 3 not recognised or a decision is needed, 4 too many rejects, 7 resource limit, 130
// interrupted.
int exit_code_of(ErrorCode code);

// What happened, where, and what to do: one line each, safe for a terminal.
std::string format_error(const Error& error, bool color);

}  // namespace unisono::app
