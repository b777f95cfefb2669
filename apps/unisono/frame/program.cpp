#include "frame/program.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "frame/command.hpp"
#include "frame/config.hpp"
#include "frame/help.hpp"
#include "frame/interrupt.hpp"
#include "frame/parser.hpp"
#include "frame/printer.hpp"
#include "frame/progress.hpp"
#include "frame/safe_text.hpp"
#include "frame/version.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/version.hpp"
#include "unisono/output/json.hpp"

namespace unisono::app {
namespace {

void to_stderr(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// Data that did not arrive is an error: a full disk must not look like success.
Result<void> to_stdout(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return fail(ErrorCode::io, "standard output could not be written completely",
              "check the disk or the program that reads it");
}

struct Terminal {
  bool out = false, err = false;  // is each of them a terminal
  std::size_t width = 80;
};

Terminal find_terminal(const Environment& environment) {
  Terminal terminal{isatty(STDOUT_FILENO) != 0, isatty(STDERR_FILENO) != 0, 80};
  winsize size{};
  const std::optional<std::string> columns = environment("COLUMNS");
  if ((terminal.out && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) ||
      (terminal.err && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)) {
    terminal.width = size.ws_col;
  } else if (columns) {
    std::from_chars(columns->data(), columns->data() + columns->size(), terminal.width);
  }
  terminal.width = std::clamp<std::size_t>(terminal.width, 40, 400);
  return terminal;
}

bool wants_color(const Values& values, bool is_terminal, const Environment& environment) {
  const std::string when = values.text("color", "auto");
  if (when != "auto") return when == "always";
  if (const auto none = environment("NO_COLOR"); none && !none->empty()) return false;
  if (const auto force = environment("CLICOLOR_FORCE"); force && *force != "0") return true;
  return is_terminal;
}

ProgressMode progress_mode(const Values& values, bool is_terminal) {
  const std::string mode = values.text("progress", "auto");
  if (mode == "json") return ProgressMode::json;
  if (mode == "always") return ProgressMode::line;
  if (mode == "never" || values.flag("quiet")) return ProgressMode::never;
  return is_terminal ? ProgressMode::line : ProgressMode::never;
}

Result<Control> make_control(const Values& values) {
  Control control;
  const std::int64_t cores = std::max<std::int64_t>(1, std::thread::hardware_concurrency());
  const std::int64_t threads = values.integer("threads", cores);
  if (threads < 1 || threads > 1024) {
    return fail(ErrorCode::usage, fmt::format("--threads is {}, expected 1 to 1024", threads),
                "leave it out for all cores");
  }
  control.threads = static_cast<unsigned>(threads);
  control.memory_bytes = physical_bytes() / 2;
  if (values.has("memory")) {
    UNISONO_TRY(control.memory_bytes, parse_bytes(values.text("memory")));
  }
  return control;
}

// {"id","version","seed","options"}: what makes the result, and nothing that may not change it (threads, memory, how to
// print).
std::string run_json(const Invocation& invocation, const Outcome& outcome) {
  nlohmann::ordered_json run;
  run["id"] = outcome.run_id.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(outcome.run_id);
  run["version"] = std::string(program_version());
  const auto& options = invocation.command.options;
  if (std::any_of(options.begin(), options.end(), [](const OptionSpec& o) { return o.name == "seed"; })) {
    run["seed"] = invocation.values.integer("seed", 1);
  }
  run["options"] = nlohmann::ordered_json::object();
  for (const OptionSpec& option : options) {
    const Values::Given* given = invocation.values.find(option.name);
    if (given == nullptr) continue;
    run["options"][option.name] = option.repeatable ? nlohmann::ordered_json(given->texts)
                                  : option.kind == ValueKind::flag
                                      ? nlohmann::ordered_json(invocation.values.flag(option.name))
                                      : nlohmann::ordered_json(given->texts.back());
  }
  return run.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string as_json(const Invocation& invocation, const Outcome& outcome) {
  output::JsonDocument document;
  document.verb = invocation.command.name;
  document.run_json = run_json(invocation, outcome);
  for (const Section& section : outcome.sections) document.tables.emplace_back(section.name, section.table);
  document.notes = outcome.notes;
  return escape_hidden_in_json(output::write_json(document));
}

std::string rendered(const Invocation& invocation, const Outcome& outcome, const Terminal& terminal, bool color) {
  const Values& values = invocation.values;
  const bool has_tables = !outcome.sections.empty();
  if (values.flag("json") && (has_tables || outcome.text.empty())) return as_json(invocation, outcome);
  std::string text = values.flag("ndjson") && has_tables ? std::string{} : outcome.text;
  bool is_first = text.empty();
  for (const Section& section : outcome.sections) {
    if (values.flag("ndjson")) {
      text += format_ndjson(section);
      continue;
    }
    if (!is_first) text += "\n";
    is_first = false;
    text += terminal.out || values.flag("table") ? format_for_terminal(section, {terminal.width, color})
                                                 : format_tsv(section, outcome.sections.size() > 1);
  }
  return text;
}

std::string remarks(const Outcome& outcome, std::size_t width) {
  std::string text;
  for (const std::string& note : outcome.notes) text += "note: " + wrap(visible(note), width - 6, 6) + "\n";
  if (!outcome.next.empty()) text += "\nNext:\n";
  for (const std::string& line : outcome.next) text += "  " + visible(line) + "\n";
  return text;
}

Result<int> perform(ParsedLine& line, const Terminal& terminal, const Environment& environment) {
  std::vector<ConfigFile> files;
  for (const std::filesystem::path& path : config_paths(environment)) {
    UNISONO_TRY(ConfigFile file, read_config(path, catalogue()));
    files.push_back(std::move(file));
  }
  UNISONO_CHECK(add_configured(line.values, *line.command, catalogue(), environment, files));
  const Values& values = line.values;
  UNISONO_TRY(Control control, make_control(values));
  control.stop = stop_on_interrupt();
  const double begun = monotonic_seconds();
  ProgressDrawer drawer(progress_mode(values, terminal.err), terminal.width, to_stderr, monotonic_seconds);
  control.progress = [&drawer](const Progress& progress) { drawer.update(progress); };
  const Invocation invocation{*line.command, values, control, values.path("spill-dir"),
                              std::min<std::size_t>(terminal.width, 100)};

  Result<Outcome> outcome = line.command->action(invocation);
  drawer.clear();
  if (!outcome) return tl::make_unexpected(std::move(outcome).error());
  const bool with_remarks = !values.flag("quiet") && !values.flag("json");
  if (with_remarks) {
    for (const std::string& text : outcome->lines) to_stderr(visible(text) + "\n");
    if (!outcome->lines.empty() && terminal.out && terminal.err) to_stderr("\n");
  }
  UNISONO_CHECK(to_stdout(rendered(invocation, *outcome, terminal, wants_color(values, terminal.out, environment))));
  if (with_remarks) to_stderr(remarks(*outcome, terminal.width));
  if (values.flag("verbose")) {
    for (const ConfigFile& file : files) to_stderr(fmt::format("configuration: {}\n", visible(file.shown_as)));
    to_stderr(fmt::format("{:.2f} s, at most {} of memory, {} threads\n", monotonic_seconds() - begun,
                          format_bytes(peak_resident_bytes()), control.threads));
  }
  return outcome->exit_code;
}

Result<int> run_line(ParsedLine& line, const Terminal& terminal, const Environment& environment) {
  const std::size_t width = std::min<std::size_t>(terminal.width, 100);
  if (line.values.flag("version")) {
    UNISONO_CHECK(to_stdout(line.values.flag("json") ? version_json() : version_text()));
    return 0;
  }
  if (line.command == nullptr) {
    UNISONO_CHECK(to_stdout(overview_help(catalogue(), width)));
    return 0;
  }
  if (line.values.flag("help")) {
    UNISONO_CHECK(to_stdout(command_help(*line.command, catalogue(), width)));
    return 0;
  }
  UNISONO_CHECK(check_arguments(line));
  return perform(line, terminal, environment);
}

// What an advice holds behind an empty line is a file ready to use (a mapping): it goes to standard output, where it
// can be redirected.
std::string take_attachment(Error& error) {
  const std::size_t at = error.advice.find("\n\n");
  if (at == std::string::npos) return {};
  std::string attached = error.advice.substr(at + 2);
  error.advice.resize(at);
  return attached.empty() || attached.back() == '\n' ? attached : attached + "\n";
}

}  // namespace

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return 2;
    case ErrorCode::unrecognised:
    case ErrorCode::needs_decision:
      return 3;
    case ErrorCode::too_many_rejects:
      return 4;
    case ErrorCode::too_large:
    case ErrorCode::memory:
      return 7;
    case ErrorCode::cancelled:
      return 130;
    default:
      return 1;
  }
}

std::string format_error(const Error& error, bool color) {
  std::string text =
      fmt::format("{}error:{} {}\n", color ? "\x1b[1;31m" : "", color ? "\x1b[0m" : "", visible(error.message));
  if (!error.file.empty()) {
    text += "  where: " + visible(error.file);
    if (error.line) text += fmt::format(", line {}", *error.line);
    if (error.byte) text += fmt::format(", byte {}", *error.byte);
    text += "\n";
  }
  std::string_view advice = error.advice;
  for (bool is_first = true; !advice.empty(); is_first = false) {
    const std::size_t end = std::min(advice.find('\n'), advice.size());
    text += fmt::format("{}{}\n", is_first ? "  to do: " : "         ", visible(advice.substr(0, end)));
    advice.remove_prefix(std::min(end + 1, advice.size()));
  }
  return text;
}

int run_program(const std::vector<std::string>& words) {
  const Environment environment = process_environment();
  const Terminal terminal = find_terminal(environment);
  Result<ParsedLine> line = parse_line(words, catalogue());
  const bool color = wants_color(line ? line->values : Values{}, terminal.err, environment);
  Result<int> code = line ? run_line(*line, terminal, environment) : tl::make_unexpected(line.error());
  if (code) return *code;
  Error error = std::move(code).error();
  const std::string attached = take_attachment(error);
  to_stderr(format_error(error, color));
  if (!attached.empty()) (void)to_stdout(attached);  // the error is what counts
  return exit_code_of(error.code);
}

}  // namespace unisono::app
