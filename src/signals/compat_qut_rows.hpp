// What both kinds of QUT networks share: user after user, which users have a partner for each message.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "unisono/core/parallel.hpp"
#include "unisono/signals/compat_qut.hpp"

namespace unisono::signals {

Result<void> check_qut_arguments(const QutRows& rows, const QutOptions& options, std::uint64_t bytes_a_row,
                                 const Control& control);

// Rows of each user, message by message.
struct QutUsers {
  std::vector<std::uint32_t> row;  // user-major, then by message
  std::vector<std::size_t> begin;  // n_users + 1
};
QutUsers rows_of_users(const QutRows& rows);

inline constexpr std::size_t k_qut_users_a_block = 64;
inline constexpr std::size_t k_qut_pulse = 65'536;

// visit(row, worker, see) -> work done, calls see(user) for every partner's user of `row`; counts distinct messages.
template <typename Visit>
Result<std::vector<QutWeight>> count_qut_rows(const QutRows& rows, const QutOptions& options, const Control& control,
                                              const Visit& visit) {
  const QutUsers users = rows_of_users(rows);
  struct Scratch {
    std::vector<std::uint32_t> weight, seen, touched;
    std::uint32_t stamp = 0;
  };
  std::vector<Scratch> scratch(std::max(1U, control.threads));
  const std::size_t n_blocks = (rows.n_users + k_qut_users_a_block - 1) / k_qut_users_a_block;
  std::vector<std::vector<QutWeight>> found(n_blocks);
  const auto count_block = [&](std::size_t block, unsigned worker) -> Result<void> {
    Scratch& s = scratch[worker];
    s.weight.resize(rows.n_users, 0);
    s.seen.resize(rows.n_users, 0);
    std::size_t work = 0;
    const std::size_t last = std::min<std::size_t>(rows.n_users, (block + 1) * k_qut_users_a_block);
    for (std::size_t user = block * k_qut_users_a_block; user < last; ++user) {
      for (std::size_t i = users.begin[user]; i < users.begin[user + 1]; ++i) {
        const std::uint32_t row = users.row[i];
        if (i == users.begin[user] || rows.message[row] != rows.message[users.row[i - 1]]) {
          if (++s.stamp == 0) {  // once in 2^32 messages
            std::fill(s.seen.begin(), s.seen.end(), 0);
            s.stamp = 1;
          }
        }
        work += 1 + visit(row, worker, [&s](std::uint32_t partner) {
                  if (s.seen[partner] == s.stamp) return;
                  s.seen[partner] = s.stamp;
                  if (s.weight[partner]++ == 0) s.touched.push_back(partner);
                });
        if (work < k_qut_pulse) continue;
        work = 0;
        UNISONO_CHECK(control.check_cancelled());
      }
      const std::size_t before = found[block].size();
      for (const std::uint32_t partner : s.touched) {
        if (s.weight[partner] >= options.min_weight)
          found[block].push_back({static_cast<std::uint32_t>(user), partner, s.weight[partner]});
        s.weight[partner] = 0;
      }
      s.touched.clear();
      std::sort(found[block].begin() + static_cast<std::ptrdiff_t>(before), found[block].end(),
                [](const QutWeight& a, const QutWeight& b) { return a.user_2 < b.user_2; });
    }
    return {};
  };
  UNISONO_CHECK(for_each_block(n_blocks, control, count_block));
  std::vector<QutWeight> out;
  std::size_t n = 0;
  for (const auto& block : found) n += block.size();
  out.reserve(n);
  for (auto& block : found) {
    out.insert(out.end(), block.begin(), block.end());
    block = {};
  }
  return out;
}

}  // namespace unisono::signals
