// Joining against its definition: random bytes become small worlds with groups that may overlap, posts of several
// objects and times around hour borders.
#include <algorithm>
#include <set>
#include <vector>

#include "bytes.hpp"
#include "reference/joining.hpp"
#include "unisono/network/joining.hpp"

using namespace unisono;
using fuzz::near;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, std::min<std::size_t>(size, 400));
  const std::uint64_t windows[] = {0, 1, 60'000'000, 3'600'000'000};
  const double alphas[] = {0.05, 0.5, 1.0};
  network::JoiningOptions options;
  options.window_us = windows[bytes.next(4)];
  options.alpha = alphas[bytes.next(3)];
  options.min_marked = 1 + bytes.next(3);
  Control control;
  control.threads = 1 + bytes.next(3);
  const std::uint32_t n_accounts = 2 + bytes.next(10), n_objects = 1 + bytes.next(8), n_posts = 1 + bytes.next(40);
  std::vector<std::vector<std::uint32_t>> groups(1 + bytes.next(3));
  for (auto& group : groups) {
    std::set<std::uint32_t> members;
    for (std::uint32_t i = bytes.next(4); i > 0; --i) members.insert(bytes.next(n_accounts));
    group.assign(members.begin(), members.end());
  }
  std::vector<std::uint32_t> account, object, post;
  std::vector<std::int64_t> t_us;
  while (!bytes.empty() && account.size() < 90) {
    account.push_back(bytes.next(n_accounts));
    object.push_back(bytes.next(n_objects));
    post.push_back(bytes.next(n_posts));
    t_us.push_back((static_cast<std::int64_t>(bytes.next(6)) - 3) * 1'800'000'000 + bytes.next(256) * 1'000'000);
  }
  const network::Events events = network::first_events({account, object, post, t_us, n_accounts, n_objects, n_posts});
  const auto result = network::test_joining(events, groups, options, control);
  require(result.has_value(), "a small world was refused");
  const auto twin = reference::joining(
      events, groups, {.window_us = static_cast<std::int64_t>(options.window_us), .min_marked = options.min_marked});
  require(result->tests == twin.size(), "another number of tests");
  // A q or p within rounding of its limit may fall on either side.
  for (const reference::JoiningTest& test : twin)
    if (near(test.q, options.alpha, 1e-7) || near(test.p, options.alpha, 1e-7)) return 0;
  std::size_t next = 0;
  for (const reference::JoiningTest& test : twin) {
    if (test.marked < options.min_marked || test.q > options.alpha) continue;
    require(next < result->joined.size(), "an account is missing");
    const network::Joining& one = result->joined[next++];
    require(one.group == test.group && one.account == test.account, "another account");
    require(one.marked == test.marked && one.posts == test.posts, "another number of posts");
    require(one.objects == test.objects && one.days == test.days, "another number of objects or days");
    require(near(one.p, test.p) && near(one.q, test.q), "another p");
  }
  require(next == result->joined.size(), "an account too many");
  return 0;
}
