// What stands behind CaseFile, for the files of this folder.
#pragma once

#include <filesystem>
#include <stop_token>

#include "connection.hpp"
#include "duckdb_api.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

struct CaseFile::Implementation {
  std::filesystem::path path;
  OpenOptions options;
  OwnedDatabase database;  // destroyed last
  Connection connection;   // ours; a user's statements get one of their own
  bool in_step = false;
  std::size_t open_appenders = 0;
};

}  // namespace unisono::store
