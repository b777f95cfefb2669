#include "commands/demo_account_maker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "unisono/core/id_clock.hpp"

namespace unisono::commands::demo {

TimeUs day(std::int64_t year, int month, int of_month) {
  return to_us({year, month, of_month, 0, 0, 0, 0});
}

std::uint64_t AccountIds::next(TimeUs created, Random& random) {
  for (;;) {
    const TimeUs first = day(2006, 3, 21);
    const std::uint64_t id = created < day(2016, 1, 1)
                                 ? 1'000'000 + static_cast<std::uint64_t>(created - first) / 100'000 + random.below(90)
                                 : x_id_at(created, static_cast<std::uint32_t>(random.below(1U << 22)));
    if (used_.insert(id).second) return id;
  }
}

std::uint32_t AccountMaker::add(Role role, Status status, TimeUs created, std::string handle, std::string name,
                                std::string bio) {
  Account account;
  account.id = ids_.next(created, random_);
  account.role = role;
  account.status = status;
  account.created = created;
  account.handle = std::move(handle);
  account.name = std::move(name);
  account.bio = std::move(bio);
  account.avatar = fmt::format("https://img.invalid/{}.png", world_.accounts.size());
  account.followers = static_cast<std::uint32_t>(std::min(lognormal(random_, 60, 1.6), 5e6));
  account.following = static_cast<std::uint32_t>(std::min(lognormal(random_, 180, 1.1), 5e5));
  account.posts = static_cast<std::uint32_t>(std::min(lognormal(random_, 900, 1.5), 5e6));
  world_.accounts.push_back(std::move(account));
  return static_cast<std::uint32_t>(world_.accounts.size() - 1);
}

// Seconds apart from everybody else's by chance only: years before the study.
TimeUs AccountMaker::some_day(TimeUs from, TimeUs until) {
  const auto span = static_cast<std::uint64_t>((until - from) / k_us_per_s);
  return from + static_cast<TimeUs>(random_.below(span)) * k_us_per_s;
}

void AccountMaker::add_crowd(Role role, Status status, std::uint32_t n, std::string_view stem) {
  for (std::uint32_t i = 0; i < n; ++i) {
    const TimeUs created = some_day(day(2009, 1, 1), day(2020, 5, 20));
    const std::string name = invented_name(random_);
    const std::string bio = random_.below(3) == 0 ? public_sentence(random_) : std::string();
    add(role, status, created, fmt::format("{}_{:04}", stem, i + 1), fmt::format("{} {}", name, i + 1), bio);
  }
}

}  // namespace unisono::commands::demo
