// The sentences of amplification: level 0, counts with denominators and coverage. Part of the catalogue of wording.hpp
// and read by the same test.
#pragma once

#include <string>
#include <string_view>

#include "unisono/evidence/amplification.hpp"
#include "unisono/evidence/figure.hpp"

namespace unisono::evidence {

// "reposts by the group (@embassy): 30.0 % (2350 of 7832). Coverage 97.4 %."
std::string figure_sentence(const Figure& figure);

// "B3 could not be computed: no post of a target is in this data. To do: ..."
std::string refusal_sentence(const Refusal& refusal);

// Under B4, whenever it is shown.
std::string_view status_caveat();

}  // namespace unisono::evidence
