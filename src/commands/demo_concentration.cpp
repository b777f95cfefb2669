// The files of `demo concentration`: five targets whose reposts come from few accounts, and the same targets shared by
// accounts that are all alike.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "commands/demo_account_maker.hpp"
#include "commands/demo_campaigns.hpp"
#include "commands/demo_writer.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands::demo {
namespace {

struct ConcentrationPlan {
  std::uint32_t targets = 5, posts_per_target = 200;
  std::uint32_t accounts = 4'000, reposts = 20'000;
  std::uint32_t top = 40, top_reposts = 9'600;  // 1 % of the accounts, 48 % of the reposts
  std::uint32_t cut = 120, tied = 25, tied_in_top = 10;
  std::uint32_t suspended_reposts = 2'200, unknown_reposts = 1'000, deleted_reposts = 240, protected_reposts = 160;
  double even_rate = 5;  // of the second file
};

// `total` over n accounts, each at least `least` and at most `most`, heavy-tailed.
std::vector<std::uint32_t> heavy_counts(Random& random, std::uint32_t n, std::uint32_t total, std::uint32_t least,
                                        std::uint32_t most) {
  std::vector<std::uint32_t> counts(n, least);
  std::vector<double> weights(n);
  for (double& weight : weights) weight = std::pow(1.0 - random.uniform(), -0.9);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::uint32_t left = total - n * least;
  const std::uint32_t extra = left;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto share = static_cast<std::uint32_t>(weights[i] / sum * extra);
    const std::uint32_t more = std::min({share, most - least, left});
    counts[i] += more;
    left -= more;
  }
  while (left > 0) {
    std::uint32_t& count = counts[random.below(n)];
    if (count == most) continue;
    ++count;
    --left;
  }
  return counts;
}

// How often each account reposts, the most active ones first: those above the cut, those tied at it, and the others.
std::vector<std::uint32_t> concentrated_counts(Random& random, const ConcentrationPlan& plan) {
  const std::uint32_t above = plan.top - plan.tied_in_top;
  std::vector<std::uint32_t> counts =
      heavy_counts(random, above, plan.top_reposts - plan.tied_in_top * plan.cut, plan.cut + 1, 700);
  counts.insert(counts.end(), plan.tied, plan.cut);
  const std::uint32_t rest = plan.accounts - above - plan.tied;
  const std::uint32_t rest_reposts = plan.reposts - plan.top_reposts - (plan.tied - plan.tied_in_top) * plan.cut;
  const std::vector<std::uint32_t> others = heavy_counts(random, rest, rest_reposts, 1, plan.cut - 1);
  counts.insert(counts.end(), others.begin(), others.end());
  return counts;
}

// Poisson by multiplying uniform numbers (Knuth): the rate is small.
std::uint32_t poisson(Random& random, double rate) {
  const double limit = std::exp(-rate);
  std::uint32_t n = 0;
  double product = random.uniform();
  while (product > limit) {
    product *= random.uniform();
    ++n;
  }
  return n;
}

std::vector<std::uint32_t> even_counts(Random& random, const ConcentrationPlan& plan) {
  std::vector<std::uint32_t> counts(plan.accounts);
  for (std::uint32_t& count : counts) count = poisson(random, plan.even_rate);
  return counts;
}

struct Shares {
  World world;
  std::vector<std::uint32_t> targets, accounts;  // account indices; accounts in the order of their counts
};

Shares make_world(const ConcentrationPlan& plan, const std::vector<std::uint32_t>& counts, std::uint64_t seed) {
  Shares shares;
  World& world = shares.world;
  world.plan = uk_plan();
  world.plan.gaps = {};
  AccountMaker maker(world, seed);
  for (std::uint32_t i = 0; i < plan.targets; ++i) {
    shares.targets.push_back(maker.add(Role::target, Status::active,
                                       day(2019, 3, 1) + std::int64_t{i} * 40 * k_us_per_day,
                                       fmt::format("demo_envoy_{}", i + 1), fmt::format("Envoy {} (invented)", i + 1),
                                       "Envoy of an invented country. Generated data."));
  }
  maker.add_crowd(Role::everyone, Status::active, static_cast<std::uint32_t>(counts.size()), "demo_user");
  shares.accounts = world.of_role(Role::everyone);
  maker.random().shuffle(shares.accounts);

  Random random = Random::stream(seed, 6);
  std::vector<std::uint32_t> posts;
  const TimeUs latest = world.plan.until - 8 * k_us_per_day;
  for (const std::uint32_t target : shares.targets) {
    for (std::uint32_t i = 0; i < plan.posts_per_target; ++i) {
      const TimeUs t =
          world.plan.since + static_cast<TimeUs>(random.below(static_cast<std::uint64_t>(latest - world.plan.since)));
      posts.push_back(add_row(world, random, t, target, Kind::post, 0, public_sentence(random)));
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    // The first of a shuffled list: nobody reposts a post twice.
    for (std::uint32_t k = 0; k < counts[i]; ++k) {
      std::swap(posts[k], posts[k + random.below(posts.size() - k)]);
      const TimeUs delay = seconds(std::min(20 + lognormal(random, 5'400, 1.5), 6.0 * 86'400));
      add_row(world, random, world.rows[posts[k]].t + delay, shares.accounts[i], Kind::retweet, posts[k], {});
    }
  }
  make_ids_unique(world);
  return shares;
}

// Accounts that together make exactly `total`: whoever still fits, in random order. Many accounts act once, so the last
// places are always filled.
std::vector<std::size_t> choose_exactly(Random& random, const std::vector<std::uint32_t>& counts, std::uint32_t total,
                                        std::vector<bool>& taken) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0);
  random.shuffle(order);
  std::vector<std::size_t> chosen;
  for (const std::size_t i : order) {
    if (taken[i] || counts[i] > total) continue;
    taken[i] = true;
    chosen.push_back(i);
    total -= counts[i];
    if (total == 0) break;
  }
  assert(total == 0);
  return chosen;
}

// What a list of statuses can look like: most accounts seen on the day, some days before, and four ways of not being
// known on 2021-03-01.
class StatusList {
 public:
  StatusList(const Shares& shares, const std::vector<std::uint32_t>& counts) : shares_(shares), counts_(counts) {}

  void write(const ConcentrationPlan& plan, Random& random) {
    std::vector<bool> taken(counts_.size(), false);
    for (const auto& [status, reposts] :
         {std::pair{"suspended", plan.suspended_reposts}, std::pair{"deleted", plan.deleted_reposts},
          std::pair{"protected", plan.protected_reposts}}) {
      for (const std::size_t i : choose_exactly(random, counts_, reposts, taken)) known(i, status, random);
    }
    const std::vector<std::size_t> unknown = choose_exactly(random, counts_, plan.unknown_reposts, taken);
    for (std::size_t k = 0; k < unknown.size(); ++k) not_known(unknown[k], k % 4);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (!taken[i]) known(i, "active", random);
    }
  }

  const std::string& csv() const { return csv_; }

 private:
  void row(std::size_t i, std::string_view status, std::string_view time) {
    csv_ += fmt::format("x,{},{},{},generated\n", shares_.world.accounts[shares_.accounts[i]].id, status, time);
  }
  void known(std::size_t i, std::string_view status, Random& random) {
    row(i, status, random.below(10) == 0 ? "2021-02-20T08:00:00Z" : "2021-03-01T12:00:00Z");
  }
  void not_known(std::size_t i, std::size_t way) {
    if (way == 0) return;                                       // never looked at
    if (way == 1) row(i, "suspended", "2021-04-15T12:00:00Z");  // only later
    if (way == 2) row(i, "active", "2021-02-03T12:00:00Z");     // too long ago
    if (way == 3) {                                             // two answers on one day
      row(i, "active", "2021-03-01T09:00:00Z");
      row(i, "suspended", "2021-03-01T15:00:00Z");
    }
  }

  const Shares& shares_;
  const std::vector<std::uint32_t>& counts_;
  std::string csv_ = "platform,account_id,status,observed_at,source\n";
};

std::string truth_of(const ConcentrationPlan& plan, const Shares& shares, const std::vector<std::uint32_t>& even,
                     std::uint64_t seed) {
  nlohmann::ordered_json truth;
  truth["campaign"] = "concentration";
  truth["generated"] = true;
  truth["seed"] = seed;
  truth["window"] = {{"since", format_iso(shares.world.plan.since)}, {"until", format_iso(shares.world.plan.until)}};
  truth["status_at"] = "2021-03-01";
  truth["accounts"] = plan.accounts;
  truth["reposts"] = plan.reposts;
  truth["top_1_percent"] = {{"accounts", plan.top}, {"reposts", plan.top_reposts}};
  truth["cut"] = {{"reposts", plan.cut}, {"accounts_tied", plan.tied}, {"of_them_in_the_top", plan.tied_in_top}};
  truth["reposts_by_status"] = {{"suspended", plan.suspended_reposts},
                                {"deleted", plan.deleted_reposts},
                                {"protected", plan.protected_reposts},
                                {"unknown", plan.unknown_reposts}};
  truth["even"] = {{"rate", plan.even_rate},
                   {"accounts", even.size() - static_cast<std::size_t>(std::count(even.begin(), even.end(), 0U))},
                   {"reposts", std::accumulate(even.begin(), even.end(), 0U)}};
  return truth.dump(1) + "\n";
}

}  // namespace

Result<DemoFiles> write_concentration(const DemoOptions& options, const Control& control) {
  const ConcentrationPlan plan;
  Random random = Random::stream(options.seed, 7);
  const std::vector<std::uint32_t> counts = concentrated_counts(random, plan);
  const std::vector<std::uint32_t> even = even_counts(random, plan);
  const Shares shares = make_world(plan, counts, options.seed);
  const Shares alike = make_world(plan, even, options.seed);
  StatusList statuses(shares, counts);
  statuses.write(plan, random);
  UNISONO_TRY(const Export written, write_posts(shares.world, random, control));
  UNISONO_TRY(const Export written_even, write_posts(alike.world, random, control));

  DemoFiles files;
  files.posts = options.out / "posts.jsonl";
  files.even = options.out / "even.jsonl";
  files.targets = options.out / "targets.csv";
  files.status = options.out / "status.csv";
  files.truth = options.out / "truth.json";
  files.since = shares.world.plan.since;
  files.until = shares.world.plan.until;
  files.status_at = day(2021, 3, 1);
  UNISONO_CHECK(make_directory(options.out));
  UNISONO_CHECK(write_file(files.posts, written.posts));
  UNISONO_CHECK(write_file(files.even, written_even.posts));
  UNISONO_CHECK(write_file(files.targets, list_of(shares.world, shares.targets, "envoy", "generated")));
  UNISONO_CHECK(write_file(files.status, statuses.csv()));
  UNISONO_CHECK(write_file(files.truth, truth_of(plan, shares, even, options.seed)));
  return files;
}

}  // namespace unisono::commands::demo
