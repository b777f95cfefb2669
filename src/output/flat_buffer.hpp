// The little of FlatBuffers that the headers of Arrow messages need: tables of scalars and references, vectors,
// strings.
//
// A buffer is built from its end to its beginning; every object is written after those it refers to, and is named by
// its distance to the end, as in the reference implementation (https://flatbuffers.dev/internals). All numbers little
// endian.
//
//   FlatBuffer buffer;
//   const auto name = buffer.text("x");
//   buffer.open_table();
//   buffer.reference(0, name);          // field number, then the value
//   buffer.scalar<std::int16_t>(1, 7);
//   const std::string bytes = std::move(buffer).finish(buffer.close_table());
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unisono::output {

class FlatBuffer {
 public:
  using Place = std::uint32_t;  // distance of an object's first byte to the end of the buffer

  Place text(std::string_view value);
  Place references(std::span<const Place> items);  // a vector of tables or strings
  // A vector of structs of `fields` 8-byte integers each; values.size() is a multiple of `fields`.
  Place structs(std::span<const std::int64_t> values, std::size_t fields);

  void open_table();  // tables are written one at a time, without others in between
  template <typename T>
  void scalar(std::size_t field, T value) {
    align(sizeof(T));
    prepend(value);
    note(field);
  }
  void reference(std::size_t field, Place target);
  Place close_table();

  std::string finish(Place root) &&;  // the whole buffer; its size is a multiple of 8

 private:
  void align(std::size_t size, std::size_t following = 0);  // so that after `following` more bytes it is aligned
  void prepend_bytes(const void* bytes, std::size_t n);
  template <typename T>
  void prepend(T value) {
    prepend_bytes(&value, sizeof value);
  }
  void prepend_reference(Place target);
  void note(std::size_t field);
  Place place() const { return static_cast<Place>(reversed_.size()); }

  std::string reversed_;  // the buffer from its end: byte i is that at distance i + 1
  std::vector<Place> fields_;
  Place table_end_ = 0;
};

}  // namespace unisono::output
