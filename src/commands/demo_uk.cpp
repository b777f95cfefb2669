// The files of `demo uk`: two diplomatic accounts and a network of 62 amplifiers.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands/demo_campaigns.hpp"
#include "commands/demo_world.hpp"
#include "commands/demo_writer.hpp"
#include "unisono/core/file.hpp"

namespace unisono::commands::demo {
namespace {

World make_world(std::uint64_t seed) {
  World world;
  world.plan = uk_plan();
  make_accounts(world, seed);
  const Posts posts = make_posts(world, seed);
  make_public_actions(world, posts, seed);
  make_network_actions(world, posts, seed);
  make_ids_unique(world);
  return world;
}

// One look at every account on 2021-03-01, and one at the network after the report of 28 April.
std::string status_list(const World& world) {
  std::string csv = "platform,account_id,status,observed_at,source\n";
  for (const Account& a : world.accounts)
    csv += fmt::format("x,{},{},2021-03-01T12:00:00Z,generated\n", a.id, name_of(a.status));
  for (const std::uint32_t index : world.network) {
    const Account& a = world.accounts[index];
    const Status later = a.status == Status::active ? Status::suspended : a.status;
    csv += fmt::format("x,{},{},2021-05-01T12:00:00Z,generated\n", a.id, name_of(later));
  }
  return csv;
}

nlohmann::ordered_json ids(const World& world, const std::vector<std::uint32_t>& accounts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::uint32_t index : accounts) list.push_back(std::to_string(world.accounts[index].id));
  return list;
}

std::string truth_of(const World& world, std::uint64_t seed, std::size_t n_duplicates) {
  const Plan& plan = world.plan;
  nlohmann::ordered_json truth;
  truth["campaign"] = "uk";
  truth["generated"] = true;
  truth["seed"] = seed;
  truth["window"] = {{"since", format_iso(plan.since)}, {"until", format_iso(plan.until)}, {"days_inclusive", 237}};
  truth["targets"] = ids(world, {world.targets.begin(), world.targets.end()});
  truth["posts"] = {{"total", plan.posts[0] + plan.posts[1]}, {"per_target", plan.posts}};
  truth["retweets"] = {{"total", plan.retweets[0] + plan.retweets[1]},
                       {"per_target", plan.retweets},
                       {"of_network", plan.network_retweets},
                       {"of_network_suspended_on_first_target", plan.suspended_network_retweets},
                       {"of_other_suspended", plan.public_suspended_retweets}};
  truth["replies"] = {
      {"total", plan.replies[0] + plan.replies[1]}, {"per_target", plan.replies}, {"of_network", plan.network_replies}};
  truth["network"] = {{"n", plan.network},
                      {"status",
                       {{"suspended", plan.network_suspended},
                        {"deleted", plan.network_deleted},
                        {"active", plan.network - plan.network_suspended - plan.network_deleted}}},
                      {"accounts", ids(world, world.network)}};
  nlohmann::ordered_json batches = nlohmann::ordered_json::array();
  for (const auto& batch : world.batches) batches.push_back(ids(world, batch));
  truth["batches"] = std::move(batches);
  truth["personas"] = ids(world, world.personas);
  truth["devoted"] = {{"accounts", ids(world, world.devoted)}, {"replies", plan.devoted_replies}};
  truth["not_exclusive"] = ids(world, world.not_exclusive);
  truth["human_jitter"] = ids(world, world.jittered);
  truth["within_60_s_after_another_member"] = {
      {"retweets", (plan.network_retweets[0] + plan.network_retweets[1]) / 2},
      {"replies", (plan.network_replies[0] + plan.network_replies[1] + 1) / 2}};
  truth["after_window"] = {{"since", format_iso(plan.after_since)},
                           {"until", format_iso(plan.after_until)},
                           {"retweets_of_network", plan.after_retweets},
                           {"replies_of_network", plan.after_replies}};
  nlohmann::ordered_json gaps = nlohmann::ordered_json::array();
  for (const Gap& gap : plan.gaps) gaps.push_back({format_iso(gap.begin), format_iso(gap.end)});
  truth["gaps"] = std::move(gaps);
  truth["duplicate_rows"] = n_duplicates;
  truth["fans"] = ids(world, world.of_role(Role::fan));
  truth["feed"] = ids(world, world.of_role(Role::feed));
  truth["critics"] = ids(world, world.of_role(Role::critic));
  truth["organic_group"] = ids(world, world.of_role(Role::organic));
  truth["other_diplomats"] = ids(world, world.of_role(Role::diplomat));
  return truth.dump(1) + "\n";
}

}  // namespace

Result<DemoFiles> write_uk(const DemoOptions& options, const Control& control) {
  const World world = make_world(options.seed);
  UNISONO_CHECK(control.check_cancelled());
  Random random = Random::stream(options.seed, 5);
  UNISONO_TRY(const Export written, write_posts(world, random, control));

  DemoFiles files;
  const auto& out = options.out;
  files.posts = out / "posts.jsonl";
  files.targets = out / "targets.csv";
  files.status = out / "status.csv";
  files.groups = out / "groups.csv";
  files.allow = out / "allow.csv";
  files.truth = out / "truth.json";
  files.since = world.plan.since;
  files.until = world.plan.until;
  files.status_at = world.plan.after_since;
  UNISONO_CHECK(make_directory(out));
  UNISONO_CHECK(write_file(files.posts, written.posts));
  UNISONO_CHECK(
      write_file(files.targets, list_of(world, {world.targets.begin(), world.targets.end()}, "targets", "generated")));
  UNISONO_CHECK(write_file(files.status, status_list(world)));
  UNISONO_CHECK(write_file(files.groups, list_of(world, world.network, "given", "generated")));
  UNISONO_CHECK(write_file(files.allow, list_of(world, world.of_role(Role::feed), "declared feed", "generated")));
  UNISONO_CHECK(write_file(files.truth, truth_of(world, options.seed, written.duplicates)));
  return files;
}

}  // namespace unisono::commands::demo
