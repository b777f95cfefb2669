// The files of `demo world`: a public that reposts and tags, squads with tasks in both channels, and everybody who acts
// at the same time for other reasons.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "commands/demo_account_maker.hpp"
#include "commands/demo_campaigns.hpp"
#include "commands/demo_writer.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands::demo {
namespace {

// What is not an option.
constexpr std::uint32_t k_sources = 30, k_posts_per_day = 60;  // accounts whose posts are reposted
constexpr double k_sharers_per_account = 0.01;                 // of a post, median, of the accounts of the public
constexpr double k_tags_per_day = 0.35;                        // posts with a hashtag, of an account of the public
constexpr std::uint32_t k_topics = 80, k_day_topics = 20;      // hashtags of every day, and of one day
constexpr std::uint32_t k_clubs = 4, k_fans = 10;              // fans of one source each
constexpr std::uint32_t k_participation = 80;                  // % of the posts of that source
constexpr double k_fan_s = 40;                                 // median reaction
constexpr std::uint32_t k_activists = 25;
constexpr std::uint32_t k_cover = 15, k_cover_tags = 8;  // ordinary actions of everybody who is planted
constexpr std::uint32_t k_goals = 12;                    // moments of the live event

struct Task {
  TimeUs t = 0;
  std::uint32_t post = 0;  // of the row that is reposted
  std::string tag;         // or the hashtag
};

struct Squad {
  std::vector<std::uint32_t> accounts;
  std::vector<Task> reposts, tags;
};

struct Planted {
  World world;
  std::vector<std::uint32_t> sources, people, feed, activists, audience;  // account indices
  std::vector<std::vector<std::uint32_t>> clubs;
  std::vector<Squad> squads;
  TimeUs event_begin = 0, event_end = 0;
};

class Planter {
 public:
  Planter(const DemoWorld& plan, std::uint64_t seed) : plan_(plan), random_(Random::stream(seed, 8)) {
    World& world = planted_.world;
    world.plan = uk_plan();
    world.plan.gaps = {};
    world.plan.since = day(2020, 9, 1);
    world.plan.until = world.plan.since + plan.days * k_us_per_day;
    make_roles(seed);
  }

  Planted plant() {
    publish();
    for (const std::uint32_t account : planted_.people) tag_about(account, poisson_like(k_tags_per_day * plan_.days));
    for (Squad& squad : planted_.squads) act(squad);
    for (std::uint32_t club = 0; club < planted_.clubs.size(); ++club) react(club);
    relay();
    for (const std::uint32_t account : planted_.activists) campaign(account);
    watch();
    make_ids_unique(planted_.world);
    return std::move(planted_);
  }

 private:
  struct Published {
    std::uint32_t row = 0, source = 0;  // source: place in `sources`
  };

  // Handles tell nothing: roles are drawn among accounts that are made alike.
  void make_roles(std::uint64_t seed) {
    World& world = planted_.world;
    AccountMaker maker(world, seed);
    const std::uint32_t audience = std::max(20U, plan_.accounts / 10);
    const std::uint32_t n =
        k_sources + plan_.accounts + plan_.squads * plan_.size + k_clubs * k_fans + 1 + k_activists + audience;
    maker.add_crowd(Role::everyone, Status::active, n, "person");
    std::vector<std::uint32_t> order(n);
    for (std::uint32_t i = 0; i < n; ++i) order[i] = i;
    maker.random().shuffle(order);
    std::size_t next = 0;
    const auto take = [&](std::uint32_t count) {
      const auto begin = order.begin() + static_cast<std::ptrdiff_t>(next);
      next += count;
      std::vector<std::uint32_t> taken(begin, begin + count);
      std::sort(taken.begin(), taken.end());
      return taken;
    };
    planted_.sources = take(k_sources);
    planted_.people = take(plan_.accounts);
    for (std::uint32_t i = 0; i < plan_.squads; ++i) planted_.squads.push_back({take(plan_.size), {}, {}});
    for (std::uint32_t i = 0; i < k_clubs; ++i) planted_.clubs.push_back(take(k_fans));
    planted_.feed = take(1);
    planted_.activists = take(k_activists);
    planted_.audience = take(audience);
  }

  TimeUs since() const { return planted_.world.plan.since; }
  TimeUs until() const { return planted_.world.plan.until; }

  // More often in the afternoon than at night.
  TimeUs daytime() {
    const auto on = static_cast<TimeUs>(random_.below(plan_.days));
    const double hour = std::fmod(24.0 + 15.0 + std::clamp(4.5 * random_.normal(), -24.0, 24.0), 24.0);
    return since() + on * k_us_per_day + seconds(3600.0 * hour);
  }
  TimeUs reading_delay() { return seconds(15 + lognormal(random_, 2'400, 1.5)); }
  TimeUs inside(TimeUs length) { return static_cast<TimeUs>(random_.below(static_cast<std::uint64_t>(length) + 1)); }
  std::uint32_t poisson_like(double mean) {  // mean and variance of a Poisson count, from a normal one
    return static_cast<std::uint32_t>(std::max(0.0, std::round(mean + std::sqrt(mean) * random_.normal())));
  }

  // Few topics are everywhere, most are rare.
  std::string topic(TimeUs t) {
    const double u = random_.uniform();
    const auto number = static_cast<std::uint32_t>(u * u * (k_topics + k_day_topics));
    if (number % 5 != 0) return fmt::format("Topic{}", number);
    return fmt::format("Day{}Topic{}", (t - since()) / k_us_per_day + 1, number);
  }

  bool repost(std::uint32_t account, std::uint32_t post, TimeUs t) {
    if (t >= until() || !done_.insert(std::uint64_t{post} << 32 | account).second) return false;
    add_row(planted_.world, random_, t, account, Kind::retweet, post, {});
    return true;
  }
  void tag(std::uint32_t account, TimeUs t, const std::string& tags) {
    const std::string sentence = public_sentence(random_);
    if (t < until()) add_row(planted_.world, random_, t, account, Kind::post, 0, sentence + " " + tags);
  }

  void repost_about(std::uint32_t account, std::uint32_t n) {
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t post = posts_[random_.below(posts_.size())].row;
      repost(account, post, planted_.world.rows[post].t + reading_delay());
    }
  }
  void tag_about(std::uint32_t account, std::uint32_t n) {
    for (std::uint32_t i = 0; i < n; ++i) {
      const TimeUs t = daytime();
      tag(account, t, "#" + topic(t));
    }
  }
  void cover(std::uint32_t account) {
    repost_about(account, k_cover);
    tag_about(account, k_cover_tags);
  }

  // The posts of the sources and who of the public reposts them.
  void publish() {
    for (std::uint32_t i = 0; i < k_posts_per_day * plan_.days; ++i) {
      const auto source = static_cast<std::uint32_t>(random_.below(k_sources));
      const TimeUs t = daytime();
      posts_.push_back(
          {add_row(planted_.world, random_, t, planted_.sources[source], Kind::post, 0, public_sentence(random_)),
           source});
      const auto sharers =
          static_cast<std::uint32_t>(lognormal(random_, 1 + k_sharers_per_account * plan_.accounts, 0.8));
      for (std::uint32_t k = 0; k < std::min(sharers, plan_.accounts); ++k) {
        const std::uint32_t account = planted_.people[random_.below(planted_.people.size())];
        repost(account, posts_.back().row, t + reading_delay());
      }
    }
  }

  // Every task: one moment, one thing, all accounts within the jitter.
  void act(Squad& squad) {
    const TimeUs latest = until() - plan_.jitter_us - 1;
    for (std::uint32_t i = 0; i < plan_.tasks; ++i) {
      Task task;
      task.post = posts_[random_.below(posts_.size())].row;
      task.t = std::min(planted_.world.rows[task.post].t + reading_delay(), latest);
      task.t = std::max(task.t, planted_.world.rows[task.post].t + k_us_per_s);
      for (const std::uint32_t account : squad.accounts) repost(account, task.post, task.t + inside(plan_.jitter_us));
      squad.reposts.push_back(task);

      Task tagged;
      tagged.t = std::min(daytime(), latest);
      tagged.tag = topic(tagged.t);
      for (const std::uint32_t account : squad.accounts)
        tag(account, tagged.t + inside(plan_.jitter_us), "#" + tagged.tag);
      squad.tags.push_back(tagged);
    }
    for (const std::uint32_t account : squad.accounts) cover(account);
  }

  // Fans share what their source posts when the notification comes, and some of it with the tag of the club.
  void react(std::uint32_t club) {
    for (const Published& post : posts_) {
      if (post.source != club) continue;
      const bool with_tag = random_.below(4) == 0;
      for (const std::uint32_t fan : planted_.clubs[club]) {
        if (random_.below(100) >= k_participation) continue;
        const TimeUs t = planted_.world.rows[post.row].t;
        repost(fan, post.row, t + seconds(lognormal(random_, k_fan_s, 0.6)));
        if (with_tag) tag(fan, t + seconds(lognormal(random_, k_fan_s, 0.6)), fmt::format("#Club{}", club + 1));
      }
    }
    for (const std::uint32_t fan : planted_.clubs[club]) cover(fan);
  }

  // The declared feed: nearly everything of three sources, after some minutes.
  void relay() {
    for (const Published& post : posts_) {
      if (post.source >= 3 || random_.below(100) >= 97) continue;
      repost(planted_.feed.front(), post.row, planted_.world.rows[post.row].t + seconds(150 + 60 * random_.uniform()));
    }
  }

  // Activists post one of three slogans in the evening of every second day. They say who they are.
  void campaign(std::uint32_t account) {
    constexpr std::array<std::string_view, 3> k_slogans = {"Open the harbour for everybody #OpenHarbour #OurShore",
                                                           "No fence around our harbour #OpenHarbour",
                                                           "The shore belongs to all of us #OurShore #OpenHarbour"};
    cover(account);
    for (std::uint32_t i = 1; i < plan_.days; i += 2) {
      const TimeUs t = since() + i * k_us_per_day + 18 * k_us_per_hour + inside(2 * k_us_per_hour);
      const std::string_view slogan = k_slogans[random_.below(k_slogans.size())];
      if (random_.below(100) < 85) add_row(planted_.world, random_, t, account, Kind::post, 0, std::string(slogan));
    }
  }

  // One evening, a match: everybody of the audience posts about it, most at the goals.
  void watch() {
    planted_.event_begin = since() + plan_.days / 2 * k_us_per_day + 19 * k_us_per_hour;
    planted_.event_end = planted_.event_begin + 2 * k_us_per_hour;
    std::vector<TimeUs> goals(k_goals);
    for (TimeUs& goal : goals) goal = planted_.event_begin + inside(110 * 60 * k_us_per_s);
    for (const std::uint32_t account : planted_.audience) {
      cover(account);
      for (std::uint32_t i = 0, n = 2 + static_cast<std::uint32_t>(random_.below(4)); i < n; ++i) {
        if (random_.below(3) == 0) {
          tag(account, planted_.event_begin + inside(2 * k_us_per_hour), "#TheMatch");
          continue;
        }
        const std::size_t goal = random_.below(goals.size());
        const TimeUs t = goals[goal] + seconds(5 + lognormal(random_, 40, 0.8));
        tag(account, t, fmt::format("#TheMatch #{}", goal % 2 == 0 ? "HarbourFC" : "ValleyFC"));
      }
    }
  }

  DemoWorld plan_;
  Random random_;
  Planted planted_;
  std::vector<Published> posts_;
  std::unordered_set<std::uint64_t> done_;
};

nlohmann::ordered_json ids(const World& world, const std::vector<std::uint32_t>& accounts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::uint32_t index : accounts) list.push_back(std::to_string(world.accounts[index].id));
  return list;
}

std::string truth_of(const Planted& planted, const DemoOptions& options) {
  const World& world = planted.world;
  const DemoWorld& plan = options.world;
  nlohmann::ordered_json truth;
  truth["campaign"] = "world";
  truth["generated"] = true;
  truth["seed"] = options.seed;
  truth["window"] = {{"since", format_iso(world.plan.since)}, {"until", format_iso(world.plan.until)}};
  truth["plan"] = {{"squads", plan.squads},       {"size", plan.size},         {"tasks", plan.tasks},
                   {"jitter_us", plan.jitter_us}, {"accounts", plan.accounts}, {"days", plan.days}};
  nlohmann::ordered_json squads = nlohmann::ordered_json::array();
  nlohmann::ordered_json members = nlohmann::ordered_json::array();
  for (const Squad& squad : planted.squads) {
    nlohmann::ordered_json one = {{"accounts", ids(world, squad.accounts)}};
    for (const Task& task : squad.reposts)
      one["reposts"].push_back(
          {{"post", std::to_string(world.rows[task.post].id)}, {"from", format_iso(task.t, Precision::ms)}});
    for (const Task& task : squad.tags)
      one["hashtags"].push_back({{"tag", task.tag}, {"from", format_iso(task.t, Precision::ms)}});
    members.insert(members.end(), one["accounts"].begin(), one["accounts"].end());
    squads.push_back(std::move(one));
  }
  nlohmann::ordered_json clubs = nlohmann::ordered_json::array(), fans = nlohmann::ordered_json::array();
  for (const auto& club : planted.clubs) {
    clubs.push_back(ids(world, club));
    fans.insert(fans.end(), clubs.back().begin(), clubs.back().end());
  }
  truth["roles"] = {{"squads", std::move(members)},
                    {"fans", std::move(fans)},
                    {"feed", ids(world, planted.feed)},
                    {"activists", ids(world, planted.activists)},
                    {"live event", ids(world, planted.audience)},
                    {"sources", ids(world, planted.sources)},
                    {"public", ids(world, planted.people)}};
  truth["squads"] = std::move(squads);
  truth["fan_clubs"] = std::move(clubs);
  truth["live_event"] = {{"since", format_iso(planted.event_begin)}, {"until", format_iso(planted.event_end)}};
  return truth.dump(1) + "\n";
}

Result<void> check(const DemoWorld& plan) {
  const auto in_range = [](std::string_view name, std::uint64_t value, std::uint64_t least,
                           std::uint64_t most) -> Result<void> {
    if (value >= least && value <= most) return {};
    return fail(ErrorCode::usage, fmt::format("a world with {} {} cannot be made", value, name),
                fmt::format("{} to {} {} are possible", least, most, name));
  };
  UNISONO_CHECK(in_range("squads", plan.squads, 0, 100));
  UNISONO_CHECK(in_range("accounts in a squad", plan.size, 2, 500));
  UNISONO_CHECK(in_range("tasks", plan.tasks, 0, 1'000));
  UNISONO_CHECK(in_range("accounts of the public", plan.accounts, 50, 200'000));
  UNISONO_CHECK(in_range("days", plan.days, 2, 365));
  if (plan.jitter_us < 0 || plan.jitter_us > k_us_per_day)
    return fail(ErrorCode::usage, fmt::format("a jitter of {} is not possible", format_duration(plan.jitter_us)),
                "0 s to 1 d are possible");
  // About a gigabyte of rows.
  return in_range("account days", std::uint64_t{plan.accounts} * plan.days, 0, 1'000'000);
}

}  // namespace

Result<DemoFiles> write_world(const DemoOptions& options, const Control& control) {
  UNISONO_CHECK(check(options.world));
  const Planted planted = Planter(options.world, options.seed).plant();
  UNISONO_CHECK(control.check_cancelled());
  Random random = Random::stream(options.seed, 9);
  UNISONO_TRY(const Export written, write_posts(planted.world, random, control));
  DemoFiles files;
  files.posts = options.out / "posts.jsonl";
  files.allow = options.out / "allow.csv";
  files.truth = options.out / "truth.json";
  files.since = planted.world.plan.since;
  files.until = planted.world.plan.until;
  UNISONO_CHECK(make_directory(options.out));
  UNISONO_CHECK(write_file(files.posts, written.posts));
  UNISONO_CHECK(write_file(files.allow, list_of(planted.world, planted.feed, "declared feed", "generated")));
  UNISONO_CHECK(write_file(files.truth, truth_of(planted, options)));
  return files;
}

}  // namespace unisono::commands::demo
