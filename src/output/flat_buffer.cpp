#include "flat_buffer.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

namespace unisono::output {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are in memory");

void FlatBuffer::prepend_bytes(const void* bytes, std::size_t n) {
  const auto* const first = static_cast<const char*>(bytes);
  reversed_.append(std::make_reverse_iterator(first + n), std::make_reverse_iterator(first));
}

void FlatBuffer::align(std::size_t size, std::size_t following) {
  const std::size_t past = (reversed_.size() + following) % size;
  if (past != 0) reversed_.append(size - past, '\0');
}

// A reference is the distance from itself, which is 4 bytes beyond what is written so far.
void FlatBuffer::prepend_reference(Place target) {
  align(sizeof(std::uint32_t));
  prepend(static_cast<std::uint32_t>(place() + sizeof(std::uint32_t) - target));
}

FlatBuffer::Place FlatBuffer::text(std::string_view value) {
  align(sizeof(std::uint32_t), value.size() + 1);
  reversed_.push_back('\0');
  prepend_bytes(value.data(), value.size());
  prepend(static_cast<std::uint32_t>(value.size()));
  return place();
}

FlatBuffer::Place FlatBuffer::references(std::span<const Place> items) {
  align(sizeof(std::uint32_t));
  for (std::size_t i = items.size(); i-- > 0;) prepend_reference(items[i]);
  prepend(static_cast<std::uint32_t>(items.size()));
  return place();
}

FlatBuffer::Place FlatBuffer::structs(std::span<const std::int64_t> values, std::size_t fields) {
  align(sizeof(std::int64_t));
  for (std::size_t i = values.size(); i-- > 0;) prepend(values[i]);
  prepend(static_cast<std::uint32_t>(values.size() / fields));
  return place();
}

void FlatBuffer::open_table() {
  fields_.clear();
  table_end_ = place();
}

void FlatBuffer::note(std::size_t field) {
  if (fields_.size() <= field) fields_.resize(field + 1, 0);
  fields_[field] = place();
}

void FlatBuffer::reference(std::size_t field, Place target) {
  prepend_reference(target);
  note(field);
}

// The table of a table's fields stands directly before it: its own size, the size of the table, and where in the table
// each field is (0 = not there). The table begins with the distance back to it.
FlatBuffer::Place FlatBuffer::close_table() {
  align(sizeof(std::int32_t));
  const auto vtable_bytes = static_cast<std::uint16_t>(4 + 2 * fields_.size());
  prepend(static_cast<std::int32_t>(vtable_bytes));
  const Place table = place();
  for (std::size_t i = fields_.size(); i-- > 0;)
    prepend(static_cast<std::uint16_t>(fields_[i] == 0 ? 0 : table - fields_[i]));
  prepend(static_cast<std::uint16_t>(table - table_end_));
  prepend(vtable_bytes);
  return table;
}

std::string FlatBuffer::finish(Place root) && {
  align(sizeof(std::int64_t), sizeof(std::uint32_t));
  prepend_reference(root);
  std::reverse(reversed_.begin(), reversed_.end());
  return std::move(reversed_);
}

}  // namespace unisono::output
