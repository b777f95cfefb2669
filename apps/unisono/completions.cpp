#include "catalogue.hpp"
#include "frame/help.hpp"

namespace unisono::app {
namespace {

Result<Outcome> show_completions(const Invocation& invocation) {
  Outcome outcome;
  UNISONO_TRY(outcome.text, completion_script(catalogue(), invocation.values.text("SHELL")));
  return outcome;
}

}  // namespace

CommandSpec completions_command() {
  CommandSpec spec;
  spec.name = "completions";
  spec.summary = "print a script that lets your shell complete commands and options";
  spec.examples = {{"unisono completions bash > ~/.local/share/bash-completion/completions/unisono", "for bash"},
                   {"unisono completions fish > ~/.config/fish/completions/unisono.fish", "for fish"}};
  spec.arguments = {{"SHELL", "bash, zsh or fish", 1, 1, ValueKind::text}};
  spec.action = show_completions;
  return spec;
}

}  // namespace unisono::app
