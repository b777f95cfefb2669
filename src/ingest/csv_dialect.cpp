#include "csv_dialect.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "csv_parser.hpp"
#include "text_input.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_detection_bytes = std::size_t{256} << 10;
constexpr std::size_t k_detection_records = 1000;
constexpr std::size_t k_detection_columns = 1024;
constexpr double k_good_enough = 0.95;

// Calls use(parser) for each of the first records; `use` returns whether to go on.
template <typename Use>
void each_record(std::string_view text, bool whole, const CsvDialect& dialect, std::size_t max_columns, Use use) {
  std::string padded(text);
  padded.resize(text.size() + k_padding, '\0');
  CsvRecordParser parser(dialect, max_columns);
  char* at = padded.data();
  const char* const end = at + text.size();
  while (at < end) {
    const auto outcome = parser.parse(at, end, whole);
    const bool complete =
        outcome == CsvRecordParser::Outcome::record || outcome == CsvRecordParser::Outcome::ended_record;
    if (!complete) return;
    at = padded.data() + (parser.next() - padded.data());
    if (!use(parser)) return;
  }
}

struct Agreement {
  double share = 0;         // of the records that have the most frequent number of fields and no stray quotes
  std::size_t columns = 0;  // that number
};

Agreement agreement_of(std::string_view text, bool whole, const CsvDialect& dialect) {
  std::map<std::size_t, std::size_t> frequency;
  std::size_t records = 0, first = 0;
  each_record(text, whole, dialect, k_detection_columns, [&](const CsvRecordParser& parser) {
    if (!parser.has_content() && parser.n_fields() == 1) return true;  // a blank line says nothing
    if (records == 0) first = parser.n_fields();
    ++records;
    if (parser.strays() == 0) ++frequency[parser.n_fields()];
    return records < k_detection_records;
  });
  Agreement best;
  std::size_t most = 0;
  for (const auto& [columns, n] : frequency) {
    if (columns >= 2 && n >= most) most = n, best.columns = columns;
  }
  if (records == 0) return best;
  best.share = static_cast<double>(most) / static_cast<double>(records);
  if (dialect.header && first != best.columns) best.share /= 2;
  return best;
}

bool is_better(const Agreement& a, const Agreement& b) {
  return a.share > b.share || (a.share == b.share && a.columns > b.columns);
}

Result<char> character_named(std::string_view part, std::string_view value, bool may_be_none) {
  if (value == "tab" || value == "\\t") return '\t';
  if (value == "comma") return ',';
  if (value == "semicolon") return ';';
  if (value == "pipe") return '|';
  if (value == "space") return ' ';
  if (may_be_none && (value == "none" || value.empty())) return '\0';
  if (value.size() == 1 && value[0] != '\n' && value[0] != '\r' && (value[0] & '\x80') == 0) return value[0];
  return fail(ErrorCode::usage, fmt::format("--csv {}={} is not one character", part, value),
              "give one ASCII character or tab, comma, semicolon, pipe, space, none");
}

}  // namespace

std::size_t separator_hint(std::string_view text) {
  if (text.size() < 6 || !(text.starts_with("sep=") || text.starts_with("SEP="))) return 0;
  if (text[5] == '\n') return 6;
  if (text[5] != '\r') return 0;
  return text.size() > 6 && text[6] == '\n' ? 7 : 6;
}

std::vector<std::vector<std::string>> first_records(std::string_view text, bool whole, const CsvDialect& dialect,
                                                    std::size_t max_records) {
  std::vector<std::vector<std::string>> records;
  each_record(text, whole, dialect, k_detection_columns, [&](CsvRecordParser& parser) {
    parser.unescape_fields();
    const std::size_t n = std::min(parser.n_fields(), k_detection_columns);
    records.emplace_back(parser.fields(), parser.fields() + n);
    return records.size() < max_records;
  });
  return records;
}

CsvDialect detect_dialect(std::string_view sample, bool whole, const CsvOptions& options) {
  CsvDialect dialect;
  dialect.header = options.header;
  dialect.quote = options.quote.value_or('"');
  dialect.escape = options.escape.value_or('\0');
  std::string candidates = ",;\t|";
  if (const std::size_t hint = separator_hint(sample)) {
    candidates.assign(1, sample[4]);
    sample.remove_prefix(hint);
  }
  if (options.delimiter) candidates.assign(1, *options.delimiter);
  if (sample.size() > k_detection_bytes) {
    sample = sample.substr(0, k_detection_bytes);
    whole = false;
  }

  Agreement best;
  dialect.delimiter = candidates[0];
  const auto try_all = [&](char escape) {
    for (const char delimiter : candidates) {
      CsvDialect candidate = dialect;
      candidate.delimiter = delimiter;
      candidate.escape = escape;
      if (candidate.quote == delimiter) continue;
      const Agreement agreement = agreement_of(sample, whole, candidate);
      if (is_better(agreement, best)) best = agreement, dialect = candidate;
    }
  };
  try_all(dialect.escape);
  const bool may_escape = !options.escape && dialect.quote != '\0' && sample.find("\\\"") != std::string_view::npos;
  if (may_escape && best.share < k_good_enough) {
    const double share = best.share;
    const CsvDialect doubled = dialect;
    try_all('\\');
    if (best.share <= share) dialect = doubled;
  }
  return dialect;
}

Result<CsvOptions> parse_csv_option(std::string_view text, CsvOptions options) {
  while (!text.empty()) {
    const std::size_t equals = text.find('=');
    const std::string_view part = text.substr(0, equals);
    if (equals == std::string_view::npos) {
      return fail(ErrorCode::usage, fmt::format("--csv {} has no value", part),
                  "parts are delim=, quote=, escape= and header=yes|no, separated by commas");
    }
    text.remove_prefix(equals + 1);
    // "delim=," is a value, not an empty one: a comma directly behind the equals sign belongs to it.
    std::size_t comma = text.find(',', text.starts_with(',') ? 1 : 0);
    const std::string_view value = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (part == "delim") {
      UNISONO_TRY(options.delimiter, character_named(part, value, false));
    } else if (part == "quote") {
      UNISONO_TRY(options.quote, character_named(part, value, true));
    } else if (part == "escape") {
      UNISONO_TRY(options.escape, character_named(part, value, true));
    } else if (part == "header" && (value == "yes" || value == "no")) {
      options.header = value == "yes";
    } else {
      return fail(ErrorCode::usage, fmt::format("--csv {}={} is not understood", part, value),
                  "parts are delim=, quote=, escape= and header=yes|no, separated by commas");
    }
  }
  if (options.delimiter && *options.delimiter == options.quote.value_or('"')) {
    return fail(ErrorCode::usage, "--csv gives the same character as delimiter and quote",
                "give quote=none to turn quoting off");
  }
  // A quote that escapes itself is a doubled quote.
  if (options.escape && *options.escape == options.quote.value_or('"')) options.escape = '\0';
  return options;
}

}  // namespace unisono::ingest
