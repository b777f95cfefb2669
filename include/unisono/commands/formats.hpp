// formats: which formats this program reads, their mapping files, a check of one's own, and a first one for an unknown
// file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/ingest/file_import.hpp"

namespace unisono::commands {

// id, title, family, platform, state ("checked", "experimental", "needs --format"), version, source (built in, or a
// file).
Result<Table> list_formats();

// The TOML text of a format. Error{usage} with the nearest id.
Result<std::string> show_format(const std::string& id);

// Reads a mapping file as import would; the notes say what is legal but will surprise.
struct FormatCheck {
  std::string id;
  std::vector<std::string> notes;
};
Result<FormatCheck> check_format(const std::filesystem::path& path);

// A mapping file for `path` with guessed columns, as an import prints it when no format fits (exit code 3).
Result<std::string> suggest_format(const std::filesystem::path& path, const ingest::ImportSettings& settings,
                                   const Control& control);

}  // namespace unisono::commands
