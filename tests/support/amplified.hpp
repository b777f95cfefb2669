// What the tests of amplify share: a folder, an import, a look into the result, and every printed query asked again.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "support/planted_case.hpp"
#include "unisono/commands/amplify.hpp"
#include "unisono/commands/import.hpp"
#include "unisono/commands/query.hpp"

namespace unisono::commands {

class Folder : public test::TemporaryFolder {
 public:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(*this / name) << text;
    return *this / name;
  }
};

inline void import_file(const std::filesystem::path& input, const std::filesystem::path& case_path) {
  ImportOptions options;
  options.inputs = {input.string()};
  options.case_path = case_path;
  const auto imported = import(options, {});
  ASSERT_TRUE(imported) << describe(imported.error());
}

inline const evidence::Figure* figure(const AmplifyResult& result, std::string_view analysis, std::string_view subject,
                                      std::string_view label) {
  for (const evidence::Figure& f : result.amplification.figures) {
    if (f.analysis == analysis && f.subject == subject && f.label.starts_with(label)) return &f;
  }
  return nullptr;
}

inline std::int64_t numerator(const AmplifyResult& result, std::string_view analysis, std::string_view subject,
                              std::string_view label) {
  const evidence::Figure* f = figure(result, analysis, subject, label);
  return f == nullptr ? -1 : f->numerator.value_or(-1);
}

inline std::string cell(const Table& table, std::size_t row, std::string_view column) {
  const Column* found = table.find(column);
  return found == nullptr ? "no column " + std::string(column) : to_text(found->cells.at(row), found->type);
}

inline bool refused(const AmplifyResult& result, std::string_view analysis, std::string_view words) {
  return std::any_of(result.amplification.refused.begin(), result.amplification.refused.end(), [&](const auto& r) {
    return r.analysis == analysis && r.reason.find(words) != std::string::npos && !r.to_do.empty();
  });
}

inline bool noted(const AmplifyResult& result, std::string_view words) {
  return std::any_of(result.notes.begin(), result.notes.end(),
                     [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

// Every printed query is run as a person would run it, and gives what was printed.
inline void expect_queries_agree(const std::filesystem::path& case_path, const AmplifyResult& result) {
  for (const evidence::Figure& f : result.amplification.figures) {
    const auto rows = query({case_path, f.sql, 0}, {});
    ASSERT_TRUE(rows) << f.label << ": " << describe(rows.error()) << "\n" << f.sql;
    ASSERT_EQ(rows->rows(), 1U) << f.label;
    const auto whole = [&](const char* column, const std::optional<std::int64_t>& expected) {
      if (!expected) return;
      ASSERT_NE(rows->find(column), nullptr) << f.label;
      EXPECT_EQ(std::get<std::int64_t>(rows->find(column)->cells[0]), *expected) << f.label << " of " << f.subject;
    };
    whole("numerator", f.numerator);
    whole("denominator", f.denominator);
    if (!f.numerator && f.value) {
      EXPECT_NEAR(std::get<double>(rows->find("value")->cells[0]), *f.value, 1e-9);
    }
    EXPECT_EQ(f.sql.find('\n'), std::string::npos);
  }
  for (const evidence::AnalysisTable& table : result.amplification.tables) {
    EXPECT_EQ(table.sql.empty(), !table.command.empty()) << table.name;
    if (table.sql.empty()) continue;
    const auto rows = query({case_path, table.sql, 0}, {});
    ASSERT_TRUE(rows) << table.name << ": " << describe(rows.error()) << "\n" << table.sql;
    EXPECT_EQ(rows->rows(), table.total_rows) << table.name;
    ASSERT_EQ(rows->columns().size(), table.table.columns().size()) << table.name;
    for (std::size_t c = 0; c < rows->columns().size(); ++c) {
      for (std::size_t r = 0; r < table.table.rows(); ++r)
        ASSERT_EQ(cell(*rows, r, rows->columns()[c].name), cell(table.table, r, rows->columns()[c].name)) << table.name;
    }
  }
}

// ---- The published case: given group. ----

}  // namespace unisono::commands
