#include "unisono/evidence/amplification_wording.hpp"

#include <fmt/format.h>

#include "unisono/evidence/wording.hpp"

namespace unisono::evidence {
namespace {

std::string number_of(const Figure& figure) {
  if (figure.numerator && figure.denominator) {
    return format_share(static_cast<std::uint64_t>(*figure.numerator), static_cast<std::uint64_t>(*figure.denominator));
  }
  if (figure.numerator) return format_count(static_cast<std::uint64_t>(*figure.numerator));
  return figure.value ? fmt::format("{:.3f}", *figure.value) : std::string("not known");
}

}  // namespace

std::string figure_sentence(const Figure& figure) {
  std::string text = fmt::format("{} ({}): {}", figure.label, figure.subject, number_of(figure));
  if (figure.low && figure.high)
    text += fmt::format(", interval of 95 %: {:.1f}-{:.1f} %", 100 * *figure.low, 100 * *figure.high);
  text += '.';
  if (figure.coverage) {
    text += fmt::format(" Coverage {:.1f} %.", 100 * *figure.coverage);
  } else if (figure.denominator) {
    text += " Coverage not known.";
  }
  if (figure.excluded > 0) text += fmt::format(" Left out: {} {}.", figure.excluded, figure.excluded_why);
  return text;
}

std::string refusal_sentence(const Refusal& refusal) {
  return fmt::format("{} could not be computed: {}. To do: {}.", refusal.analysis, refusal.reason, refusal.to_do);
}

std::string_view status_caveat() {
  return "B4: an account can be suspended for many reasons; suspended is not the same as inauthentic, and only what "
         "was "
         "suspended by the date of the snapshot is counted.";
}

}  // namespace unisono::evidence
