// formats/*.toml as they were when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace unisono::ingest {

struct EmbeddedFile {
  std::string_view name;  // the file's name without extension
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace unisono::ingest
