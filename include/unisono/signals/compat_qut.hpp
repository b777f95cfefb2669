// The networks of the QUT Coordination Network Toolkit, counted by its rules, for those who must get them back:
// docs/from-qut.md. Not tests of anything. Definition in obvious lines: tests/reference/compat_qut.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::signals {

// Rows of one network, column by column, all of length n: a message of a user with a key at a time. Ids are dense;
// users are ranks in bytewise order. A message may have several rows (one for each address), and then even several
// users. `key` is empty where every message meets every other one.
struct QutRows {
  std::span<const std::uint32_t> message, user, key;
  std::span<const double> t_s;  // seconds, fractions kept; finite
  std::uint32_t n_messages = 0, n_users = 0, n_keys = 0;

  std::size_t size() const { return message.size(); }
};

struct QutOptions {
  double window_s = 1;           // a partner lies in [t - window, t + window], computed in doubles as the toolkit does
  std::uint32_t min_weight = 2;  // least weight of a row
};

// weight = number of different messages of user_1 that have at least one partner: another message of user_2 with the
// same key inside the window. (a, b) and (b, a) differ; user_1 = user_2 is a row too.
struct QutWeight {
  std::uint32_t user_1 = 0, user_2 = 0, weight = 0;
  bool operator==(const QutWeight&) const = default;
};

// Sorted by (user_1, user_2). O(n log n + pairs inside the window) time; memory 40 bytes a row, 12 a user for each
// thread, 12 a row of the result. Equal at any number of threads. Errors: usage (window negative or not finite, weight
// 0, ids out of range, times not finite), memory, cancelled.
Result<std::vector<QutWeight>> qut_network(const QutRows& rows, const QutOptions& options, const Control& control);

// Token sets of the rows: tokens of row i are token[begin[i]] to token[begin[i + 1]], ascending and different.
struct QutTokens {
  std::span<const std::size_t> begin;  // n + 1
  std::span<const std::uint32_t> token;
  std::uint32_t n_tokens = 0;
};

struct QutSimilarOptions {
  double similarity = 0.8;       // Jaccard |A and B| / |A or B| in doubles, at least this; above 0, at most 1
  std::uint32_t min_tokens = 1;  // both sets; two empty sets are never alike
};

// The same for messages that are alike instead of equal; `rows.key` is not read. Only messages that share one of their
// rarer tokens are compared, which leaves out none that is alike. O(n log n + messages that share such a token inside
// the window). Errors as above.
Result<std::vector<QutWeight>> qut_similar_network(const QutRows& rows, const QutTokens& tokens,
                                                   const QutOptions& options, const QutSimilarOptions& similar,
                                                   const Control& control);

}  // namespace unisono::signals
