#include "frame/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "frame/safe_text.hpp"
#include "unisono/core/unicode.hpp"

namespace unisono::app {
namespace {

constexpr std::string_view k_tagline =
    "unisono finds the voices that speak as one, and shows the evidence.\n"
    "It reads files on this machine and never the network.\n";

std::string left_column(const OptionSpec& option) {
  std::string text = option.letter.empty() ? "    " : fmt::format("-{}, ", option.letter);
  text += "--" + option.name;
  if (option.kind != ValueKind::flag) text += " " + option.value_name;
  return text;
}

std::string right_column(const OptionSpec& option) {
  std::string text = option.help;
  if (option.kind == ValueKind::choice) text += fmt::format(": {}", fmt::join(option.choices, ", "));
  if (option.repeatable) text += "; may be repeated";
  if (!option.default_text.empty()) text += fmt::format(" (default: {})", option.default_text);
  return text;
}

// Two columns; a left side that is too long gets a line of its own.
std::string row(std::string_view left, std::string_view right, std::size_t left_width, std::size_t width) {
  std::string line = "  " + std::string(left);
  const std::size_t used = display_width(left);
  if (used + 2 > left_width) {
    line += "\n" + std::string(left_width + 2, ' ');
  } else {
    line += std::string(left_width - used, ' ');
  }
  return line + wrap(right, width - left_width - 2, left_width + 2) + "\n";
}

std::string usage_line(const CommandSpec& command) {
  std::string line = "unisono " + command.name;
  for (const ArgumentSpec& argument : command.arguments) {
    std::string name = argument.name + (argument.at_most > 1 ? "..." : "");
    line += argument.at_least == 0 ? fmt::format(" [{}]", name) : " " + name;
  }
  return line + (command.options.empty() ? "" : " [options]");
}

std::string examples(const std::vector<ExampleSpec>& all, std::size_t width) {
  std::string text;
  for (const ExampleSpec& example : all) {
    text += fmt::format("  {}\n", example.command);
    if (!example.meaning.empty()) text += "      " + wrap(example.meaning, width - 6, 6) + "\n";
  }
  return text;
}

}  // namespace

std::string overview_help(const Catalogue& catalogue, std::size_t width) {
  std::string text(k_tagline);
  text += "\nExamples:\n";
  text += examples({{"unisono demo", "a generated campaign, analysed from import to report"},
                    {"unisono run posts.csv -o out", "your own export: receipt, ties, groups and out/report.html"},
                    {"unisono help run", "what a command takes, with examples"}},
                   width);
  text += "\nUsage: unisono COMMAND [arguments] [options]\n\nCommands:\n";
  for (const CommandSpec& command : catalogue.commands) text += row(command.name, command.summary, 13, width);
  text += "\nOptions of every command:\n";
  for (const OptionSpec& option : catalogue.general) text += row(left_column(option), right_column(option), 24, width);
  text +=
      "\nExit codes: 0 done, 1 error, 2 usage, 3 input not recognised or a decision is needed,\n"
      "4 too many rejected rows, 7 resource limit, 130 interrupted.\n";
  return text;
}

std::string command_help(const CommandSpec& command, const Catalogue& catalogue, std::size_t width) {
  std::string text = wrap(fmt::format("unisono {}: {}", command.name, command.summary), width, 0) + "\n";
  if (!command.examples.empty()) text += "\nExamples:\n" + examples(command.examples, width);
  text += fmt::format("\nUsage: {}\n", wrap(usage_line(command), width - 7, 7));
  if (!command.description.empty()) {
    std::string_view rest = command.description;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      text += "\n" + wrap(rest.substr(0, end), width, 0) + "\n";
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (!command.arguments.empty()) {
    text += "\nArguments:\n";
    for (const ArgumentSpec& argument : command.arguments) text += row(argument.name, argument.help, 24, width);
  }
  if (!command.options.empty()) {
    text += "\nOptions:\n";
    for (const OptionSpec& option : command.options) text += row(left_column(option), right_column(option), 24, width);
  }
  text += "\nOptions of every command:\n";
  for (const OptionSpec& option : catalogue.general) text += row(left_column(option), right_column(option), 24, width);
  return text;
}

}  // namespace unisono::app
