// detect: which pairs and groups of accounts act together beyond chance, on the actions of a case.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/core/time.hpp"
#include "unisono/signals/coaction.hpp"

namespace unisono::commands {

struct DetectOptions {
  std::filesystem::path case_path;
  std::vector<std::string> channels;  // empty = every channel that has actions
  std::vector<std::int64_t>
      windows_us;  // empty = 10 s, 60 s, 300 s, 3600 s; each is tested at alpha / number of windows
  double alpha = 0.05;
  std::uint64_t seed = 1;
  std::uint64_t split_seed = 1;
  std::optional<TimeUs> since, until;
  std::vector<std::filesystem::path> allow;    // declared feeds and staff: counted as outside sharers, never members
  std::vector<std::filesystem::path> targets;  // whose posts are the objects; named in reports
  bool weak = false;                           // screen with one close co-action
  std::uint32_t min_days = 2;
  std::uint32_t min_objects = 2;
  bool allow_lossy = false;
  std::uint64_t max_coactions = 100'000'000'000;
  bool calibrate = false;  // tries the tests on permuted data where a tie could be T3 or a group G1
  bool dry_run = false;    // says what would be tested, writes nothing
  signals::Joiner joiner;  // empty: join_coactions; changes no result (shards.hpp)
};

struct DetectResult {
  std::string run_id;
  Table checks;       // one row per channel and window: what could be tested and what not
  Table ties;         // accepted ties and leads
  Table groups;       // one row per group and channel, with the figures of its sentence
  Table group_tests;  // every test of these groups
  Table members;
  Table second_opinions;           // which members two other methods put together too
  Table timeless_checks;           // channels without usable times: what was compared instead
  Table ranking, degree_ties;      // of these, the first accounts (an order, no test) and pairs at level T1
  Table burst_checks, bursts;      // which widths could be tested; moments with too many different accounts
  Table joining;                   // accounts outside that act with a group; never members
  std::vector<std::string> notes;  // sentences for a person: refusals, exclusions, what an empty result could have seen
};

// O(actions log actions + co-actions) per channel and window. One atomic step: interrupted, the case holds the previous
// state. The same case, options and seed give the same rows for any number of threads. Errors: usage, not_found,
// too_large, memory, cancelled.
Result<DetectResult> detect(const DetectOptions& options, const Control& control);

// What detect would count as chance under these options.
struct ChanceExplained {
  Table chance;  // one row per channel and window: units, bins, co-actions and how many of them are expected, K, factor
  Table tests;   // every test in words: what it asks, what it counts as chance, when it misleads
  std::vector<std::string> notes;
};

// Reads only. The cost of the tie tests; no group is tested. Errors: those of detect.
Result<ChanceExplained> explain_chance(const DetectOptions& options, const Control& control);

}  // namespace unisono::commands
