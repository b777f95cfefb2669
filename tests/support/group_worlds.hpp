// Small worlds with known truth for the tests of groups: organic noise, and squads that share the same things at the
// same time.
#pragma once

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "support/channel.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/random.hpp"
#include "unisono/network/events.hpp"

namespace unisono::test {

struct WorldRow {
  std::string account, object;
  std::int64_t t_us;
  std::uint32_t post;
};

struct World {
  std::vector<WorldRow> rows;
  std::uint32_t n_posts = 0;

  void add_post(const std::string& account, const std::vector<std::string>& objects, std::int64_t t_us) {
    for (const std::string& object : objects) rows.push_back({account, object, t_us, n_posts});
    ++n_posts;
  }
};

inline std::string numbered(const char* prefix, std::uint64_t number) {
  std::string digits = std::to_string(number);
  return prefix + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

inline constexpr std::int64_t k_world_start_us = 1'599'955'200'000'000;  // a midnight

// A moment of one of `days` days, more often in the afternoon than at night.
inline std::int64_t moment(Random& random, int days) {
  const auto day = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(days)));
  const double hour = std::fmod(24.0 + 15.0 + 4.5 * random.normal(), 24.0);
  return k_world_start_us + (day * 86400 + static_cast<std::int64_t>(std::abs(hour) * 3600)) * 1'000'000;
}

// Accounts that repost things of uneven popularity, most of them soon after the thing appeared.
inline World noise_world(std::uint64_t seed, int n_accounts, int n_objects, int n_events, int days) {
  World world;
  Random random(seed);
  std::vector<std::int64_t> born;
  for (int o = 0; o < n_objects; ++o) born.push_back(moment(random, days));
  for (int e = 0; e < n_events; ++e) {
    const double u = random.uniform();
    const auto object = static_cast<std::size_t>(u * u * u * n_objects);
    const auto delay = static_cast<std::int64_t>(std::exp(7.0 + 1.6 * random.normal())) * 1'000'000;
    world.add_post(numbered("a", random.below(static_cast<std::uint64_t>(n_accounts))), {numbered("o", object)},
                   born[object] + delay);
  }
  return world;
}

// Squad `number` of `accounts` accounts does `tasks` tasks within 40 s each, besides ordinary reposts.
inline void plant_squad(World& world, std::uint64_t seed, int number, int accounts, int tasks, int days) {
  Random random(seed);
  const std::size_t organic = world.rows.size();
  for (int a = 0; a < accounts; ++a) {
    for (int i = 0; i < 15; ++i) {
      const WorldRow row = world.rows[random.below(organic)];
      world.add_post(numbered("s", static_cast<std::uint64_t>(number * 1000 + a)), {row.object},
                     row.t_us + static_cast<std::int64_t>(random.below(1800)) * 1'000'000);
    }
  }
  for (int task = 0; task < tasks; ++task) {
    const std::int64_t t = moment(random, days);
    const std::string object = numbered("task", static_cast<std::uint64_t>(number * 1000 + task));
    for (int a = 0; a < accounts; ++a)
      world.add_post(numbered("s", static_cast<std::uint64_t>(number * 1000 + a)), {object},
                     t + static_cast<std::int64_t>(random.below(40'000'000)));
  }
}

struct Built {
  network::Events events;
  std::vector<std::uint64_t> object_hash;
  std::vector<std::string> account_names;
};

inline Built build(const World& world, std::uint64_t split_seed = 1) {
  Channel channel;
  std::set<std::string> objects;
  for (const WorldRow& row : world.rows) {
    channel.add(row.account, row.object, row.t_us, row.post);
    objects.insert(row.object);
  }
  Built built{
      .events = network::first_events(channel.actions()), .object_hash = {}, .account_names = channel.account_names()};
  for (const std::string& object : objects) built.object_hash.push_back(hash64(object, split_seed));
  return built;
}

}  // namespace unisono::test
