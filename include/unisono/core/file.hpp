// Whole files: read with a limit, written so that a reader never sees half of one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono {

// Writes to a temporary file beside `path`, flushes it to disk and renames it. On error nothing at `path` has changed
// and the temporary file is gone. Errors: io (with the reason of the operating system).
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

// Errors: not_found, io, too_large (with both sizes).
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes = 64U << 20);

Result<void> make_directory(const std::filesystem::path& path);  // with its parents; fine if it exists

}  // namespace unisono
