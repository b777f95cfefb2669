// What every long computation is given: how to report progress, when to stop, and what it may use.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

#include "unisono/core/result.hpp"

namespace unisono {

struct Progress {
  std::string_view phase;  // "read", "join", "test": one word a person understands
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0 = unknown
  std::string_view unit;    // "bytes", "rows", "objects"
};

using ProgressSink = std::function<void(const Progress&)>;

struct Control {
  ProgressSink progress;           // may be empty; called from one thread, the library never prints
  std::stop_token stop;            // checked at least every 50 ms of work
  unsigned threads = 1;            // never changes a result
  std::uint64_t memory_bytes = 0;  // 0 = no limit; a computation that needs more is refused with both numbers

  void report(std::string_view phase, std::uint64_t done, std::uint64_t total, std::string_view unit) const {
    if (progress) progress({phase, done, total, unit});
  }
  bool cancelled() const { return stop.stop_requested(); }
  Result<void> check_cancelled() const;  // Error{cancelled} once a stop was requested
};

}  // namespace unisono
