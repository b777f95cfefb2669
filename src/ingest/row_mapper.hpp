// From records to the columns of the model, under one mapping and the decisions about its columns. Pure: a batch in,
// rows out; one RowMapper per file, one MapWorker per thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mapped_row.hpp"
#include "record_view.hpp"
#include "unisono/core/id_clock.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/zone.hpp"

namespace unisono::ingest {

struct Decisions {
  std::array<TimeDecision, k_time_fields> times;
  std::array<IdDamage, k_text_fields> ids{};
  bool operator==(const Decisions&) const = default;
};

// From the counts of a file or of its sample.
Result<Decisions> decide(const MapStatistics& statistics, const Mapping& mapping, const DecisionOptions& options);

// The mapping with its paths bound to the columns of a CSV file.
Mapping bound_to(Mapping mapping, const std::vector<std::string>& columns);

struct MapWorker {
  ViewContext context;
  JsonParser parser, cell_parser;
  std::vector<std::string> tags;  // scratch: the folded hashtags of a post in order
};

class RowMapper {
 public:
  // `mapping` must outlive the mapper. Error{usage}: a zone that is not known.
  static Result<RowMapper> create(const Mapping& mapping, Decisions decisions, std::string file_sha256,
                                  std::optional<int> year, TimeUs imported_at);

  // Maps all records of batch.csv or batch.json; fills rows, rejects and counts of `batch`.
  void map_csv(MappedBatch& batch, MapWorker& worker) const;
  void map_json(MappedBatch& batch, MapWorker& worker) const;

  const Decisions& decisions() const { return decisions_; }
  const Mapping& mapping() const { return *mapping_; }

 private:
  RowMapper(const Mapping& mapping, Decisions decisions) : mapping_(&mapping), decisions_(std::move(decisions)) {}

  struct Row;  // the row under work with everything around it
  void map_record(Row& row) const;
  void map_page(const JsonValue& page, const RecordRef& ref, MappedBatch& batch, MapWorker& worker) const;
  void map_bare(Row& row) const;
  void keep_verbatim(Row& row, std::size_t place, const FieldSource& from) const;
  bool read_platform(Row& row) const;
  void read_texts(Row& row) const;
  void read_numbers(Row& row) const;
  void read_times(Row& row) const;
  MappedTime read_time(std::size_t field, std::string_view raw, TimeStatistics& statistics) const;
  void read_account(Row& row) const;
  void choose_clock(Row& row) const;
  void read_references(Row& row) const;
  void add_reference_target(Row& row, std::string_view kind, TextField id, TextField account, Flags flags,
                            ReferenceCounts& counts) const;
  void read_targets(Row& row) const;
  void read_target(Row& row, const TargetSpec& spec, const View& element) const;
  void read_from_text(Row& row) const;
  void add_text_target(Row& row) const;
  void read_labels_and_media(Row& row) const;
  std::string_view value(Row& row, const View& view, const FieldSource& source,
                         std::size_t* alternative = nullptr) const;
  std::string_view synthetic_id(Row& row) const;

  const Mapping* mapping_;
  Decisions decisions_;
  std::string file_sha256_;
  std::optional<int> year_;
  TimeUs imported_at_ = 0;
  std::array<std::optional<Zone>, k_time_fields> zones_;  // set where the decided zone is not UTC
  std::string assumed_zone_;                              // "assumed:ZONE" of the post's time
  std::array<bool, 3> wants_from_text_{};                 // hashtags, mentions, URLs
};

}  // namespace unisono::ingest
