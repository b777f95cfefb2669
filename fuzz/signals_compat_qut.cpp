// The QUT toolkit's networks against their definition, and its texts: random bytes become messages with ties, fractions
// of a second and texts in several scripts.
#include <array>
#include <cstdio>
#include <cstdlib>

#include "reference/compat_qut_case.hpp"

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

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using reference::QutNetwork;
  (void)qut_tokens({reinterpret_cast<const char*>(data), size});  // any bytes at all
  Bytes bytes(data, std::min<std::size_t>(size, 500));
  const QutNetwork network =
      std::array{QutNetwork::retweet, QutNetwork::text, QutNetwork::similar, QutNetwork::post}[bytes.next(4)];
  const signals::QutOptions options{std::array{0.0, 0.5, 3.0, 1e9}[bytes.next(4)], 1 + bytes.next(3)};
  const signals::QutSimilarOptions similar{std::array{0.01, 0.25, 0.5, 0.6, 0.8, 1.0}[bytes.next(6)], bytes.next(4)};
  Control control;
  control.threads = 1 + bytes.next(3);
  constexpr const char* words[] = {"a", "B ", "\xe6\x96\xb0", "'", "@", " ", "c.d", "\n", "\xd9\x85", "1,0"};
  std::vector<reference::QutMessage> rows;
  while (!bytes.empty() && rows.size() < 80) {
    reference::QutMessage m;
    m.message_id = "m" + std::to_string(rows.size());
    m.user_id = "u" + std::to_string(bytes.next(7));
    if (network == QutNetwork::retweet) m.repost_id = "r" + std::to_string(bytes.next(4));
    for (std::uint32_t n = bytes.next(6); n > 0; --n) m.message += words[bytes.next(10)];
    m.t = bytes.next(80) / 2.0 - 10;
    rows.push_back(m);
  }
  const reference::QutCase world(rows, network == QutNetwork::similar, network);
  signals::QutRows view = world.view();
  if (network == QutNetwork::post) view.key = {};
  const auto found = network == QutNetwork::similar
                         ? signals::qut_similar_network(
                               view, {world.begin, world.token, static_cast<std::uint32_t>(world.words.texts.size())},
                               options, similar, control)
                         : signals::qut_network(view, options, control);
  require(found.has_value(), "an error");
  require(world.table(*found) == reference::qut_table(rows, network, options.window_s, options.min_weight,
                                                      similar.similarity, similar.min_tokens),
          "the table differs from its definition");
  return 0;
}
