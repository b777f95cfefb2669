#include <algorithm>
#include <cassert>

#include "demo_world.hpp"
#include "unisono/core/id_clock.hpp"

namespace unisono::commands::demo {

bool in_gap(const Plan& plan, TimeUs t) {
  return std::any_of(plan.gaps.begin(), plan.gaps.end(), [t](const Gap& gap) { return t >= gap.begin && t < gap.end; });
}

TimeUs behind_gaps(const Plan& plan, TimeUs t, TimeUs length) {
  for (const Gap& gap : plan.gaps) {
    if (t < gap.end && t + length >= gap.begin) t = gap.end + k_us_per_s;
  }
  return t;
}

std::uint32_t add_row(World& world, Random& random, TimeUs t, std::uint32_t account, Kind kind, std::uint32_t of,
                      std::string text) {
  const auto index = static_cast<std::uint32_t>(world.rows.size());
  t -= t % 1000;
  Row row;
  row.id = x_id_at(t, static_cast<std::uint32_t>(random.below(1U << 22)));
  row.t = t;
  row.account = account;
  row.kind = kind;
  row.of = kind == Kind::post ? index : of;
  row.text = std::move(text);
  world.rows.push_back(std::move(row));
  return index;
}

namespace {

// A time of day when offices write: 6 to 20 UTC, on a random day, outside the gaps.
TimeUs office_time(const Plan& plan, Random& random, TimeUs since, TimeUs until) {
  for (;;) {
    const auto days = static_cast<std::uint64_t>((until - since) / k_us_per_day);
    const auto day = static_cast<TimeUs>(random.below(days));
    const auto second_of_day = static_cast<double>(6 * 3600 + random.below(14 * 3600));
    const auto millisecond = static_cast<TimeUs>(random.below(1000));
    const TimeUs t = since + day * k_us_per_day + seconds(second_of_day) + millisecond * 1000;
    if (!in_gap(plan, t)) return t;
  }
}

// One fifth of a target's posts quote one of the speeches in full; the network copies from them.
std::string target_text(Random& random, std::uint64_t seed) {
  if (random.below(5) == 0) return speech(seed, static_cast<std::uint32_t>(random.below(k_speeches)));
  return public_sentence(random);
}

std::vector<std::uint32_t> add_posts(World& world, Random& random, std::uint64_t seed, std::uint32_t account,
                                     std::uint32_t n, TimeUs since, TimeUs until) {
  std::vector<TimeUs> times(n);
  for (TimeUs& t : times) t = office_time(world.plan, random, since, until);
  // The first and the last day of the period are used, and the last post leaves half a day for answers to it.
  times[0] = since + 8 * k_us_per_hour;
  times[1] = until - 14 * k_us_per_hour;
  for (TimeUs& t : times) {
    const TimeUs latest = until - 13 * k_us_per_hour - static_cast<TimeUs>(random.below(3'600'000)) * 1000;
    t = std::min(t, latest);
  }
  std::sort(times.begin(), times.end());
  std::vector<std::uint32_t> rows;
  for (const TimeUs t : times)
    rows.push_back(add_row(world, random, t, account, Kind::post, 0, target_text(random, seed)));
  return rows;
}

}  // namespace

Posts make_posts(World& world, std::uint64_t seed) {
  const Plan& plan = world.plan;
  Random random = Random::stream(seed, 2);
  Posts posts;
  for (std::size_t i = 0; i < 2; ++i) {
    posts.target[i] = add_posts(world, random, seed, world.targets[i], plan.posts[i], plan.since, plan.until);
    const std::uint32_t after = i == 0 ? plan.after_posts * 4 / 5 : plan.after_posts / 5;
    posts.target_after[i] = add_posts(world, random, seed, world.targets[i], after, plan.after_since, plan.after_until);
  }
  for (const std::uint32_t diplomat : world.of_role(Role::diplomat)) {
    for (std::uint32_t i = 0; i < 60; ++i) {
      const TimeUs t = office_time(plan, random, plan.since, plan.until - k_us_per_day);
      posts.diplomat.push_back(add_row(world, random, t, diplomat, Kind::post, 0, public_sentence(random)));
    }
  }
  const std::uint32_t idol = world.of_role(Role::idol).front();
  for (std::uint32_t i = 0; i < 150; ++i) {
    const TimeUs t = office_time(plan, random, plan.since, plan.until - k_us_per_day);
    posts.idol.push_back(add_row(world, random, t, idol, Kind::post, 0, slogan(random)));
  }
  return posts;
}

}  // namespace unisono::commands::demo
