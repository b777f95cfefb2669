// Expected co-actions against their definition: random bytes become small worlds with equal and extreme times.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "reference/chance.hpp"

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

network::Events small_world(Bytes& bytes) {
  const std::int64_t bases[] = {0, -3'600'000'000, INT64_MIN, INT64_MAX - 255 * 60'000'000LL};
  const std::uint32_t n_accounts = 1 + bytes.next(12), n_objects = 1 + bytes.next(30), n_posts = 1 + bytes.next(60);
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  while (!bytes.empty()) {
    account.push_back(bytes.next(n_accounts));
    object.push_back(bytes.next(n_objects));
    post.push_back(bytes.next(n_posts));
    const std::int64_t base = bases[bytes.next(4)];
    t_us.push_back(base + 60'000'000LL * bytes.next(256));
  }
  return network::first_events({account, object, post, t_us, n_accounts, n_objects, n_posts});
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size < 400 ? size : 400);
  const std::uint64_t windows[] = {0, 1, 60'000'000, 3'600'000'000, 3'600'000'001, 86'400'000'000, UINT64_MAX};
  const std::uint64_t window_us = windows[bytes.next(7)];
  const network::Events events = small_world(bytes);
  const auto counts = network::count_chance(events, window_us, {});
  require(counts.has_value(), "a small world was refused");
  const network::ChanceCounts twin = reference::chance_counts(events, window_us);
  require(counts->posts == twin.posts && counts->multi_posts == twin.multi_posts && counts->hours == twin.hours,
          "other units");
  require(counts->close_pairs == twin.close_pairs && counts->co_actions == twin.co_actions, "other close pairs");
  require(counts->shared_pairs == twin.shared_pairs, "other pairs of sharers");
  require(std::abs(counts->expected - twin.expected) <= 1e-9 * (1 + static_cast<double>(twin.close_pairs)),
          "another expectation");
  return 0;
}
