// The case file NAME.uni: a DuckDB database with the schema of docs/store.md. The only door to DuckDB.
//
// Every change happens inside a Step; a process killed at any moment leaves the file with the last committed step.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"

namespace unisono::store {

inline constexpr int k_schema_version = 4;

struct OpenOptions {
  bool read_only = false;
  unsigned threads = 1;
  std::uint64_t memory_bytes = 0;   // DuckDB's share; 0 = DuckDB's default
  std::filesystem::path spill_dir;  // empty = beside the case
  std::stop_token stop;             // stops every statement with Error{cancelled}; the Step around it is rolled back
};

class Appender;
class Step;

// Not to be held in a static variable: DuckDB's own statics are destroyed before it. A process opens a case once at a
// time: two CaseFiles of one file in one process are not told apart by the lock.
class CaseFile {
 public:
  // Builds the case beside its name and renames it: a file of that name is always a whole case.
  // Errors: io (exists already, folder not writable, disk full), not_found (no such folder), internal.
  static Result<CaseFile> create(const std::filesystem::path& path, const OpenOptions& options);
  // Errors: not_found, bad_input (not a case), newer_version (both versions named), io (locked by another process).
  // Older schema versions are migrated unless read_only.
  static Result<CaseFile> open(const std::filesystem::path& path, const OpenOptions& options);

  CaseFile(CaseFile&&) noexcept;
  CaseFile& operator=(CaseFile&&) noexcept;
  ~CaseFile();

  const std::filesystem::path& path() const;

  // SQL of our own (never of a user). `parameters` bind to $1, $2, ...
  Result<void> execute(std::string_view sql, std::span<const Cell> parameters = {});
  Result<Table> query(std::string_view sql, std::span<const Cell> parameters = {});
  Result<std::int64_t> count(std::string_view sql, std::span<const Cell> parameters = {});  // one integer; NULL = 0

  // SQL of a user: one SELECT (or EXPLAIN, DESCRIBE, ...) on a connection that can neither write nor touch files or the
  // network. At most max_rows rows (0 = all). Interrupted by control.stop.
  Result<Table> query_read_only(std::string_view sql, std::uint64_t max_rows, const Control& control);

  Result<Step> begin_step();
  // Inside a Step; columns in the order of the table (docs/store.md), which may be a temporary one.
  Result<Appender> append_to(std::string_view table);
  Result<void> checkpoint();
  Result<bool> has_table(std::string_view table);

  struct Implementation;
  Implementation& implementation() { return *implementation_; }

 private:
  explicit CaseFile(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// A transaction. Destroyed without commit() it is rolled back.
class Step {
 public:
  Step(Step&&) noexcept;
  Step& operator=(Step&&) = delete;
  ~Step();
  Result<void> commit();

 private:
  friend class CaseFile;
  explicit Step(CaseFile::Implementation* owner) : owner_(owner) {}
  CaseFile::Implementation* owner_;
};

// Appends rows column by column through DuckDB data chunks (2,048 rows at a time): the fast way in.
//
//   appender.text("x"); appender.integer(5); appender.null(); UNISONO_CHECK(appender.end_row());
//   UNISONO_CHECK(appender.close());
class Appender {
 public:
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) = delete;
  ~Appender();

  void text(std::string_view value);  // VARCHAR; must be valid UTF-8
  void integer(std::int64_t value);   // any integer or TIMESTAMP column; the width is that of the column
  void real(double value);            // DOUBLE
  void boolean(bool value);           // BOOLEAN
  void huge(__int128 value);          // HUGEINT
  void text_list(std::span<const std::string> values);                        // VARCHAR[]
  void counts(std::span<const std::pair<std::string, std::int64_t>> values);  // MAP(VARCHAR, BIGINT); keys must differ
  void null();
  // Flushes a full chunk. Error{internal} names the column if the row has too few or too many cells, or one that the
  // column cannot hold; that row is not written and the next one may follow.
  Result<void> end_row();
  Result<void> close();  // flushes the rest

  struct Implementation;

 private:
  friend class CaseFile;
  explicit Appender(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace unisono::store
