#include "frame/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "frame/safe_text.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::app {
namespace {

constexpr double k_line_interval = 0.1;
constexpr double k_json_interval = 0.25;
constexpr std::size_t k_bar = 20;

std::string line_of(const Progress& p, double rate, double left) {
  std::string text = fmt::format("{:<10}", visible(p.phase));
  if (p.total > 0) {
    const double share = std::min(1.0, static_cast<double>(p.done) / static_cast<double>(p.total));
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(k_bar));
    text += fmt::format(" [{}{}] {:3.0f} %", std::string(filled, '#'), std::string(k_bar - filled, '.'), share * 100);
    text += fmt::format("  {} of {}", format_amount(static_cast<double>(p.done), p.unit),
                        format_amount(static_cast<double>(p.total), p.unit));
  } else {
    text += "  " + format_amount(static_cast<double>(p.done), p.unit);
  }
  if (p.unit != "bytes") text += fmt::format(" {}", visible(p.unit));
  if (rate > 0) text += fmt::format("  {}/s", format_amount(rate, p.unit));
  if (left >= 0) text += fmt::format("  {} left", format_time_left(left));
  return text + fmt::format("  {}", format_bytes(resident_bytes()));
}

std::string json_of(const Progress& p, double t, double rate, double left) {
  nlohmann::ordered_json object;
  object["t"] = std::round(t * 1000) / 1000;
  object["phase"] = std::string(p.phase);
  object["done"] = p.done;
  object["total"] = p.total > 0 ? nlohmann::ordered_json(p.total) : nlohmann::ordered_json(nullptr);
  object["unit"] = std::string(p.unit);
  object["rate"] = std::round(rate * 10) / 10;
  object["eta_s"] = left >= 0 ? nlohmann::ordered_json(std::round(left * 10) / 10) : nlohmann::ordered_json(nullptr);
  object["rss"] = resident_bytes();
  return object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

ProgressDrawer::ProgressDrawer(ProgressMode mode, std::size_t width, Output output, Clock clock)
    : mode_(mode), width_(width), output_(std::move(output)), clock_(std::move(clock)) {}

void ProgressDrawer::update(const Progress& progress) {
  if (mode_ == ProgressMode::never) return;
  const double now = clock_();
  const bool is_new_phase = phase_ != progress.phase;
  if (is_new_phase) {
    phase_ = progress.phase;
    begun_ = now;
    first_done_ = progress.done;
  }
  const bool is_complete = progress.total > 0 && progress.done >= progress.total;
  const double interval = mode_ == ProgressMode::json ? k_json_interval : k_line_interval;
  if (!is_drawn_ || now - drawn_ >= interval || (is_complete && mode_ == ProgressMode::line)) draw(progress, now);
}

void ProgressDrawer::draw(const Progress& progress, double now) {
  drawn_ = now;
  is_drawn_ = true;
  const double elapsed = now - begun_;
  const double rate =
      elapsed > 0 && progress.done > first_done_ ? static_cast<double>(progress.done - first_done_) / elapsed : 0;
  const double left = rate > 0 && progress.total >= progress.done && progress.total > 0
                          ? static_cast<double>(progress.total - progress.done) / rate
                          : -1;
  if (mode_ == ProgressMode::json) {
    output_(json_of(progress, now, rate, left));
  } else {
    output_("\r\x1b[K" + cut_to_width(line_of(progress, rate, left), width_ - 1));
  }
}

void ProgressDrawer::clear() {
  if (is_drawn_ && mode_ == ProgressMode::line) output_("\r\x1b[K");
  is_drawn_ = false;
}

double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string format_amount(double amount, std::string_view unit) {
  if (unit == "bytes") return format_bytes(static_cast<std::uint64_t>(std::max(0.0, amount)));
  constexpr const char* k_suffixes[] = {"", " k", " M", " G", " T"};
  std::size_t suffix = 0;
  while (amount >= 999.5 && suffix < 4) {
    amount /= 1000;
    ++suffix;
  }
  const int digits = suffix == 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", amount, digits, k_suffixes[suffix]);
}

std::string format_time_left(double seconds) {
  const auto total = static_cast<std::uint64_t>(std::clamp(seconds + 0.5, 0.0, 3.6e8));
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return fmt::format("{} min {} s", total / 60, total % 60);
  return fmt::format("{} h {} min", total / 3600, total % 3600 / 60);
}

}  // namespace unisono::app
