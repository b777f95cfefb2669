// All formats that this program knows: built in, and overridden or added by the user's own files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/ingest/mapping.hpp"

namespace unisono::ingest {

class FormatList {
 public:
  // The built-in formats and FOLDER/*.toml, of which one with the id of a built-in format takes its place. An
  // unreadable folder is empty; a file that is no mapping is an error (bad_input with file and line).
  static Result<FormatList> load(const std::filesystem::path& folder = user_folder());

  // $XDG_CONFIG_HOME/unisono/formats, else ~/.config/unisono/formats; empty without either.
  static std::filesystem::path user_folder();

  const std::vector<Mapping>& all() const { return formats_; }  // by id
  const Mapping* find(std::string_view id) const;
  Result<const Mapping*> named(std::string_view id) const;  // Error{usage} with the nearest id
  // The TOML text of a format as it was read; empty if unknown.
  std::string_view text_of(std::string_view id) const;

 private:
  std::vector<Mapping> formats_;
  std::vector<std::string> texts_;
};

}  // namespace unisono::ingest
