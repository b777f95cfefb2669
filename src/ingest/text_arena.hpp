// Text made while rows are mapped (transformed values, copies out of a JSON parser), freed together with its batch.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace unisono::ingest {

class TextArena {
 public:
  // A copy that lives as long as the arena; data() is never null.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return "";
    if (text.size() > left_) grow(text.size());
    char* const place = next_;
    std::memcpy(place, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {place, text.size()};
  }

 private:
  void grow(std::size_t wanted) {
    const std::size_t size = std::max<std::size_t>(wanted, std::size_t{256} << 10);
    blocks_.push_back(std::make_unique<char[]>(size));
    next_ = blocks_.back().get();
    left_ = size;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace unisono::ingest
