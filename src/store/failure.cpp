#include "failure.hpp"

#include <optional>
#include <string>

namespace unisono::store {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// DuckDB's text on one line, without the picture of the statement under it.
std::string one_line(std::string_view message) {
  message = message.substr(0, message.find("\n\nLINE "));
  std::string line;
  for (const char c : message) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

Error error_of(ErrorCode code, std::string message, std::string advice) {
  return Error{code, std::move(message), std::move(advice), {}, {}, {}};
}

// What has nothing to do with the words of the statement.
std::optional<Error> failure_of_the_machine(std::string_view message) {
  if (has(message, "INTERRUPT")) return error_of(ErrorCode::cancelled, "stopped on request", {});
  if (has(message, "No space left on device") || has(message, "File too large") ||
      has(message, "Disk quota exceeded") || has(message, "max_temp_directory_size")) {
    return error_of(
        ErrorCode::io, "the disk is full: " + one_line(message),
        "free some space, or use --spill-dir on another disk, and run the command again: the case holds its last "
        "finished step");
  }
  if (message.starts_with("Out of Memory Error") || has(message, "std::bad_alloc")) {
    return error_of(ErrorCode::memory, one_line(message), "give more with --memory");
  }
  if (has(message, "read-only mode") || has(message, "read-only database")) {
    return error_of(ErrorCode::io, "the case was opened for reading only: " + one_line(message), "open it for writing");
  }
  if (message.starts_with("IO Error") || message.starts_with("FATAL Error") || has(message, "has been invalidated")) {
    return error_of(
        ErrorCode::io, one_line(message),
        "check the disk and its permissions and run the command again: the case holds its last finished step");
  }
  return std::nullopt;
}

std::string process_in(std::string_view message) {
  const std::size_t at = message.find("PID ");
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + 4;
  return std::string(message.substr(begin, message.find_first_not_of("0123456789", begin) - begin));
}

}  // namespace

Error statement_failure(std::string_view message, std::string_view sql) {
  if (auto machine = failure_of_the_machine(message)) return *machine;
  return error_of(ErrorCode::internal, one_line(message) + " [" + one_line(sql.substr(0, 200)) + "]",
                  "please report this defect");
}

Error user_failure(std::string_view message) {
  if (auto machine = failure_of_the_machine(message)) return *machine;
  return error_of(ErrorCode::usage, one_line(message),
                  "`unisono query CASE \"SHOW TABLES\"` lists the tables, \"DESCRIBE post\" the columns of one");
}

Error open_failure(std::string_view message, const std::filesystem::path& path) {
  Error error;
  if (has(message, "Could not set lock") || has(message, "onflicting lock")) {
    const std::string process = process_in(message);
    error = error_of(ErrorCode::io,
                     "the case is in use by another process" + (process.empty() ? "" : " (PID " + process + ")"),
                     "wait until it has finished, or close the program that holds the file");
  } else if (has(message, "ermission denied") || has(message, "Read-only file system")) {
    error = error_of(ErrorCode::io, "the case may not be opened: permission denied",
                     "change the permissions of the file and its folder, or copy the case to a folder of your own");
  } else if (has(message, "version number")) {
    error = error_of(ErrorCode::newer_version, "written by another version of DuckDB: " + one_line(message),
                     "use the program that wrote it, or a newer unisono");
  } else if (auto machine = failure_of_the_machine(message); machine && machine->code != ErrorCode::io) {
    error = *machine;
  } else {
    error = error_of(ErrorCode::bad_input, "the case is damaged or is no case file: " + one_line(message),
                     "restore it from a copy, or import the files again");
  }
  error.file = path.string();
  return error;
}

}  // namespace unisono::store
