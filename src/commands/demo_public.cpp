// What the public of the generated world does: fans with notifications, a declared feed, critics who answer everything,
// an organic fan group of a singer, accounts suspended for other reasons, and everybody else.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <unordered_set>

#include "demo_world.hpp"

namespace unisono::commands::demo {
namespace {

// Draws from weights by binary search in their running sum.
class Weighted {
 public:
  explicit Weighted(const std::vector<double>& weights) {
    double sum = 0;
    for (const double weight : weights) sums_.push_back(sum += weight);
  }
  std::size_t draw(Random& random) const {
    const double at = random.uniform() * sums_.back();
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), at);
    return std::min(static_cast<std::size_t>(found - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;
};

class Public {
 public:
  Public(World& world, const Posts& posts, std::uint64_t seed)
      : world_(world), posts_(posts), random_(Random::stream(seed, 3)) {
    for (std::size_t i = 0; i < 2; ++i) {
      // Heavy-tailed popularity: a few posts are shared by hundreds, most by a handful.
      popularity_[i].resize(posts.target[i].size());
      for (double& weight : popularity_[i]) weight = lognormal(random_, 1.0, 1.4);
    }
  }

  void act() {
    for (std::size_t i = 0; i < 2; ++i) {
      fans(i);
      feed(i);
      critics(i);
    }
    crowd();
    after_the_window();
    others();
    organic_group();
  }

 private:
  // One action of one kind of an account on a post. False if it exists already.
  bool act_once(std::uint32_t account, std::uint32_t post, Kind kind, TimeUs delay) {
    const std::uint64_t key =
        std::uint64_t{post} << 32 | std::uint64_t{account} << 2 | static_cast<std::uint64_t>(kind);
    if (!done_.insert(key).second) return false;
    const TimeUs published = world_.rows[post].t;
    const TimeUs end = published < world_.plan.until ? world_.plan.until : world_.plan.after_until;
    TimeUs t = published + delay;
    // Late answers to a post of the last days come within the hours that are left.
    if (t >= end)
      t = published + seconds(60) + static_cast<TimeUs>(random_.below(static_cast<std::uint64_t>(12 * k_us_per_hour)));
    t = behind_gaps(world_.plan, t, 0);
    std::string text = kind == Kind::reply ? public_sentence(random_) : std::string();
    add_row(world_, random_, t, account, kind, post, std::move(text));
    return true;
  }

  TimeUs reading_delay() { return seconds(std::min(20 + lognormal(random_, 5'400, 1.5), 6.0 * 86'400)); }

  std::uint32_t& left(Kind kind, std::size_t target) {
    return kind == Kind::retweet ? retweets_left_[target] : replies_left_[target];
  }

  // A fan has the telephone in hand for some hours of the day and shares within a minute then.
  void fans(std::size_t target) {
    std::uint32_t number = 0;
    for (const std::uint32_t fan : world_.of_role(Role::fan)) {
      const int first_hour = static_cast<int>(6 + 2 * (number++ % 6));
      for (const std::uint32_t post : posts_.target[target]) {
        const int hour = to_civil(world_.rows[post].t).hour;
        if (hour < first_hour || hour >= first_hour + 4) continue;
        const bool noticed = random_.below(100) < 9;
        if (noticed && act_once(fan, post, Kind::retweet, seconds(6 + 50 * random_.uniform())))
          --left(Kind::retweet, target);
        if (random_.below(100) < 3 && act_once(fan, post, Kind::reply, reading_delay())) --left(Kind::reply, target);
      }
    }
  }

  void feed(std::size_t target) {
    const std::uint32_t feed = world_.of_role(Role::feed).front();
    for (const std::uint32_t post : posts_.target[target]) {
      const bool shared =
          random_.below(100) < 97 && act_once(feed, post, Kind::retweet, seconds(150 + 60 * random_.uniform()));
      if (shared) --left(Kind::retweet, target);
    }
  }

  void critics(std::size_t target) {
    for (const std::uint32_t critic : world_.of_role(Role::critic)) {
      for (const std::uint32_t post : posts_.target[target]) {
        const TimeUs delay = seconds(std::min(60 + lognormal(random_, 3'000, 1.0), 3.0 * 86'400));
        if (random_.below(100) < 72 && act_once(critic, post, Kind::reply, delay)) --left(Kind::reply, target);
      }
    }
  }

  // Activity is heavy-tailed too, but nobody of the public shares more than some dozens of posts.
  std::vector<double> activity(std::size_t n) {
    std::vector<double> weights(n);
    for (double& weight : weights) weight = std::min(std::pow(1.0 - random_.uniform(), -0.8), 10.0);
    return weights;
  }

  void fill(const std::vector<std::uint32_t>& accounts, const Weighted& who, std::size_t target, Kind kind,
            std::uint32_t n) {
    const Weighted where(popularity_[target]);
    for (std::uint32_t made = 0; made < n;) {
      const std::uint32_t account = accounts[who.draw(random_)];
      const std::uint32_t post = posts_.target[target][where.draw(random_)];
      if (act_once(account, post, kind, reading_delay())) ++made;
    }
  }

  // The rest of the counts, exactly: accounts that are suspended later, then everybody.
  void crowd() {
    const std::vector<std::uint32_t> gone = world_.of_role(Role::suspended_public);
    std::vector<std::uint32_t> all = world_.of_role(Role::everyone);
    const std::vector<std::uint32_t> organic = world_.of_role(Role::organic);
    all.insert(all.end(), organic.begin(), organic.end());
    const Weighted gone_activity(activity(gone.size()));
    const Weighted activity_of_all(activity(all.size()));
    std::vector<std::uint32_t> both = all;
    both.insert(both.end(), gone.begin(), gone.end());
    const Weighted repliers(activity(both.size()));
    for (std::size_t i = 0; i < 2; ++i) {
      const std::uint32_t suspended = world_.plan.public_suspended_retweets[i];
      fill(gone, gone_activity, i, Kind::retweet, suspended);
      assert(retweets_left_[i] > suspended);
      fill(all, activity_of_all, i, Kind::retweet, retweets_left_[i] - suspended);
      fill(both, repliers, i, Kind::reply, replies_left_[i]);
    }
  }

  void scatter(const std::vector<std::uint32_t>& accounts, const std::vector<std::uint32_t>& posts, Kind kind,
               std::uint32_t n) {
    for (std::uint32_t made = 0; made < n;) {
      const std::uint32_t account = accounts[random_.below(accounts.size())];
      const std::uint32_t post = posts[random_.below(posts.size())];
      if (act_once(account, post, kind, reading_delay())) ++made;
    }
  }

  void after_the_window() {
    const std::vector<std::uint32_t> all = world_.of_role(Role::everyone);
    for (std::size_t i = 0; i < 2; ++i) {
      scatter(all, posts_.target_after[i], Kind::retweet, i == 0 ? 3'000 : 900);
      scatter(all, posts_.target_after[i], Kind::reply, i == 0 ? 2'000 : 600);
    }
  }

  // The posts of other diplomats and of the singer, shared by the public.
  void others() {
    const std::vector<std::uint32_t> all = world_.of_role(Role::everyone);
    const std::vector<std::uint32_t> gone = world_.of_role(Role::suspended_public);
    scatter(all, posts_.diplomat, Kind::retweet, 3'000);
    scatter(gone, posts_.diplomat, Kind::retweet, 500);
    scatter(all, posts_.diplomat, Kind::reply, 2'000);
    scatter(all, posts_.idol, Kind::retweet, 2'400);
  }

  // The singer's admirers share within minutes and answer with the same slogans. They say who they are.
  void organic_group() {
    for (const std::uint32_t admirer : world_.of_role(Role::organic)) {
      for (const std::uint32_t post : posts_.idol) {
        if (random_.below(100) < 60) act_once(admirer, post, Kind::retweet, seconds(10 + lognormal(random_, 240, 0.9)));
        if (random_.below(100) >= 30) continue;
        if (act_once(admirer, post, Kind::reply, seconds(20 + lognormal(random_, 400, 0.9))))
          world_.rows.back().text = slogan(random_);
      }
    }
  }

  World& world_;
  const Posts& posts_;
  Random random_;
  std::array<std::vector<double>, 2> popularity_;
  std::unordered_set<std::uint64_t> done_;
  std::array<std::uint32_t, 2> retweets_left_ = {world_.plan.retweets[0] - world_.plan.network_retweets[0],
                                                 world_.plan.retweets[1] - world_.plan.network_retweets[1]};
  std::array<std::uint32_t, 2> replies_left_ = {world_.plan.replies[0] - world_.plan.network_replies[0],
                                                world_.plan.replies[1] - world_.plan.network_replies[1]};
};

}  // namespace

void make_public_actions(World& world, const Posts& posts, std::uint64_t seed) {
  Public(world, posts, seed).act();
}

}  // namespace unisono::commands::demo
