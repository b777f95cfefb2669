// Small helpers around an Appender: missing stays missing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mapped_row.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::ingest {

// data() == nullptr is missing.
inline void put(store::Appender& to, std::string_view text) {
  if (text.data() == nullptr) {
    to.null();
  } else {
    to.text(text);
  }
}

inline void put(store::Appender& to, const std::optional<std::int64_t>& number) {
  if (number) {
    to.integer(*number);
  } else {
    to.null();
  }
}

inline void put(store::Appender& to, const std::optional<double>& number) {
  if (number) {
    to.real(*number);
  } else {
    to.null();
  }
}

// -1 = missing.
inline void put_flag(store::Appender& to, std::int8_t flag) {
  if (flag < 0) {
    to.null();
  } else {
    to.boolean(flag == 1);
  }
}

inline void put_nulls(store::Appender& to, int n) {
  for (int i = 0; i < n; ++i) to.null();
}

inline void put(store::Appender& to, Flags flags) {
  std::array<std::string, k_flags> names;
  std::size_t n = 0;
  for (std::size_t i = 0; flags.bits != 0 && i < k_flags; ++i) {
    if (flags.has(static_cast<Flag>(i))) names[n++] = name_of(static_cast<Flag>(i));
  }
  to.text_list(std::span(names.data(), n));
}

// raw_file, raw_member, raw_offset, raw_length
inline void put_place(store::Appender& to, std::int64_t file_id, std::string_view member, const RecordRef& ref) {
  to.integer(file_id);
  put(to, member);
  to.integer(static_cast<std::int64_t>(ref.offset));
  to.integer(static_cast<std::int64_t>(ref.length));
}

}  // namespace unisono::ingest
