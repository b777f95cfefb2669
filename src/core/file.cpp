#include "unisono/core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "unisono/core/memory.hpp"

namespace unisono {
namespace {

tl::unexpected<Error> io_error(const std::filesystem::path& path, std::string_view doing, int error_number) {
  Error error{
      ErrorCode::io, fmt::format("cannot {}: {}", doing, std::strerror(error_number)), {}, path.string(), {}, {}};
  error.advice = error_number == ENOSPC ? "free some space or choose another folder with -o"
                                        : "check the folder's permissions or choose another one with -o";
  return fail(std::move(error));
}

// Returns 0 or the error number of the call that failed.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) != 0 && errno != EINVAL ? errno : 0;
}

}  // namespace

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  const std::string temporary = fmt::format("{}.part{}", path.string(), ::getpid());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return io_error(path, "create the file", errno);
  int error = write_all(descriptor, bytes);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(temporary.c_str());
  return io_error(path, "write the file", error);
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  std::error_code status;
  if (!std::filesystem::exists(path, status)) {
    return fail({ErrorCode::not_found, "there is no such file", "check the name", path.string(), {}, {}});
  }
  if (!std::filesystem::is_regular_file(path, status)) {
    return fail({ErrorCode::io, "this is not a file", "give a file, not a folder", path.string(), {}, {}});
  }
  const std::uint64_t size = std::filesystem::file_size(path, status);
  if (status) return io_error(path, "read the file", status.value());
  if (size > max_bytes) {
    return fail({ErrorCode::too_large,
                 fmt::format("the file has {}, at most {} are read here", format_bytes(size), format_bytes(max_bytes)),
                 {},
                 path.string(),
                 {},
                 {}});
  }
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(size, '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)) && size > 0)
    return io_error(path, "read the file", EIO);
  return bytes;
}

Result<void> make_directory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path)) {
    return io_error(path, "create the folder", error ? error.value() : ENOTDIR);
  }
  return {};
}

}  // namespace unisono
