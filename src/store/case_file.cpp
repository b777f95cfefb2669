#include "unisono/store/case_file.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <system_error>

#include "failure.hpp"
#include "fetch.hpp"
#include "implementation.hpp"
#include "migration.hpp"
#include "unisono/store/schema.hpp"

namespace unisono::store {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> fail_at(const fs::path& path, ErrorCode code, std::string message, std::string advice) {
  return fail(Error{code, std::move(message), std::move(advice), path.string(), {}, {}});
}

// Says what is wrong with the file before DuckDB sees it: its own sentences do not fit our readers.
Result<void> check_is_database(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return fail_at(path, ErrorCode::not_found, "there is no such case",
                   "make one with `unisono import FILE -o NAME.uni`");
  }
  if (error)
    return fail_at(path, ErrorCode::io, "the case cannot be looked at: " + error.message(), "check its permissions");
  if (status.type() == fs::file_type::directory) {
    return fail_at(path, ErrorCode::bad_input, "this is a folder, a case is one file",
                   "name the case inside it: " + (path / "case.uni").string());
  }
  if (status.type() != fs::file_type::regular) {
    return fail_at(path, ErrorCode::bad_input, "this is no regular file", "copy the case to a disk");
  }
  std::ifstream stream(path, std::ios::binary);
  std::array<char, 12> head{};
  stream.read(head.data(), head.size());
  if (!stream.is_open())
    return fail_at(path, ErrorCode::io, "the case may not be read: permission denied", "change its permissions");
  if (std::string_view(head.data() + 8, 4) != "DUCK") {
    return fail_at(path, ErrorCode::bad_input,
                   fmt::format("this is no case file ({} bytes, no DuckDB header)", fs::file_size(path, error)),
                   "a case ends in .uni and is made by `unisono import`; exports are read by `unisono import`");
  }
  return {};
}

Result<OwnedConfig> configuration(const OpenOptions& options) {
  OwnedConfig config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) return fail(ErrorCode::memory, "no memory for the database");
  std::vector<std::pair<const char*, std::string>> settings = {
      {"access_mode", options.read_only ? "READ_ONLY" : "READ_WRITE"},
      {"threads", std::to_string(options.threads == 0 ? 1 : options.threads)},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
  };
  if (options.memory_bytes != 0) settings.emplace_back("memory_limit", std::to_string(options.memory_bytes) + "B");
  if (!options.spill_dir.empty()) settings.emplace_back("temp_directory", options.spill_dir.string());
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name, value.c_str()) == DuckDBSuccess) continue;
    return fail(ErrorCode::internal,
                fmt::format("DuckDB {} knows no setting {} = {}", duckdb_library_version(), name, value),
                "build unisono with the DuckDB of tools/fetch-duckdb");
  }
  return config;
}

// An open database with the doors shut: no files but its own, no network, no extensions, no way to change that.
Result<std::unique_ptr<CaseFile::Implementation>> open_database(const fs::path& path, const OpenOptions& options) {
  UNISONO_TRY(const OwnedConfig config, configuration(options));
  auto implementation = std::make_unique<CaseFile::Implementation>();
  implementation->path = path;
  implementation->options = options;
  char* message = nullptr;
  if (duckdb_open_ext(path.string().c_str(), implementation->database.out(), config.get(), &message) != DuckDBSuccess) {
    return fail(open_failure(take_text(message), path));
  }
  UNISONO_TRY(implementation->connection, Connection::connect(implementation->database.get()));
  auto locked =
      implementation->connection.run("SET enable_external_access = false; SET lock_configuration = true", {}, {});
  if (!locked) return fail(std::move(locked).error());
  return implementation;
}

Result<void> write_schema(const fs::path& path) {
  UNISONO_TRY(auto implementation, open_database(path, OpenOptions{}));
  UNISONO_CHECK(implementation->connection.run("BEGIN", {}, {}));
  for (const std::string& statement : schema_statements())
    UNISONO_CHECK(implementation->connection.run(statement, {}, {}));
  UNISONO_CHECK(implementation->connection.run("COMMIT", {}, {}));
  UNISONO_CHECK(implementation->connection.run("CHECKPOINT", {}, {}));
  return {};
}

Result<void> check_can_create(const fs::path& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) {
    return fail_at(path, ErrorCode::io, "the case exists already",
                   "choose another name, or add files with `unisono import FILE --append CASE`");
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error)) {
    return fail_at(path, ErrorCode::not_found, "the folder " + folder.string() + " does not exist",
                   "make it first, or choose another one");
  }
  if (fs::exists(path.string() + ".wal", error)) {
    return fail_at(path, ErrorCode::io,
                   "beside it stands " + path.filename().string() + ".wal, left by a case that is no longer there",
                   "move it away or choose another name");
  }
  return {};
}

}  // namespace

CaseFile::CaseFile(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
CaseFile::CaseFile(CaseFile&&) noexcept = default;
CaseFile& CaseFile::operator=(CaseFile&&) noexcept = default;
CaseFile::~CaseFile() = default;

const std::filesystem::path& CaseFile::path() const {
  return implementation_->path;
}

Result<CaseFile> CaseFile::create(const fs::path& path, const OpenOptions& options) {
  UNISONO_CHECK(check_can_create(path));
  const fs::path unfinished = path.string() + ".new";
  std::error_code error;
  fs::remove(unfinished, error);
  fs::remove(unfinished.string() + ".wal", error);
  if (const auto written = write_schema(unfinished); !written) {
    Error failure = written.error();
    fs::remove(unfinished, error);
    fs::remove(unfinished.string() + ".wal", error);
    failure.file = path.string();
    if (failure.code == ErrorCode::bad_input) failure.code = ErrorCode::io;
    return fail(std::move(failure));
  }
  fs::rename(unfinished, path, error);
  if (error)
    return fail_at(path, ErrorCode::io, "the case cannot get its name: " + error.message(),
                   "check the folder's permissions");
  OpenOptions writing = options;
  writing.read_only = false;
  return open(path, writing);
}

Result<CaseFile> CaseFile::open(const fs::path& path, const OpenOptions& options) {
  UNISONO_CHECK(check_is_database(path));
  UNISONO_TRY(auto implementation, open_database(path, options));
  CaseFile file(std::move(implementation));
  if (options.read_only) {
    UNISONO_TRY(const int version, schema_version_of(file));
    if (version < k_schema_version) {
      return fail_at(path, ErrorCode::io,
                     fmt::format("the case has schema version {} and was opened for reading only; version {} is needed",
                                 version, k_schema_version),
                     "open it once with a command that writes, for example `unisono detect`");
    }
  }
  UNISONO_CHECK(migrate(file, k_schema_version, migrations()));
  return file;
}

Result<void> CaseFile::execute(std::string_view sql, std::span<const Cell> parameters) {
  UNISONO_CHECK(implementation_->connection.run(sql, parameters, implementation_->options.stop));
  return {};
}

Result<Table> CaseFile::query(std::string_view sql, std::span<const Cell> parameters) {
  UNISONO_TRY(OwnedResult result, implementation_->connection.run(sql, parameters, implementation_->options.stop));
  return fetch_table(result, FetchLimits{});
}

Result<std::int64_t> CaseFile::count(std::string_view sql, std::span<const Cell> parameters) {
  UNISONO_TRY(const Table table, query(sql, parameters));
  if (table.rows() != 1 || table.columns().size() != 1) {
    return fail(ErrorCode::internal,
                fmt::format("one integer expected, {} rows of {} columns found [{}]", table.rows(),
                            table.columns().size(), sql),
                "please report this defect");
  }
  const Cell& cell = table.columns().front().cells.front();
  if (is_missing(cell)) return 0;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
  return fail(ErrorCode::internal, fmt::format("one integer expected, another value found [{}]", sql),
              "please report this defect");
}

Result<void> CaseFile::checkpoint() {
  return execute("CHECKPOINT");
}

Result<bool> CaseFile::has_table(std::string_view table) {
  const Cell name = std::string(table);
  UNISONO_TRY(const std::int64_t n,
              count("SELECT count(*) FROM duckdb_tables() WHERE table_name = $1", std::span(&name, 1)));
  return n > 0;
}

Result<Step> CaseFile::begin_step() {
  if (implementation_->in_step) return fail(ErrorCode::internal, "a step is open already", "please report this defect");
  UNISONO_CHECK(implementation_->connection.run("BEGIN", {}, {}));
  implementation_->in_step = true;
  return Step(implementation_.get());
}

Step::Step(Step&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}

Step::~Step() {
  if (owner_ == nullptr) return;
  owner_->in_step = false;
  // A failed commit has rolled back by itself; then this one fails and says nothing new.
  (void)owner_->connection.run("ROLLBACK", {}, {});
}

Result<void> Step::commit() {
  if (owner_ == nullptr)
    return fail(ErrorCode::internal, "the step was committed already", "please report this defect");
  if (owner_->open_appenders != 0) {
    return fail(ErrorCode::internal, fmt::format("{} appenders are still open", owner_->open_appenders),
                "please report this defect");
  }
  UNISONO_CHECK(owner_->connection.run("COMMIT", {}, {}));
  owner_->in_step = false;
  owner_ = nullptr;
  return {};
}

}  // namespace unisono::store
