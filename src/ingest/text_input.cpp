#include "text_input.hpp"

#include <algorithm>
#include <cstring>

#include "utf8.hpp"

namespace unisono::ingest {

Result<TextInput> TextInput::open(Member& member, const std::string& asked) {
  UNISONO_TRY(const std::string_view sample, member.peek(k_sample_bytes));
  UNISONO_TRY(Encoding encoding, decide_encoding(sample, sample.size() < k_sample_bytes, asked));
  TextInput input(member, std::move(encoding));
  if (!input.encoding_.is_utf8()) {
    UNISONO_TRY(Transcoder transcoder, Transcoder::open(input.encoding_.name));
    input.transcoder_ = std::make_unique<Transcoder>(std::move(transcoder));
  }
  return input;
}

Result<TextSample> TextInput::sample(std::size_t bytes) {
  UNISONO_TRY(std::string_view raw, member_->peek(bytes));
  TextSample sample;
  sample.encoding = encoding_;
  sample.whole = raw.size() < bytes;
  raw.remove_prefix(std::min(raw.size(), encoding_.mark_bytes));
  if (transcoder_ != nullptr) {
    UNISONO_TRY(Transcoder own, Transcoder::open(encoding_.name));
    std::vector<std::uint64_t> origins;
    own.convert(raw, sample.whole, sample.text, origins);
  } else if (is_valid_utf8(raw)) {
    sample.text = raw;
  } else {
    std::uint64_t replaced = 0;
    sample.text = repair_utf8(raw, replaced);
  }
  const std::size_t first = sample.text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) {
    sample.family = TextFamily::empty;
  } else {
    sample.family = sample.text[first] == '{' || sample.text[first] == '[' ? TextFamily::json : TextFamily::csv;
  }
  return sample;
}

Result<void> TextInput::skip_mark() {
  if (started_) return {};
  started_ = true;
  char mark[4];
  UNISONO_TRY(const std::size_t got, member_->read(std::span<char>(mark, encoding_.mark_bytes)));
  position_ = got;
  return {};
}

Result<void> TextInput::transcode(std::size_t want) {
  std::vector<char> raw(std::max<std::size_t>(want, 4));
  while (decoded_.empty() && !decoded_all_) {
    UNISONO_TRY(const std::size_t got, member_->read(raw));
    decoded_all_ = got < raw.size();
    const std::uint64_t mark = encoding_.mark_bytes;
    transcoder_->convert({raw.data(), got}, decoded_all_, decoded_, decoded_origins_);
    position_ += got;
    for (std::uint64_t& origin : decoded_origins_) origin += mark;
  }
  return {};
}

Result<TextBlock> TextInput::next_block(const TextBlock& old, const char* keep, std::size_t want) {
  UNISONO_CHECK(skip_mark());
  const std::size_t kept = keep == nullptr ? 0 : static_cast<std::size_t>(old.end() - keep);
  TextBlock block;
  if (transcoder_ != nullptr) {
    UNISONO_CHECK(transcode(want));
    want = decoded_.size();
  }
  block.bytes = std::shared_ptr<char[]>(new char[kept + want + k_padding]);
  if (kept > 0) std::memcpy(block.bytes.get(), keep, kept);
  block.base = kept > 0 ? old.offset_of(keep) : position_;
  if (transcoder_ != nullptr) {
    if (want > 0) std::memcpy(block.bytes.get() + kept, decoded_.data(), want);
    if (kept > 0)
      block.origins.assign(old.origins.end() - static_cast<std::ptrdiff_t>(kept) - 1, old.origins.end() - 1);
    block.origins.insert(block.origins.end(), decoded_origins_.begin(), decoded_origins_.end());
    block.origins.push_back(position_);
    block.size = kept + want;
    block.at_end = decoded_all_;
    decoded_.clear();
    decoded_origins_.clear();
  } else {
    UNISONO_TRY(const std::size_t got, member_->read(std::span<char>(block.bytes.get() + kept, want)));
    position_ += got;
    block.size = kept + got;
    block.at_end = got < want;
  }
  std::memset(block.bytes.get() + block.size, 0, k_padding);
  return block;
}

Result<TextSample> sample_text(Member& member, std::string_view asked, std::size_t bytes) {
  UNISONO_TRY(TextInput input, TextInput::open(member, std::string(asked)));
  return input.sample(bytes);
}

}  // namespace unisono::ingest
