#include "unisono/commands/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>

#include <unistd.h>

#include "unisono/core/file.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/ingest/account_list.hpp"
#include "unisono/ingest/reject.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

bool is_data_file(const fs::path& path) {
  fs::path name = path.filename();
  if (name.string().starts_with('.')) return false;
  static const std::set<std::string> k_compressed = {".gz", ".xz", ".zst", ".bz2"};
  static const std::set<std::string> k_data = {".csv", ".tsv", ".json", ".jsonl", ".ndjson"};
  if (k_compressed.contains(name.extension().string())) name = name.stem();
  return k_data.contains(name.extension().string());
}

// Standard input, copied to a file because an import may read it twice. Removed when this goes.
class StandardInputCopy {
 public:
  static Result<StandardInputCopy> make() {
    std::error_code error;
    fs::path folder = fs::temp_directory_path(error);
    if (error) folder = ".";
    std::string name = (folder / "unisono-stdin-XXXXXX").string();
    const int handle = mkstemp(name.data());
    if (handle < 0) return fail(ErrorCode::io, fmt::format("cannot make a temporary file in {}", folder.string()));
    StandardInputCopy copy;
    copy.path_ = name;
    std::array<char, 1 << 16> buffer{};
    while (true) {
      const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (n == 0) break;
      ssize_t done = 0;
      while (n > 0 && done < n) {
        const ssize_t wrote = ::write(handle, buffer.data() + done, static_cast<std::size_t>(n - done));
        if (wrote <= 0) break;
        done += wrote;
      }
      if (n < 0 || done < n) {
        ::close(handle);
        return fail(ErrorCode::io, fmt::format("standard input could not be copied to {}", name),
                    "free space there, or set TMPDIR");
      }
    }
    ::close(handle);
    return copy;
  }
  StandardInputCopy() = default;
  StandardInputCopy(StandardInputCopy&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  StandardInputCopy& operator=(StandardInputCopy&&) = delete;
  ~StandardInputCopy() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Lists of accounts are no inputs: a case of the same posts stays the same case when a list was added.
Result<std::set<std::string>> hashes_in(store::CaseFile& file) {
  const Cell lists[] = {std::string(ingest::k_account_list_format)};
  UNISONO_TRY(const Table table,
              file.query("SELECT sha256 FROM import_file WHERE NOT starts_with(coalesce(format_id, ''), $1)", lists));
  std::set<std::string> out;
  for (std::size_t i = 0; i < table.rows(); ++i) out.insert(to_text(table.columns()[0].cells[i], ColumnType::text));
  return out;
}

Result<std::set<std::string>> hashes_of(const std::vector<InputFile>& files, const Control& control) {
  std::set<std::string> out;
  for (const InputFile& file : files) {
    UNISONO_TRY(const Sha256 digest, ingest::hash_file(file.path, control));
    out.insert(hex(digest));
  }
  return out;
}

void remove_case(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  fs::remove(path.string() + ".wal", ignored);
}

struct OpenedCase {
  store::CaseFile file;
  bool created = false, reused = false, continued = false;
};

// The case that the import writes to, under the rules for one that exists already.
Result<OpenedCase> open_case(const ImportOptions& options, const std::vector<InputFile>& files,
                             const Control& control) {
  store::OpenOptions open;
  open.threads = std::max(1U, control.threads);
  open.memory_bytes = control.memory_bytes / 2;
  std::error_code ignored;
  const bool exists = fs::exists(options.case_path, ignored);
  if (!exists || (options.force && !options.append)) {
    if (exists) {
      // Only a case is replaced, never another file that has that name by mistake.
      Result<store::CaseFile> old = store::CaseFile::open(options.case_path, open);
      if (!old && old.error().code == ErrorCode::bad_input) return fail(std::move(old).error());
    }
    remove_case(options.case_path);
    UNISONO_TRY(store::CaseFile made, store::CaseFile::create(options.case_path, open));
    return OpenedCase{std::move(made), true, false, false};
  }
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  if (options.append) return OpenedCase{std::move(file), false, false, false};
  UNISONO_TRY(const std::set<std::string> held, hashes_in(file));
  UNISONO_TRY(const std::set<std::string> given, hashes_of(files, control));
  const bool only_ours = std::includes(given.begin(), given.end(), held.begin(), held.end());
  if (only_ours && held.size() == given.size() && options.reuse) return OpenedCase{std::move(file), false, true, false};
  if (only_ours && held.size() < given.size()) return OpenedCase{std::move(file), false, false, !held.empty()};
  return fail(ErrorCode::io,
              only_ours ? fmt::format("{} exists already and holds exactly these files", options.case_path.string())
                        : fmt::format("{} exists already and holds other files ({} in it, {} given)",
                                      options.case_path.string(), held.size(), given.size()),
              "choose another name, add to it with --append, or replace it with --force");
}

Result<std::uint64_t> write_rejects(store::CaseFile& file, const fs::path& path,
                                    const std::vector<ingest::Receipt>& receipts) {
  std::string out;
  std::uint64_t n = 0;
  for (const ingest::Receipt& receipt : receipts) {
    if (receipt.already_in_case) continue;
    const Cell cells[] = {receipt.sha256};
    UNISONO_TRY(
        const Table table,
        file.query("SELECT reject.member, line, byte_offset, byte_length, record_no, reason, field, detail, excerpt "
                   "FROM reject JOIN import_file USING (file_id) WHERE sha256 = $1 ORDER BY byte_offset, record_no",
                   cells));
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const auto text = [&](std::size_t c) { return to_text(table.columns()[c].cells[i], ColumnType::text); };
      const auto number = [&](std::size_t c) {
        const auto* value = std::get_if<std::int64_t>(&table.columns()[c].cells[i]);
        return value == nullptr ? std::uint64_t{0} : static_cast<std::uint64_t>(*value);
      };
      ingest::Reject reject;
      for (int r = 0; r < ingest::k_reject_reasons; ++r) {
        if (text(5) == ingest::name_of(static_cast<ingest::RejectReason>(r)))
          reject.reason = static_cast<ingest::RejectReason>(r);
      }
      reject.ref = {number(4), number(1), number(2), number(3)};
      reject.field = text(6);
      reject.detail = text(7);
      reject.excerpt = text(8);
      const std::string member = text(0);
      out += ingest::to_ndjson(reject, receipt.file, receipt.sha256,
                               member.empty() ? std::nullopt : std::optional(member));
      out += '\n';
      ++n;
    }
  }
  UNISONO_CHECK(write_file(path, out));
  return n;
}

// Every file in turn; what is finished when an error comes stays in the case.
Result<void> import_all(const ImportOptions& options, const std::vector<InputFile>& files, store::CaseFile* file,
                        ImportResult& result, const Control& control) {
  UNISONO_TRY(const ingest::FormatList formats, ingest::FormatList::load());
  for (const InputFile& input : files) {
    ingest::ImportSettings settings = options.settings;
    if (input.path.find("unisono-stdin-") != std::string::npos) settings.displayed_name = "stdin";
    Result<ingest::Receipt> receipt = ingest::import_file(input.path, settings, formats, file, control);
    if (receipt) {
      result.receipts.push_back(std::move(*receipt));
      continue;
    }
    const ErrorCode code = receipt.error().code;
    if (input.from_folder && (code == ErrorCode::unrecognised || code == ErrorCode::bad_input)) {
      result.left_out.emplace_back(input.path, receipt.error().message);
      continue;
    }
    Error error = std::move(receipt).error();
    if (error.file.empty()) error.file = input.path;
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

Result<std::vector<InputFile>> input_files(const std::vector<std::string>& inputs) {
  std::vector<InputFile> out;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (input == "-" || !fs::is_directory(input, error)) {
      out.push_back({input, false});
      continue;
    }
    std::vector<std::string> found;
    for (fs::recursive_directory_iterator at(input, fs::directory_options::skip_permission_denied, error), end;
         at != end; at.increment(error)) {
      if (error) break;
      if (at->is_regular_file(error) && is_data_file(at->path())) found.push_back(at->path().string());
    }
    if (found.empty()) {
      return fail(ErrorCode::bad_input, fmt::format("the folder {} holds no data file", input),
                  "csv, tsv, json, jsonl and ndjson are read, also with .gz, .xz, .zst or .bz2");
    }
    std::sort(found.begin(), found.end());
    for (std::string& path : found) out.push_back({std::move(path), true});
  }
  return out;
}

Result<ImportResult> import(const ImportOptions& options, const Control& control) {
  if (options.inputs.empty())
    return fail(ErrorCode::usage, "no input file", "for example: unisono import posts.csv -o case.uni");
  if (options.case_path.empty() && !options.dry_run) {
    return fail(ErrorCode::usage, "no case to write to",
                "name a new one with -o NEW.uni, or one that exists with --append CASE.uni");
  }
  UNISONO_TRY(std::vector<InputFile> files, input_files(options.inputs));
  std::optional<StandardInputCopy> standard_input;
  for (InputFile& file : files) {
    if (file.path != "-") continue;
    if (standard_input) return fail(ErrorCode::usage, "standard input (-) can be read only once");
    UNISONO_TRY(StandardInputCopy copy, StandardInputCopy::make());
    file.path = copy.path();
    standard_input.emplace(std::move(copy));
  }

  ImportResult result;
  if (options.dry_run) {
    UNISONO_CHECK(import_all(options, files, nullptr, result, control));
    return result;
  }
  UNISONO_TRY(OpenedCase opened, open_case(options, files, control));
  result.reused = opened.reused;
  result.continued = opened.continued;
  const Result<void> done = import_all(options, files, &opened.file, result, control);
  UNISONO_TRY(const std::int64_t held, opened.file.count("SELECT count(*) FROM import_file"));
  if (!done && opened.created && held == 0) {
    {
      const store::CaseFile closing = std::move(opened.file);
    }
    remove_case(options.case_path);
    return tl::make_unexpected(done.error());
  }
  if (!options.rejects_file.empty()) {
    UNISONO_TRY(result.rejects_written, write_rejects(opened.file, options.rejects_file, result.receipts));
  }
  if (!done) return tl::make_unexpected(done.error());
  if (held == 0 && !result.left_out.empty()) {
    return fail(ErrorCode::unrecognised, fmt::format("no format fits any of the {} files", files.size()),
                "name one of them alone to see what it lacks");
  }
  UNISONO_CHECK(opened.file.checkpoint());
  return result;
}

}  // namespace unisono::commands
