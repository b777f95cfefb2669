// T, X, the Tarone family and the tie rule by their definitions, for worlds of a few hundred rows. Every list is built
// in full and every probability is summed over the whole distribution; nothing is shared with the kernel.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace unisono::reference {

struct Action {
  std::uint32_t account, object, post;
  std::int64_t t_us;
};

struct SynchronyPair {
  std::uint32_t close_objects = 0, w_t = 0, w_x = 0;
  double lambda_t = 0, lambda_x = 0, p_t = 1, p_x = 1;
  std::uint64_t weight = 0;  // sum of -log q0 over shared objects, in steps of 2^-16
  double repeated_all = 0, repeated_close = 0, repeated_expected = 0;  // pairs of shared objects in different posts
};

struct Synchrony {
  std::map<std::pair<std::uint32_t, std::uint32_t>, SynchronyPair> pairs;  // every pair of eligible accounts, a < b
  double collision = 0, habit_observed = 0, habit_expected = 0;
  std::uint64_t k = 0, family = 0;
  std::set<std::pair<std::uint32_t, std::uint32_t>> ties, t_alone;
};

__extension__ using Big = __int128;

inline bool is_close(std::int64_t x, std::int64_t y, std::uint64_t window_us) {
  const Big gap = x < y ? Big(y) - x : Big(x) - y;
  return gap <= Big(window_us);
}

inline std::int64_t hour_of(std::int64_t t_us) {
  const std::int64_t hour = 3'600'000'000;
  return t_us >= 0 ? t_us / hour : -((-(t_us + 1)) / hour) - 1;
}

// P(sum >= w), all terms of the distribution.
inline double tail(const std::vector<double>& chances, std::size_t w) {
  std::vector<double> exactly(chances.size() + 2, 0.0);
  exactly[0] = 1;
  for (const double p : chances)
    for (std::size_t h = exactly.size() - 1; h < exactly.size(); --h)
      exactly[h] = exactly[h] * (1 - p) + (h > 0 ? exactly[h - 1] * p : 0.0);
  double sum = 0;
  for (std::size_t h = exactly.size(); h-- > w;) sum += exactly[h];
  return sum;
}

// The pairs that BH accepts: the largest r with p_(r) <= alpha r / m.
template <typename Key>
std::set<Key> accepted(std::vector<std::pair<double, Key>> p, double m, double alpha) {
  std::sort(p.begin(), p.end());
  std::size_t r = p.size();
  while (r > 0 && p[r - 1].first * m / static_cast<double>(r) > alpha) --r;
  std::set<Key> keys;
  for (std::size_t i = 0; i < r; ++i) keys.insert(p[i].second);
  return keys;
}

class SynchronyWorld {
 public:
  SynchronyWorld(const std::vector<Action>& actions, std::uint64_t window_us, double kappa, std::uint32_t min_objects)
      : window_us_(window_us), kappa_(kappa) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, Action> first;
    for (const Action& x : actions) {
      const auto [it, fresh] = first.try_emplace({x.account, x.object}, x);
      if (!fresh && std::pair(x.t_us, x.post) < std::pair(it->second.t_us, it->second.post)) it->second = x;
    }
    for (const auto& [key, x] : first) {
      events_.push_back(x);
      of_account_[x.account].push_back(x);
      of_object_[x.object].push_back(x);
      ++in_hour_[hour_of(x.t_us)];
      ++object_in_hour_[x.object][hour_of(x.t_us)];
    }
    for (const auto& [account, list] : of_account_)
      if (list.size() >= min_objects) eligible_.push_back(account);
    for (const auto& [object, list] : of_object_) count_object(object, list);
  }

  Synchrony run(double alpha) const {
    Synchrony result;
    for (const auto& [hour, n] : in_hour_) result.collision += n * collision(hour, hour);
    if (!events_.empty()) result.collision /= static_cast<double>(events_.size());
    for (const std::uint32_t a : eligible_)
      for (const std::uint32_t b : eligible_)
        if (a < b) result.pairs[{a, b}] = compare(a, b);
    const double m = static_cast<double>(result.pairs.size());
    for (const auto& [key, pair] : result.pairs)
      if (pair.repeated_all > 0) {
        result.habit_observed += pair.repeated_close / pair.repeated_all;
        result.habit_expected += pair.repeated_expected / pair.repeated_all;
      }
    const auto reach = [&](std::uint64_t k) {
      std::uint64_t n = 0;
      for (const auto& [key, pair] : result.pairs) n += in_family(pair, k, alpha) ? 1U : 0U;
      return n;
    };
    std::uint64_t k = 1;
    while (reach(k) > k) ++k;
    result.family = reach(k);
    result.k = result.family > 0 ? k : 0;
    using Key = std::pair<std::uint32_t, std::uint32_t>;
    std::vector<std::pair<double, Key>> rule, alone;
    for (const auto& [key, pair] : result.pairs) {
      alone.emplace_back(pair.p_t, key);
      if (in_family(pair, k, alpha))
        rule.emplace_back(std::max(std::min(1.0, pair.p_t * m / static_cast<double>(k)), pair.p_x), key);
    }
    result.ties = accepted(rule, static_cast<double>(k), alpha);
    result.t_alone = accepted(alone, m, alpha);
    return result;
  }

 private:
  static bool in_family(const SynchronyPair& pair, std::uint64_t k, double alpha) {
    return static_cast<double>(pair.weight) >=
           std::max(1.0, std::floor(std::log(static_cast<double>(k) / alpha) * 65536));
  }

  void count_object(std::uint32_t object, const std::vector<Action>& list) {
    double close = 0, all = 0;
    for (std::size_t i = 0; i < list.size(); ++i)
      for (std::size_t j = 0; j < i; ++j, ++all) close += is_close(list[i].t_us, list[j].t_us, window_us_) ? 1 : 0;
    close_[object] = close;
    all_[object] = all;
    pool_close_[size_class(list.size())] += close;
    pool_all_[size_class(list.size())] += all;
  }

  static int size_class(std::size_t k) {
    int s = 0;
    while ((std::size_t{2} << s) <= k) ++s;
    return s;
  }

  double pool(std::uint32_t object) const {
    const int s = size_class(of_object_.at(object).size());
    return pool_close_.at(s) / pool_all_.at(s);
  }

  double collision(std::int64_t b, std::int64_t c) const {
    const double n = in_hour_.at(b), m = in_hour_.at(c);
    double sum = 0;
    for (const auto& [object, hours] : object_in_hour_) {
      const double x = hours.count(b) > 0 ? hours.at(b) : 0, y = hours.count(c) > 0 ? hours.at(c) : 0;
      sum += b == c ? x * (x - 1) : x * y;
    }
    return b == c ? (n < 2 ? 0 : sum / (n * (n - 1))) : sum / (n * m);
  }

  SynchronyPair compare(std::uint32_t a, std::uint32_t b) const {
    SynchronyPair pair;
    test_activity(a, b, pair);
    test_pace(a, b, pair);
    return pair;
  }

  // Posts of one account: (time, post) -> objects.
  std::map<std::pair<std::int64_t, std::uint32_t>, std::set<std::uint32_t>> posts(std::uint32_t account) const {
    std::map<std::pair<std::int64_t, std::uint32_t>, std::set<std::uint32_t>> result;
    for (const Action& x : of_account_.at(account)) result[{x.t_us, x.post}].insert(x.object);
    return result;
  }

  void test_activity(std::uint32_t a, std::uint32_t b, SynchronyPair& pair) const {
    std::vector<double> chances;
    for (const auto& [x, objects_x] : posts(a))
      for (const auto& [y, objects_y] : posts(b)) {
        if (!is_close(x.first, y.first, window_us_)) continue;
        const double ab = static_cast<double>(objects_x.size()) * static_cast<double>(objects_y.size());
        chances.push_back(std::min(1.0, ab * collision(hour_of(x.first), hour_of(y.first))));
        pair.lambda_t += chances.back();
        for (const std::uint32_t o : objects_x)
          if (objects_y.count(o) > 0) {
            ++pair.w_t;
            break;
          }
      }
    if (pair.w_t >= 2) pair.p_t = tail(chances, pair.w_t);
  }

  struct Shared {
    std::uint32_t object;
    std::pair<std::uint32_t, std::int64_t> post_a, post_b;  // a post at one time
    bool close;
    double q;
    std::size_t unit;
  };

  std::vector<Shared> shared(std::uint32_t a, std::uint32_t b) const {
    std::vector<Shared> result;
    for (const Action& x : of_account_.at(a))
      for (const Action& y : of_account_.at(b)) {
        if (x.object != y.object) continue;
        const bool close = is_close(x.t_us, y.t_us, window_us_);
        const double numerator = close_.at(x.object) - (close ? 1 : 0) + kappa_ * pool(x.object);
        const double q = std::min(1.0, numerator / (all_.at(x.object) - 1 + kappa_));
        result.push_back({x.object, {x.post, x.t_us}, {y.post, y.t_us}, close, q, result.size()});
      }
    return result;
  }

  void test_pace(std::uint32_t a, std::uint32_t b, SynchronyPair& pair) const {
    std::vector<Shared> list = shared(a, b);
    // Shared objects joined by a common post of either account form one unit: spread the smallest label until it rests.
    for (bool changed = true; changed;) {
      changed = false;
      for (Shared& x : list)
        for (Shared& y : list)
          if ((x.post_a == y.post_a || x.post_b == y.post_b) && x.unit < y.unit) {
            y.unit = x.unit;
            changed = true;
          }
    }
    std::map<std::size_t, std::pair<double, bool>> units;
    for (const Shared& x : list) {
      units[x.unit].first += x.q;
      units[x.unit].second |= x.close;
      pair.close_objects += x.close ? 1U : 0U;
      const double q0 = (close_.at(x.object) + kappa_ * pool(x.object)) / (all_.at(x.object) + kappa_);
      pair.weight += static_cast<std::uint64_t>(std::ceil(std::max(0.0, q0 > 0 ? -std::log(q0) : 128.0) * 65536));
      for (const Shared& y : list)
        if (x.object < y.object && x.post_a != y.post_a && x.post_b != y.post_b) {
          pair.repeated_all += 1;
          pair.repeated_close += x.close && y.close ? 1 : 0;
          pair.repeated_expected += x.q * y.q;
        }
    }
    std::vector<double> chances;
    for (const auto& [label, unit] : units) {
      chances.push_back(std::min(1.0, unit.first));
      pair.lambda_x += chances.back();
      pair.w_x += unit.second ? 1U : 0U;
    }
    if (pair.w_x >= 2) pair.p_x = tail(chances, pair.w_x);
  }

  std::uint64_t window_us_;
  double kappa_;
  std::vector<Action> events_;
  std::map<std::uint32_t, std::vector<Action>> of_account_, of_object_;
  std::vector<std::uint32_t> eligible_;
  std::map<std::int64_t, double> in_hour_;
  std::map<std::uint32_t, std::map<std::int64_t, double>> object_in_hour_;
  std::map<std::uint32_t, double> close_, all_;
  std::map<int, double> pool_close_, pool_all_;
};

}  // namespace unisono::reference
