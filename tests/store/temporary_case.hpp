// A folder of its own for one test, removed with it, and short ways to make and ask a case.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "unisono/store/case_file.hpp"

namespace unisono::store::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "unisono-store-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

template <typename T>
std::string why(const Result<T>& result) {
  return result ? std::string("no error") : std::string(name_of(result.error().code)) + ": " + describe(result.error());
}

class CaseTest : public ::testing::Test {
 protected:
  CaseFile make(const std::string& name = "case.uni") {
    auto made = CaseFile::create(folder / name, {});
    EXPECT_TRUE(made) << why(made);
    return std::move(*made);
  }
  static std::int64_t count(CaseFile& file, const std::string& sql) {
    const auto n = file.count(sql);
    EXPECT_TRUE(n) << why(n);
    return n.value_or(-1);
  }
  // The rows as text, cells separated by `|`.
  static std::vector<std::string> rows(const Table& table) {
    std::vector<std::string> lines;
    for (std::size_t r = 0; r < table.rows(); ++r) {
      std::string line;
      for (std::size_t c = 0; c < table.columns().size(); ++c) {
        const Column& column = table.columns()[c];
        if (c > 0) line += '|';
        line += is_missing(column.cells[r]) ? "NULL" : to_text(column.cells[r], column.type);
      }
      lines.push_back(line);
    }
    return lines;
  }
  static std::vector<std::string> ask(CaseFile& file, const std::string& sql) {
    const auto table = file.query(sql);
    EXPECT_TRUE(table) << why(table);
    return table ? rows(*table) : std::vector<std::string>{};
  }

  TemporaryFolder folder;
};

}  // namespace unisono::store::testing
