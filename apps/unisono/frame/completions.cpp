// Completion scripts. They hold the words themselves, so that pressing Tab starts no program.
#include <fmt/format.h>

#include <algorithm>

#include "frame/help.hpp"

namespace unisono::app {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::vector<const OptionSpec*> options_of(const CommandSpec& command, const Catalogue& catalogue) {
  std::vector<const OptionSpec*> all;
  for (const OptionSpec& option : command.options) all.push_back(&option);
  for (const OptionSpec& option : catalogue.general) all.push_back(&option);
  return all;
}

std::string bash(const Catalogue& catalogue) {
  std::vector<std::string> names;
  std::string words;
  std::string values;
  for (const CommandSpec& command : catalogue.commands) {
    names.push_back(command.name);
    std::vector<std::string> flags;
    for (const OptionSpec* option : options_of(command, catalogue)) {
      flags.push_back("--" + option->name);
      if (!option->letter.empty()) flags.push_back("-" + option->letter);
      if (option->kind == ValueKind::choice) {
        values += fmt::format("    {}:--{}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", command.name,
                              option->name, fmt::join(option->choices, " "));
      }
    }
    words += fmt::format("    {}) options=\"{}\" ;;\n", command.name, fmt::join(flags, " "));
  }
  return fmt::format(
      "# bash completion for unisono; put it into ~/.local/share/bash-completion/completions/unisono\n"
      "_unisono() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command= options= i\n"
      "  local commands=\"{}\"\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    [[ \" $commands \" == *\" ${{COMP_WORDS[i]}} \"* ]] && {{ command=${{COMP_WORDS[i]}}; break; }}\n"
      "  done\n"
      "  if [[ -z $command ]]; then COMPREPLY=($(compgen -W \"$commands\" -- \"$word\")); return; fi\n"
      "  if [[ $command == help ]]; then COMPREPLY=($(compgen -W \"$commands\" -- \"$word\")); return; fi\n"
      "  case \"$command:$previous\" in\n{}  esac\n"
      "  case \"$command\" in\n{}  esac\n"
      "  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      "  else compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")); fi\n"
      "}}\n"
      "complete -F _unisono unisono\n",
      fmt::join(names, " "), values, words);
}

std::string zsh(const Catalogue& catalogue) {
  const auto described = [](std::string text) { return replaced(replaced(std::move(text), "'", "'\\''"), ":", "\\:"); };
  const auto in_brackets = [](std::string text) {
    return replaced(replaced(replaced(std::move(text), "'", "'\\''"), "[", "\\["), "]", "\\]");
  };
  std::string commands;
  std::string cases;
  for (const CommandSpec& command : catalogue.commands) {
    commands += fmt::format("    '{}:{}'\n", command.name, described(command.summary));
    cases += fmt::format("    {}) _arguments", command.name);
    for (const OptionSpec* option : options_of(command, catalogue)) {
      std::string value;
      if (option->kind == ValueKind::choice) {
        value = fmt::format(":{}:({})", option->value_name, fmt::join(option->choices, " "));
      } else if (option->kind == ValueKind::path) {
        value = fmt::format(":{}:_files", option->value_name);
      } else if (option->kind != ValueKind::flag) {
        value = fmt::format(":{}: ", option->value_name);
      }
      cases += fmt::format(" \\\n      '{}--{}[{}]{}'", option->repeatable ? "*" : "", option->name,
                           in_brackets(option->help), value);
    }
    cases += command.name == "help" ? " \\\n      '1:command:->names'" : " \\\n      '*:file:_files'";
    cases += " ;;\n";
  }
  return fmt::format(
      "#compdef unisono\n"
      "# zsh completion for unisono; put it as _unisono into a folder of $fpath\n"
      "_unisono() {{\n"
      "  local -a commands\n"
      "  local state\n"
      "  commands=(\n{0}  )\n"
      "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
      "  local command=${{words[2]}}\n"
      "  shift words; (( CURRENT-- ))\n"
      "  case $command in\n{1}  esac\n"
      "  [[ $state == names ]] && _describe command commands\n"
      "}}\n"
      "_unisono \"$@\"\n",
      commands, cases);
}

std::string fish(const Catalogue& catalogue) {
  const auto quoted = [](std::string text) { return replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'"); };
  const auto option_line = [&](const OptionSpec& option, const std::string& condition) {
    std::string line = fmt::format("complete -c unisono -n '{}' -l {}", condition, option.name);
    if (!option.letter.empty()) line += " -s " + option.letter;
    if (option.kind == ValueKind::choice) line += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
    if (option.kind == ValueKind::path) line += " -r";
    if (option.kind != ValueKind::flag && option.kind != ValueKind::choice && option.kind != ValueKind::path)
      line += " -x";
    return line + fmt::format(" -d '{}'\n", quoted(option.help));
  };
  std::string text = "# fish completion for unisono; put it into ~/.config/fish/completions/unisono.fish\n";
  std::vector<std::string> names;
  for (const CommandSpec& command : catalogue.commands) {
    names.push_back(command.name);
    text += fmt::format("complete -c unisono -n __fish_use_subcommand -f -a {} -d '{}'\n", command.name,
                        quoted(command.summary));
    for (const OptionSpec& option : command.options)
      text += option_line(option, "__fish_seen_subcommand_from " + command.name);
  }
  text += fmt::format("complete -c unisono -n '__fish_seen_subcommand_from help' -f -a '{}'\n", fmt::join(names, " "));
  for (const OptionSpec& option : catalogue.general) text += option_line(option, "true");
  return text;
}

}  // namespace

Result<std::string> completion_script(const Catalogue& catalogue, std::string_view shell) {
  if (shell == "bash") return bash(catalogue);
  if (shell == "zsh") return zsh(catalogue);
  if (shell == "fish") return fish(catalogue);
  return fail(ErrorCode::usage, fmt::format("no completions for the shell \"{}\", expected bash, zsh or fish", shell),
              "for example: unisono completions bash");
}

}  // namespace unisono::app
