#include "frame/help.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"
#include "frame/parser.hpp"
#include "frame/safe_text.hpp"
#include "unisono/evidence/analysis_list.hpp"

namespace unisono::app {
namespace {

std::string analysis_help(const evidence::Analysis& analysis, std::size_t width) {
  std::string text = fmt::format("{}  {}\n", analysis.id, analysis.question);
  const auto add = [&](std::string_view title, std::string_view words) {
    if (!words.empty()) text += fmt::format("\n{}\n", wrap(fmt::format("{}: {}", title, words), width, 4));
  };
  add("Rule", analysis.rule);
  add("Inputs", analysis.inputs);
  add("Ordinary explanations", analysis.innocent);
  add("Command", fmt::format("unisono {}", analysis.command));
  return text;
}

Result<Outcome> show_help(const Invocation& invocation) {
  Outcome outcome;
  const std::string name = invocation.values.text("COMMAND");
  if (name.empty()) {
    outcome.text = overview_help(catalogue(), invocation.help_width);
    return outcome;
  }
  if (const evidence::Analysis* analysis = evidence::analysis_named(name)) {
    outcome.text = analysis_help(*analysis, invocation.help_width);
    return outcome;
  }
  const CommandSpec* command = catalogue().find(name);
  if (command == nullptr) return unknown_command(name, catalogue());
  outcome.text = command_help(*command, catalogue(), invocation.help_width);
  return outcome;
}

}  // namespace

CommandSpec help_command() {
  CommandSpec spec;
  spec.name = "help";
  spec.summary = "show what a command or an analysis does, examples first";
  spec.examples = {{"unisono help", "all commands"},
                   {"unisono help run", "one of them"},
                   {"unisono help B4", "an analysis: question, exact rule, ordinary explanations"}};
  spec.arguments = {{"COMMAND", "the command or analysis to explain", 0, 1, ValueKind::text}};
  spec.action = show_help;
  return spec;
}

}  // namespace unisono::app
