// Posts of several sources, the public that reposts and answers them when it reads them, fans who do so seconds after a
// notification, and squads that do tasks together at some other moment: what the habit test must tell apart.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "support/group_worlds.hpp"
#include "unisono/network/publication.hpp"

namespace unisono::test {

struct NotificationPlan {
  std::uint64_t seed = 1;
  int days = 12;
  int sources = 30, posts = 900, accounts = 2500;
  double sharers = 26;  // of a post, median
  int fan_clubs = 4, fans = 10;
  double participation = 0.8;
  std::int64_t fan_us = 40'000'000;
  int squads = 3, squad = 10, tasks = 10;
  std::int64_t task_us = 40'000'000;
  int cover = 15;  // ordinary actions of each squad member
};

struct NotificationWorld {
  struct Post {
    std::string id;
    std::int64_t t_us = 0;
    int source = 0;
  };
  std::vector<Post> posts;
  World channel[2];  // reposts and replies
};

inline std::int64_t reading_delay_us(Random& random) {
  return static_cast<std::int64_t>(std::exp(7.8 + 1.5 * random.normal()) * 1e6);
}

inline void add_channel(const NotificationPlan& plan, const std::vector<NotificationWorld::Post>& posts,
                        std::uint64_t stream, World& world) {
  Random random = Random::stream(plan.seed, stream);
  const auto pick = [&](int n) { return static_cast<std::size_t>(random.below(static_cast<std::uint64_t>(n))); };
  for (const auto& post : posts) {
    const auto n = static_cast<int>(plan.sharers * std::exp(0.8 * random.normal()));
    for (int i = 0; i < n; ++i) {
      const std::string account = numbered("a", pick(plan.accounts));
      world.add_post(account, {post.id}, post.t_us + reading_delay_us(random));
    }
    if (post.source >= plan.fan_clubs) continue;
    for (int fan = 0; fan < plan.fans; ++fan) {
      if (random.uniform() >= plan.participation) continue;
      const auto delay = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(plan.fan_us)));
      world.add_post(numbered("f", static_cast<std::uint64_t>(post.source * 1000 + fan)), {post.id}, post.t_us + delay);
    }
  }
  for (int squad = 0; squad < plan.squads; ++squad) {
    const auto name = [&](int member) { return numbered("s", static_cast<std::uint64_t>(squad * 1000 + member)); };
    for (int member = 0; member < plan.squad; ++member) {
      for (int i = 0; i < plan.cover; ++i) {
        const auto& post = posts[pick(plan.posts)];
        world.add_post(name(member), {post.id}, post.t_us + reading_delay_us(random));
      }
    }
    for (int task = 0; task < plan.tasks; ++task) {
      const auto& post = posts[pick(plan.posts)];
      const std::int64_t t = post.t_us + reading_delay_us(random);
      for (int member = 0; member < plan.squad; ++member) {
        const auto late = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(plan.task_us)));
        world.add_post(name(member), {post.id}, t + late);
      }
    }
  }
}

inline NotificationWorld notification_world(const NotificationPlan& plan) {
  NotificationWorld world;
  Random random = Random::stream(plan.seed, 1);
  for (int i = 0; i < plan.posts; ++i) {
    const std::int64_t t = moment(random, plan.days);
    const auto source = static_cast<int>(random.below(static_cast<std::uint64_t>(plan.sources)));
    world.posts.push_back({numbered("p", static_cast<std::uint64_t>(i)), t, source});
  }
  add_channel(plan, world.posts, 2, world.channel[0]);
  add_channel(plan, world.posts, 3, world.channel[1]);
  return world;
}

// Publications of the objects of a built channel, in the order of their names.
struct BuiltPublications {
  std::vector<std::int64_t> t_us;
  std::vector<std::uint32_t> source;
  network::Publications view() const { return {t_us, source}; }
};

inline BuiltPublications publications(const NotificationWorld& world, const World& channel) {
  std::map<std::string, const NotificationWorld::Post*> post_of;
  for (const auto& post : world.posts) post_of.emplace(post.id, &post);
  std::set<std::string> objects;
  for (const WorldRow& row : channel.rows) objects.insert(row.object);
  BuiltPublications built;
  for (const std::string& object : objects) {
    built.t_us.push_back(post_of.at(object)->t_us);
    built.source.push_back(static_cast<std::uint32_t>(post_of.at(object)->source));
  }
  return built;
}

}  // namespace unisono::test
