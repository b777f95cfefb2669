#include "unisono/network/joining.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>

#include "network/close_posts.hpp"
#include "network/eligible.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/core/time.hpp"
#include "unisono/network/activity.hpp"
#include "unisono/network/multiplicity.hpp"
#include "unisono/network/poisson_binomial.hpp"

namespace unisono::network {
namespace {

constexpr double k_prior_events = 2.0;
// Above this many steps (posts x marked posts) the Poisson tail, an upper bound, stands for the exact one.
constexpr std::uint64_t k_max_steps = std::uint64_t{1} << 31;
constexpr std::size_t k_posts_per_check = 1 << 16;

using Members = std::vector<std::uint32_t>;

Result<void> check(const Events& events, std::span<const Members> groups, const JoiningOptions& options) {
  if (!(options.alpha > 0.0 && options.alpha <= 1.0))
    return fail(ErrorCode::usage, fmt::format("alpha is {}; it must lie between 0 and 1", options.alpha), "use 0.05");
  if (options.min_marked < 1)
    return fail(ErrorCode::usage, "at least 0 posts beside the group are asked for; it must be 1 or more", "use 2");
  UNISONO_CHECK(check_declared(events, options.declared));
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const Members& members = groups[g];
    if (!members.empty() && members.back() >= events.n_accounts)
      return fail(ErrorCode::usage, fmt::format("group {} has account {}, but there are {} accounts", g, members.back(),
                                                events.n_accounts));
    if (std::adjacent_find(members.begin(), members.end(), std::greater_equal<>()) != members.end())
      return fail(ErrorCode::usage, fmt::format("the accounts of group {} are not in ascending order", g));
  }
  return {};
}

// The events outside one group: which are marked, and how many there are in every hour.
class Outside {
  struct Act {
    std::int64_t t_us;
    std::uint32_t object;
    auto operator<=>(const Act&) const = default;
  };

 public:
  Outside(const Events& events, const HourCollisions& hours) : events_(events), hours_(hours) {
    is_member_.assign(events.n_accounts, 0);
    n_events_.resize(hours.n_cells());
    n_marked_.resize(hours.n_cells());
  }

  void choose(const Members& members, std::uint64_t window_us) {
    for (const std::uint32_t member : members_) is_member_[member] = 0;
    members_ = members;
    window_us_ = window_us;
    for (const std::uint32_t member : members_) is_member_[member] = 1;
    count_events();
    mark();
  }

  // How many events of hour `cell`, of accounts outside but not of `account`, would be marked if they had happened at
  // `t_us`: their object is one that a member acted on within the window of that moment.
  std::uint64_t marked_at(std::int64_t t_us, std::uint32_t cell, std::uint32_t account) {
    const auto first = std::partition_point(acts_.begin(), acts_.end(), [&](const Act& act) {
      return act.t_us < t_us && gap_us(act.t_us, t_us) > window_us_;
    });
    near_.clear();
    for (auto act = first; act != acts_.end() && (act->t_us <= t_us || gap_us(t_us, act->t_us) <= window_us_); ++act)
      near_.push_back(act->object);
    std::sort(near_.begin(), near_.end());
    near_.erase(std::unique(near_.begin(), near_.end()), near_.end());
    std::uint64_t n = 0;
    for (const std::uint32_t object : near_) {
      const auto sharers = events_.of_object(object);
      auto event =
          std::partition_point(sharers.begin(), sharers.end(), [&](std::uint32_t e) { return hours_.cell(e) < cell; });
      for (; event != sharers.end() && hours_.cell(*event) == cell; ++event)
        n += is_member(events_.account[*event]) || events_.account[*event] == account ? 0U : 1U;
    }
    return n;
  }

  bool is_member(std::uint32_t account) const { return is_member_[account] != 0; }
  const std::vector<std::uint32_t>& marked() const { return marked_; }  // events, so ascending by account
  std::uint64_t n_events(std::uint32_t cell) const { return n_events_[cell]; }
  std::uint64_t n_marked(std::uint32_t cell) const { return n_marked_[cell]; }
  double marked_share() const {
    return all_ == 0 ? 0.0 : static_cast<double>(marked_.size()) / static_cast<double>(all_);
  }

 private:
  void count_events() {
    for (std::uint32_t cell = 0; cell < n_events_.size(); ++cell) n_events_[cell] = hours_.n_events(cell);
    all_ = events_.size();
    objects_.clear(), acts_.clear();
    for (const std::uint32_t member : members_) {
      for (std::size_t e = events_.account_begin[member]; e < events_.account_begin[std::size_t{member} + 1]; ++e) {
        --n_events_[hours_.cell(e)];
        --all_;
        objects_.push_back(events_.object[e]);
        acts_.push_back({events_.t_us[e], events_.object[e]});
      }
    }
    std::sort(acts_.begin(), acts_.end());
    std::sort(objects_.begin(), objects_.end());
    objects_.erase(std::unique(objects_.begin(), objects_.end()), objects_.end());
  }

  void mark() {
    marked_.clear();
    for (const std::uint32_t object : objects_) {
      times_.clear();
      for (const std::uint32_t event : events_.of_object(object))
        if (is_member(events_.account[event])) times_.push_back(events_.t_us[event]);
      std::size_t later = 0;  // the first member that did not act before
      for (const std::uint32_t event : events_.of_object(object)) {
        if (is_member(events_.account[event])) continue;
        const std::int64_t t = events_.t_us[event];
        while (later < times_.size() && times_[later] < t) ++later;
        if ((later < times_.size() && gap_us(t, times_[later]) <= window_us_) ||
            (later > 0 && gap_us(times_[later - 1], t) <= window_us_))
          marked_.push_back(event);
      }
    }
    std::sort(marked_.begin(), marked_.end());
    std::fill(n_marked_.begin(), n_marked_.end(), 0);
    for (const std::uint32_t event : marked_) ++n_marked_[hours_.cell(event)];
  }

  const Events& events_;
  const HourCollisions& hours_;
  Members members_;
  std::vector<std::uint8_t> is_member_;
  std::vector<std::uint64_t> n_events_, n_marked_;  // per cell, without the members
  std::uint64_t all_ = 0;
  std::uint64_t window_us_ = 0;
  std::vector<Act> acts_;  // of the members, in order of time
  std::vector<std::uint32_t> objects_, marked_, near_;
  std::vector<std::int64_t> times_;
};

// What one account did beside the group: events [begin, end) of the account, its marked events, its posts.
class AccountTest {
 public:
  AccountTest(const Events& events, const HourCollisions& hours, const PostLists& posts)
      : events_(events), hours_(hours), posts_(posts) {}

  // Fills all of `one` but q; p stays 1 where it cannot be accepted.
  Result<void> run(std::span<const std::uint32_t> marked, Outside& outside, const JoiningOptions& options,
                   const Control& control, Joining& one) {
    count_units(marked, one);
    if (one.marked < options.min_marked) return {};
    set_chances(marked, outside, one.account);
    UNISONO_TRY(const Tail by_hour, tail(one.marked, options.alpha, control));
    one.p = by_hour.p;
    one.expected = by_hour.expected;
    if (one.p > options.alpha) return {};
    set_chances_of_moments(outside, one.account);
    UNISONO_TRY(const Tail by_moment, tail(one.marked, options.alpha, control));
    one.p = std::max(by_hour.p, by_moment.p);
    one.expected = std::max(by_hour.expected, by_moment.expected);
    return {};
  }

 private:
  void count_units(std::span<const std::uint32_t> marked, Joining& one) {
    units_.clear(), days_.clear();
    for (const std::uint32_t event : marked) {
      units_.push_back(posts_.of_event[event]);
      days_.push_back(hours_.hour(hours_.cell(event)) / 24 - (hours_.hour(hours_.cell(event)) % 24 < 0 ? 1 : 0));
    }
    std::sort(units_.begin(), units_.end());
    one.marked = static_cast<std::uint32_t>(std::unique(units_.begin(), units_.end()) - units_.begin());
    one.days = static_cast<std::uint32_t>(std::unique(days_.begin(), days_.end()) - days_.begin());
    one.objects = static_cast<std::uint32_t>(marked.size());
    one.posts = static_cast<std::uint32_t>(posts_.account_begin[std::size_t{one.account} + 1] -
                                           posts_.account_begin[one.account]);
  }

  struct Tail {
    double p = 1, expected = 0;
  };

  // Of at least k marked posts, with the chances as they are set.
  Result<Tail> tail(std::uint32_t k, double alpha, const Control& control) {
    Tail result;
    for (const double chance : chances_) result.expected += chance;
    // The median of such a sum lies within one of its mean: at or below the mean, p is at least one half.
    if (alpha < 0.5 && static_cast<double>(k) <= std::floor(result.expected)) return result;
    if (std::uint64_t{k} * chances_.size() > k_max_steps) {
      if (static_cast<double>(k) >= result.expected + 1.0) result.p = poisson_tail(result.expected, k);
      return result;
    }
    recursion_.start(k);
    for (std::size_t i = 0; i < chances_.size(); ++i) {
      if (i % k_posts_per_check == 0) UNISONO_CHECK(control.check_cancelled());
      recursion_.add(chances_[i]);
    }
    result.p = recursion_.tail();
    return result;
  }

  // The chance of every post by its hour, in order of time. Events of an account are in order of time too, so its hours
  // are runs.
  void set_chances(std::span<const std::uint32_t> marked, const Outside& outside, std::uint32_t account) {
    chances_.clear();
    const double prior = k_prior_events * outside.marked_share();
    std::size_t event = events_.account_begin[account], next_marked = 0;
    const std::size_t event_end = events_.account_begin[std::size_t{account} + 1];
    std::size_t post = posts_.account_begin[account];
    const std::size_t post_end = posts_.account_begin[std::size_t{account} + 1];
    while (event < event_end) {
      const std::uint32_t cell = hours_.cell(event);
      std::uint64_t own = 0, own_marked = 0;
      for (; event < event_end && hours_.cell(event) == cell; ++event) ++own;
      for (; next_marked < marked.size() && marked[next_marked] < event; ++next_marked) ++own_marked;
      const double chance = (static_cast<double>(outside.n_marked(cell) - own_marked) + prior) /
                            (static_cast<double>(outside.n_events(cell) - own) + k_prior_events);
      for (; post < post_end && posts_.cell[post] == cell; ++post)
        chances_.push_back(std::min(1.0, static_cast<double>(posts_.n_objects[post]) * chance));
    }
  }

  // The same by the moment of every post: an account that always acts in the same minutes as the group is marked more
  // often than its hours say, whatever it shares.
  void set_chances_of_moments(Outside& outside, std::uint32_t account) {
    chances_.clear();
    const double prior = k_prior_events * outside.marked_share();
    const std::size_t post_end = posts_.account_begin[std::size_t{account} + 1];
    std::size_t event = events_.account_begin[account];
    const std::size_t event_end = events_.account_begin[std::size_t{account} + 1];
    std::uint64_t own = 0;
    for (std::size_t post = posts_.account_begin[account]; post < post_end; ++post) {
      const std::uint32_t cell = posts_.cell[post];
      if (post == posts_.account_begin[account] || posts_.cell[post - 1] != cell)
        for (own = 0; event < event_end && hours_.cell(event) == cell; ++event) ++own;
      const double chance = (static_cast<double>(outside.marked_at(posts_.t_us[post], cell, account)) + prior) /
                            (static_cast<double>(outside.n_events(cell) - own) + k_prior_events);
      chances_.push_back(std::min(1.0, static_cast<double>(posts_.n_objects[post]) * chance));
    }
  }

  const Events& events_;
  const HourCollisions& hours_;
  const PostLists& posts_;
  std::vector<std::uint32_t> units_;
  std::vector<std::int64_t> days_;
  std::vector<double> chances_;
  TailRecursion recursion_;
};

struct Worker {
  Outside outside;
  AccountTest test;
};

// The accounts with p <= alpha beside the chosen group. The others cannot have q <= alpha, nor change who has.
Result<std::vector<Joining>> candidates(const Events& events, Worker& worker, std::uint32_t group,
                                        const JoiningOptions& options, const Control& control) {
  std::vector<Joining> found;
  const std::span<const std::uint32_t> marked(worker.outside.marked());
  for (std::size_t begin = 0, end = 0; begin < marked.size(); begin = end) {
    const std::uint32_t account = events.account[marked[begin]];
    while (end < marked.size() && events.account[marked[end]] == account) ++end;
    if (!options.declared.empty() && options.declared[account] != 0) continue;
    Joining one{.account = account, .group = group};
    UNISONO_CHECK(worker.test.run(marked.subspan(begin, end - begin), worker.outside, options, control, one));
    if (one.marked >= options.min_marked && one.p <= options.alpha) found.push_back(one);
  }
  return found;
}

std::uint64_t count_tests(const Events& events, std::span<const Members> groups, const JoiningOptions& options) {
  const auto tested = [&](std::uint32_t a) {
    return events.account_begin[std::size_t{a} + 1] > events.account_begin[a] &&
           (options.declared.empty() || options.declared[a] == 0);
  };
  std::uint64_t all = 0, inside = 0;
  for (std::uint32_t a = 0; a < events.n_accounts; ++a) all += tested(a) ? 1U : 0U;
  for (const Members& members : groups)
    inside += static_cast<std::uint64_t>(std::count_if(members.begin(), members.end(), tested));
  return all * groups.size() - inside;
}

}  // namespace

Result<JoiningResult> test_joining(const Events& events, std::span<const std::vector<std::uint32_t>> groups,
                                   const JoiningOptions& options, const Control& control) {
  UNISONO_CHECK(check(events, groups, options));
  UNISONO_TRY(const HourCollisions hours, HourCollisions::build(events, 0, control));
  const PostLists posts = post_lists(events, hours);

  std::vector<std::vector<Joining>> found(groups.size());
  JoiningResult result;
  result.marked_share.assign(groups.size(), 0.0);
  std::vector<std::optional<Worker>> workers(std::max(1U, control.threads));
  UNISONO_CHECK(for_each_block(groups.size(), control, [&](std::size_t group, unsigned worker) -> Result<void> {
    if (!workers[worker]) workers[worker].emplace(Outside(events, hours), AccountTest(events, hours, posts));
    workers[worker]->outside.choose(groups[group], options.window_us);
    result.marked_share[group] = workers[worker]->outside.marked_share();
    UNISONO_TRY(found[group],
                candidates(events, *workers[worker], static_cast<std::uint32_t>(group), options, control));
    return {};
  }));

  result.tests = count_tests(events, groups, options);
  std::vector<double> p;
  for (const auto& of_group : found)
    for (const Joining& one : of_group) p.push_back(one.p);
  const std::vector<double> q = benjamini_hochberg(p, result.tests);
  std::size_t next = 0;
  for (const auto& of_group : found) {
    for (Joining one : of_group) {
      one.q = q[next++];
      if (one.q <= options.alpha) result.joined.push_back(one);
    }
  }
  return result;
}

}  // namespace unisono::network
