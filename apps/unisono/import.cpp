#include "unisono/commands/import.hpp"

#include <fmt/format.h>

#include "catalogue.hpp"

namespace unisono::app {

std::vector<OptionSpec> import_options() {
  return {
      {"format", "", ValueKind::text, "ID", "the format of the files; see: unisono formats", "auto"},
      {"map", "", ValueKind::text, "FIELD=PATH", "where one field of the model is found", "", true},
      {"map-file", "", ValueKind::path, "FILE", "a mapping file"},
      {"platform", "", ValueKind::text, "NAME", "the platform that the posts are from, like x or telegram",
       "that of the format"},
      {"tz", "", ValueKind::text, "ZONE", "zone of times that state none, like Europe/Berlin or +08:00", "UTC"},
      {"date-order",
       "",
       ValueKind::choice,
       "ORDER",
       "how dates like 05/06/2021 are meant",
       "decided from the whole column",
       false,
       {"dmy", "mdy"}},
      {"year", "", ValueKind::integer, "YEAR", "year of dates that state none"},
      {"encoding", "", ValueKind::text, "NAME", "character set of the files", "decided from the bytes"},
      {"csv", "", ValueKind::text, "DIALECT", "how CSV is written, like delim=;,header=no", "found out"},
      {"fill-short", "", ValueKind::flag, "", "take CSV rows with too few fields, the last ones missing"},
      {"max-bad", "", ValueKind::real, "SHARE", "stop with exit code 4 beyond this share of rejected rows", "0.01"},
      {"drop", "", ValueKind::text, "FIELD", "a field of the model to leave out", "", true},
  };
}

Result<ingest::ImportSettings> import_settings_from(const Values& values) {
  ingest::ImportSettings settings;
  settings.format = values.text("format", "auto");
  settings.maps = values.texts("map");
  settings.map_file = values.text("map-file");
  settings.platform = values.text("platform");
  settings.tz = values.text("tz");
  if (values.has("date-order")) settings.day_first = values.text("date-order") == "dmy";
  if (values.has("year")) {
    const std::int64_t year = values.integer("year", 0);
    if (year < 1970 || year > 9999)
      return fail(ErrorCode::usage, fmt::format("--year is {}, expected 1970 to 9999", year));
    settings.year = static_cast<int>(year);
  }
  settings.encoding = values.text("encoding");
  settings.csv.encoding = settings.encoding;
  if (values.has("csv")) {
    UNISONO_TRY(settings.csv, ingest::parse_csv_option(values.text("csv"), settings.csv));
  }
  settings.csv.fill_short = values.flag("fill-short");
  settings.max_bad = values.real("max-bad", settings.max_bad);
  settings.drop = values.texts("drop");
  return settings;
}

Section receipt_section(const std::vector<ingest::Receipt>& receipts, bool with_json) {
  std::vector<Column> columns{{"file", ColumnType::text, {}},          {"format", ColumnType::text, {}},
                              {"records", ColumnType::integer, {}},    {"rows", ColumnType::integer, {}},
                              {"duplicates", ColumnType::integer, {}}, {"rejected", ColumnType::integer, {}},
                              {"accounts", ColumnType::integer, {}},   {"first", ColumnType::time_us, {}},
                              {"last", ColumnType::time_us, {}},       {"sha256", ColumnType::text, {}}};
  if (with_json) columns.push_back({"receipt_json", ColumnType::text, {}});
  Table table(std::move(columns));
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  const auto moment = [](const std::optional<TimeUs>& t) { return t ? Cell{*t} : Cell{}; };
  for (const ingest::Receipt& receipt : receipts) {
    std::vector<Cell> row{receipt.file,
                          receipt.format_id,
                          number(receipt.records),
                          number(receipt.rows),
                          number(receipt.duplicates),
                          number(receipt.rejected),
                          number(receipt.accounts),
                          moment(receipt.clock.first),
                          moment(receipt.clock.last),
                          receipt.sha256};
    if (with_json) row.emplace_back(ingest::to_json(receipt));
    table.append_row(std::move(row));
  }
  return {"files", "Files", std::move(table)};
}

std::vector<std::string> receipt_lines(const std::vector<ingest::Receipt>& receipts) {
  std::vector<std::string> lines;
  for (const ingest::Receipt& receipt : receipts) {
    if (!lines.empty()) lines.emplace_back();
    for (std::string& line : ingest::to_lines(receipt)) lines.push_back(std::move(line));
  }
  return lines;
}

namespace {

Result<Outcome> run_import(const Invocation& invocation) {
  const Values& values = invocation.values;
  commands::ImportOptions options;
  options.inputs = values.texts("FILE");
  options.append = values.has("append");
  options.dry_run = values.flag("dry-run");
  if (options.append && values.has("output")) {
    return fail(ErrorCode::usage, "--append and --output were both given, expected one of them",
                "--append adds to a case, --output makes a new one");
  }
  if (!options.append && !values.has("output") && !options.dry_run) {
    return fail(ErrorCode::usage, "import needs the case to write",
                "for example: -o case.uni; or --dry-run for the receipt alone");
  }
  options.case_path = options.append ? values.path("append") : values.path("output");
  options.force = values.flag("force");
  options.rejects_file = values.path("rejects");
  UNISONO_TRY(options.settings, import_settings_from(values));
  UNISONO_TRY(const commands::ImportResult result, commands::import(options, invocation.control));
  Outcome outcome;
  outcome.sections.push_back(receipt_section(result.receipts, values.flag("json") || values.flag("ndjson")));
  outcome.lines = receipt_lines(result.receipts);
  for (const auto& [file, reason] : result.left_out)
    outcome.notes.push_back(fmt::format("left out: {}: {}", file, reason));
  if (result.continued) outcome.notes.emplace_back("an unfinished import of these files was continued");
  if (!options.rejects_file.empty()) {
    outcome.notes.push_back(
        fmt::format("{} rejects written to {}", result.rejects_written, options.rejects_file.string()));
  }
  if (!options.dry_run) outcome.next = {fmt::format("unisono detect {}", options.case_path.string())};
  return outcome;
}

}  // namespace

CommandSpec import_command() {
  CommandSpec spec;
  spec.name = "import";
  spec.summary = "read exported files into a case, and say what became of every row";
  spec.description =
      "Every file is one atomic step: interrupted, the case keeps the files that are finished, and the same command "
      "continues. Rows that "
      "cannot be read are counted, kept with line, byte and reason, and shown. The raw files are not changed and not "
      "copied.\n"
      "A file that no format fits gives exit code 3 and a ready mapping file on standard output.";
  spec.examples = {
      {"unisono import posts.csv.xz -o case.uni", "a new case"},
      {"unisono import more/ --append case.uni", "add the data files of a folder"},
      {"unisono import posts.csv --dry-run", "only the receipt"},
      {"unisono import odd.csv --map-file mapping.toml --tz Europe/Moscow -o case.uni", "with a mapping of your own"}};
  spec.arguments = {{"FILE", "files, folders, or - for standard input", 1, k_unlimited}};
  spec.options = {
      {"output", "o", ValueKind::path, "CASE", "the case to make, NAME.uni"},
      {"append", "", ValueKind::path, "CASE", "an existing case to add to"},
      {"force", "", ValueKind::flag, "", "replace the case if it exists"},
      {"rejects", "", ValueKind::path, "FILE", "also write every reject to this file, one JSON object a line"},
      {"dry-run", "", ValueKind::flag, "", "print the receipt, make no case"}};
  for (OptionSpec& option : import_options()) spec.options.push_back(std::move(option));
  spec.action = run_import;
  return spec;
}

}  // namespace unisono::app
