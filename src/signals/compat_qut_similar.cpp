// Messages that are alike: candidates share one of their rarer tokens, then the sets are compared.
#include <fmt/format.h>

#include <cmath>
#include <new>
#include <span>

#include "compat_qut_rows.hpp"

namespace unisono::signals {
namespace {

Result<void> check_tokens(const QutRows& rows, const QutTokens& tokens, const QutSimilarOptions& similar) {
  if (!(similar.similarity > 0 && similar.similarity <= 1))
    return fail(ErrorCode::usage,
                fmt::format("the similarity is {}, it must lie above 0 and be at most 1", similar.similarity),
                "the toolkit's own default is 0.9, its examples use 0.8");
  if (tokens.begin.size() != rows.size() + 1 || tokens.begin.front() != 0 ||
      tokens.begin.back() != tokens.token.size() || !std::is_sorted(tokens.begin.begin(), tokens.begin.end()))
    return fail(ErrorCode::usage,
                fmt::format("the bounds of {} token sets must ascend from 0 to {}", rows.size(), tokens.token.size()));
  for (const std::uint32_t token : tokens.token)
    if (token >= tokens.n_tokens)
      return fail(ErrorCode::usage,
                  fmt::format("token {} is not below the number of tokens {}", token, tokens.n_tokens));
  return {};
}

// The token sets with tokens renumbered by how many sets hold them, the rarest first.
struct Sets {
  std::vector<std::size_t> begin;
  std::vector<std::uint32_t> token;
  std::span<const std::uint32_t> of(std::uint32_t row) const {
    return std::span(token).subspan(begin[row], begin[row + 1] - begin[row]);
  }
};

Sets rarest_first(const QutTokens& tokens) {
  std::vector<std::uint32_t> count(tokens.n_tokens, 0), order(tokens.n_tokens), number(tokens.n_tokens);
  for (const std::uint32_t token : tokens.token) ++count[token];
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return count[a] != count[b] ? count[a] < count[b] : a < b; });
  for (std::uint32_t i = 0; i < order.size(); ++i) number[order[i]] = i;
  Sets out{{tokens.begin.begin(), tokens.begin.end()}, {}};
  out.token.reserve(tokens.token.size());
  for (const std::uint32_t token : tokens.token) out.token.push_back(number[token]);
  for (std::size_t row = 0; row + 1 < out.begin.size(); ++row)
    std::sort(out.token.begin() + static_cast<std::ptrdiff_t>(out.begin[row]),
              out.token.begin() + static_cast<std::ptrdiff_t>(out.begin[row + 1]));
  return out;
}

// Two sets that are alike share at least ceil(s n) tokens of either set of n, so at least one of its first
// n - ceil(s n) + 1. The small number forgives the rounding of s n.
std::size_t prefix_length(std::size_t n, double similarity) {
  const auto common = static_cast<std::size_t>(std::ceil(similarity * static_cast<double>(n) - 1e-6));
  return n == 0 ? 0 : std::min(n, n - std::min(n, std::max<std::size_t>(common, 1)) + 1);
}

bool alike(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, double similarity) {
  std::size_t i = 0, j = 0, common = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) {
      ++common, ++i, ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common) >= similarity;
}

// For each token the rows that have it in their first tokens, by time.
struct Index {
  std::vector<std::size_t> begin;
  std::vector<std::uint32_t> row;
};

Index index_of(const QutRows& rows, const Sets& sets, std::uint32_t n_tokens, const QutSimilarOptions& similar) {
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return rows.t_s[a] != rows.t_s[b] ? rows.t_s[a] < rows.t_s[b] : a < b;
  });
  const auto prefix = [&](std::uint32_t row) {
    const auto set = sets.of(row);
    return set.size() < similar.min_tokens ? set.first(0) : set.first(prefix_length(set.size(), similar.similarity));
  };
  Index out;
  out.begin.assign(std::size_t{n_tokens} + 1, 0);
  for (std::uint32_t row = 0; row < rows.size(); ++row)
    for (const std::uint32_t token : prefix(row)) ++out.begin[token + 1];
  std::partial_sum(out.begin.begin(), out.begin.end(), out.begin.begin());
  out.row.resize(out.begin.back());
  std::vector<std::size_t> next(out.begin.begin(), out.begin.end() - 1);
  for (const std::uint32_t row : order)
    for (const std::uint32_t token : prefix(row)) out.row[next[token]++] = row;
  return out;
}

}  // namespace

Result<std::vector<QutWeight>> qut_similar_network(const QutRows& rows, const QutTokens& tokens,
                                                   const QutOptions& options, const QutSimilarOptions& similar,
                                                   const Control& control) {
  UNISONO_CHECK(check_qut_arguments(rows, options, 40, control));
  UNISONO_CHECK(check_tokens(rows, tokens, similar));
  UNISONO_CHECK(control.check_cancelled());
  try {
    const Sets sets = rarest_first(tokens);
    const Index index = index_of(rows, sets, tokens.n_tokens, similar);
    struct Looked {
      std::vector<std::uint32_t> at;  // by row: the last row that it was compared with
    };
    std::vector<Looked> looked(std::max(1U, control.threads));
    return count_qut_rows(rows, options, control, [&](std::uint32_t row, unsigned worker, const auto& see) {
      std::vector<std::uint32_t>& at = looked[worker].at;
      if (at.empty()) at.resize(rows.size(), std::numeric_limits<std::uint32_t>::max());
      const auto set = sets.of(row);
      std::size_t work = 0;
      if (set.size() < similar.min_tokens) return work;
      const double from = rows.t_s[row] - options.window_s, upto = rows.t_s[row] + options.window_s;
      for (const std::uint32_t token : set.first(prefix_length(set.size(), similar.similarity))) {
        const auto begin = index.row.begin() + static_cast<std::ptrdiff_t>(index.begin[token]);
        const auto end = index.row.begin() + static_cast<std::ptrdiff_t>(index.begin[token + 1]);
        auto place = std::lower_bound(begin, end, from, [&](std::uint32_t r, double t) { return rows.t_s[r] < t; });
        for (; place != end && rows.t_s[*place] <= upto; ++place) {
          ++work;
          const std::uint32_t other = *place;
          if (at[other] == row || rows.message[other] == rows.message[row]) continue;
          at[other] = row;
          work += set.size();
          if (alike(set, sets.of(other), similar.similarity)) see(rows.user[other]);
        }
      }
      return work;
    });
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::memory, fmt::format("the machine has no more memory for a network of {} rows", rows.size()),
                "cut the data with --since and --until");
  }
}

}  // namespace unisono::signals
