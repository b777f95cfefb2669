// Any encoding -> UTF-8, piece by piece, without losing which input byte every output byte came from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono {

class Transcoder {
 public:
  // `encoding` = any name or alias that ICU knows ("windows-1252", "UTF-16LE", "GB18030"). Error{usage} otherwise.
  static Result<Transcoder> open(std::string_view encoding);
  Transcoder(Transcoder&&) noexcept;
  Transcoder& operator=(Transcoder&&) noexcept;
  ~Transcoder();

  // Appends the UTF-8 of `bytes` to `text` and, for every byte appended, the position in the whole input at which its
  // character begins to `origins` (so it never decreases). A character cut at the end of `bytes` waits for the next
  // call; `flush` = there is none. What cannot be decoded becomes U+FFFD. O(bytes).
  void convert(std::string_view bytes, bool flush, std::string& text, std::vector<std::uint64_t>& origins);

  std::uint64_t replaced() const;  // U+FFFD written so far

 private:
  struct State;
  explicit Transcoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The name under which the converter of `encoding` is generally known ("latin1" -> "ISO-8859-1"); "" if there is none.
std::string canonical_encoding(std::string_view encoding);

// ICU's statistical guess at the encoding of a text that is not UTF-8: good for a question to a person, not for a
// decision. "" = none.
std::string guess_encoding(std::string_view sample);

}  // namespace unisono
