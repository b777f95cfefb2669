// One differential case of the join, read from bytes: the same for the fuzz target and for the seeded random test.
// First bytes: window, m, count, repeats, threads and the internal limits; then 6 bytes per action.
#pragma once

#include <fmt/format.h>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "reference/coaction.hpp"
#include "signals/coaction_limits.hpp"

namespace unisono::reference {

struct JoinCase {
  std::vector<Action> actions;
  signals::JoinOptions options;
  signals::JoinLimits limits;
  std::vector<std::uint8_t> side;  // empty, or of each of k_case_accounts accounts
  bool timeless = false;
  unsigned threads = 1;
};

constexpr std::size_t k_case_accounts = 40;
constexpr std::size_t k_case_header = 9, k_case_row = 6, k_case_rows = 300;

namespace detail {

template <typename T, std::size_t n>
T pick(const std::array<T, n>& choices, std::uint8_t byte) {
  return choices[byte % n];
}

inline std::int64_t case_time(std::uint8_t kind, std::uint8_t low) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  switch (kind % 8) {
    case 0:
      return least + low % 4;
    case 1:
      return most - low % 4;
    case 2:
      return low % 3 - 1;
    default:
      return 1'600'000'000'000'000 + low % 128;
  }
}

}  // namespace detail

inline JoinCase join_case(std::span<const std::uint8_t> bytes) {
  using detail::pick;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  JoinCase c;
  if (bytes.size() < k_case_header) return c;
  c.options.window_us = pick<std::uint64_t>(
      std::array<std::uint64_t, 8>{0, 1, 2, 10, 60, 1000, std::uint64_t{1} << 63, most - 1}, bytes[0]);
  c.timeless = bytes[0] / 8 % 8 == 7;
  c.options.min_shared = pick(std::array<std::uint32_t, 8>{2, 1, 3, 4, 7, 255, 256, 300},
                              static_cast<std::uint8_t>(bytes[1] < 160 ? bytes[1] % 5 : bytes[1]));
  c.options.count = (bytes[2] & 1) != 0 ? signals::Count::action_pairs : signals::Count::objects;
  c.options.repeats = (bytes[2] & 2) != 0 ? signals::Repeats::first : signals::Repeats::all;
  c.threads = 1 + (bytes[2] >> 2) % 3;
  c.limits.bucket_actions = pick(std::array<std::size_t, 3>{16'384, 4, 40}, static_cast<std::uint8_t>(bytes[2] >> 4));
  c.limits.small_row = pick(std::array<std::size_t, 4>{std::size_t{1} << 20, 0, 10, 50}, bytes[3]);
  c.limits.leave_out = (bytes[3] & 16) == 0;
  c.limits.prune = (bytes[3] & 32) == 0;
  c.limits.vector_sort = (bytes[3] & 64) == 0;
  c.limits.leave_out_from = pick(std::array<std::size_t, 3>{0, 20, 4'096}, bytes[4]);
  c.limits.leave_out_ratio = pick(std::array<double, 4>{0.1, 1, 4, 64}, static_cast<std::uint8_t>(bytes[4] >> 4));
  c.limits.table_bits = pick(std::array<unsigned, 3>{31, 4, 5}, bytes[5]);
  c.limits.first_stamp = pick(std::array<std::uint32_t, 4>{1, (1U << 24) - 1, (1U << 24) - 3, (1U << 24) - 40},
                              static_cast<std::uint8_t>(bytes[5] >> 4));
  c.limits.rescan_partners = pick(std::array<std::size_t, 3>{std::size_t{1} << 20, 1, 3}, bytes[6]);
  c.limits.blocks = pick(std::array<std::size_t, 3>{1'024, 1, 7}, static_cast<std::uint8_t>(bytes[6] >> 4));
  const auto accounts = static_cast<std::uint8_t>(2 + bytes[7] % 39);
  c.options.cap_object = pick(std::array<std::uint64_t, 8>{0, 0, 0, 0, 1, 5, 50, 500}, bytes[8]);
  c.options.count_only = bytes[8] / 8 % 4 == 3;
  c.limits.account_blocks = pick(std::array<std::uint32_t, 4>{0, 0, 2, 5}, static_cast<std::uint8_t>(bytes[8] >> 5));
  if (bytes[8] >> 7 != 0 && c.limits.account_blocks == 0)
    for (std::size_t a = 0; a < k_case_accounts; ++a) c.side.push_back((bytes[7] >> a % 7 ^ a) & 1);
  for (std::size_t at = k_case_header; at + k_case_row <= bytes.size() && c.actions.size() < k_case_rows;
       at += k_case_row) {
    const std::uint8_t* row = bytes.data() + at;
    if (row[0] % 10 >= 6 && !c.actions.empty()) {  // four in ten repeat an earlier row
      c.actions.push_back(c.actions[row[1] % c.actions.size()]);
      if (row[0] % 10 >= 8) c.actions.back().t = detail::case_time(row[4], row[5]);
      continue;
    }
    const std::uint32_t object = row[2] % 10 < 3 ? 0U : row[3] % 30U;  // three in ten on one hot object
    c.actions.push_back({row[1] % std::uint32_t{accounts}, object, detail::case_time(row[4], row[5])});
  }
  return c;
}

inline std::string text_of(const signals::Pair& p) {
  return fmt::format("({},{}) objects {} actions {} min {} max {} sum {}:{} first {} last {}", p.a, p.b, p.objects,
                     p.actions, p.min_gap_us, p.max_gap_us, static_cast<std::uint64_t>(p.gap_sum_us >> 64),
                     static_cast<std::uint64_t>(p.gap_sum_us), p.first_us, p.last_us);
}

// Empty when equal, else the first difference. live_actions is not part of the definition.
inline std::string difference(const signals::Join& expected, const signals::Join& actual) {
  if (expected.coactions != actual.coactions)
    return fmt::format("co-actions: expected {}, got {}", expected.coactions, actual.coactions);
  if (expected.largest_object != actual.largest_object ||
      expected.largest_object_coactions != actual.largest_object_coactions)
    return fmt::format("largest object: expected {} with {}, got {} with {}", expected.largest_object,
                       expected.largest_object_coactions, actual.largest_object, actual.largest_object_coactions);
  if (expected.n_pairs != actual.n_pairs || expected.pairs_sharing != actual.pairs_sharing)
    return fmt::format("pairs: expected {}, got {}, or another histogram", expected.n_pairs, actual.n_pairs);
  if (expected.skipped != actual.skipped)
    return fmt::format("skipped objects: expected {}, got {}, or others", expected.skipped.size(),
                       actual.skipped.size());
  for (std::size_t i = 0; i < std::max(expected.pairs.size(), actual.pairs.size()); ++i) {
    const std::string want = i < expected.pairs.size() ? text_of(expected.pairs[i]) : "nothing";
    const std::string have = i < actual.pairs.size() ? text_of(actual.pairs[i]) : "nothing";
    if (want != have) return fmt::format("pair {}: expected {}, got {}", i, want, have);
  }
  return {};
}

}  // namespace unisono::reference
