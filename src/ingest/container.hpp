// What the first bytes of a file say that it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono::ingest {

inline constexpr std::size_t k_magic_bytes = 512;  // tar states itself at byte 257

// "gz", "xz", "zst" or "bz2" if the file is a compressed stream.
std::optional<std::string_view> compression_of(std::string_view first_bytes);

// Error{unrecognised} naming the format, if the bytes are a container or database that is not read (zip, tar, Parquet,
// ...).
Result<void> refuse_unread_formats(std::string_view first_bytes, std::string_view name);

}  // namespace unisono::ingest
