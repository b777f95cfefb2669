// T and X of one pair of accounts: what they share, in units of posts, and both tails.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "close_posts.hpp"
#include "unisono/network/activity.hpp"
#include "unisono/network/events.hpp"
#include "unisono/network/pace.hpp"
#include "unisono/network/poisson_binomial.hpp"
#include "unisono/network/ties.hpp"

namespace unisono::network {

// All that is known of a channel before pairs are looked at. Lives longer than the PairTests that use it.
struct Nulls {
  const Events& events;
  const HourCollisions& hours;
  const PostLists& posts;
  const Pace& pace;
  std::uint64_t window_us = 0;
};

// An object that both accounts acted on, at any time.
struct SharedObject {
  std::uint32_t object = 0;
  std::uint32_t event_u = 0, event_v = 0;
  bool close = false;
};

// Pairs of shared objects that are in different posts of both accounts, those of them with both objects close, and the
// sum of q_1 q_2 over them.
struct ObjectPairs {
  std::uint64_t all = 0, close = 0;
  double expected = 0.0;
};

// Scratch of one thread: mark one account, then test it against any number of others.
class PairTests {
 public:
  explicit PairTests(const Nulls& nulls);

  // Forgets the marked account and marks the objects of `u`. O(events of both).
  void mark(std::uint32_t u);

  // Collects what the marked account shares with `v`: every other member function speaks of this pair. O(events of v).
  void compare(std::uint32_t v);

  std::span<const SharedObject> shared() const { return shared_; }  // ascending by object
  std::uint32_t close_posts() const { return w_t_; }                // w_t: close pairs of posts with a common object
  std::uint32_t close_units() const { return w_x_; }                // w_x: connected units with a close object
  double expected_units() const { return lambda_x_; }
  ObjectPairs object_pairs();

  // p of X and T. A test with fewer than two close units has p = 1. As soon as a tail exceeds `most`, which it can
  // never fall below again, the answer is 1.
  double pace_tail(double most);
  double activity_tail(double most);
  double expected_posts();  // lambda_T
  // P(W > w) + u P(W = w) of X and T, u uniform in [0, 1): uniform under the null whatever the chances are.
  double randomised_pace(double u);
  double randomised_activity(double u);
  std::int64_t median_gap_us();  // over the close pairs of posts with a common object
  std::uint32_t n_days();        // UTC days of their earlier posts

 private:
  struct MarkedObject {
    std::uint32_t object = 0, event_plus_one = 0;  // 0 = a free slot
    std::int64_t t_us = 0;
  };
  struct Keyed {  // a shared object in a group of posts
    std::pair<std::uint32_t, std::uint32_t> group;
    std::uint32_t object = 0;
    bool close = false;
    double q = 0.0;
  };
  struct Unit {
    double chance = 0.0;
    bool close = false;
  };
  void find_units();
  static void add_pairs(std::vector<Keyed>& objects, bool subtract, ObjectPairs& sum);
  void find_close_posts();
  void join_by_posts(bool of_u);
  std::uint32_t root(std::uint32_t i);
  void mark_times(bool set);
  const MarkedObject& find_marked(std::uint32_t object) const;  // a free slot where there is none
  Stretch stretch(std::uint32_t account) const;
  template <typename Visit>
  void walk(Visit&& visit);

  const Nulls& nulls_;
  std::uint32_t u_, v_;
  // Objects of the marked account: open addressing behind a filter that ends nearly every miss in the first-level
  // cache. Times of its posts: bits of time_mark and both neighbours.
  std::vector<MarkedObject> marked_;
  unsigned marked_shift_ = 0;
  std::vector<std::uint64_t> object_bits_, time_bits_;
  std::vector<SharedObject> shared_;
  std::vector<std::uint32_t> parent_, order_;  // connected units of shared_
  std::vector<Unit> units_;
  std::vector<Keyed> keyed_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> close_posts_;  // entries of u and v with a common object, close
  std::vector<ClosePosts> buffer_;
  TailRecursion recursion_;
  std::uint32_t w_t_ = 0, w_x_ = 0;
  double lambda_x_ = 0.0;
};

}  // namespace unisono::network
