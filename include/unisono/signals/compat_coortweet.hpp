// The tables of CooRTweet 2.1.3, counted by its rules, for those who must get them back: docs/from-coortweet.md. Its
// defects are its own and are reproduced here and nowhere else; nothing here is a test of anything. Definition in
// obvious lines: tests/reference/compat_coortweet.hpp.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono::signals {

inline constexpr std::uint32_t k_missing_text = std::numeric_limits<std::uint32_t>::max();

// Rows in the order of the file, column by column, all of length n. Objects and contents have one numbering, so that
// they can be compared; accounts have their own; both are ranks in bytewise order. k_missing_text is a missing object
// or content; a time that is not a number is missing.
struct SharedRows {
  std::span<const std::uint32_t> object, account, content;
  std::span<const double> t_s;  // seconds, fractions kept
  std::uint32_t n_texts = 0, n_accounts = 0;

  std::size_t size() const { return account.size(); }
};

struct CoortweetOptions {
  double window_s = 10;                 // closed; 0 is allowed
  std::uint32_t min_participation = 2;  // rows of an account, not objects
  bool keep_loops = false;              // keep pairs of one account, of one content, of a content with itself
  std::optional<double> fast_window_s;  // a second, narrower window
  double edge_weight = 0.5;             // percentile of the weights, 0 to 1
};

struct CoortweetPair {
  std::uint32_t older = 0, newer = 0;  // places of the rows; of equal times the row that CooRTweet meets first is older
  double time_delta = 0;               // seconds
  bool fast = false;                   // in the second window
  bool operator==(const CoortweetPair&) const = default;
};

// The figures of one edge in one window. Contents are counted on the older and on the newer side, as CooRTweet does:
// not per account.
struct CoortweetFigures {
  std::uint32_t weight = 0;  // pairs of rows
  double avg_time_delta = 0;
  std::uint32_t n_content_id = 0, n_content_id_y = 0;
  double edge_symmetry_score = 0;
  std::vector<std::uint32_t> object_ids;  // distinct, in the order of the pairs
  bool weight_threshold = false;          // weight > quantile (type 7) of the weights
};

struct CoortweetEdge {
  std::uint32_t from = 0, to = 0;  // in CooRTweet's order of vertices, which is not that of the names
  CoortweetFigures full;
  std::optional<CoortweetFigures> fast;  // none: no pair in the second window
};

// Steps 1 to 5 of docs/from-coortweet.md, and the flag of the second window. Without a second window in the order of
// the result: object by first appearance, then later row, then earlier row; with one sorted by (content of the older,
// of the newer), from which the network then reads. O(n log n + pairs log pairs); memory 24 bytes a pair beside 40 a
// row. Equal at any number of threads. Errors: usage (window negative or not finite, fast window not below it, ids out
// of range), memory (with the exact number of pairs, before any is made), cancelled.
Result<std::vector<CoortweetPair>> coortweet_pairs(const SharedRows& rows, const CoortweetOptions& options,
                                                   const Control& control);

// Steps 6 to 8: edges in the order of their first pair. O(pairs log pairs). Errors: usage (edge_weight outside 0 to 1).
Result<std::vector<CoortweetEdge>> coortweet_network(const SharedRows& rows, std::span<const CoortweetPair> pairs,
                                                     const CoortweetOptions& options);

// 0: all edges, 1: those above the threshold, 2: those above the threshold of the second window, 3: all edges among the
// neighbours of the ends of those; `seeds` are these ends, ascending (empty unless 3). O(edges log edges).
struct CoortweetSubgraph {
  std::vector<std::size_t> edges;    // places, ascending
  std::vector<std::uint32_t> seeds;  // color_v = 1
};
CoortweetSubgraph coortweet_subgraph(std::span<const CoortweetEdge> edges, int which, std::uint32_t n_accounts);

enum class CoortweetThreshold : std::uint8_t { none, full, fast };  // which edges statistics are taken of

// Means over the *distinct* figures of an account's edges, as CooRTweet takes them.
struct CoortweetAccount {
  std::uint32_t account = 0;
  double avg_time_delta = 0, avg_edge_symmetry_score = 0;
  std::optional<double> avg_time_delta_fast, avg_edge_symmetry_score_fast;
  std::uint32_t unique_shares_count = 0;  // distinct contents in the pairs (with `fast`: in the flagged ones)
};

// Accounts ascending. O(edges log edges + pairs log pairs).
std::vector<CoortweetAccount> coortweet_account_stats(const SharedRows& rows, std::span<const CoortweetPair> pairs,
                                                      std::span<const CoortweetEdge> edges, CoortweetThreshold which);

// Objects with the number of distinct `from` accounts of their edges, most first, then by first appearance. Lists of
// objects are joined by commas and cut again, so an object with a comma falls apart. `texts`: text of each number.
std::vector<std::pair<std::string, std::uint32_t>> coortweet_group_stats(std::span<const CoortweetEdge> edges,
                                                                         std::span<const std::string> texts,
                                                                         CoortweetThreshold which);

}  // namespace unisono::signals
