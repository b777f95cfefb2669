// Texts and names of the generated world. Everything is invented; nobody's words are used.
#include <array>
#include <string_view>

#include "demo_world.hpp"

namespace unisono::commands::demo {
namespace {

template <std::size_t N>
std::string_view pick(Random& random, const std::array<std::string_view, N>& words) {
  return words[random.below(N)];
}

constexpr std::array<std::string_view, 24> k_nouns = {
    "harbour", "railway", "orchard", "library", "river",   "bridge", "festival", "workshop",
    "lantern", "meadow",  "archive", "garden",  "market",  "school", "mountain", "vessel",
    "treaty",  "valley",  "museum",  "compass", "village", "forest", "theatre",  "island"};
constexpr std::array<std::string_view, 20> k_adjectives = {
    "open",    "shared", "lasting", "quiet",   "bright", "mutual", "steady", "common", "modern", "careful",
    "ancient", "lively", "patient", "sincere", "broad",  "gentle", "strong", "simple", "joint",  "green"};
constexpr std::array<std::string_view, 16> k_verbs = {
    "builds",  "joins",    "welcomes", "protects", "renews",  "connects", "explains", "honours",
    "repairs", "supports", "measures", "follows",  "answers", "opens",    "carries",  "invites"};
constexpr std::array<std::string_view, 12> k_times = {"today",        "this week",   "every year", "in winter",
                                                      "since spring", "at last",     "once again", "step by step",
                                                      "in June",      "this season", "by autumn",  "all along"};
constexpr std::array<std::string_view, 14> k_openers = {
    "I think",   "Honestly,",  "Not sure:", "My view:", "Interesting,", "Well,",   "Sorry but",
    "In short,", "Read this:", "Really?",   "Hm,",      "Good point,",  "No way,", "As ever,"};

// Words are drawn one statement after the other: the order of arguments of one call is the compiler's choice.
std::string clause(Random& random) {
  std::string text = "the ";
  text.append(pick(random, k_adjectives)).append(" ");
  text.append(pick(random, k_nouns)).append(" ");
  text.append(pick(random, k_verbs)).append(" the ");
  text.append(pick(random, k_adjectives)).append(" ");
  return text.append(pick(random, k_nouns));
}

}  // namespace

std::string public_sentence(Random& random) {
  std::string text(pick(random, k_openers));
  text.append(" ").append(clause(random)).append(" ");
  text.append(pick(random, k_times)).append(" ");
  return text.append(std::to_string(random.below(100'000)));
}

std::string speech(std::uint64_t seed, std::uint32_t number) {
  Random random = Random::stream(seed, 1'000 + number);
  std::string text = "We say that ";
  text.append(clause(random)).append(", that ");
  text.append(clause(random)).append(", and that ");
  text.append(clause(random)).append(" ");
  return text.append(pick(random, k_times)).append(".");
}

// Nine to twelve words out of the middle: long enough to be found, short enough to be a reply.
std::string copied_segment(Random& random, const std::string& sentence) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t i = 0; i + 1 < sentence.size(); ++i) {
    if (sentence[i] == ' ') starts.push_back(i + 1);
  }
  const std::size_t length = 9 + random.below(4);
  if (starts.size() <= length) return sentence;
  const std::size_t first = random.below(starts.size() - length);
  return sentence.substr(starts[first], starts[first + length] - 1 - starts[first]);
}

std::string fixed_phrase(Random& random) {
  constexpr std::array<std::string_view, 8> k_phrases = {
      "Well said, the facts speak for themselves here.",     "Friends of the harbour stand with this view.",
      "A wise voice, thank you for these clear words.",      "The truth needs no lantern, it shines by itself.",
      "Cooperation is the only bridge that carries us all.", "Those who shout loudest know the valley least.",
      "Strongly agree, the railway joins people together.",  "Nobody can stop a river that knows its way."};
  return std::string(pick(random, k_phrases));
}

std::string slogan(Random& random) {
  constexpr std::array<std::string_view, 4> k_slogans = {
      "Lumina forever and always our bright star #LuminaDay #Starlit #Lumina5",
      "Stream the new song until the morning comes #Lumina #Starlit #Comeback",
      "Starlit says thank you Lumina for the song #Lumina #LuminaDay #Starlit",
      "Vote every hour for Lumina do not forget to share #VoteLumina #Lumina #Starlit"};
  return std::string(pick(random, k_slogans));
}

std::string invented_name(Random& random) {
  constexpr std::array<std::string_view, 16> k_first = {"Zor", "Quil", "Bren", "Tav", "Mel", "Orv", "Yas", "Dru",
                                                        "Kel", "Vim",  "Lor",  "Fen", "Sab", "Ux",  "Pry", "Hal"};
  constexpr std::array<std::string_view, 12> k_second = {"van", "la",   "zo",  "rik", "wyn", "dor",
                                                         "mi",  "tesh", "bel", "nu",  "gar", "lix"};
  std::string name(pick(random, k_first));
  return name.append(pick(random, k_second));
}

}  // namespace unisono::commands::demo
