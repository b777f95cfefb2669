#include "frame/help.hpp"
#include "catalogue.hpp"
#include "frame/parser.hpp"

namespace unisono::app {
namespace {

Result<Outcome> show_help(const Invocation& invocation) {
  Outcome outcome;
  const std::string name = invocation.values.text("COMMAND");
  if (name.empty()) {
    outcome.text = overview_help(catalogue(), invocation.help_width);
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
  spec.summary = "show what a command does and takes, examples first";
  spec.examples = {{"unisono help", "all commands"}, {"unisono help run", "one of them"}};
  spec.arguments = {{"COMMAND", "the command to explain", 0, 1, ValueKind::text}};
  spec.action = show_help;
  return spec;
}

}  // namespace unisono::app
