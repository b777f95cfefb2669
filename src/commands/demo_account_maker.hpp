// Makes accounts of a generated world: ids, handles and profiles.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "commands/demo_world.hpp"

namespace unisono::commands::demo {

TimeUs day(std::int64_t year, int month, int of_month);

// Ids of accounts grow with their time of creation: plain counters before 2016, then ids with a clock.
class AccountIds {
 public:
  std::uint64_t next(TimeUs created, Random& random);

 private:
  std::set<std::uint64_t> used_;
};

class AccountMaker {
 public:
  AccountMaker(World& world, std::uint64_t seed) : world_(world), random_(Random::stream(seed, 1)) {}

  // The index of the new account.
  std::uint32_t add(Role role, Status status, TimeUs created, std::string handle, std::string name, std::string bio);
  // Handles are STEM_0001, ...; created on any day from 2009 to May 2020.
  void add_crowd(Role role, Status status, std::uint32_t n, std::string_view stem);
  Random& random() { return random_; }

 private:
  TimeUs some_day(TimeUs from, TimeUs until);

  World& world_;
  Random random_;
  AccountIds ids_;
};

}  // namespace unisono::commands::demo
