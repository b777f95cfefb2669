#include "commands/channel_copy.hpp"

#include <utility>

namespace unisono::commands {

using network::Permutation;

bool is_compared(ComparedTest test, std::optional<Permutation> permutation) {
  if (!permutation) return test == ComparedTest::t || test == ComparedTest::x;
  switch (*permutation) {
    case Permutation::bins:
      return test == ComparedTest::t || test == ComparedTest::g_t;
    case Permutation::within:
      return test == ComparedTest::x || test == ComparedTest::g_x;
    default:
      return *permutation == Permutation::habit && test == ComparedTest::g_h;
  }
}

void add_checks(const ChannelTests& tests, ChannelCopy& copy) {
  for (const TestedWindow& window : tests.windows) {
    WindowView& view = copy.windows[window.window];
    view.c_bar = window.ties.check.collision;
    view.habit_f = window.ties.check.habit_factor;
    if (window.ties.check.family_k > 0) view.family_k = static_cast<double>(window.ties.check.family_k);
  }
}

namespace {

// The p-values and means of one window over all copies of one kind, and of the data where no kind is given.
void add_fits_of(std::optional<Permutation> permutation, std::span<const CopyJob> jobs,
                 std::span<const ChannelCopy> copies, const TestedWindow& window, const ChannelCopy* data,
                 const CopyPlan& plan, store::CalibrationRows& rows) {
  std::array<TestFit, k_test_names.size()> fits;
  std::vector<double> c_bar, habit_f, family_k;
  const auto add = [&](const ChannelCopy& copy) {
    const auto found = copy.windows.find(window.window);
    if (found == copy.windows.end()) return;
    const WindowView& view = found->second;
    if (view.c_bar) c_bar.push_back(*view.c_bar);
    if (view.family_k) family_k.push_back(*view.family_k);
    if (view.habit_f) habit_f.push_back(*view.habit_f);
    for (std::size_t t = 0; t < fits.size(); ++t) fits[t].add_copy(view.p[t]);
  };
  if (data != nullptr) add(*data);
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (jobs[i].permutation == permutation) add(copies[i]);
  for (std::size_t t = 0; t < fits.size(); ++t) {
    store::CalibrationFitRow row;
    row.channel = plan.channel;
    row.window_us = static_cast<std::int64_t>(window.window_us);
    row.permutation = permutation ? network::name_of(*permutation) : "none";
    row.test = k_test_names[t];
    row.c_bar = mean(c_bar), row.habit_f = mean(habit_f), row.family_k = mean(family_k);
    append_fit(std::move(fits[t]), std::move(row), rows);
  }
}

}  // namespace

void append_fits(std::span<const CopyJob> jobs, std::span<const ChannelCopy> copies, const ChannelTests& real,
                 const CopyPlan& plan, store::CalibrationRows& rows) {
  ChannelCopy data;
  add_checks(real, data);
  for (const TestedWindow& window : real.windows) {
    add_fits_of(std::nullopt, jobs, copies, window, &data, plan, rows);
    for (const Permutation kind : {Permutation::bins, Permutation::within, Permutation::habit})
      add_fits_of(kind, jobs, copies, window, nullptr, plan, rows);
  }
}

}  // namespace unisono::commands
