#include <algorithm>
#include <array>
#include <unordered_set>

#include "file_reading.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/parallel.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_most_hours = 1'000'000;  // 114 years; a hostile file gets no more

// What is counted over the rows in the order of the file, beside what `take` does with them.
class RowTally {
 public:
  void add(const MappedBatch& batch) {
    for (const MappedRow& row : batch.rows) {
      const auto t = row.at(TimeField::t).t;
      if (!t) continue;
      first_ = first_ ? std::min(*first_, *t) : t;
      last_ = last_ ? std::max(*last_, *t) : t;
      const std::int64_t hour = *t / k_us_per_hour - (*t % k_us_per_hour < 0 ? 1 : 0);
      if (hour == latest_hour_ || hours_.size() >= k_most_hours) continue;
      latest_hour_ = hour;
      hours_.insert(hour);
    }
    for (const Reject& reject : batch.rejects) {
      ++reasons_[static_cast<std::size_t>(reject.reason)];
      ++rejected_;
    }
  }

  void fill(PassResult& out) const {
    out.rejected = rejected_;
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
      if (reasons_[i] > 0) out.rejects.emplace_back(name_of(static_cast<RejectReason>(i)), reasons_[i]);
    }
    out.first = first_;
    out.last = last_;
    if (hours_.empty() || hours_.size() >= k_most_hours) return;
    std::vector<std::int64_t> hours(hours_.begin(), hours_.end());
    std::sort(hours.begin(), hours.end());
    out.hours_with_rows = hours.size();
    out.hours = static_cast<std::uint64_t>(hours.back() - hours.front() + 1);
    for (std::size_t i = 1; i < hours.size(); ++i) {
      const std::int64_t gap = hours[i] - hours[i - 1] - 1;
      if (gap <= out.longest_gap_hours) continue;
      out.longest_gap_hours = gap;
      out.longest_gap_from = (hours[i - 1] + 1) * k_us_per_hour;
    }
  }

 private:
  std::unordered_set<std::int64_t> hours_;
  std::int64_t latest_hour_ = std::numeric_limits<std::int64_t>::min();
  std::optional<TimeUs> first_, last_;
  std::array<std::uint64_t, k_reject_reasons> reasons_{};
  std::uint64_t rejected_ = 0;
};

using Batches = std::vector<MappedBatch>;

}  // namespace

Result<PassResult> read_through(const std::string& path, const FilePlan& opened, const RowMapper& mapper,
                                const SourceLimits& limits, const Control& control,
                                const std::function<Result<void>(const MappedBatch&)>& take) {
  UNISONO_TRY(Source source, open_source(path, limits, control));
  UNISONO_TRY(Member* const member, source.next_member());
  if (member == nullptr) return fail(ErrorCode::bad_input, path + " holds no file");
  UNISONO_TRY(RecordFeed feed, RecordFeed::open(*member, opened.family, opened.csv, control));

  const std::size_t width = std::max(1U, control.threads);
  std::vector<MapWorker> workers(width);
  Batches read(width), mapped(width), taken(width);
  std::size_t n_read = 0, n_mapped = 0, n_taken = 0;
  bool more = true;
  PassResult out;
  RowTally tally;

  const auto read_set = [&](Batches& into, std::size_t& n) -> Result<void> {
    for (n = 0; n < width && more;) {
      into[n].clear();
      UNISONO_TRY(more, feed.next(into[n]));
      ++n;
    }
    return {};
  };
  const auto take_set = [&]() -> Result<void> {
    for (std::size_t i = 0; i < n_taken; ++i) {
      UNISONO_CHECK(take(taken[i]));
      tally.add(taken[i]);
      out.statistics += taken[i].statistics;
      out.counts += taken[i].counts;
    }
    return {};
  };

  // Three sets of batches go round: while one is mapped, the next is read and the one before is taken, in the order of
  // the file.
  UNISONO_CHECK(read_set(read, n_read));
  while (n_read + n_mapped + n_taken > 0) {
    std::swap(taken, mapped);
    n_taken = n_mapped;
    std::swap(mapped, read);
    n_mapped = n_read;
    n_read = 0;
    UNISONO_CHECK(for_each_block(2 + n_mapped, control, [&](std::size_t block, unsigned worker) -> Result<void> {
      if (block == 0) return take_set();
      if (block == 1) return read_set(read, n_read);
      MappedBatch& batch = mapped[block - 2];
      if (feed.is_csv()) {
        mapper.map_csv(batch, workers[worker]);
      } else {
        mapper.map_json(batch, workers[worker]);
      }
      return {};
    }));
    control.report("read", source.bytes_read(), source.bytes(), "bytes");
    if (n_read + n_mapped == 0) break;
  }
  out.counts += feed.counts();
  out.bytes = source.bytes();
  out.container = source.container();
  out.member = member->name().value_or("");
  out.encoding = feed.encoding().name;
  out.encoding_ground = name_of(feed.encoding().ground);
  out.layout = feed.layout();
  if (member->damage()) out.damage = member->damage()->message;
  tally.fill(out);
  UNISONO_CHECK(source.finish());
  return out;
}

}  // namespace unisono::ingest
