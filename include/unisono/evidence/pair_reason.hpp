// Why two accounts are a tie in one channel and window, or why not, in words. Every sentence of `unisono explain` about
// a pair stands here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "unisono/network/pair_explanation.hpp"

namespace unisono::evidence {

// In the order in which they are looked for: the first that holds is the reason.
enum class PairVerdict : std::uint8_t {
  tie,              // accepted by the rule
  lead,             // accepted by pace alone, where T is blind
  declared_feed,    // an account is on a list of declared feeds or staff
  no_actions,       // an account has no usable action in the channel
  too_coarse,       // times are not known well enough for the window
  too_few_objects,  // an account acted on fewer objects than a pair needs
  nothing_common,
  too_few_common,  // not in the family: too few common objects to be tested
  not_close,       // no common object within the window
  one_occasion,    // fewer than two close units
  blind,           // T is blind and the pace does not pass
  too_likely       // tested, p too large
};

const char* name_of(PairVerdict verdict);   // "tie", "too_few_common", ...
const char* title_of(PairVerdict verdict);  // "tie", "not tested", "no tie", ...

struct PairContext {
  std::string a, b;  // labels of the accounts
  std::string channel;
  std::int64_t window_us = 0;
  std::uint32_t min_objects = 2;
  double alpha = 0.05;  // of the window
  std::uint64_t n_pairs = 0, family_k = 0;
  std::uint64_t others = 0;  // other pairs that the run accepted in this channel and window
  bool blind = false;
  double collision = 0;
  double q = 1;  // network::q_beside
};

// Never no_actions or too_coarse: there are no figures then.
PairVerdict verdict_of(const network::PairFigures& pair, const PairContext& context);

// The reason with its numbers; for a tie what the rule says, without the claim itself (wording.hpp).
std::string reason_of(PairVerdict verdict, const network::PairFigures& pair, const PairContext& context);

std::string no_actions_reason(std::string_view account, std::uint64_t rows, std::uint64_t without_time,
                              std::uint64_t damaged, std::uint64_t outside);

// "Both are in the group g-..., level G0."
std::string common_group_sentence(std::string_view a, std::string_view b, std::string_view group_id,
                                  std::string_view level);
std::string no_common_group_sentence(std::string_view a, std::string_view b);

// The numbers are not those of the run.
std::string differs_from_run_sentence(std::string_view run_id, bool case_has_changed);

}  // namespace unisono::evidence
