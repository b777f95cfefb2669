// detect --compat: the tables of CooRTweet and of the QUT toolkit, counted by their rules, beside what our tests say of
// the same pairs. Nothing is written into the case, no level is given. docs/from-coortweet.md, docs/from-qut.md.
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
#include "unisono/signals/compat_coortweet.hpp"

namespace unisono::commands {

enum class Peer : std::uint8_t { coortweet, qut };
enum class QutNetwork : std::uint8_t { retweet, reply, link, text, similar, post };

struct CompatOptions {
  std::filesystem::path case_path;
  Peer peer = Peer::coortweet;
  std::optional<double> window_s;      // 10 s for CooRTweet, 1 s for the QUT toolkit: their own defaults
  std::optional<TimeUs> since, until;  // only rows with a time in [since, until)
  // CooRTweet
  std::string channel;  // of a case of posts; a case of rows (csds, qut-csv) has its objects already
  signals::CoortweetOptions coortweet;
  int subgraph = 0;
  signals::CoortweetThreshold statistics = signals::CoortweetThreshold::none;
  // QUT toolkit
  QutNetwork network = QutNetwork::retweet;
  std::uint32_t min_weight = 2;
  double similarity = 0.8;
  std::uint32_t min_tokens = 1;
  bool self_loops = false;  // rows of an account with itself
  bool dry_run = false;     // says what would be counted
};

struct NamedTable {
  std::string name;  // "edges"; the name of its file without ".csv"
  Table table;
};

struct CompatResult {
  std::vector<NamedTable> tables;   // in the peer's columns; missing = empty
  std::optional<Table> comparison;  // against the ties of the latest run of `detect`, if there is one
  std::vector<std::string> notes;   // the first one says whose rules these are
};

// O(n log n + pairs inside the window). Equal bytes for any number of threads. Errors: usage, not_found, too_large,
// memory (before a list of pairs is made), cancelled.
Result<CompatResult> compat(const CompatOptions& options, const Control& control);

}  // namespace unisono::commands
