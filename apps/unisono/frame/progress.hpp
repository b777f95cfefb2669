// Draws progress on stderr: a line that is redrawn on a terminal, or JSON lines for another program.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "unisono/core/control.hpp"

namespace unisono::app {

enum class ProgressMode : std::uint8_t { never, line, json };

// Redrawn at most 10 times a second (JSON: 4), and always at the end of a phase. The rate is that of the phase so far.
// Called from one thread.
class ProgressDrawer {
 public:
  using Clock = std::function<double()>;  // seconds, monotonic
  using Output = std::function<void(std::string_view)>;

  ProgressDrawer(ProgressMode mode, std::size_t width, Output output, Clock clock);

  void update(const Progress& progress);
  void clear();  // takes the line away, before something else is printed

 private:
  void draw(const Progress& progress, double now);

  ProgressMode mode_;
  std::size_t width_;
  Output output_;
  Clock clock_;
  std::string phase_;
  double begun_ = 0, drawn_ = 0;
  std::uint64_t first_done_ = 0;
  bool is_drawn_ = false;
};

double monotonic_seconds();

// "1.2 M", "310 k", "12": three significant digits; bytes as sizes.
std::string format_amount(double amount, std::string_view unit);
// "4 s", "2 min 5 s", "1 h 3 min".
std::string format_time_left(double seconds);

}  // namespace unisono::app
