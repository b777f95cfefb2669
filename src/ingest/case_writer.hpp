// Mapped rows into the tables of a case. Everything happens inside the caller's Step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "account_table.hpp"
#include "mapped_row.hpp"
#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::ingest {

struct WriteSummary {
  std::uint64_t rows = 0;        // posts, actions or accounts that are new in the case
  std::uint64_t duplicates = 0;  // rows of posts or actions that the case has already
  std::uint64_t accounts = 0, account_conflicts = 0, post_conflicts = 0;
  std::uint64_t repaired_references = 0, ambiguous_references = 0;
};

class CaseWriter {
 public:
  static Result<CaseWriter> create(store::CaseFile& file, std::int64_t file_id, const Mapping& mapping);

  // Rows of a batch in the order of the file. Cheap per row, no memory beyond 8 bytes a post and the accounts.
  Result<void> write(const MappedBatch& batch);

  // Unites repeated posts and accounts, repairs lossy references where exactly one post fits.
  Result<WriteSummary> finish(const Control& control);

 private:
  CaseWriter(store::CaseFile& file, std::int64_t file_id, const Mapping& mapping);
  Result<void> write_post(const MappedRow& row);
  Result<void> write_sighting(const MappedRow& row);
  Result<void> write_targets(const MappedRow& row, const MappedBatch& batch);
  Result<void> write_bare(const MappedRow& row);
  Result<void> write_verbatim(const MappedRow& row);
  Result<void> write_labels(const MappedRow& row, const MappedBatch& batch);
  Result<void> write_media(const MappedRow& row, const MappedBatch& batch);
  Result<void> write_reject(const Reject& reject);
  void note_key(std::string_view a, std::string_view b, std::string_view c, std::optional<TimeUs> t);
  bool has_repeated_keys();
  Result<void> unite_posts(WriteSummary& summary);
  Result<void> unite_actions(WriteSummary& summary);
  Result<void> repair_references(WriteSummary& summary);
  void put_metrics(store::Appender& to, const MappedRow& row) const;

  store::CaseFile* file_;
  std::int64_t file_id_;
  const Mapping* mapping_;
  AccountTable accounts_;
  std::optional<store::Appender> post_, sighting_, target_, bare_, label_, media_, post_media_, reject_, snapshot_;
  std::vector<std::uint64_t> keys_;  // one hash a row: equal ones are looked at in the tables
  std::unordered_set<std::uint64_t> labels_seen_, media_seen_;
  std::uint64_t n_rows_ = 0, n_lossy_references_ = 0;
  bool had_rows_ = false;  // the case held posts or actions before this file
};

}  // namespace unisono::ingest
