// The specification of the command line: what every command is called, takes and says about itself. Parser, help,
// completions, configuration and manual are all made from these structures, so they cannot disagree.
//
// A new command is one file: it fills a CommandSpec, whose action turns Values into the options of a library function,
// calls it, and returns an Outcome; catalogue.cpp lists it. See inspect.cpp for a short one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/core/time.hpp"

namespace unisono::app {

// Values are checked by kind before an action runs, so that an action never sees a malformed one.
enum class ValueKind : std::uint8_t { flag, text, path, integer, real, duration, moment, bytes, choice };

struct OptionSpec {
  std::string name;    // "window", typed as --window, in TOML `window`, in the environment UNISONO_WINDOW
  std::string letter;  // "o", typed as -o; empty = none
  ValueKind kind = ValueKind::flag;
  std::string value_name;            // "DURATION"
  std::string help;                  // one sentence without a full stop
  std::string default_text;          // as a person reads it; empty = none
  bool repeatable = false;           // may be given several times
  std::vector<std::string> choices;  // choice: all of them; any other kind: words accepted beside it ("none")
};

struct ArgumentSpec {
  std::string name;  // "FILE"
  std::string help;
  std::size_t at_least = 1;
  std::size_t at_most = 1;  // k_unlimited = no limit; only the last argument of a command may have more than one value
  ValueKind kind = ValueKind::path;
};
inline constexpr std::size_t k_unlimited = 0xffff;

struct ExampleSpec {
  std::string command;
  std::string meaning;
};

// What was given for each option and argument, after flags, environment and configuration files were joined.
class Values {
 public:
  struct Given {
    std::vector<std::string> texts;
    std::string origin;  // "command line", "UNISONO_ALPHA", "unisono.toml"
  };

  void set(const std::string& name, Given given) { given_[name] = std::move(given); }
  const Given* find(std::string_view name) const;

  bool has(std::string_view name) const { return find(name) != nullptr; }
  bool flag(std::string_view name) const;  // given, and not as "false"
  std::size_t count(std::string_view name) const;
  std::string text(std::string_view name, std::string_view fallback = {}) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::filesystem::path path(std::string_view name) const { return text(name); }
  std::vector<std::filesystem::path> paths(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t fallback) const;
  // Error{usage} above 4,294,967,295.
  Result<std::uint32_t> count_below_2_32(std::string_view name, std::uint32_t fallback) const;
  double real(std::string_view name, double fallback) const;
  std::optional<TimeUs> moment(std::string_view name) const;

 private:
  std::map<std::string, Given, std::less<>> given_;
};

struct CommandSpec;

struct Invocation {
  const CommandSpec& command;
  const Values& values;
  Control control;
  std::filesystem::path spill_dir;  // empty = beside the case
  std::size_t help_width = 80;
};

// One table of a result. In a pipe and in JSON all rows are written; a terminal shows the first `rows_on_terminal`.
struct Section {
  std::string name;   // "ties": the key in JSON
  std::string title;  // what a person reads above it; empty = the name
  Table table;
  std::size_t rows_on_terminal = 40;
  std::string whole_in = {};  // where the whole table is: a pipe, too, shows only the first rows and names it
  bool is_prose = false;      // two columns, heading and sentence: a terminal shows wrapped text instead of a table
};

struct Outcome {
  std::vector<Section> sections;  // to stdout
  std::string text;  // to stdout before the sections, as it is: help, completions, raw bytes, a mapping file
  std::vector<std::string> lines;  // to stderr as they are, before everything else: receipts
  std::vector<std::string> notes;  // sentences for a person, to stderr; in JSON under "notes"
  std::vector<std::string> next;  // what to type next, to stderr on a terminal or where a command is expected to say so
  std::string run_id;
  int exit_code = 0;
};

using Action = Result<Outcome> (*)(const Invocation&);

struct CommandSpec {
  std::string name;
  std::string summary;      // one line, for the list of commands
  std::string description;  // paragraphs, for `help NAME`
  std::vector<ExampleSpec> examples;
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;
  std::vector<std::string>
      settings_of;  // configuration sections read after its own: `run` also reads [import], [detect]
  Action action = nullptr;
};

struct Catalogue {
  std::vector<CommandSpec> commands;  // in the order in which help lists them
  std::vector<OptionSpec> general;    // options of every command

  const CommandSpec* find(std::string_view name) const;
  const OptionSpec* find_option(const CommandSpec& command, std::string_view name) const;
};

const Catalogue& catalogue();

// A repeatable choice or duration may also be given as one list with commas: "repost,link" becomes two values.
std::vector<std::string> split_list(const OptionSpec& option, std::vector<std::string> texts);

// A value that does not fit its kind: Error{usage} with the value, what is accepted and an example.
Result<void> check_value(const OptionSpec& option, const std::string& value, const std::string& origin);

}  // namespace unisono::app
