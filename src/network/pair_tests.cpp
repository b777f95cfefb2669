#include "pair_tests.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "unisono/core/time.hpp"

namespace unisono::network {

namespace {

constexpr std::uint32_t k_none = 0xFFFFFFFF;
constexpr std::uint32_t k_object_bits = 1U << 16;
constexpr std::uint64_t k_golden = 0x9E3779B97F4A7C15;  // Fibonacci hashing
constexpr std::uint32_t k_wide = 64;                    // above it the cheap bound is tried before the recursion
constexpr double k_beyond_printing = 1e-30;             // smaller tails are printed as "< 1e-30"

std::int64_t day_of(std::int64_t t_us) {
  const std::int64_t day = t_us / k_us_per_day;
  return t_us % k_us_per_day < 0 ? day - 1 : day;
}

// The bound that replaces a long recursion, or 0 when it must be run.
double bound_instead(double lambda, std::uint32_t w) {
  if (w <= k_wide || static_cast<double>(w) < lambda + 1.0) return 0.0;
  const double bound = poisson_tail(lambda, w);
  return bound < k_beyond_printing ? bound : 0.0;
}

std::uint64_t pairs_of(std::uint64_t n) {
  return n * (n - 1) / 2;
}

}  // namespace

PairTests::PairTests(const Nulls& nulls)
    : nulls_(nulls), u_(k_none), v_(k_none), object_bits_(k_object_bits / 64, 0), time_bits_(k_time_marks / 64, 0) {}

void PairTests::mark_times(bool set) {
  const auto [begin, end] = stretch(u_);
  for (std::size_t i = begin; i < end; ++i)
    for (const std::uint32_t near : {k_time_marks - 1, 0U, 1U}) {
      const std::uint32_t mark = (nulls_.posts.time_mark[i] + near) % k_time_marks;
      if (set)
        time_bits_[mark / 64] |= std::uint64_t{1} << (mark % 64);
      else
        time_bits_[mark / 64] = 0;
    }
}

void PairTests::mark(std::uint32_t u) {
  if (u == u_) return;
  if (u_ != k_none) {
    mark_times(false);
    for (const MarkedObject& marked : marked_)
      if (marked.event_plus_one != 0) object_bits_[marked.object % k_object_bits / 64] = 0;
  }
  u_ = u;
  mark_times(true);
  const Events& events = nulls_.events;
  const std::size_t begin = events.account_begin[u], end = events.account_begin[std::size_t{u} + 1];
  const auto bits = static_cast<unsigned>(std::bit_width(2 * (end - begin) + 1));
  marked_shift_ = 64 - bits;
  marked_.assign(std::size_t{1} << bits, {});
  for (std::size_t i = begin; i < end; ++i) {
    std::size_t slot = (events.object[i] * k_golden) >> marked_shift_;
    while (marked_[slot].event_plus_one != 0) slot = (slot + 1) & (marked_.size() - 1);
    marked_[slot] = {events.object[i], static_cast<std::uint32_t>(i) + 1, events.t_us[i]};
    object_bits_[events.object[i] % k_object_bits / 64] |= std::uint64_t{1} << (events.object[i] % 64);
  }
}

const PairTests::MarkedObject& PairTests::find_marked(std::uint32_t object) const {
  std::size_t slot = (object * k_golden) >> marked_shift_;
  while (marked_[slot].event_plus_one != 0 && marked_[slot].object != object) slot = (slot + 1) & (marked_.size() - 1);
  return marked_[slot];
}

void PairTests::compare(std::uint32_t v) {
  const Events& events = nulls_.events;
  v_ = v;
  shared_.clear();
  const std::uint64_t* bits = object_bits_.data();
  const std::size_t end = events.account_begin[std::size_t{v} + 1];
  for (std::size_t i = events.account_begin[v]; i < end; ++i) {
    const std::uint32_t object = events.object[i];
    if ((bits[object % k_object_bits / 64] >> (object % 64) & 1U) == 0) continue;
    const MarkedObject& marked = find_marked(object);
    if (marked.event_plus_one == 0) continue;
    const auto [earlier, later] = std::minmax({marked.t_us, events.t_us[i]});
    shared_.push_back(
        {object, marked.event_plus_one - 1, static_cast<std::uint32_t>(i), gap_us(earlier, later) <= nulls_.window_us});
  }
  std::sort(shared_.begin(), shared_.end(),
            [](const SharedObject& x, const SharedObject& y) { return x.object < y.object; });
  find_units();
  w_t_ = w_x_;  // where every shared object is a unit and a pair of posts
  if (nulls_.posts.several) {
    find_close_posts();
    w_t_ = static_cast<std::uint32_t>(close_posts_.size());
  }
}

std::uint32_t PairTests::root(std::uint32_t i) {
  while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
  return i;
}

void PairTests::join_by_posts(bool of_u) {
  const auto post = [&](std::uint32_t i) {
    return nulls_.posts.of_event[of_u ? shared_[i].event_u : shared_[i].event_v];
  };
  std::sort(order_.begin(), order_.end(),
            [&](std::uint32_t x, std::uint32_t y) { return post(x) != post(y) ? post(x) < post(y) : x < y; });
  for (std::size_t k = 1; k < order_.size(); ++k) {
    if (post(order_[k]) != post(order_[k - 1])) continue;
    const auto [first, second] = std::minmax({root(order_[k - 1]), root(order_[k])});
    parent_[second] = first;  // the root of a unit is its smallest object
  }
}

void PairTests::find_units() {
  const auto n = static_cast<std::uint32_t>(shared_.size());
  parent_.resize(n);
  std::iota(parent_.begin(), parent_.end(), 0U);
  if (nulls_.posts.several && n > 1) {
    order_ = parent_;
    join_by_posts(true);
    join_by_posts(false);
  }
  units_.assign(n, {});
  for (std::uint32_t i = 0; i < n; ++i) {
    Unit& unit = units_[root(i)];
    unit.chance = std::min(1.0, unit.chance + nulls_.pace.left_out(shared_[i].object, shared_[i].close));
    unit.close = unit.close || shared_[i].close;
  }
  w_x_ = 0;
  lambda_x_ = 0.0;
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (parent_[i] != i) continue;
    units_[kept] = units_[i];
    lambda_x_ += units_[kept].chance;
    w_x_ += units_[kept].close ? 1U : 0U;
    ++kept;
  }
  units_.resize(kept);
}

void PairTests::find_close_posts() {
  close_posts_.clear();
  for (const SharedObject& object : shared_)
    if (object.close)
      close_posts_.emplace_back(nulls_.posts.of_event[object.event_u], nulls_.posts.of_event[object.event_v]);
  if (nulls_.posts.several) {
    std::sort(close_posts_.begin(), close_posts_.end());
    close_posts_.erase(std::unique(close_posts_.begin(), close_posts_.end()), close_posts_.end());
  }
}

// Adds or subtracts all pairs of objects of one group.
void PairTests::add_pairs(std::vector<Keyed>& objects, bool subtract, ObjectPairs& sum) {
  std::sort(objects.begin(), objects.end(), [](const Keyed& x, const Keyed& y) {
    return x.group != y.group ? x.group < y.group : x.object < y.object;
  });
  for (std::size_t i = 0, next = 0; i < objects.size(); i = next) {
    std::uint64_t close = 0;
    double q = 0.0, products = 0.0;
    for (; next < objects.size() && objects[next].group == objects[i].group; ++next) {
      close += objects[next].close ? 1U : 0U;
      products += objects[next].q * q;
      q += objects[next].q;
    }
    const std::uint64_t all_pairs = pairs_of(next - i), close_pairs = close > 0 ? pairs_of(close) : 0;
    sum.all += subtract ? 0 - all_pairs : all_pairs;
    sum.close += subtract ? 0 - close_pairs : close_pairs;
    sum.expected += subtract ? -products : products;
  }
}

ObjectPairs PairTests::object_pairs() {
  std::vector<Keyed>& objects = keyed_;
  const auto fill = [&](bool by_u, bool by_v) -> std::vector<Keyed>& {
    objects.clear();
    for (const SharedObject& object : shared_)
      objects.push_back(
          {{by_u ? nulls_.posts.of_event[object.event_u] : 0, by_v ? nulls_.posts.of_event[object.event_v] : 0},
           object.object,
           object.close,
           nulls_.pace.left_out(object.object, object.close)});
    return objects;
  };
  ObjectPairs result;
  add_pairs(fill(false, false), false, result);
  if (!nulls_.posts.several) return result;
  // Pairs of one post of u, and of one post of v, are no repetition; those of one post of each were taken off twice.
  add_pairs(fill(true, false), true, result);
  add_pairs(fill(false, true), true, result);
  add_pairs(fill(true, true), false, result);
  result.expected = result.all > 0 ? std::max(result.expected, 0.0) : 0.0;
  return result;
}

double PairTests::pace_tail(double most) {
  if (w_x_ < 2) return 1.0;
  if (const double bound = bound_instead(lambda_x_, w_x_); bound > 0.0) return bound;
  recursion_.start(w_x_);
  for (const Unit& unit : units_) {
    recursion_.add(unit.chance);
    if (recursion_.tail() > most) return 1.0;
  }
  return recursion_.tail();
}

Stretch PairTests::stretch(std::uint32_t account) const {
  return {nulls_.posts.account_begin[account], nulls_.posts.account_begin[std::size_t{account} + 1]};
}

namespace {

// The first place in [low, end) for which `before` no longer holds; `before` holds for a prefix. O(log of the
// distance).
template <typename Before>
std::size_t gallop(std::size_t low, std::size_t end, Before&& before) {
  std::size_t step = 1;
  while (low + step < end && before(low + step)) {
    low += step;
    step *= 2;
  }
  std::size_t high = std::min(low + step, end);  // `before` fails there, or it is the end
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (before(middle))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

// Only stretches of both lists that hold close posts are walked: a post of v outside the marks has none, and one inside
// is looked up in the longer list. Stretches are closed under closeness and ascend, so the order is that of one walk.
template <typename Visit>
void PairTests::walk(Visit&& visit) {
  const std::vector<std::int64_t>& t = nulls_.posts.t_us;
  const auto chances = [&](const ClosePosts& close) {
    const double chance = nulls_.hours.chance(close.earlier_cell, close.later_cell);
    return visit(close.object_pairs == 1 ? chance : std::min(1.0, static_cast<double>(close.object_pairs) * chance));
  };
  const auto before = [&](std::size_t i, std::int64_t now) {
    return t[i] < now && gap_us(t[i], now) > nulls_.window_us;
  };
  const auto after = [&](std::size_t i, std::int64_t now) {
    return t[i] > now && gap_us(now, t[i]) > nulls_.window_us;
  };
  const Stretch all_u = stretch(u_), all_v = stretch(v_);
  Stretch of_u{all_u.begin, all_u.begin}, of_v{all_v.begin, all_v.begin};
  std::size_t low = all_u.begin;
  for (std::size_t i = all_v.begin; i < all_v.end; ++i) {
    const std::uint32_t mark = nulls_.posts.time_mark[i];
    if ((time_bits_[mark / 64] >> (mark % 64) & 1U) == 0) continue;
    low = gallop(low, all_u.end, [&](std::size_t x) { return before(x, t[i]); });
    if (low == all_u.end) break;
    if (after(low, t[i])) continue;
    if (low >= of_u.end) {
      if (!walk_close_posts(nulls_.posts, of_u, of_v, nulls_.window_us, buffer_, chances)) return;
      of_u = {low, low};
      of_v.begin = i;
    }
    of_v.end = i + 1;
    while (of_u.end < all_u.end && !after(of_u.end, t[i])) ++of_u.end;
  }
  walk_close_posts(nulls_.posts, of_u, of_v, nulls_.window_us, buffer_, chances);
}

double PairTests::expected_posts() {
  double lambda = 0.0;
  walk([&](double chance) {
    lambda += chance;
    return true;
  });
  return lambda;
}

double PairTests::activity_tail(double most) {
  if (w_t_ < 2) return 1.0;
  if (w_t_ > k_wide)
    if (const double bound = bound_instead(expected_posts(), w_t_); bound > 0.0) return bound;
  recursion_.start(w_t_);
  walk([&](double chance) {
    recursion_.add(chance);
    return recursion_.tail() <= most;
  });
  return recursion_.tail() <= most ? recursion_.tail() : 1.0;
}

double PairTests::randomised_pace(double u) {
  const auto tail = [&](std::uint32_t w) {
    recursion_.start(w);
    for (const Unit& unit : units_) recursion_.add(unit.chance);
    return recursion_.tail();
  };
  const double above = tail(w_x_ + 1);
  return above + u * (tail(w_x_) - above);
}

double PairTests::randomised_activity(double u) {
  const auto tail = [&](std::uint32_t w) {
    recursion_.start(w);
    walk([&](double chance) {
      recursion_.add(chance);
      return true;
    });
    return recursion_.tail();
  };
  const double above = tail(w_t_ + 1);
  return above + u * (tail(w_t_) - above);
}

std::int64_t PairTests::median_gap_us() {
  find_close_posts();
  if (close_posts_.empty()) return 0;
  std::vector<std::uint64_t> gaps;
  for (const auto& [x, y] : close_posts_) {
    const auto [earlier, later] = std::minmax(nulls_.posts.t_us[x], nulls_.posts.t_us[y]);
    gaps.push_back(gap_us(earlier, later));
  }
  std::sort(gaps.begin(), gaps.end());
  const std::uint64_t low = gaps[(gaps.size() - 1) / 2], high = gaps[gaps.size() / 2];
  return static_cast<std::int64_t>(std::min<std::uint64_t>(low + (high - low) / 2, INT64_MAX));
}

std::uint32_t PairTests::n_days() {
  find_close_posts();
  std::vector<std::int64_t> days;
  for (const auto& [x, y] : close_posts_) days.push_back(day_of(std::min(nulls_.posts.t_us[x], nulls_.posts.t_us[y])));
  std::sort(days.begin(), days.end());
  return static_cast<std::uint32_t>(std::unique(days.begin(), days.end()) - days.begin());
}

}  // namespace unisono::network
