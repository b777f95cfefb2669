// Permuted copies against what each of them must keep: random bytes become small worlds with equal times, several
// objects in a post, extreme times, accounts with every object and objects of every account.
#include <cstdio>
#include <cstdlib>

#include "reference/degrees.hpp"
#include "reference/permute.hpp"
#include "unisono/network/permute.hpp"
#include "unisono/network/randomised_p.hpp"

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

// Both indices in their order, no account with an object twice.
void require_events(const network::Events& events) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> held;
  for (std::size_t e = 0; e < events.size(); ++e) {
    require(held.emplace(events.account[e], events.object[e]).second, "an account has an object twice");
    if (e == 0 || events.account[e] != events.account[e - 1]) continue;
    require(std::pair(events.t_us[e - 1], events.object[e - 1]) < std::pair(events.t_us[e], events.object[e]),
            "the events of an account are out of order");
  }
  std::size_t listed = 0;
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    const auto list = events.of_object(o);
    listed += list.size();
    for (std::size_t i = 0; i < list.size(); ++i) {
      require(events.object[list[i]] == o, "an event stands under another object");
      if (i == 0) continue;
      require(std::pair(events.t_us[list[i - 1]], list[i - 1]) < std::pair(events.t_us[list[i]], list[i]),
              "the sharers of an object are out of order");
    }
  }
  require(listed == events.size(), "an event stands under no object");
}

std::vector<std::vector<std::uint8_t>> table_of(const network::Events& events) {
  std::vector<std::vector<std::uint8_t>> table(events.n_accounts, std::vector<std::uint8_t>(events.n_objects, 0));
  for (std::size_t e = 0; e < events.size(); ++e) table[events.account[e]][events.object[e]] = 1;
  return table;
}

bool equal(const network::Events& a, const network::Events& b) {
  return a.account == b.account && a.object == b.object && a.post == b.post && a.t_us == b.t_us &&
         a.by_object == b.by_object;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, std::min<std::size_t>(size, 600));
  const std::int64_t bases[] = {0, -3'600'000'000, INT64_MIN, INT64_MAX - 255 * 60'000'000LL};
  const std::uint32_t n_accounts = 1 + bytes.next(12), n_objects = 1 + bytes.next(20), n_posts = 1 + bytes.next(60);
  const std::int64_t step = bytes.next(2) == 0 ? 60'000'000 : 1;
  const std::uint64_t seed = bytes.next(8), run = bytes.next(8);
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us, published;
  for (std::uint32_t o = 0; o < n_objects; ++o)
    published.push_back(bytes.next(3) == 0 ? INT64_MIN : bases[bytes.next(2)] + step * bytes.next(256));
  while (!bytes.empty() && account.size() < 120) {
    const std::int64_t base = bases[bytes.next(4)];
    account.push_back(bytes.next(n_accounts)), object.push_back(bytes.next(n_objects));
    post.push_back(bytes.next(n_posts)), t_us.push_back(base + step * bytes.next(256));
  }
  const network::Events events = network::first_events({account, object, post, t_us, n_accounts, n_objects, n_posts});
  const std::vector<int> one(n_accounts, 0);
  using network::Permutation;
  for (const Permutation kind : {Permutation::bins, Permutation::within, Permutation::habit, Permutation::fastball}) {
    const auto copied = network::permute(events, kind, published, seed, run, {});
    require(copied.has_value(), "a small world was refused");
    const network::Events& copy = *copied;
    require(copy.size() == events.size(), "another number of events");
    require_events(copy);
    require(equal(*network::permute(events, kind, published, seed, run, {}), copy), "a copy is not itself");
    if (kind == Permutation::bins) {
      require(reference::moments(copy) == reference::moments(events), "bins: somebody posted at another time");
      require(reference::contents_of_hours(copy) == reference::contents_of_hours(events), "bins: an hour changed");
    } else if (kind == Permutation::fastball) {
      const auto before = table_of(events), after = table_of(copy);
      require(reference::row_sums(after) == reference::row_sums(before), "fastball: an account has another number");
      require(reference::row_sums(reference::transposed(after)) == reference::row_sums(reference::transposed(before)),
              "fastball: an object has another number");
    } else {
      const std::vector<int> strata = kind == Permutation::habit ? reference::deciles(events, published) : one;
      require(reference::choices(copy) == reference::choices(events), "times: somebody shared something else");
      require(reference::times_of_objects(copy, strata) == reference::times_of_objects(events, strata),
              "times: an object has other times");
    }
    for (const double p : *network::randomised_degrees(copy, {}, 20, seed, run, {}))
      require(p >= 0 && p <= 1, "a p outside [0, 1]");
  }
  return 0;
}
