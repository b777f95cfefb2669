// What the pictures of a report show, as plain numbers: one struct for each mark of a picture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unisono/core/time.hpp"

namespace unisono::evidence {

// Actions of the members of a group that begin in [t_us, t_us + width of the bins).
struct TimelineBin {
  TimeUs t_us = 0;
  std::uint64_t actions = 0;
  std::uint64_t together = 0;  // of these: within the window of another member's action on the same object
};

// Gaps between one member's first action on an object and the next member's, in (from_us, to_us]; the first class
// holds 0 too, the last has no upper end.
struct LagClass {
  std::int64_t from_us = 0;
  std::optional<std::int64_t> to_us;
  std::uint64_t gaps = 0;          // on objects that others shared too
  std::uint64_t alone = 0;         // on objects that members alone shared
  std::optional<double> expected;  // of `gaps`: gap_histogram.hpp; empty = not computed
};

// A bin of time with its different accounts. `expected` draws a mark at its height.
struct MomentBin {
  TimeUs t_us = 0;
  std::uint64_t accounts = 0;
  std::optional<double> expected;
  bool marked = false;  // too many
};

struct WeekShare {
  TimeUs week_us = 0;  // its Monday, 00:00 UTC
  std::uint64_t part = 0, whole = 0;
};

// One curve of a comparison of p-values with the uniform distribution: the share `expected` of all lies at or below
// `observed`, both in (0, 1].
struct QuantilePoint {
  double expected = 0, observed = 0;
};
struct QuantileCurve {
  std::string name;
  std::vector<QuantilePoint> points;  // ascending
};

// Which share of all pairs of some accounts acts together, as the window grows.
struct SweepMark {
  std::int64_t window_us = 0;
  double share = 0;
};
struct SweepCurve {
  std::string name;
  std::vector<SweepMark> marks;  // ascending by window
};

}  // namespace unisono::evidence
