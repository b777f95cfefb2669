// The generated world of `demo uk`: accounts, posts and actions in memory, before they are written.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "unisono/core/random.hpp"
#include "unisono/core/time.hpp"

namespace unisono::commands::demo {

enum class Role : std::uint8_t {
  target,
  diplomat,
  idol,
  network,
  fan,
  feed,
  critic,
  organic,
  suspended_public,
  everyone
};
enum class Status : std::uint8_t { active, suspended, deleted };
enum class Kind : std::uint8_t { post, retweet, reply };

struct Account {
  std::uint64_t id = 0;
  Role role = Role::everyone;
  Status status = Status::active;  // on 2021-03-01
  std::string handle, name, bio, avatar;
  TimeUs created = 0;
  std::uint32_t followers = 0, following = 0, posts = 0;
};

struct Row {
  std::uint64_t id = 0;
  TimeUs t = 0;               // whole milliseconds, the same as in the id
  std::uint32_t account = 0;  // index into World::accounts
  Kind kind = Kind::post;
  std::uint32_t of = 0;  // index into World::rows of the post acted on; its own for a post
  std::string text;
};

struct Gap {
  TimeUs begin = 0, end = 0;
};

// The numbers that the published case gives, and those that are the generator's own choice.
struct Plan {
  TimeUs since = 0, until = 0;                       // 2020-06-09, 2021-02-01
  TimeUs after_since = 0, after_until = 0;           // 2021-03-01, 2021-04-28
  std::array<Gap, 2> gaps;                           // six hours each without any row
  std::array<std::uint32_t, 2> posts = {2375, 695};  // ambassador, embassy
  std::array<std::uint32_t, 2> retweets = {37'500, 7'832};
  std::array<std::uint32_t, 2> network_retweets = {16'500, 2'350};
  std::uint32_t suspended_network_retweets = 9'000;  // of the ambassador's 16,500; the deleted two make 600
  std::uint32_t deleted_network_retweets = 600;
  std::array<std::uint32_t, 2> public_suspended_retweets = {10'125, 1'300};
  std::array<std::uint32_t, 2> replies = {42'000, 10'733};
  std::array<std::uint32_t, 2> network_replies = {9'485, 1'062};
  std::array<std::uint32_t, 3> devoted_replies = {1'820, 1'860, 1'905};
  std::uint32_t network = 62, network_suspended = 31, network_deleted = 2;
  std::uint32_t batch_days = 5, batch_size = 4, personas = 12, not_exclusive = 7, human_jitter = 20;
  std::uint32_t after_posts = 700, after_retweets = 10'200, after_replies = 6'050;
};

Plan uk_plan();

struct World {
  Plan plan;
  std::vector<Account> accounts;
  std::vector<Row> rows;               // not sorted; posts stand before what refers to them
  std::vector<std::uint32_t> network;  // account indices; suspended first, then deleted, then active
  std::vector<std::uint32_t> devoted, jittered, not_exclusive, personas;
  std::vector<std::vector<std::uint32_t>> batches;
  std::array<std::uint32_t, 2> targets = {};
  std::vector<std::uint32_t> of_role(Role role) const;
};

// Accounts of every role. O(accounts).
void make_accounts(World& world, std::uint64_t seed);

// Posts of the targets, the ten other diplomats and the idol, inside and after the window.
struct Posts {
  std::array<std::vector<std::uint32_t>, 2> target;        // row indices inside the window
  std::array<std::vector<std::uint32_t>, 2> target_after;  // after it
  std::vector<std::uint32_t> diplomat, idol;
};
Posts make_posts(World& world, std::uint64_t seed);

// Everybody's actions. Outsiders come first: the network's share of a week is planted relative to theirs.
void make_public_actions(World& world, const Posts& posts, std::uint64_t seed);
void make_network_actions(World& world, const Posts& posts, std::uint64_t seed);

// Appends a row; its time is cut to milliseconds and its id follows from it.
std::uint32_t add_row(World& world, Random& random, TimeUs t, std::uint32_t account, Kind kind, std::uint32_t of,
                      std::string text);

bool in_gap(const Plan& plan, TimeUs t);
TimeUs behind_gaps(const Plan& plan, TimeUs t,
                   TimeUs length);  // the first time >= t at which `length` fits outside the gaps

// Log-normal with the given median.
double lognormal(Random& random, double median, double sigma);
TimeUs seconds(double s);

// Texts. Speeches are sentences of the targets that only the network copies.
std::string public_sentence(Random& random);
std::string speech(std::uint64_t seed, std::uint32_t number);  // number < k_speeches
inline constexpr std::uint32_t k_speeches = 400;
std::string copied_segment(Random& random, const std::string& sentence);
std::string fixed_phrase(Random& random);
std::string slogan(Random& random);
std::string invented_name(Random& random);

}  // namespace unisono::commands::demo
