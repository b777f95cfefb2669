#include "frame/parser.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "frame/suggestion.hpp"

namespace unisono::app {
namespace {

std::string flag_names(const OptionSpec& option) {
  return option.letter.empty() ? "--" + option.name : fmt::format("-{},--{}", option.letter, option.name);
}

bool takes_value(const std::vector<OptionSpec>& options, const std::string& word) {
  return std::any_of(options.begin(), options.end(), [&](const OptionSpec& option) {
    return option.kind != ValueKind::flag &&
           (word == "--" + option.name || (!option.letter.empty() && word == "-" + option.letter));
  });
}

// The place of the command among the words: the first that is neither an option nor the value of a general one.
std::size_t find_command(const std::vector<std::string>& words, const Catalogue& catalogue) {
  std::size_t at = 0;
  while (at < words.size() && words[at].size() > 1 && words[at].front() == '-') {
    at += takes_value(catalogue.general, words[at]) ? 2U : 1U;
  }
  return std::min(at, words.size());
}

std::string see_help(const CommandSpec* command) {
  return command == nullptr ? "see: unisono help" : fmt::format("see: unisono help {}", command->name);
}

tl::unexpected<Error> unknown_word(const std::string& word, const CommandSpec* command, const Catalogue& catalogue) {
  const std::string of = command == nullptr ? "unisono" : "unisono " + command->name;
  if (word.empty() || word.front() != '-' || word == "-") {
    return fail(ErrorCode::usage, fmt::format("{} does not take another argument: \"{}\"", of, word),
                see_help(command));
  }
  std::vector<std::string> names;
  if (command != nullptr) {
    for (const OptionSpec& option : command->options) names.push_back("--" + option.name);
  }
  for (const OptionSpec& option : catalogue.general) names.push_back("--" + option.name);
  const std::string name = word.substr(0, word.find('='));
  const std::string near = nearest(name, names);
  return fail(ErrorCode::usage, fmt::format("{} has no option \"{}\"", of, name),
              near.empty() ? see_help(command) : fmt::format("did you mean: {}", near));
}

Values collect(const CLI::App& app, const CommandSpec* command, const Catalogue& catalogue) {
  Values values;
  const auto take = [&](const OptionSpec& option) {
    const CLI::Option* found = app.get_option("--" + option.name);
    if (found->count() > 0) values.set(option.name, {split_list(option, found->results()), "command line"});
  };
  std::for_each(catalogue.general.begin(), catalogue.general.end(), take);
  if (command == nullptr) return values;
  std::for_each(command->options.begin(), command->options.end(), take);
  for (const ArgumentSpec& argument : command->arguments) {
    const CLI::Option* found = app.get_option(argument.name);
    if (found->count() > 0) values.set(argument.name, {found->results(), "command line"});
  }
  return values;
}

void declare(CLI::App& app, const CommandSpec* command, const Catalogue& catalogue) {
  app.set_help_flag("");
  app.allow_extras();
  const auto add = [&](const OptionSpec& option) {
    if (option.kind == ValueKind::flag) {
      app.add_flag(flag_names(option));
    } else {
      app.add_option(flag_names(option))->expected(1)->take_all();
    }
  };
  std::for_each(catalogue.general.begin(), catalogue.general.end(), add);
  if (command == nullptr) return;
  std::for_each(command->options.begin(), command->options.end(), add);
  for (const ArgumentSpec& argument : command->arguments) {
    app.add_option(argument.name)
        ->expected(1, static_cast<int>(argument.at_most))
        ->allow_extra_args(argument.at_most > 1)
        ->take_all();
  }
}

Result<void> check_values(const Values& values, const CommandSpec* command, const Catalogue& catalogue) {
  for (const auto* options : {&catalogue.general, command == nullptr ? nullptr : &command->options}) {
    if (options == nullptr) continue;
    for (const OptionSpec& option : *options) {
      const Values::Given* given = values.find(option.name);
      if (given == nullptr) continue;
      if (!option.repeatable && given->texts.size() > 1) {
        return fail(ErrorCode::usage,
                    fmt::format("--{} was given {} times, expected once", option.name, given->texts.size()),
                    "leave it out but once");
      }
      for (const std::string& text : given->texts) UNISONO_CHECK(check_value(option, text, given->origin));
    }
  }
  return {};
}

}  // namespace

tl::unexpected<Error> unknown_command(const std::string& word, const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const CommandSpec& command : catalogue.commands) names.push_back(command.name);
  const std::string near = nearest(word, names);
  std::string advice = near.empty() ? "see: unisono help" : fmt::format("did you mean: unisono {}", near);
  if (near.empty() && (word.find('.') != std::string::npos || word.find('/') != std::string::npos)) {
    advice = fmt::format("to analyse a file: unisono run {} -o out", word);
  }
  return fail(ErrorCode::usage, fmt::format("there is no command \"{}\"", word), std::move(advice));
}

Result<ParsedLine> parse_line(const std::vector<std::string>& words, const Catalogue& catalogue) {
  const std::size_t at = find_command(words, catalogue);
  ParsedLine line;
  std::vector<std::string> rest = words;
  if (at < words.size() && words[at] != "-") {
    line.command = catalogue.find(words[at]);
    if (line.command == nullptr) return unknown_command(words[at], catalogue);
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
  }
  CLI::App app;
  try {
    declare(app, line.command, catalogue);
    std::reverse(rest.begin(), rest.end());  // CLI11 takes the words from the back
    app.parse(rest);
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string text = mismatch.what();
    return fail(ErrorCode::usage, fmt::format("{} needs a value", text.substr(0, text.find(':'))),
                see_help(line.command));
  } catch (const CLI::Error& error) {
    return fail(ErrorCode::usage, error.what(), see_help(line.command));
  }
  std::vector<std::string> extra = app.remaining();
  if (const auto mark = std::find(extra.begin(), extra.end(), "--"); mark != extra.end()) extra.erase(mark);
  if (!extra.empty()) {
    const auto option =
        std::find_if(extra.begin(), extra.end(), [](const std::string& w) { return w.size() > 1 && w[0] == '-'; });
    return unknown_word(option == extra.end() ? extra.front() : *option, line.command, catalogue);
  }
  line.values = collect(app, line.command, catalogue);
  UNISONO_CHECK(check_values(line.values, line.command, catalogue));
  return line;
}

Result<void> check_arguments(const ParsedLine& line) {
  if (line.command == nullptr) return {};
  for (const ArgumentSpec& argument : line.command->arguments) {
    const std::size_t count = line.values.count(argument.name);
    if (count < argument.at_least) {
      const std::string example = line.command->examples.empty()
                                      ? see_help(line.command)
                                      : "for example: " + line.command->examples.front().command;
      return fail(ErrorCode::usage,
                  fmt::format("unisono {} needs {}: {}", line.command->name, argument.name, argument.help), example);
    }
  }
  return {};
}

}  // namespace unisono::app
