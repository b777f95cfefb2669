// What DuckDB says, as our Error.
#pragma once

#include <filesystem>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono::store {

// The error of a statement of our own. Codes: cancelled, memory, io, else internal.
Error statement_failure(std::string_view message, std::string_view sql);

// The error of a statement of a user: what our own would be, else usage with DuckDB's sentence.
Error user_failure(std::string_view message);

// The error of opening a file: locked by another process, unreadable, written by a newer DuckDB, damaged.
Error open_failure(std::string_view message, const std::filesystem::path& path);

}  // namespace unisono::store
