#include "unisono/network/planting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "unisono/core/random.hpp"

namespace unisono::network {
namespace {

struct Content {
  std::vector<std::uint32_t> objects;
  std::int64_t t_us = 0;
};

Result<void> check(const Events& events, const SquadPlan& plan, std::span<const std::uint8_t> barred) {
  if (!barred.empty() && barred.size() != events.n_accounts)
    return fail(ErrorCode::usage, fmt::format("{} marks for {} accounts", barred.size(), events.n_accounts),
                "give one mark per account, or none");
  if (plan.size == 0 || plan.tasks == 0)
    return fail(ErrorCode::usage, fmt::format("a squad of {} accounts with {} tasks", plan.size, plan.tasks),
                "both must be at least 1");
  if (plan.jitter_us < 0 || plan.precision_us < 0)
    return fail(ErrorCode::usage, "a squad needs a jitter and a precision of at least 0",
                "write for example 10x10x30s");
  const std::uint64_t posts = std::uint64_t{plan.size} * plan.tasks;
  if (posts > std::numeric_limits<std::uint32_t>::max() - events.n_posts)
    return fail(ErrorCode::usage, fmt::format("{} planted posts are too many beside {}", posts, events.n_posts),
                "plant a smaller squad");
  return {};
}

std::vector<std::uint32_t> draw_members(const Events& events, std::uint32_t size, std::span<const std::uint8_t> barred,
                                        Random& random, std::size_t& ordinary) {
  std::vector<std::uint32_t> accounts;
  for (std::uint32_t a = 0; a < events.n_accounts; ++a) {
    const bool acted = events.account_begin[a + std::size_t{1}] > events.account_begin[a];
    if (acted && (barred.empty() || barred[a] == 0)) accounts.push_back(a);
  }
  ordinary = accounts.size();
  if (accounts.size() < size) return {};
  random.shuffle(accounts);
  accounts.resize(size);
  std::sort(accounts.begin(), accounts.end());
  return accounts;
}

// The events of every post: a counting sort.
struct Posts {
  std::vector<std::size_t> begin;
  std::vector<std::uint32_t> event;

  explicit Posts(const Events& events) : begin(std::size_t{events.n_posts} + 1, 0), event(events.size()) {
    for (const std::uint32_t post : events.post) ++begin[post + std::size_t{1}];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t e = 0; e < events.size(); ++e) event[next[events.post[e]]++] = static_cast<std::uint32_t>(e);
  }
};

std::vector<Content> draw_tasks(const Events& events, std::uint32_t tasks, std::span<const std::uint8_t> outside,
                                Random& random) {
  const Posts posts(events);
  std::vector<std::uint32_t> order(events.size());
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(order);
  std::vector<std::uint8_t> used(events.n_objects, 0);
  std::vector<Content> drawn;
  for (const std::uint32_t e : order) {
    if (drawn.size() == tasks) break;
    if (outside[events.account[e]] == 0) continue;
    Content content{{}, events.t_us[e]};
    for (std::size_t i = posts.begin[events.post[e]]; i < posts.begin[events.post[e] + std::size_t{1}]; ++i) {
      const std::uint32_t of_post = posts.event[i];
      if (events.account[of_post] == events.account[e] && events.t_us[of_post] == events.t_us[e])
        content.objects.push_back(events.object[of_post]);
    }
    const bool fresh = std::none_of(content.objects.begin(), content.objects.end(),
                                    [&](std::uint32_t object) { return used[object] != 0; });
    if (!fresh) continue;
    for (const std::uint32_t object : content.objects) used[object] = 1;
    drawn.push_back(std::move(content));
  }
  return drawn;
}

std::int64_t later(std::int64_t t_us, std::int64_t by_us) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return t_us > most - by_us ? most : t_us + by_us;
}

std::int64_t floored(std::int64_t t_us, std::int64_t unit_us) {
  if (unit_us <= 1) return t_us;
  const std::int64_t rest = ((t_us % unit_us) + unit_us) % unit_us;
  return t_us < std::numeric_limits<std::int64_t>::min() + rest ? t_us : t_us - rest;
}

}  // namespace

Result<PlantedSquad> plant_squad(const Events& events, const SquadPlan& plan, std::span<const std::uint8_t> barred,
                                 std::uint64_t seed, std::uint64_t run) {
  UNISONO_CHECK(check(events, plan, barred));
  Random random = Random::stream(mix64(seed ^ mix64(0x73717561643ULL)), run);
  PlantedSquad planted;
  std::size_t ordinary = 0;
  planted.members = draw_members(events, plan.size, barred, random, ordinary);
  if (planted.members.empty()) {
    planted.reason =
        fmt::format("a squad of {} accounts needs as many ordinary accounts, there are {}", plan.size, ordinary);
    return planted;
  }
  std::vector<std::uint8_t> outside(events.n_accounts, 1);
  for (std::size_t a = 0; a < barred.size(); ++a) outside[a] = barred[a] == 0 ? 1 : 0;
  for (const std::uint32_t member : planted.members) outside[member] = 0;
  const std::vector<Content> tasks = draw_tasks(events, plan.tasks, outside, random);
  if (tasks.size() < plan.tasks) {
    planted.reason = fmt::format("a squad with {} tasks needs as many things that others did, there are {}", plan.tasks,
                                 tasks.size());
    planted.members.clear();
    return planted;
  }

  std::vector<std::uint32_t> account = events.account, object = events.object, post = events.post;
  std::vector<std::int64_t> t_us = events.t_us;
  std::uint32_t next_post = events.n_posts;
  for (const Content& task : tasks) {
    for (const std::uint32_t member : planted.members) {
      const auto late = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(plan.jitter_us) + 1));
      const std::int64_t when = floored(later(task.t_us, late), plan.precision_us);
      for (const std::uint32_t thing : task.objects) {
        account.push_back(member);
        object.push_back(thing);
        post.push_back(next_post);
        t_us.push_back(when);
      }
      ++next_post;
    }
  }
  planted.events = first_events({account, object, post, t_us, events.n_accounts, events.n_objects, next_post});
  return planted;
}

std::uint32_t members_among(std::span<const std::uint32_t> members, std::span<const std::uint32_t> accounts) {
  std::uint32_t inside = 0;
  for (const std::uint32_t member : members)
    inside += std::binary_search(accounts.begin(), accounts.end(), member) ? 1U : 0U;
  return inside;
}

bool stands_for(std::span<const std::uint32_t> accounts, std::span<const std::uint32_t> members) {
  const std::size_t inside = members_among(members, accounts);
  return inside > 0 && 2 * inside >= members.size() && 2 * inside >= accounts.size();
}

}  // namespace unisono::network
