// inspect --raw: from a row of the case back to its bytes.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "unisono/commands/inspect.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/ingest/source.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_longest_record = std::uint64_t{256} << 20;

struct Place {
  std::string name, sha256;
  std::uint64_t offset = 0, length = 0;
};

std::string text(const Table& table, std::size_t column, std::size_t row) {
  return to_text(table.columns()[column].cells[row], ColumnType::text);
}

std::uint64_t number(const Table& table, std::size_t column, std::size_t row) {
  const auto* value = std::get_if<std::int64_t>(&table.columns()[column].cells[row]);
  return value == nullptr || *value < 0 ? 0 : static_cast<std::uint64_t>(*value);
}

Result<Place> place_of(store::CaseFile& file, const RawOptions& options) {
  const Cell cells[] = {options.post_id, options.platform};
  UNISONO_TRY(
      const Table found,
      file.query(
          "SELECT platform, name, sha256, raw_offset, raw_length FROM post JOIN import_file ON raw_file = file_id "
          "WHERE post_id = $1 AND ($2 = '' OR platform = $2) UNION ALL "
          "SELECT 'other:unknown', name, sha256, raw_offset, raw_length FROM bare_row JOIN import_file USING "
          "(file_id) WHERE content_id = $1 ORDER BY 1, 3, 4",
          cells));
  if (found.rows() == 0) {
    return fail(ErrorCode::not_found, fmt::format("the case holds no post {}", options.post_id),
                "ids are strings: compare with `unisono query CASE \"SELECT post_id FROM post LIMIT 5\"`");
  }
  if (text(found, 0, 0) != text(found, 0, found.rows() - 1)) {
    return fail(ErrorCode::usage,
                fmt::format("the id {} stands on {} and on {}", options.post_id, text(found, 0, 0),
                            text(found, 0, found.rows() - 1)),
                "choose one with --platform");
  }
  return Place{text(found, 1, 0), text(found, 2, 0), number(found, 3, 0), number(found, 4, 0)};
}

// The file with the recorded hash: one of the same name first, then any other.
Result<std::string> file_with_hash(const fs::path& inputs, const Place& place, const Control& control) {
  std::vector<fs::path> named, others;
  std::error_code error;
  if (fs::is_directory(inputs, error)) {
    for (fs::recursive_directory_iterator at(inputs, fs::directory_options::skip_permission_denied, error), end;
         at != end; at.increment(error)) {
      if (error) break;
      if (!at->is_regular_file(error)) continue;
      (at->path().filename() == place.name ? named : others).push_back(at->path());
    }
  } else {
    named.push_back(inputs);
  }
  std::sort(named.begin(), named.end());
  std::sort(others.begin(), others.end());
  std::string wrong;
  for (const std::vector<fs::path>* paths : {&named, &others}) {
    for (const fs::path& path : *paths) {
      const Result<Sha256> digest = ingest::hash_file(path.string(), control);
      if (!digest) {
        if (digest.error().code == ErrorCode::cancelled) return tl::make_unexpected(digest.error());
        continue;
      }
      if (hex(*digest) == place.sha256) return path.string();
      if (paths == &named)
        wrong = fmt::format("{} has the hash {}, the imported file had {}", path.string(), hex(*digest), place.sha256);
    }
  }
  if (!wrong.empty())
    return fail(ErrorCode::bad_input, wrong, "look for the file as it was imported: it has been changed since");
  return fail(ErrorCode::not_found,
              fmt::format("no file under {} has the hash of {} ({})", inputs.string(), place.name, place.sha256),
              "name the folder that holds the imported files with --inputs DIR");
}

}  // namespace

Result<RawRecord> raw_record(const RawOptions& options, const Control& control) {
  store::OpenOptions open;
  open.read_only = true;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  UNISONO_TRY(const Place place, place_of(file, options));
  if (place.length > k_longest_record) {
    return fail(ErrorCode::too_large,
                fmt::format("the record has {} bytes, at most {} are printed", place.length, k_longest_record));
  }
  UNISONO_TRY(const std::string path, file_with_hash(options.inputs, place, control));
  UNISONO_TRY(ingest::Source source, ingest::open_source(path, {}, control));
  UNISONO_TRY(ingest::Member* const member, source.next_member());
  if (member == nullptr) return fail(ErrorCode::bad_input, fmt::format("{} holds no file", path));
  std::vector<char> buffer(1 << 20);
  RawRecord out{{}, path, place.sha256, place.offset, place.length};
  std::uint64_t at = 0;
  const std::uint64_t end = place.offset + place.length;
  while (at < end) {
    UNISONO_TRY(const std::size_t n, member->read(buffer));
    if (n == 0) break;
    const std::uint64_t from = std::max(at, place.offset), to = std::min<std::uint64_t>(at + n, end);
    if (from < to) out.bytes.append(buffer.data() + (from - at), to - from);
    at += n;
  }
  if (out.bytes.size() != place.length) {
    return fail(ErrorCode::bad_input, fmt::format("{} ends at byte {}, the record ends at {}", path, at, end));
  }
  return out;
}

}  // namespace unisono::commands
