// Result and Error: how every function of the library says that something could not be done.
//
//   Result<Receipt> import_file(...);
//   UNISONO_TRY(const Receipt receipt, import_file(...));   // returns the Error to our caller
//   UNISONO_CHECK(case_file.commit());                      // the same for Result<void>
//   return fail(ErrorCode::bad_input, "...", "use --tz ZONE");
//
// Nothing throws across the library's boundary; nothing prints; `assert` is for programmer errors only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace unisono {

enum class ErrorCode : std::uint8_t {
  usage,             // an option or argument that cannot be meant
  not_found,         // a file, case, account or post that does not exist
  io,                // the operating system refused: permission, full disk, read-only folder
  bad_input,         // bytes that are not what they claim to be
  unrecognised,      // no format fits, or several do
  needs_decision,    // zone, date order, encoding: only a person knows
  too_many_rejects,  // more rejected rows than --max-bad
  newer_version,     // a case file of a later schema
  too_large,         // the work exceeds a stated limit
  memory,            // the work does not fit --memory
  cancelled,         // the caller asked to stop
  internal,          // a defect of unisono
};

// What happened (with actual and expected values), what to do about it, and where. `line` is 1-based, `byte` 0-based.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string advice;
  std::string file;
  std::optional<std::uint64_t> line;
  std::optional<std::uint64_t> byte;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string advice = {}) {
  return tl::make_unexpected(Error{code, std::move(message), std::move(advice), {}, {}, {}});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::make_unexpected(std::move(error));
}

// "FILE:LINE (byte N): MESSAGE", without the parts that are unknown and without the advice.
std::string describe(const Error& error);

// The stable name of a code, for JSON and tests: "bad_input", "newer_version", ...
const char* name_of(ErrorCode code);

}  // namespace unisono

#define UNISONO_CONCAT_(a, b) a##b
#define UNISONO_CONCAT(a, b) UNISONO_CONCAT_(a, b)
#define UNISONO_TRY_(temporary, declaration, ...)                             \
  auto temporary = (__VA_ARGS__);                                             \
  if (!temporary) return ::tl::make_unexpected(std::move(temporary).error()); \
  declaration = std::move(*temporary)
#define UNISONO_TRY(declaration, ...) UNISONO_TRY_(UNISONO_CONCAT(tried_, __LINE__), declaration, __VA_ARGS__)
#define UNISONO_CHECK(...)                                                                                \
  do {                                                                                                    \
    if (auto checked = (__VA_ARGS__); !checked) return ::tl::make_unexpected(std::move(checked).error()); \
  } while (false)
