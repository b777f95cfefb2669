// The tie tests against their definition: random bytes become small worlds with equal times, several objects in a post,
// extreme times and every window.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "reference/synchrony.hpp"
#include "unisono/network/ties.hpp"

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

bool near(double x, double y) {
  return std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y)) + 1e-290;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, std::min<std::size_t>(size, 600));
  const std::uint64_t windows[] = {0,         1, 59'999'999, 60'000'000, 3'600'000'000, 3'600'000'001, 86'400'000'000,
                                   UINT64_MAX};
  const std::int64_t bases[] = {0, -3'600'000'000, INT64_MIN, INT64_MAX - 255 * 60'000'000LL};
  const double alphas[] = {0.01, 0.05, 0.5, 0.9};
  network::TieOptions options;
  options.window_us = windows[bytes.next(8)];
  options.alpha = alphas[bytes.next(4)];
  options.min_objects = bytes.next(4);
  options.max_collision = 1.0;
  Control control;
  control.threads = 1 + bytes.next(3);
  const std::uint32_t n_accounts = 1 + bytes.next(12), n_objects = 1 + bytes.next(30), n_posts = 1 + bytes.next(60);
  const std::int64_t step = bytes.next(2) == 0 ? 60'000'000 : 1;
  std::vector<reference::Action> rows;
  while (!bytes.empty() && rows.size() < 120) {
    const std::int64_t base = bases[bytes.next(4)];
    rows.push_back({bytes.next(n_accounts), bytes.next(n_objects), bytes.next(n_posts), base + step * bytes.next(256)});
  }
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  for (const reference::Action& x : rows)
    account.push_back(x.account), object.push_back(x.object), post.push_back(x.post), t_us.push_back(x.t_us);
  const auto result = network::test_ties(
      network::first_events({account, object, post, t_us, n_accounts, n_objects, n_posts}), options, control);
  require(result.has_value(), "a small world was refused");
  if (rows.empty()) return 0;
  const reference::Synchrony twin =
      reference::SynchronyWorld(rows, options.window_us, options.kappa, std::max(options.min_objects, 1U))
          .run(options.alpha);
  require(result->check.n_pairs == twin.pairs.size(), "another number of pairs");
  require(near(*result->check.collision, twin.collision), "another collision index");
  require(result->check.family_k == twin.k && result->check.family_pairs == twin.family, "another family");
  if (twin.habit_expected > 1e-12)
    require(near(*result->check.habit_factor, twin.habit_observed / twin.habit_expected), "another habit factor");
  for (const network::Tie& tie : result->ties) {
    const auto found = twin.pairs.find({tie.a, tie.b});
    require(found != twin.pairs.end(), "a tie of accounts that are not eligible");
    const reference::SynchronyPair& pair = found->second;
    require(tie.w_t == pair.w_t && tie.w_x == pair.w_x, "another number of close units");
    require(near(tie.p_t, pair.p_t) && near(tie.p_x, pair.p_x), "another p");
    require(near(tie.lambda_t, pair.lambda_t) && near(tie.lambda_x, pair.lambda_x), "another expectation");
  }
  // A p within rounding of its limit may fall on either side; then a neighbouring alpha gives another set.
  const reference::SynchronyWorld world(rows, options.window_us, options.kappa, std::max(options.min_objects, 1U));
  for (const double nearby : {options.alpha * (1 - 1e-9), options.alpha * (1 + 1e-9)})
    if (const auto other = world.run(nearby); other.ties != twin.ties || other.t_alone != twin.t_alone) return 0;
  std::set<std::pair<std::uint32_t, std::uint32_t>> ties;
  for (const network::Tie& tie : result->ties) ties.emplace(tie.a, tie.b);
  require(ties == twin.ties, "other ties");
  require(result->t_alone == twin.t_alone.size(), "another number for T alone");
  return 0;
}
