#include "unisono/network/habit.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "close_posts.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/random.hpp"

namespace unisono::network {

namespace {

constexpr std::uint64_t k_visits_per_block = 1 << 20;
constexpr std::uint64_t k_visits_in_memory = 1 << 22;  // of one row; a larger row is read several times

// What one partner shares with the account of the current row, visited object by object.
struct Partner {
  double sum = 0.0;    // of q
  double pairs = 0.0;  // of q_i q_j, i before j
  std::uint32_t n = 0, n_close = 0;
};

struct Visit {
  std::uint32_t partner, post_u, post_v;
  bool close;
  double q;
};

// Means over the object pairs of each partner that are in different posts of both accounts, for the visits of one row.
class RowWithPosts {
 public:
  void add(const Visit& visit) { visits_.push_back(visit); }

  double finish() {
    const auto by_post_u = [](const Visit& x, const Visit& y) {
      return std::tuple(x.partner, x.post_u, x.post_v, x.q) < std::tuple(y.partner, y.post_u, y.post_v, y.q);
    };
    const auto by_post_v = [](const Visit& x, const Visit& y) {
      return std::tuple(x.partner, x.post_v, x.q) < std::tuple(y.partner, y.post_v, y.q);
    };
    std::sort(visits_.begin(), visits_.end(), by_post_u);
    means_.clear();
    collect([](const Visit& x, const Visit& y) { return x.partner == y.partner; }, 1.0);
    collect([](const Visit& x, const Visit& y) { return x.partner == y.partner && x.post_u == y.post_u; }, -1.0);
    collect([](const Visit& x,
               const Visit& y) { return x.partner == y.partner && x.post_u == y.post_u && x.post_v == y.post_v; },
            1.0);
    std::sort(visits_.begin(), visits_.end(), by_post_v);
    collect([](const Visit& x, const Visit& y) { return x.partner == y.partner && x.post_v == y.post_v; }, -1.0);
    visits_.clear();
    double total = 0.0;
    for (const Mean& mean : means_)
      if (mean.n > 0 && mean.n_close < 2) total += std::max(mean.pairs, 0.0) / static_cast<double>(mean.n);
    return total;
  }

 private:
  struct Mean {
    double pairs = 0.0;
    std::int64_t n = 0;
    std::uint32_t n_close = 0;
  };

  // Adds sign * (pairs inside each group of equal visits) to the mean of its partner; means_ is in order of partners.
  template <typename Same>
  void collect(Same&& same, double sign) {
    std::size_t partner = 0;
    for (std::size_t i = 0, next = 0; i < visits_.size(); i = next) {
      if (i > 0 && visits_[i].partner != visits_[i - 1].partner) ++partner;
      Partner group;
      for (; next < visits_.size() && same(visits_[next], visits_[i]); ++next) {
        group.pairs += visits_[next].q * group.sum;
        group.sum += visits_[next].q;
        ++group.n;
        group.n_close += visits_[next].close ? 1U : 0U;
      }
      if (partner == means_.size()) {  // the first call, with whole partners
        means_.emplace_back();
        means_.back().n_close = group.n_close;
      }
      means_[partner].pairs += sign * group.pairs;
      means_[partner].n += (sign > 0 ? 1 : -1) * (std::int64_t{group.n} * (std::int64_t{group.n} - 1) / 2);
    }
  }

  std::vector<Visit> visits_;
  std::vector<Mean> means_;
};

class Rows {
 public:
  Rows(const Events& events, const PostLists& posts, const Pace& pace, std::span<const std::uint8_t> eligible,
       std::uint64_t window_us, bool every_row)
      : events_(events),
        posts_(posts),
        pace_(pace),
        eligible_(eligible),
        window_us_(window_us),
        every_row_(every_row),
        account_(events.size()),
        t_us_(events.size()) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      account_[i] = events.account[events.by_object[i]];
      t_us_[i] = events.t_us[events.by_object[i]];
    }
  }

  // Sum over the partners of account u of their means. With every row, each pair is counted in the row of its smaller
  // id.
  double of(std::uint32_t u, std::uint64_t visits, std::vector<Partner>& partners, std::vector<std::uint32_t>& touched,
            RowWithPosts& row) const {
    double total = 0.0;
    if (posts_.several) {
      const auto parts = static_cast<std::uint32_t>(visits / k_visits_in_memory + 1);
      for (std::uint32_t part = 0; part < parts; ++part) {
        visit(u, [&](std::size_t i, std::size_t place, bool close, double q) {
          const std::uint32_t v = account_[place];
          if (v % parts == part) row.add({v, posts_.of_event[i], posts_.of_event[events_.by_object[place]], close, q});
        });
        total += row.finish();
      }
      return total;
    }
    touched.clear();
    visit(u, [&](std::size_t, std::size_t place, bool close, double q) {
      Partner& partner = partners[account_[place]];
      if (partner.n == 0) touched.push_back(account_[place]);
      partner.pairs += q * partner.sum;
      partner.sum += q;
      ++partner.n;
      partner.n_close += close ? 1U : 0U;
    });
    for (const std::uint32_t v : touched) {
      const double n = static_cast<double>(partners[v].n);
      if (partners[v].n > 1 && partners[v].n_close < 2) total += partners[v].pairs / (n * (n - 1.0) / 2.0);
      partners[v] = {};
    }
    return total;
  }

 private:
  // each(event of u, place of the partner's event in by_object, close, q) for every object that u shares with an
  // eligible partner.
  template <typename Each>
  void visit(std::uint32_t u, Each&& each) const {
    for (std::size_t i = events_.account_begin[u]; i < events_.account_begin[std::size_t{u} + 1]; ++i) {
      const std::uint32_t object = events_.object[i];
      if (pace_.sharers(object) < 2) continue;
      const double q_close = pace_.close_pairs(object) > 0 ? pace_.left_out(object, true) : 0.0;
      const double q_far = pace_.left_out(object, false);
      for (std::size_t place = events_.object_begin[object]; place < events_.object_begin[std::size_t{object} + 1];
           ++place) {
        const std::uint32_t v = account_[place];
        if (v == u || eligible_[v] == 0 || (every_row_ && v < u)) continue;
        const std::int64_t t_u = events_.t_us[i], t_v = t_us_[place];
        const bool close = (t_u < t_v ? gap_us(t_u, t_v) : gap_us(t_v, t_u)) <= window_us_;
        each(i, place, close, close ? q_close : q_far);
      }
    }
  }

  const Events& events_;
  const PostLists& posts_;
  const Pace& pace_;
  std::span<const std::uint8_t> eligible_;
  std::uint64_t window_us_;
  bool every_row_;
  std::vector<std::uint32_t> account_;  // in the order of by_object: a row reads whole objects
  std::vector<std::int64_t> t_us_;
};

// Sharers that the row of each account visits.
std::vector<std::uint64_t> visits_of_rows(const Events& events, const Pace& pace,
                                          std::span<const std::uint8_t> eligible) {
  std::vector<std::uint64_t> visits(events.n_accounts, 0);
  for (std::size_t i = 0; i < events.size(); ++i)
    if (eligible[events.account[i]] != 0) visits[events.account[i]] += pace.sharers(events.object[i]) - 1;
  return visits;
}

struct Plan {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> block_begin;
  double share = 1.0;  // of all visits
  bool sampled = false;
};

// All rows, or as many in a seeded random order as max_visits allows, cut into blocks of equal work.
Plan plan_rows(std::span<const std::uint64_t> visits, const HabitOptions& options) {
  Plan plan;
  std::uint64_t total = 0;
  for (std::uint32_t u = 0; u < visits.size(); ++u) {
    if (visits[u] == 0) continue;
    plan.rows.push_back(u);
    total += visits[u];
  }
  if (total / 2 > options.max_visits) {
    plan.sampled = true;
    Random random(options.seed);
    random.shuffle(plan.rows);
    std::uint64_t taken = 0;
    std::size_t n = 0;
    while (n < plan.rows.size() && (n == 0 || taken < options.max_visits)) taken += visits[plan.rows[n++]];
    plan.rows.resize(n);
    plan.share = static_cast<double>(taken) / static_cast<double>(total);
  }
  std::uint64_t in_block = k_visits_per_block;
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    if (in_block >= k_visits_per_block) {
      plan.block_begin.push_back(i);
      in_block = 0;
    }
    in_block += visits[plan.rows[i]];
  }
  plan.block_begin.push_back(plan.rows.size());
  return plan;
}

}  // namespace

Result<HabitExpected> habit_expected_elsewhere(const Events& events, const PostLists& posts, const Pace& pace,
                                               std::span<const std::uint8_t> eligible, const HabitOptions& options,
                                               const Control& control) {
  const std::vector<std::uint64_t> visits = visits_of_rows(events, pace, eligible);
  const Plan plan = plan_rows(visits, options);
  const Rows rows(events, posts, pace, eligible, options.window_us, !plan.sampled);
  struct Scratch {
    std::vector<Partner> partners;
    std::vector<std::uint32_t> touched;
    RowWithPosts row;
  };
  std::vector<Scratch> scratch(std::max(1U, control.threads));
  std::vector<double> sums(plan.block_begin.size() - 1, 0.0);
  UNISONO_CHECK(for_each_block(sums.size(), control, [&](std::size_t block, unsigned worker) -> Result<void> {
    Scratch& mine = scratch[worker];
    mine.partners.resize(events.n_accounts);
    for (std::size_t i = plan.block_begin[block]; i < plan.block_begin[block + 1]; ++i) {
      if (control.cancelled()) return control.check_cancelled();
      sums[block] += rows.of(plan.rows[i], visits[plan.rows[i]], mine.partners, mine.touched, mine.row);
    }
    return {};
  }));
  HabitExpected result;
  result.sampled = plan.sampled;
  for (const double sum : sums) result.value += sum;
  // A sampled row counts its pairs with all partners, so every pair stands in two rows.
  if (plan.sampled) result.value /= 2.0 * plan.share;
  return result;
}

}  // namespace unisono::network
