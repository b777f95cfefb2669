// Planted squads against their definition: random bytes become small worlds with equal and extreme times, posts of
// several objects, barred accounts, and every plan.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "reference/planting.hpp"

namespace {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ >= size_; }
  std::uint32_t next(std::uint32_t bound) { return empty() ? 0 : data_[at_++] % bound; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unisono;
  Bytes bytes(data, size < 600 ? size : 600);
  const std::int64_t spans[] = {0, 1, 60'000'000, INT64_MAX}, units[] = {0, 1, 60'000'000, 86'400'000'000};
  const std::int64_t bases[] = {0, -3'600'000'000, INT64_MIN, INT64_MAX - 255 * 60'000'000LL};
  network::SquadPlan plan;
  plan.size = bytes.next(8);
  plan.tasks = bytes.next(8);
  plan.jitter_us = spans[bytes.next(4)];
  plan.precision_us = units[bytes.next(4)];
  const std::uint64_t seed = bytes.next(256);
  const std::uint32_t n_accounts = 1 + bytes.next(12), n_objects = 1 + bytes.next(30), n_posts = 1 + bytes.next(60);
  std::vector<std::uint8_t> barred;
  if (bytes.next(2) == 0)
    for (std::uint32_t a = 0; a < n_accounts; ++a) barred.push_back(static_cast<std::uint8_t>(bytes.next(3) == 0));
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  while (!bytes.empty()) {
    account.push_back(bytes.next(n_accounts));
    object.push_back(bytes.next(n_objects));
    post.push_back(bytes.next(n_posts));
    const std::int64_t base = bases[bytes.next(4)];
    t_us.push_back(base + 60'000'000LL * bytes.next(256));
  }
  const network::Events events = network::first_events({account, object, post, t_us, n_accounts, n_objects, n_posts});
  const auto planted = network::plant_squad(events, plan, barred, seed, 1);
  if (plan.size == 0 || plan.tasks == 0) return planted ? (std::abort(), 0) : 0;
  if (!planted) std::abort();
  if (!planted->reason.empty()) return planted->members.empty() ? 0 : (std::abort(), 0);
  const std::string broken = reference::broken_rule(events, plan, barred, *planted);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
