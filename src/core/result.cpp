#include "unisono/core/result.hpp"

#include <fmt/format.h>

namespace unisono {

std::string describe(const Error& error) {
  std::string where = error.file;
  if (error.line) where += fmt::format(":{}", *error.line);
  if (error.byte) where += fmt::format("{}(byte {})", where.empty() ? "" : " ", *error.byte);
  return where.empty() ? error.message : fmt::format("{}: {}", where, error.message);
}

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::io:
      return "io";
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::unrecognised:
      return "unrecognised";
    case ErrorCode::needs_decision:
      return "needs_decision";
    case ErrorCode::too_many_rejects:
      return "too_many_rejects";
    case ErrorCode::newer_version:
      return "newer_version";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::memory:
      return "memory";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace unisono
