#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "commands/demo_account_maker.hpp"
#include "commands/demo_world.hpp"

namespace unisono::commands::demo {
namespace {

// 20 of 62 on five days, four accounts a day, minutes apart; the others at least a day away from each other.
std::vector<TimeUs> network_creations(const Plan& plan, Random& random) {
  constexpr std::array<std::array<int, 3>, 5> k_days = {
      {{2019, 8, 14}, {2019, 11, 5}, {2020, 1, 22}, {2020, 3, 17}, {2020, 4, 28}}};
  std::vector<TimeUs> created;
  for (const auto& date : k_days) {
    TimeUs t = day(date[0], date[1], date[2]) + seconds(3600.0 * static_cast<double>(6 + random.below(8)));
    for (std::uint32_t i = 0; i < plan.batch_size; ++i) {
      created.push_back(t);
      t += seconds(static_cast<double>(60 + random.below(300)));
    }
  }
  const std::uint32_t others = plan.network - plan.batch_days * plan.batch_size;
  for (std::uint32_t i = 0; i < others; ++i) {
    // Every 60 days from 2012 on, with jitter of a fortnight: never on a batch day's minutes.
    const TimeUs t = day(2012, 2, 1) + static_cast<TimeUs>(i) * 60 * k_us_per_day;
    created.push_back(t + seconds(static_cast<double>(random.below(14 * 86'400))));
  }
  return created;
}

void add_network(World& world, AccountMaker& maker) {
  const Plan& plan = world.plan;
  Random& random = maker.random();
  std::vector<TimeUs> created = network_creations(plan, random);
  std::vector<std::uint32_t> order(plan.network);
  for (std::uint32_t i = 0; i < plan.network; ++i) order[i] = i;
  random.shuffle(order);  // status and batch are independent
  world.batches.resize(plan.batch_days);
  std::set<std::string> handles;
  constexpr std::array<std::string_view, 4> k_bios = {
      "Political affairs commentator from London", "Commentator on political affairs, London based",
      "London political affairs commentator and writer", "Commentator from London, political affairs"};
  for (std::uint32_t i = 0; i < plan.network; ++i) {
    const bool persona = i % 5 == 0 && world.personas.size() < plan.personas;
    const std::string name = invented_name(random);
    std::string handle = persona ? (random.below(2) == 0 ? name + "atUK" : "UK" + name)
                                 : fmt::format("{}{:05}", name, random.below(100'000));
    while (!handles.insert(handle).second) handle = persona ? "UK" + invented_name(random) + "atUK" : handle + "x";
    const Status status = i < plan.network_suspended                          ? Status::suspended
                          : i < plan.network_suspended + plan.network_deleted ? Status::deleted
                                                                              : Status::active;
    const std::uint32_t number = order[i];
    const std::string persona_bio(k_bios[random.below(k_bios.size())]);
    const std::string other_bio = random.below(4) == 0 ? std::string() : public_sentence(random);
    const std::uint32_t index =
        maker.add(Role::network, status, created[number], handle, name, persona ? persona_bio : other_bio);
    world.accounts[index].avatar =
        fmt::format("https://img.invalid/scenery/{}.png", random.below(9));  // no face in any
    world.accounts[index].followers = static_cast<std::uint32_t>(random.below(40));
    world.network.push_back(index);
    if (persona) world.personas.push_back(index);
    if (number < plan.batch_days * plan.batch_size) world.batches[number / plan.batch_size].push_back(index);
  }
  // Two suspended and one active account answer nearly everything.
  world.devoted = {world.network[3], world.network[17], world.network[40]};
  std::vector<std::uint32_t> shuffled = world.network;
  random.shuffle(shuffled);
  world.not_exclusive.assign(shuffled.begin(), shuffled.begin() + plan.not_exclusive);
  random.shuffle(shuffled);
  world.jittered.assign(shuffled.begin(), shuffled.begin() + plan.human_jitter);
}

}  // namespace

Plan uk_plan() {
  Plan plan;
  plan.since = day(2020, 6, 9);
  plan.until = day(2021, 2, 1);
  plan.after_since = day(2021, 3, 1);
  plan.after_until = day(2021, 4, 28);
  plan.gaps = {Gap{day(2020, 9, 15) + 10 * k_us_per_hour, day(2020, 9, 15) + 16 * k_us_per_hour},
               Gap{day(2020, 12, 2) + 12 * k_us_per_hour, day(2020, 12, 2) + 18 * k_us_per_hour}};
  return plan;
}

std::vector<std::uint32_t> World::of_role(Role role) const {
  std::vector<std::uint32_t> indices;
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    if (accounts[i].role == role) indices.push_back(i);
  }
  return indices;
}

double lognormal(Random& random, double median, double sigma) {
  return median * std::exp(sigma * random.normal());
}
TimeUs seconds(double s) {
  return static_cast<TimeUs>(s * 1000.0) * 1000;
}

void make_accounts(World& world, std::uint64_t seed) {
  AccountMaker maker(world, seed);
  world.targets[0] = maker.add(Role::target, Status::active, day(2019, 10, 1) + 9 * k_us_per_hour, "demo_ambassador",
                               "Ambassador (invented)", "Ambassador of an invented country. Generated data.");
  world.targets[1] = maker.add(Role::target, Status::active, day(2019, 12, 3) + 9 * k_us_per_hour, "demo_embassy",
                               "Embassy (invented)", "Embassy of an invented country. Generated data.");
  for (const std::uint32_t target : world.targets) world.accounts[target].followers = 90'000;
  maker.add_crowd(Role::diplomat, Status::active, 10, "demo_diplomat");
  maker.add_crowd(Role::idol, Status::active, 1, "demo_idol");
  add_network(world, maker);
  maker.add_crowd(Role::fan, Status::active, 40, "demo_fan");
  maker.add_crowd(Role::feed, Status::active, 1, "demo_newsfeed");
  maker.add_crowd(Role::critic, Status::active, 6, "demo_critic");
  maker.add_crowd(Role::organic, Status::active, 30, "demo_starlit");
  maker.add_crowd(Role::suspended_public, Status::suspended, 1'500, "demo_gone");
  maker.add_crowd(Role::everyone, Status::active, 7'900, "demo_user");
  maker.add_crowd(Role::everyone, Status::deleted, 100, "demo_left");
}

}  // namespace unisono::commands::demo
