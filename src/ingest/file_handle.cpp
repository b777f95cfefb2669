#include "file_handle.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace unisono::ingest {
namespace {

std::string system_reason() {
  return std::generic_category().message(errno);
}

Result<FileHandle> make_temporary() {
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
  if (folder.empty()) folder = "/tmp";
  std::string pattern = (folder / "unisono-stdin-XXXXXX").string();
  const int descriptor = ::mkstemp(pattern.data());
  if (descriptor < 0) {
    return fail(ErrorCode::io,
                fmt::format("cannot create a temporary file in {}: {}", folder.string(), system_reason()),
                "set TMPDIR to a folder with room for the input");
  }
  ::unlink(pattern.c_str());
  return FileHandle(descriptor);
}

// Standard input cannot be read twice, so it is kept where it can.
Result<OpenedFile> spool(const FileHandle& from, const std::string& name, std::uint64_t max_bytes,
                         const Control& control) {
  UNISONO_TRY(FileHandle copy, make_temporary());
  std::vector<char> buffer(std::size_t{1} << 20);
  std::uint64_t total = 0;
  while (true) {
    UNISONO_CHECK(control.check_cancelled());
    UNISONO_TRY(const std::size_t got, from.read(buffer, name));
    if (got == 0) break;
    total += got;
    if (total > max_bytes) {
      return fail(ErrorCode::too_large,
                  fmt::format("{} delivered {} bytes and more; the limit is {}", name, total, max_bytes),
                  "raise --max-unpacked if this is meant");
    }
    UNISONO_CHECK(copy.write(std::span<const char>(buffer).first(got), "the temporary copy of " + name));
  }
  if (::lseek(copy.descriptor(), 0, SEEK_SET) < 0)
    return fail(ErrorCode::io, "cannot rewind a temporary file: " + system_reason());
  return OpenedFile{std::move(copy), name, total};
}

}  // namespace

FileHandle::~FileHandle() {
  if (descriptor_ > 2) ::close(descriptor_);
}

Result<std::size_t> FileHandle::read(std::span<char> out, const std::string& name) const {
  std::size_t got = 0;
  while (got < out.size()) {
    const ssize_t n = ::read(descriptor_, out.data() + got, out.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::io, fmt::format("cannot read {}: {}", name, system_reason()));
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

Result<std::string> FileHandle::first_bytes(std::size_t bytes, const std::string& name) const {
  std::string first(bytes, '\0');
  const ssize_t got = ::pread(descriptor_, first.data(), bytes, 0);
  if (got < 0) return fail(ErrorCode::io, fmt::format("cannot read {}: {}", name, system_reason()));
  first.resize(static_cast<std::size_t>(got));
  return first;
}

Result<void> FileHandle::write(std::span<const char> bytes, const std::string& name) const {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return fail(ErrorCode::io, fmt::format("cannot write {}: {}", name, system_reason()),
                  "set TMPDIR to a folder with room for the input");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<OpenedFile> open_for_reading(const std::string& path, std::uint64_t max_bytes, const Control& control) {
  if (path == "-") return spool(FileHandle(STDIN_FILENO), "stdin", max_bytes, control);
  const std::string name = std::filesystem::path(path).filename().string();
  FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.descriptor() < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    return fail(missing ? ErrorCode::not_found : ErrorCode::io,
                fmt::format("cannot open {}: {}", path, system_reason()),
                missing ? "check the path; a pattern like *.csv is expanded by the shell, not by unisono"
                        : "check who may read the file: ls -l");
  }
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) {
    return fail(ErrorCode::io, fmt::format("cannot examine {}: {}", path, system_reason()));
  }
  if (S_ISDIR(status.st_mode)) {
    return fail(
        ErrorCode::io, fmt::format("{} is a directory, not a file", path),
        fmt::format("give the files in it: {}/*", path.ends_with('/') ? path.substr(0, path.size() - 1) : path));
  }
  if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) return spool(file, name, max_bytes, control);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::io, fmt::format("{} is a device, not a file", path),
                "give a file, a pipe or - for standard input");
  }
#ifdef POSIX_FADV_SEQUENTIAL
  ::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
  return OpenedFile{std::move(file), name, static_cast<std::uint64_t>(status.st_size)};
}

}  // namespace unisono::ingest
