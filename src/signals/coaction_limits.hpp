// Private: the internal limits of the join. They change speed and memory, never a result; tests and the fuzz target set
// them so that inputs of a few hundred rows reach the code that real data needs only at millions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "unisono/signals/coaction.hpp"

namespace unisono::signals {

struct JoinLimits {
  std::size_t bucket_actions = 16'384;           // a bucket of this many 16-byte keys fits the second-level cache
  std::size_t small_row = std::size_t{1} << 20;  // rows with more scanned entries are streamed
  std::size_t leave_out_from = 4'096;            // rows with fewer scanned entries never leave a group out
  double leave_out_ratio = 64;  // a group is left out when it is this much larger than all smaller ones together
  std::size_t rescan_partners = std::size_t{1} << 20;  // candidates that one rescan of a large row verifies
  std::size_t blocks = 1'024;                          // units of parallel work in the count stage
  std::uint32_t most_actions = 0xffff'ffffU;  // action pairs of one pair of accounts: the type of Pair::actions
  unsigned table_bits = 31;                   // at most 2^table_bits entries
  std::uint32_t first_stamp = 1;              // near 2^24 in tests: the table is rebased at once
  std::uint32_t account_blocks = 0;           // the join is cut into tiles of this many blocks; 0: as memory asks for
  bool prune = true;
  bool leave_out = true;
  bool vector_sort = true;  // false: std::sort, as on a CPU with only SSE2
};

// How often each way through the count stage was taken; for tests that claim to have reached it.
struct JoinTrace {
  std::uint64_t small_rows = 0, large_rows = 0, left_out_groups = 0, merges = 0, rescans = 0, rebases = 0,
                prune_rounds = 0;
  double plan_s = 0, prune_s = 0, rows_s = 0, count_s = 0,
         emit_s = 0;  // wall time of the stages; plan includes partition and sort
};

Result<Join> join_coactions(const Actions& actions, const JoinOptions& options, const Control& control,
                            const JoinLimits& limits, JoinTrace* trace = nullptr);

// Bytes above the input that a join needs at most, without its result: 28 per action, 24 per account, and per thread 12
// per account + 24 MB + 64 per partner of one row.
std::uint64_t join_memory(std::uint64_t n_actions, std::uint64_t n_accounts, unsigned threads);

}  // namespace unisono::signals
