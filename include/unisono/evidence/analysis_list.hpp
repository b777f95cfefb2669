// The analyses that this version gives: question, exact rule, inputs, ordinary explanations, command. What `unisono
// help B4` prints, and what stands under every result.
#pragma once

#include <span>
#include <string_view>

namespace unisono::evidence {

struct Analysis {
  std::string_view id;        // "B4"
  std::string_view question;  // "How much comes from accounts later suspended?"
  std::string_view rule;
  std::string_view inputs;    // tables of the case
  std::string_view innocent;  // ordinary explanations; "" = none
  std::string_view command;
};

std::span<const Analysis> analyses();                 // by id
const Analysis* analysis_named(std::string_view id);  // in any case of letters; nullptr if there is none

}  // namespace unisono::evidence
