#include "unisono/commands/shards.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "commands/account_marks.hpp"
#include "commands/channel_plan.hpp"
#include "commands/channel_tests.hpp"
#include "commands/shard_part.hpp"
#include "unisono/core/random.hpp"
#include "unisono/core/version.hpp"
#include "unisono/signals/coaction_tiles.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {
namespace {

constexpr std::uint64_t k_tiles_per_shard = 4;  // so that no shard waits long for the largest tile

void put_in_order(std::vector<signals::Pair>& pairs) {
  std::sort(pairs.begin(), pairs.end(),
            [](const auto& x, const auto& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
}

void add(signals::Join& sum, signals::Join part) {
  sum.coactions += part.coactions;
  sum.live_actions += part.live_actions;
  sum.n_pairs += part.pairs.size();
  sum.pairs.insert(sum.pairs.end(), part.pairs.begin(), part.pairs.end());
}

// The tiles of one shard: every `of`-th, so that small inner tiles and large outer ones are mixed.
Result<signals::Join> join_shard(const signals::Actions& actions, const signals::JoinOptions& options, Shard shard,
                                 const Control& control) {
  std::uint32_t blocks = 1;
  while (shard.of > 1 && signals::tiles_of(blocks) < k_tiles_per_shard * shard.of) ++blocks;
  std::vector<std::uint32_t> block_of(actions.n_accounts);
  for (std::uint32_t a = 0; a < block_of.size(); ++a) block_of[a] = static_cast<std::uint32_t>(mix64(a) % blocks);
  signals::Join sum;
  sum.tiles = 0;
  for (std::uint64_t tile = shard.number - 1; tile < signals::tiles_of(blocks); tile += shard.of) {
    UNISONO_TRY(signals::Join part, signals::join_tile(actions, block_of, signals::tile_at(tile), options, control));
    add(sum, std::move(part));
    ++sum.tiles;
  }
  put_in_order(sum.pairs);
  return sum;
}

Table empty_joins() {
  return Table({{"channel", ColumnType::text, {}},
                {"window_s", ColumnType::real, {}},
                {"join", ColumnType::text, {}},
                {"tiles", ColumnType::integer, {}},
                {"coactions", ColumnType::integer, {}},
                {"pairs", ColumnType::integer, {}}});
}

// Stands in for the join of a run: computes this shard's tiles and keeps them.
struct Recorder {
  Shard shard;
  ShardPart& part;
  Table& rows;
  std::string channel;

  Result<signals::Join> operator()(const signals::Actions& actions, const signals::JoinOptions& options,
                                   const Control& control) const {
    const std::string key = join_key(actions, options);
    if (!part.joins.contains(key)) {
      UNISONO_TRY(signals::Join join, join_shard(actions, options, shard, control));
      const auto integer = [](std::uint64_t n) { return Cell(static_cast<std::int64_t>(n)); };
      rows.append_row({channel, static_cast<double>(options.window_us) / 1e6, key, integer(join.tiles),
                       integer(join.coactions), integer(join.pairs.size())});
      part.joins.emplace(key, std::move(join));
    }
    return signals::Join();  // the caller's result is thrown away
  }
};

using Joins = std::map<std::string, signals::Join>;  // by key

Result<void> check_part(const ShardPart& part, const std::string& run_id, const std::filesystem::path& path) {
  if (part.version != version_with_unicode())
    return fail(
        ErrorCode::bad_input,
        fmt::format("{} was computed by version {}, this is {}", path.string(), part.version, version_with_unicode()),
        "compute all parts and the merge with one version");
  if (part.run_id == run_id) return {};
  return fail(
      ErrorCode::bad_input,
      fmt::format("{} belongs to run {}, these options on this case are run {}", path.string(), part.run_id, run_id),
      "give merge the case and the options that the shards were given");
}

Result<Joins> unite(const std::vector<std::filesystem::path>& paths, const std::string& run_id) {
  Joins united;
  std::set<std::uint32_t> seen;
  std::uint32_t shards = 0;
  for (const std::filesystem::path& path : paths) {
    UNISONO_TRY(ShardPart part, read_part(path));
    UNISONO_CHECK(check_part(part, run_id, path));
    if (shards != 0 && part.shards != shards)
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is one of {} shards, the part before one of {}", path.string(), part.shards, shards));
    shards = part.shards;
    if (!seen.insert(part.shard).second)
      return fail(ErrorCode::bad_input, fmt::format("{} is shard {} once more", path.string(), part.shard));
    for (auto& [key, join] : part.joins) add(united[key], std::move(join));
  }
  std::vector<std::uint32_t> missing;
  for (std::uint32_t shard = 1; shard <= shards; ++shard) {
    if (!seen.contains(shard)) missing.push_back(shard);
  }
  if (!missing.empty())
    return fail(ErrorCode::bad_input,
                fmt::format("of {} shards these are missing: {}", shards, fmt::join(missing, ", ")),
                "give merge the parts of all shards");
  for (auto& [key, join] : united) put_in_order(join.pairs);
  return united;
}

// The case with the lists of the run marked in it, as detect marks them; without lists it is only read.
Result<store::CaseFile> open_marked(const DetectOptions& options, const Control& control) {
  store::OpenOptions open;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes / 4;  // the rest is for the kernels
  open.read_only = options.allow.empty() && options.targets.empty();
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  if (open.read_only) return file;
  UNISONO_CHECK(mark_accounts(file, options.allow, "declared", control));
  UNISONO_CHECK(mark_accounts(file, options.targets, "target", control));
  return file;
}

}  // namespace

Result<ShardResult> detect_shard(const DetectOptions& options, Shard shard, const std::filesystem::path& path,
                                 const Control& control) {
  UNISONO_CHECK(check_options(options));
  if (shard.number < 1 || shard.number > shard.of || shard.of > k_most_shards)
    return fail(ErrorCode::usage, fmt::format("--shard {}/{} cannot be", shard.number, shard.of),
                fmt::format("write 1/7 to 7/7 for seven shards; at most {}", k_most_shards));
  UNISONO_TRY(store::CaseFile file, open_marked(options, control));
  UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, options));
  const std::vector<std::int64_t> windows_us = windows_of(options);
  UNISONO_TRY(const store::Run run, detect_run(file, options, channels, windows_us));
  ShardResult result{store::run_id(run), empty_joins()};
  ShardPart part{result.run_id, version_with_unicode(), shard.number, shard.of, {}};
  for (const std::string& channel : channels) {
    UNISONO_TRY(const store::ActionSet actions,
                store::scan_actions(file, {channel, options.since, options.until, options.allow_lossy}, control));
    UNISONO_TRY(const ChannelPlan plan, plan_channel(file, actions, result.run_id, channel, windows_us, control));
    DetectOptions recording = options;
    recording.joiner = Recorder{shard, part, result.joins, channel};
    const std::vector<std::uint64_t> hashes = object_hashes(actions, options.split_seed);
    UNISONO_CHECK(run_joins(events_of_windows(actions, windows_us), hashes, plan, recording, control));
  }
  UNISONO_CHECK(write_part(path, part));
  return result;
}

Result<DetectResult> merge_shards(const DetectOptions& options, const std::vector<std::filesystem::path>& parts,
                                  const Control& control) {
  UNISONO_CHECK(check_options(options));
  std::string id;
  {
    UNISONO_TRY(store::CaseFile file, open_marked(options, control));
    UNISONO_TRY(const std::vector<std::string> channels, channels_of(file, options));
    UNISONO_TRY(const store::Run run, detect_run(file, options, channels, windows_of(options)));
    id = store::run_id(run);
  }
  UNISONO_TRY(const Joins united, unite(parts, id));
  DetectOptions merging = options;
  merging.joiner = [&united](const signals::Actions& actions, const signals::JoinOptions& join,
                             const Control& here) -> Result<signals::Join> {
    const auto found = united.find(join_key(actions, join));
    if (found != united.end()) return found->second;
    return signals::join_coactions(actions, join, here);  // of a permuted copy, when the run calibrates
  };
  return detect(merging, control);
}

}  // namespace unisono::commands
