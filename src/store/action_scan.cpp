#include "unisono/store/action_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

#include "implementation.hpp"
#include "string_ranks.hpp"
#include "unisono/core/memory.hpp"
#include "unisono/core/parallel.hpp"
#include "unisono/store/channel.hpp"

namespace unisono::store {
namespace {

constexpr std::uint32_t k_no_post = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t k_page = std::int64_t{1} << 20;  // row ids per statement: bounds what DuckDB holds of a result
constexpr std::int64_t k_all = std::numeric_limits<std::int64_t>::max();
// Row ids of rows that the open step has not committed start here.
constexpr std::int64_t k_uncommitted = 36028797018960000;

// The precisions as DuckDB numbers them for us: the values of core's enum.
constexpr std::string_view k_precision_code =
    "CASE t_precision WHEN 'us' THEN 0 WHEN 'ms' THEN 1 WHEN 's' THEN 2 WHEN 'min' THEN 3 WHEN 'hour' THEN 4 WHEN "
    "'day' THEN 5 "
    "WHEN 'month' THEN 6 ELSE 2 END";
static_assert(static_cast<int>(Precision::us) == 0 && static_cast<int>(Precision::s) == 2 &&
              static_cast<int>(Precision::month) == 6);

struct Action {
  std::int64_t t_us = 0;
  std::uint32_t object = 0, post = 0;
  std::uint8_t precision = 0;
  auto order() const { return std::tuple(t_us, object, post, precision); }
};

// Rows in the order of the table, with numbers in order of arrival.
struct Collected {
  StringRanks accounts, objects, posts;
  std::vector<std::string> platforms;  // by class
  std::map<std::string, std::uint16_t, std::less<>> platform_class;
  std::vector<std::uint32_t> account;
  std::vector<Action> action;

  std::uint64_t bytes() const {
    constexpr std::uint64_t k_row = sizeof(std::uint32_t) + sizeof(Action);
    // Twice the rows and once more the strings: the result is made while the collection stands.
    return 2 * k_row * account.size() + accounts.bytes() + objects.bytes() + 2 * posts.bytes();
  }
};

struct ChunkColumns {
  const duckdb_string_t* platform = nullptr;
  const duckdb_string_t* account = nullptr;
  const duckdb_string_t* key = nullptr;
  const duckdb_string_t* post = nullptr;
  const std::int64_t* t_us = nullptr;
  const std::int32_t* precision = nullptr;
  const bool* lossy = nullptr;
  const std::uint64_t* has_account = nullptr;
  const std::uint64_t* has_post = nullptr;
  const std::uint64_t* has_time = nullptr;
};

ChunkColumns columns_of(duckdb_data_chunk chunk) {
  std::array<duckdb_vector, 7> v{};
  for (std::size_t c = 0; c < v.size(); ++c) v[c] = duckdb_data_chunk_get_vector(chunk, c);
  const auto text = [&v](std::size_t c) { return static_cast<const duckdb_string_t*>(duckdb_vector_get_data(v[c])); };
  return {text(0),
          text(1),
          text(2),
          text(3),
          static_cast<const std::int64_t*>(duckdb_vector_get_data(v[4])),
          static_cast<const std::int32_t*>(duckdb_vector_get_data(v[5])),
          static_cast<const bool*>(duckdb_vector_get_data(v[6])),
          duckdb_vector_get_validity(v[1]),
          duckdb_vector_get_validity(v[3]),
          duckdb_vector_get_validity(v[4])};
}

Result<std::uint16_t> class_of_platform(Collected& rows, std::string_view platform) {
  if (const auto found = rows.platform_class.find(platform); found != rows.platform_class.end()) return found->second;
  if (rows.platforms.size() >= std::numeric_limits<std::uint16_t>::max()) {
    return fail(ErrorCode::too_large, "more than 65,535 platforms in one case",
                "check the platform of the mapping: it should not be an id");
  }
  const auto string_class = static_cast<std::uint16_t>(rows.platforms.size());
  rows.platforms.emplace_back(platform);
  rows.platform_class.emplace(platform, string_class);
  return string_class;
}

// The rows of one chunk that can be used, before their strings are numbers.
struct Usable {
  std::vector<StringRanks::Item> accounts, objects, posts;
  std::vector<std::size_t> has_post;  // places of `posts` among the rows
  std::vector<Action> actions;
  std::vector<std::uint32_t> numbers;

  void clear() {
    for (auto* items : {&accounts, &objects, &posts}) items->clear();
    has_post.clear();
    actions.clear();
  }
};

// Chooses the rows of one chunk and counts the others, each under its first reason.
Result<void> choose_rows(duckdb_data_chunk chunk, const ActionSelection& selection, Collected& rows, Usable& usable,
                         ActionSet& counts) {
  const ChunkColumns c = columns_of(chunk);
  const std::size_t n = duckdb_data_chunk_get_size(chunk);
  usable.clear();
  for (std::size_t i = 0; i < n; ++i) {
    if (!is_valid(c.has_account, i)) {
      ++counts.excluded_no_account;
      continue;
    }
    const bool has_time = is_valid(c.has_time, i);
    if (!has_time && !selection.keep_timeless) {
      ++counts.excluded_no_time;
      continue;
    }
    if (has_time && selection.since && c.t_us[i] < *selection.since) continue;
    if (has_time && selection.until && c.t_us[i] >= *selection.until) continue;
    if (c.lossy[i] && !selection.allow_lossy) {
      ++counts.excluded_lossy;
      continue;
    }
    UNISONO_TRY(const std::uint16_t platform, class_of_platform(rows, text_at(c.platform[i])));
    usable.accounts.push_back({text_at(c.account[i]), platform});
    usable.objects.push_back({text_at(c.key[i]), 0});
    if (is_valid(c.has_post, i)) {
      usable.posts.push_back({text_at(c.post[i]), platform});
      usable.has_post.push_back(usable.actions.size());
    }
    usable.actions.push_back({has_time ? c.t_us[i] : 0, 0, k_no_post, static_cast<std::uint8_t>(c.precision[i])});
  }
  return {};
}

Result<void> collect_chunk(duckdb_data_chunk chunk, const ActionSelection& selection, Collected& rows, Usable& usable,
                           ActionSet& counts) {
  UNISONO_CHECK(choose_rows(chunk, selection, rows, usable, counts));
  const std::size_t n = usable.actions.size();
  usable.numbers.resize(n);
  UNISONO_CHECK(rows.objects.numbers_of(usable.objects, usable.numbers));
  for (std::size_t i = 0; i < n; ++i) usable.actions[i].object = usable.numbers[i];
  UNISONO_CHECK(rows.posts.numbers_of(usable.posts, usable.numbers));
  for (std::size_t i = 0; i < usable.posts.size(); ++i) usable.actions[usable.has_post[i]].post = usable.numbers[i];
  UNISONO_CHECK(rows.accounts.numbers_of(usable.accounts, usable.numbers));
  rows.account.insert(rows.account.end(), usable.numbers.begin(), usable.numbers.end());
  rows.action.insert(rows.action.end(), usable.actions.begin(), usable.actions.end());
  return {};
}

Result<void> check_memory(const Collected& rows, const Control& control) {
  if (control.memory_bytes == 0 || rows.bytes() <= control.memory_bytes) return {};
  return fail(ErrorCode::memory,
              fmt::format("the first {} actions need {}, allowed are {}", rows.account.size(),
                          format_bytes(rows.bytes()), format_bytes(control.memory_bytes)),
              "give more with --memory, or cut the data with --since and --until");
}

Result<void> collect(CaseFile& file, const Channel& channel, const ActionSelection& selection, const Control& control,
                     Collected& rows, ActionSet& counts) {
  const std::string key = key_of(channel);
  const std::string sql = fmt::format(
      "SELECT platform, account_id, {} AS object_key, nullif(post_id, '') AS post_id, t_us, CAST({} AS INTEGER), {} "
      "FROM post_target "
      "WHERE rowid >= $1 AND rowid < $2 AND {} AND object_key IS NOT NULL",
      key, k_precision_code, k_lossy_expression, condition_of(channel));
  Usable usable;
  const Cell limit = k_uncommitted;
  UNISONO_TRY(const std::int64_t last,
              file.count("SELECT max(rowid) FROM post_target WHERE rowid < $1", std::span(&limit, 1)));
  for (std::int64_t begin = 0; begin != k_all;) {
    const std::int64_t end = begin > last ? k_all : begin + k_page;
    const std::array<Cell, 2> page = {begin, end};
    UNISONO_TRY(OwnedResult result, file.implementation().connection.run(sql, page, control.stop));
    for (;;) {
      const OwnedChunk chunk(duckdb_fetch_chunk(result.get()));
      if (chunk.get() == nullptr) break;
      UNISONO_CHECK(collect_chunk(chunk.get(), selection, rows, usable, counts));
    }
    UNISONO_CHECK(check_memory(rows, control));
    control.report("scan", static_cast<std::uint64_t>(std::min(begin, last)), static_cast<std::uint64_t>(last), "rows");
    begin = end;
  }
  return {};
}

// From arrival numbers to ranks; the strings of the ranks go to `texts` and `platforms` where wanted, and the set is
// freed.
std::vector<std::uint32_t> take_ranks(StringRanks& set, const std::vector<std::uint16_t>& class_rank,
                                      const std::vector<std::string>& names, std::vector<std::string>& texts,
                                      std::vector<std::string>* platforms) {
  const std::vector<std::uint32_t> numbers = set.sorted(class_rank);
  std::vector<std::uint32_t> rank(numbers.size());
  texts.reserve(numbers.size());
  for (std::uint32_t r = 0; r < numbers.size(); ++r) {
    rank[numbers[r]] = r;
    texts.emplace_back(set.text(numbers[r]));
    if (platforms != nullptr) platforms->push_back(names[set.class_of(numbers[r])]);
  }
  set = StringRanks();
  return rank;
}

std::vector<std::uint16_t> ranks_of_platforms(const std::vector<std::string>& platforms) {
  std::vector<std::uint16_t> order(platforms.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint16_t>(i);
  std::sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) { return platforms[a] < platforms[b]; });
  std::vector<std::uint16_t> rank(order.size());
  for (std::size_t r = 0; r < order.size(); ++r) rank[order[r]] = static_cast<std::uint16_t>(r);
  return rank;
}

// The actions account by account, each account's in the order of Action::order. O(n log n), equal at any number of
// threads.
Result<std::vector<Action>> sorted_actions(const Collected& rows, const std::vector<std::size_t>& begin_of,
                                           const Control& control) {
  std::vector<Action> sorted(rows.action.size());
  std::vector<std::size_t> place = begin_of;
  for (std::size_t i = 0; i < rows.action.size(); ++i) sorted[place[rows.account[i]]++] = rows.action[i];
  const std::size_t n_accounts = begin_of.size() - 1;
  constexpr std::size_t k_accounts = 1024;
  UNISONO_CHECK(for_each_block(
      (n_accounts + k_accounts - 1) / k_accounts, control, [&](std::size_t block, unsigned) -> Result<void> {
        for (std::size_t a = block * k_accounts; a < std::min(n_accounts, (block + 1) * k_accounts); ++a) {
          std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(begin_of[a]),
                    sorted.begin() + static_cast<std::ptrdiff_t>(begin_of[a + 1]),
                    [](const Action& x, const Action& y) { return x.order() < y.order(); });
        }
        return {};
      }));
  return sorted;
}

// Drops what agrees in everything (one post with the same object twice) and names the posts that have no id.
void write_actions(const std::vector<Action>& sorted, const std::vector<std::size_t>& begin_of, ActionSet& set) {
  for (auto* column : {&set.account, &set.object, &set.post}) column->reserve(sorted.size());
  set.t_us.reserve(sorted.size());
  set.precision.reserve(sorted.size());
  for (std::uint32_t a = 0; a + 1 < begin_of.size(); ++a) {
    std::int64_t nameless_at = 0;
    bool has_nameless = false;
    for (std::size_t i = begin_of[a]; i < begin_of[a + 1]; ++i) {
      Action action = sorted[i];
      if (action.post != k_no_post) {
        if (i > begin_of[a] && action.order() == sorted[i - 1].order()) {
          ++set.repeated;
          continue;
        }
      } else {
        if (!has_nameless || nameless_at != action.t_us) {
          set.post_id_of.emplace_back();
          set.post_platform_of.push_back(set.platform_of[a]);
        }
        has_nameless = true;
        nameless_at = action.t_us;
        action.post = static_cast<std::uint32_t>(set.post_id_of.size() - 1);
      }
      set.account.push_back(a);
      set.object.push_back(action.object);
      set.post.push_back(action.post);
      set.t_us.push_back(action.t_us);
      set.precision.push_back(action.precision);
    }
  }
}

// Among the first n, which are in bytewise order of (platform, id).
std::optional<std::uint32_t> rank_of(const std::vector<std::string>& platforms, const std::vector<std::string>& ids,
                                     std::size_t n, std::string_view platform, std::string_view id) {
  const auto key = [&](std::size_t i) { return std::pair<std::string_view, std::string_view>(platforms[i], ids[i]); };
  const std::pair wanted(platform, id);
  std::size_t low = 0, high = n;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (key(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < n && key(low) == wanted ? std::optional(static_cast<std::uint32_t>(low)) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> account_rank(const ActionSet& actions, std::string_view platform, std::string_view id) {
  return rank_of(actions.platform_of, actions.account_id_of, actions.account_id_of.size(), platform, id);
}

std::optional<std::uint32_t> post_rank(const ActionSet& actions, std::string_view platform, std::string_view id) {
  const auto nameless = std::partition_point(actions.post_id_of.begin(), actions.post_id_of.end(),
                                             [](const std::string& named) { return !named.empty(); });
  return rank_of(actions.post_platform_of, actions.post_id_of,
                 static_cast<std::size_t>(nameless - actions.post_id_of.begin()), platform, id);
}

Result<std::vector<std::string>> channels_with_actions(CaseFile& file) {
  std::vector<std::string> names;
  for (const Channel& channel : channels()) {
    UNISONO_TRY(
        const std::int64_t n,
        file.count(fmt::format("SELECT count(*) FROM (SELECT 1 FROM post_target WHERE {} AND {} IS NOT NULL LIMIT 1)",
                               condition_of(channel), key_of(channel))));
    if (n > 0) names.emplace_back(channel.name);
  }
  return names;
}

Result<ActionSet> scan_actions(CaseFile& file, const ActionSelection& selection, const Control& control) {
  const Channel* channel = channel_named(selection.channel);
  if (channel == nullptr) {
    std::vector<std::string_view> names;
    for (const Channel& known : channels()) names.push_back(known.name);
    return fail(ErrorCode::usage, fmt::format("there is no channel \"{}\"", selection.channel),
                fmt::format("channels: {}", fmt::join(names, ", ")));
  }
  ActionSet set;
  Collected rows;
  UNISONO_CHECK(collect(file, *channel, selection, control, rows, set));
  if (rows.account.size() >= k_no_post) {
    return fail(ErrorCode::too_large,
                fmt::format("{} actions in one channel, at most {} are possible", rows.account.size(), k_no_post - 1),
                "cut the data with --since and --until");
  }
  const std::vector<std::uint16_t> class_rank = ranks_of_platforms(rows.platforms);
  const std::vector<std::uint32_t> account_rank =
      take_ranks(rows.accounts, class_rank, rows.platforms, set.account_id_of, &set.platform_of);
  const std::vector<std::uint32_t> object_rank = take_ranks(rows.objects, {0}, {}, set.object_key_of, nullptr);
  const std::vector<std::uint32_t> post_rank =
      take_ranks(rows.posts, class_rank, rows.platforms, set.post_id_of, &set.post_platform_of);
  UNISONO_CHECK(control.check_cancelled());

  std::vector<std::size_t> begin_of(account_rank.size() + 1, 0);
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    rows.account[i] = account_rank[rows.account[i]];
    rows.action[i].object = object_rank[rows.action[i].object];
    if (rows.action[i].post != k_no_post) rows.action[i].post = post_rank[rows.action[i].post];
    ++begin_of[rows.account[i] + 1];
  }
  for (std::size_t a = 1; a < begin_of.size(); ++a) begin_of[a] += begin_of[a - 1];
  UNISONO_TRY(const std::vector<Action> sorted, sorted_actions(rows, begin_of, control));
  rows = Collected();
  write_actions(sorted, begin_of, set);
  return set;
}

}  // namespace unisono::store
