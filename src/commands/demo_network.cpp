// What the network of 62 does: it shares and answers the posts of the two targets in bursts, half of its actions within
// a minute after another member on the same post.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "demo_world.hpp"
#include "unisono/core/zone.hpp"

namespace unisono::commands::demo {
namespace {

// Who acts on which post: one list of accounts per post.
using Members = std::vector<std::vector<std::uint32_t>>;

// `total` split over n members at random, none above `most`.
std::vector<std::uint32_t> quotas(Random& random, std::size_t n, std::uint32_t total, std::uint32_t most) {
  std::vector<double> weights(n);
  for (double& weight : weights) weight = lognormal(random, 1.0, 0.25);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<std::uint32_t> quota(n);
  std::uint32_t given = 0;
  for (std::size_t i = 0; i < n; ++i) {
    quota[i] = std::min(static_cast<std::uint32_t>(weights[i] / sum * static_cast<double>(total)), most);
    given += quota[i];
  }
  for (std::size_t i = 0; given < total; i = (i + 1) % n) {
    if (quota[i] < most) {
      ++quota[i];
      ++given;
    }
  }
  return quota;
}

// `quota` posts for one member, without repetition, likelier where the weight is larger (Efraimidis and Spirakis: the
// largest keys u^(1/w)).
void choose_posts(Random& random, std::uint32_t account, std::uint32_t quota, const std::vector<double>& weights,
                  Members& members) {
  std::vector<std::pair<double, std::uint32_t>> keys(weights.size());
  for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = {std::log(1.0 - random.uniform()) / weights[i], i};
  std::nth_element(keys.begin(), keys.begin() + quota, keys.end(), std::greater<>());
  for (std::uint32_t i = 0; i < quota; ++i) members[keys[i].second].push_back(account);
}

class Network {
 public:
  Network(World& world, const Posts& posts, std::uint64_t seed)
      : world_(world),
        posts_(posts),
        seed_(seed),
        random_(Random::stream(seed, 4)),
        london_(*Zone::named("Europe/London")),
        public_retweets_(world.rows.size()) {
    for (const Row& row : world.rows) {
      if (row.kind == Kind::retweet) public_retweets_[row.of] += 1;
    }
  }

  void act() {
    const Plan& plan = world_.plan;
    burst(posts_.target, retweeters(), Kind::retweet, (plan.network_retweets[0] + plan.network_retweets[1]) / 2,
          plan.until);
    burst(posts_.target, repliers(), Kind::reply, (plan.network_replies[0] + plan.network_replies[1] + 1) / 2,
          plan.until);
    burst(posts_.target_after, survivors(plan.after_retweets), Kind::retweet, plan.after_retweets / 2,
          plan.after_until);
    burst(posts_.target_after, survivors(plan.after_replies), Kind::reply, plan.after_replies / 2, plan.after_until);
    other_diplomats();
  }

 private:
  std::vector<std::uint32_t> with_status(Status status) const {
    std::vector<std::uint32_t> accounts;
    for (const std::uint32_t account : world_.network) {
      if (world_.accounts[account].status == status) accounts.push_back(account);
    }
    return accounts;
  }

  // Weeks begin on Monday; 1970-01-01 was a Thursday.
  std::int64_t week_of(std::uint32_t post) const { return (world_.rows[post].t / k_us_per_day + 3) / 7; }

  // A week's share follows the public's retweets of the week's posts, and inside a week the network goes where the
  // public goes, less than in proportion. The ambassador's network keeps one share all along; the embassy's works in
  // four weeks of five, so that these weeks stand above its mean of 30 %.
  std::vector<double> retweet_weights(std::size_t target) {
    std::map<std::int64_t, double> shared, liked;
    const auto liking = [&](std::uint32_t post) { return std::pow(public_retweets_[post] + 0.5, 0.7); };
    for (const std::uint32_t post : posts_.target[target]) {
      shared[week_of(post)] += public_retweets_[post];
      liked[week_of(post)] += liking(post);
    }
    std::vector<double> weights;
    for (const std::uint32_t post : posts_.target[target]) {
      const std::int64_t week = week_of(post);
      const double work = target == 0 || week % 5 != 0 ? 1.0 : 0.1;
      weights.push_back(work * (shared[week] + 1) / liked[week] * liking(post) * lognormal(random_, 1.0, 0.3));
    }
    return weights;
  }

  std::array<Members, 2> retweeters() {
    const Plan& plan = world_.plan;
    std::array<Members, 2> members = {Members(posts_.target[0].size()), Members(posts_.target[1].size())};
    const std::vector<double> weights = retweet_weights(0);
    const std::uint32_t by_active =
        plan.network_retweets[0] - plan.suspended_network_retweets - plan.deleted_network_retweets;
    for (const auto& [status, total] :
         {std::pair{Status::suspended, plan.suspended_network_retweets},
          std::pair{Status::deleted, plan.deleted_network_retweets}, std::pair{Status::active, by_active}}) {
      spread(with_status(status), total, weights, members[0]);
    }
    spread(world_.network, plan.network_retweets[1], retweet_weights(1), members[1]);
    return members;
  }

  void spread(const std::vector<std::uint32_t>& accounts, std::uint32_t total, const std::vector<double>& weights,
              Members& members) {
    const auto most = static_cast<std::uint32_t>(weights.size() * 3 / 4);
    const std::vector<std::uint32_t> quota = quotas(random_, accounts.size(), total, most);
    for (std::size_t i = 0; i < accounts.size(); ++i) choose_posts(random_, accounts[i], quota[i], weights, members);
  }

  std::array<Members, 2> repliers() {
    const Plan& plan = world_.plan;
    std::array<Members, 2> members = {Members(posts_.target[0].size()), Members(posts_.target[1].size())};
    const std::vector<double> even(posts_.target[0].size(), 1.0);
    std::uint32_t left = plan.network_replies[0];
    for (std::size_t i = 0; i < world_.devoted.size(); ++i) {
      choose_posts(random_, world_.devoted[i], plan.devoted_replies[i], even, members[0]);
      left -= plan.devoted_replies[i];
    }
    std::vector<std::uint32_t> rest;
    for (const std::uint32_t account : world_.network) {
      if (std::find(world_.devoted.begin(), world_.devoted.end(), account) == world_.devoted.end())
        rest.push_back(account);
    }
    spread(rest, left, even, members[0]);
    spread(world_.network, plan.network_replies[1], std::vector<double>(posts_.target[1].size(), 1.0), members[1]);
    return members;
  }

  std::array<Members, 2> survivors(std::uint32_t total) {
    std::array<Members, 2> members = {Members(posts_.target_after[0].size()), Members(posts_.target_after[1].size())};
    const std::uint32_t on_embassy = total / 5;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::vector<double> even(posts_.target_after[i].size(), 1.0);
      spread(with_status(Status::active), i == 0 ? total - on_embassy : on_embassy, even, members[i]);
    }
    return members;
  }

  // Exactly `followers` of all actions come within a minute after another member on the same post. The network pushes
  // some posts, taken in random order until the number is reached: there nearly all of its actors come in one burst. On
  // the others they trickle.
  void burst(const std::array<std::vector<std::uint32_t>, 2>& posts, std::array<Members, 2> members, Kind kind,
             std::uint32_t followers, TimeUs end) {
    struct Place {
      double rank;
      std::size_t target, i;
    };
    std::vector<Place> order;
    for (std::size_t target = 0; target < 2; ++target) {
      for (std::size_t i = 0; i < posts[target].size(); ++i) {
        const double spread = public_retweets_[posts[target][i]];
        order.push_back({-std::log1p(spread) + 0.3 * random_.normal(), target, i});
      }
    }
    std::sort(order.begin(), order.end(), [](const Place& a, const Place& b) {
      return std::tie(a.rank, a.target, a.i) < std::tie(b.rank, b.target, b.i);
    });
    std::uint32_t left = followers;
    for (const auto& [rank, target, i] : order) {
      std::vector<std::uint32_t>& actors = members[target][i];
      if (actors.empty()) continue;
      random_.shuffle(actors);
      const auto could = static_cast<std::uint32_t>(actors.size() - 1);
      const std::uint32_t follow = std::min(left, could - could / 12);
      left -= follow;
      on_post(posts[target][i], actors, follow, kind, end);
    }
    assert(left == 0);
  }

  void on_post(std::uint32_t post, const std::vector<std::uint32_t>& members, std::uint32_t followers, Kind kind,
               TimeUs end) {
    if (members.empty()) return;
    const std::size_t leaders = members.size() - followers;
    std::vector<std::vector<std::uint32_t>> clusters(leaders);
    for (std::size_t i = 0; i < leaders; ++i) clusters[i].push_back(members[i]);
    clusters[0].insert(clusters[0].end(), members.begin() + static_cast<std::ptrdiff_t>(leaders), members.end());
    std::vector<TimeUs> starts(leaders);
    for (std::size_t i = 0; i < leaders; ++i) starts[i] = leader_time(world_.rows[post].t, clusters[i][0], end);
    std::sort(starts.begin(), starts.end());
    TimeUs free = 0;  // the first time that is more than a minute after the cluster before
    for (std::size_t i = 0; i < leaders; ++i) {
      const TimeUs length = static_cast<TimeUs>(clusters[i].size()) * seconds(13);
      TimeUs t = behind_gaps(world_.plan, std::max(starts[i], free), length);
      const std::string shared = reply_text();
      for (const std::uint32_t member : clusters[i]) {
        assert(t < end);
        std::string text;
        if (kind == Kind::reply) text = clusters[i].size() > 1 && random_.below(2) == 0 ? shared : reply_text();
        add_row(world_, random_, t, member, kind, post, std::move(text));
        free = t + seconds(62 + 60 * random_.uniform());
        t += seconds(1 + 11 * random_.uniform());
      }
    }
  }

  // Some time after the post, moved into the network's hours (UK morning and early evening) unless a person's whim
  // keeps it.
  TimeUs leader_time(TimeUs published, std::uint32_t leader, TimeUs end) {
    const TimeUs least = published + seconds(180);
    TimeUs t = least + seconds(std::min(lognormal(random_, 2'700, 1.0), 86'400.0));
    const bool human = std::find(world_.jittered.begin(), world_.jittered.end(), leader) != world_.jittered.end();
    if (!human || random_.below(2) == 0) t = in_working_hours(t);
    if (t + 4 * k_us_per_hour < end) return t;
    return least + static_cast<TimeUs>(random_.below(static_cast<std::uint64_t>(8 * k_us_per_hour)));
  }

  TimeUs in_working_hours(TimeUs t) {
    const std::int64_t offset = london_.offset_at(t) * k_us_per_s;
    const TimeUs of_day = (t + offset) % k_us_per_day;
    const TimeUs midnight = t - of_day;
    const auto within = [&](TimeUs from_hour, TimeUs to_hour) {
      const auto span = static_cast<std::uint64_t>((to_hour - from_hour) * k_us_per_hour);
      return midnight + from_hour * k_us_per_hour + static_cast<TimeUs>(random_.below(span));
    };
    const TimeUs hour = of_day / k_us_per_hour;
    if ((hour >= 7 && hour < 11) || (hour >= 16 && hour < 20)) return t;
    if (hour < 7) return within(7, 11);
    return hour < 16 ? within(16, 20) : within(31, 35);
  }

  std::string reply_text() {
    if (random_.below(2) == 0) return fixed_phrase(random_);
    return copied_segment(random_, speech(seed_, static_cast<std::uint32_t>(random_.below(k_speeches))));
  }

  // Seven of the 62 also share posts of other diplomats; the others serve the two targets only.
  void other_diplomats() {
    for (const std::uint32_t account : world_.not_exclusive) {
      std::vector<std::uint32_t> posts = posts_.diplomat;
      random_.shuffle(posts);
      posts.resize(5 + random_.below(15));
      for (const std::uint32_t post : posts) {
        const TimeUs t = leader_time(world_.rows[post].t, account, world_.plan.until);
        add_row(world_, random_, behind_gaps(world_.plan, t, 0), account, Kind::retweet, post, {});
      }
    }
  }

  World& world_;
  const Posts& posts_;
  std::uint64_t seed_;
  Random random_;
  Zone london_;
  std::vector<double> public_retweets_;  // of every post, by row
};

}  // namespace

void make_network_actions(World& world, const Posts& posts, std::uint64_t seed) {
  Network(world, posts, seed).act();
}

}  // namespace unisono::commands::demo
