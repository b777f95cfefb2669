// CooRTweet's tables against their definition: random bytes become rows with ties, repeats, loops, missing and empty
// texts and fractions of a second.
#include <array>
#include <cstdio>
#include <cstdlib>

#include "reference/compat_coortweet_case.hpp"

namespace {

using namespace unisono;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ >= size_; }
  std::uint32_t next(std::uint32_t bound) { return empty() ? 0 : data_[at_++] % bound; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

reference::MaybeText text(Bytes& bytes) {
  const std::uint32_t n = bytes.next(14);
  if (n == 0) return {};
  if (n == 1) return "";
  return n == 2 ? "a,b" : "o" + std::to_string(n);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, std::min<std::size_t>(size, 500));
  signals::CoortweetOptions options;
  options.window_s = std::array{0.0, 0.5, 2.0, 10.0, 1e9}[bytes.next(5)];
  options.min_participation = bytes.next(5);
  options.keep_loops = bytes.next(2) == 1;
  options.edge_weight = bytes.next(5) / 4.0;
  if (bytes.next(2) == 1 && options.window_s > 0) options.fast_window_s = options.window_s / 4;
  Control control;
  control.threads = 1 + bytes.next(3);
  std::vector<reference::SharedRow> rows;
  while (!bytes.empty() && rows.size() < 90) {
    reference::SharedRow row{text(bytes), "a" + std::to_string(bytes.next(8)), text(bytes), {}};
    const std::uint32_t t = bytes.next(64);
    if (t != 0) row.t = t / 2.0 - 8;
    rows.push_back(row);
  }
  const std::string difference = reference::difference(reference::SharedCase(std::move(rows)), options, control);
  if (difference.empty()) return 0;
  std::fprintf(stderr, "%s\n", difference.c_str());
  std::abort();
}
