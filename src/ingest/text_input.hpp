// A member as UTF-8 in blocks of memory, and back from every place in a block to its byte in the member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/result.hpp"
#include "unisono/core/transcode.hpp"
#include "unisono/ingest/encoding.hpp"
#include "unisono/ingest/source.hpp"

namespace unisono::ingest {

inline constexpr std::size_t k_padding = 64;  // readable, zeroed bytes behind a block, for wide loads and simdjson
inline constexpr std::size_t k_sample_bytes = 1u << 20;  // what detection looks at
// Of text that is not UTF-8 every byte carries its origin, so records are held to less there.
inline constexpr std::size_t k_max_transcoded_record = std::size_t{32} << 20;

struct TextBlock {
  std::shared_ptr<char[]> bytes;
  std::size_t size = 0;
  bool at_end = false;  // the member ends with this block
  std::uint64_t base = 0;
  std::vector<std::uint64_t> origins;  // empty: base + position; otherwise size + 1 entries

  const char* begin() const { return bytes.get(); }
  const char* end() const { return bytes.get() + size; }
  std::uint64_t offset_of(const char* at) const {
    const auto position = static_cast<std::size_t>(at - begin());
    return origins.empty() ? base + position : origins[position];
  }
};

class TextInput {
 public:
  // Decides the encoding. `member` must outlive the input.
  static Result<TextInput> open(Member& member, const std::string& asked);

  const Encoding& encoding() const { return encoding_; }
  // The beginning as UTF-8 with invalid sequences replaced, for detection; call before the first next_block.
  Result<TextSample> sample(std::size_t bytes);

  // A new block: what `old` holds from `keep` on, then about `want` new bytes (at least one unless the member ends).
  Result<TextBlock> next_block(const TextBlock& old, const char* keep, std::size_t want);
  Result<TextBlock> first_block(std::size_t want) { return next_block({}, nullptr, want); }

  // U+FFFD put in by the converter so far; invalid UTF-8 is left to the readers, which know the fields.
  std::uint64_t replaced() const { return transcoder_ == nullptr ? 0 : transcoder_->replaced(); }
  const Error* damage() const {  // nullptr: none
    const std::optional<Error>& damage = member_->damage();
    return damage ? &*damage : nullptr;
  }
  std::size_t limit_record(std::size_t wanted) const {
    return transcoder_ != nullptr ? std::min(wanted, k_max_transcoded_record) : wanted;
  }

 private:
  TextInput(Member& member, Encoding encoding) : member_(&member), encoding_(std::move(encoding)) {}
  Result<void> skip_mark();
  Result<void> transcode(std::size_t want);

  Member* member_;
  Encoding encoding_;
  bool started_ = false;
  std::uint64_t position_ = 0;              // bytes of the member taken so far
  std::unique_ptr<Transcoder> transcoder_;  // none for UTF-8
  std::string decoded_;                     // by the transcoder, not yet in a block
  std::vector<std::uint64_t> decoded_origins_;
  bool decoded_all_ = false;
};

}  // namespace unisono::ingest
