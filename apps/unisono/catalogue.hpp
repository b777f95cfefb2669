// Every command of the program, one function per file.
#pragma once

#include "frame/command.hpp"
#include "unisono/commands/amplify.hpp"
#include "unisono/commands/detect.hpp"
#include "unisono/commands/run.hpp"
#include "unisono/ingest/file_import.hpp"
#include "unisono/ingest/receipt.hpp"

namespace unisono::app {

CommandSpec amplify_command();
CommandSpec calibrate_command();
CommandSpec completions_command();
CommandSpec config_command();
CommandSpec demo_command();
CommandSpec detect_command();
CommandSpec evaluate_command();
CommandSpec explain_command();
CommandSpec export_command();
CommandSpec formats_command();
CommandSpec help_command();
CommandSpec import_command();
CommandSpec inspect_command();
CommandSpec merge_command();
CommandSpec query_command();
CommandSpec rank_command();
CommandSpec report_command();
CommandSpec run_command();

// Options that `run` shares with the commands that it joins, and what they mean.
std::vector<OptionSpec> amplify_options();
Result<commands::AmplifyOptions> amplify_options_from(const Values& values);
std::vector<OptionSpec> detect_options();
Result<commands::DetectOptions> detect_options_from(const Values& values);
std::vector<OptionSpec> import_options();
Result<ingest::ImportSettings> import_settings_from(const Values& values);
std::vector<OptionSpec> name_options();  // --names, --names-reason

// `detect --compat`: its options, what it does, and that they are refused without it.
std::vector<OptionSpec> compat_options();
Result<Outcome> run_compat(const Invocation& invocation);
Result<void> refuse_without_compat(const Values& values);

// Receipts as a table (with the whole receipt as a JSON column if wanted) and as the lines that a person reads.
Section receipt_section(const std::vector<ingest::Receipt>& receipts, bool with_json);
std::vector<std::string> receipt_lines(const std::vector<ingest::Receipt>& receipts);

// What `detect` and `merge` print.
Outcome outcome_of_detect(const commands::DetectOptions& options, commands::DetectResult result);

// What `amplify` prints.
Outcome outcome_of_amplify(commands::AmplifyResult result);

// What `run` and `demo` print.
Outcome outcome_of_run(commands::RunResult result, const std::filesystem::path& out, bool with_json);

}  // namespace unisono::app
