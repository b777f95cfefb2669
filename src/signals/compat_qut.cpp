#include "unisono/signals/compat_qut.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <new>

#include "compat_qut_rows.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::signals {
namespace {

// Rows by (key, time), and for each place in that order which places lie inside its window.
struct Windows {
  std::vector<std::uint32_t> place_of;       // of each row
  std::vector<std::uint32_t> user, message;  // by place
  std::vector<std::uint32_t> first, last;    // by place: [first, last)
};

Windows windows_of(const QutRows& rows, double window_s) {
  const std::size_t n = rows.size();
  const auto key_of = [&](std::uint32_t row) { return rows.key.empty() ? 0 : rows.key[row]; };
  Windows out;
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (key_of(a) != key_of(b)) return key_of(a) < key_of(b);
    return rows.t_s[a] != rows.t_s[b] ? rows.t_s[a] < rows.t_s[b] : a < b;
  });
  for (auto* column : {&out.place_of, &out.user, &out.message, &out.first, &out.last}) column->resize(n);
  std::uint32_t left = 0, right = 0;
  for (std::uint32_t place = 0; place < n; ++place) {
    const std::uint32_t row = order[place];
    out.place_of[row] = place;
    out.user[place] = rows.user[row];
    out.message[place] = rows.message[row];
    // As the toolkit's SQL: between t - window and t + window, both in doubles.
    const double from = rows.t_s[row] - window_s, upto = rows.t_s[row] + window_s;
    while (key_of(order[left]) != key_of(row) || rows.t_s[order[left]] < from) ++left;
    right = std::max(right, place);
    while (right < n && key_of(order[right]) == key_of(row) && rows.t_s[order[right]] <= upto) ++right;
    out.first[place] = left;
    out.last[place] = right;
  }
  return out;
}

}  // namespace

Result<void> check_qut_arguments(const QutRows& rows, const QutOptions& options, std::uint64_t bytes_a_row,
                                 const Control& control) {
  constexpr std::size_t k_most = std::numeric_limits<std::uint32_t>::max() - 1;
  if (rows.user.size() != rows.size() || rows.t_s.size() != rows.size() ||
      (!rows.key.empty() && rows.key.size() != rows.size()))
    return fail(ErrorCode::usage, fmt::format("columns of different length: {} messages, {} users, {} keys, {} times",
                                              rows.size(), rows.user.size(), rows.key.size(), rows.t_s.size()));
  if (rows.size() > k_most)
    return fail(ErrorCode::too_large, fmt::format("{} rows, at most {} are possible", rows.size(), k_most));
  if (!(options.window_s >= 0) || !std::isfinite(options.window_s))
    return fail(ErrorCode::usage,
                fmt::format("the window is {} s, it must be a time of at least 0 s", options.window_s));
  if (options.min_weight == 0)
    return fail(ErrorCode::usage,
                "the least weight is 0, it must be at least 1: a pair without a shared act has no row");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.message[i] >= rows.n_messages || rows.user[i] >= rows.n_users ||
        (!rows.key.empty() && rows.key[i] >= rows.n_keys))
      return fail(ErrorCode::usage, fmt::format("row {}: an id outside of its range", i));
    if (!std::isfinite(rows.t_s[i])) return fail(ErrorCode::usage, fmt::format("row {}: the time is no number", i));
  }
  const std::uint64_t need =
      bytes_a_row * rows.size() + 12 * std::uint64_t{rows.n_users} * std::max(1U, control.threads);
  if (control.memory_bytes == 0 || need <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("a network of {} rows and {} accounts needs {}, allowed are {}", rows.size(), rows.n_users,
                          format_bytes(need), format_bytes(control.memory_bytes)),
              "give more with --memory, or cut the data with --since and --until");
}

QutUsers rows_of_users(const QutRows& rows) {
  QutUsers out;
  out.begin.assign(std::size_t{rows.n_users} + 1, 0);
  for (const std::uint32_t user : rows.user) ++out.begin[user + 1];
  std::partial_sum(out.begin.begin(), out.begin.end(), out.begin.begin());
  out.row.resize(rows.size());
  std::vector<std::size_t> next(out.begin.begin(), out.begin.end() - 1);
  for (std::uint32_t row = 0; row < rows.size(); ++row) out.row[next[rows.user[row]]++] = row;
  for (std::uint32_t user = 0; user < rows.n_users; ++user)
    std::sort(out.row.begin() + static_cast<std::ptrdiff_t>(out.begin[user]),
              out.row.begin() + static_cast<std::ptrdiff_t>(out.begin[user + 1]),
              [&](std::uint32_t a, std::uint32_t b) {
                return rows.message[a] != rows.message[b] ? rows.message[a] < rows.message[b] : a < b;
              });
  return out;
}

Result<std::vector<QutWeight>> qut_network(const QutRows& rows, const QutOptions& options, const Control& control) {
  UNISONO_CHECK(check_qut_arguments(rows, options, 40, control));
  UNISONO_CHECK(control.check_cancelled());
  try {
    const Windows windows = windows_of(rows, options.window_s);
    return count_qut_rows(rows, options, control, [&](std::uint32_t row, unsigned, const auto& see) {
      const std::uint32_t own = windows.place_of[row];
      for (std::uint32_t place = windows.first[own]; place < windows.last[own]; ++place)
        if (windows.message[place] != rows.message[row]) see(windows.user[place]);
      return windows.last[own] - windows.first[own];
    });
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::memory, fmt::format("the machine has no more memory for a network of {} rows", rows.size()),
                "cut the data with --since and --until");
  }
}

}  // namespace unisono::signals
