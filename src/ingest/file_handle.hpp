// A file descriptor that closes itself, and reading from it with errors as sentences.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::ingest {

class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileHandle();

  int descriptor() const { return descriptor_; }
  // Until `out` is full or the file ends; `name` is for the sentence.
  Result<std::size_t> read(std::span<char> out, const std::string& name) const;
  // The first bytes of a regular file, without moving the place of read().
  Result<std::string> first_bytes(std::size_t bytes, const std::string& name) const;
  Result<void> write(std::span<const char> bytes, const std::string& name) const;

 private:
  int descriptor_ = -1;
};

struct OpenedFile {
  FileHandle file;
  std::string name;         // base name, or "stdin"
  std::uint64_t bytes = 0;  // size
};

// A regular file, or a copy of what "-" or a pipe delivers (an unlinked temporary file of at most max_bytes).
// Errors: not_found, io, too_large, cancelled.
Result<OpenedFile> open_for_reading(const std::string& path, std::uint64_t max_bytes, const Control& control);

}  // namespace unisono::ingest
