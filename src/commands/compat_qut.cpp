#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "commands/compat_rows.hpp"
#include "unisono/core/qut_text.hpp"
#include "unisono/signals/compat_qut.hpp"

namespace unisono::commands {
namespace {

constexpr std::uint32_t k_none = store::PeerRows::k_no_text;

constexpr std::string_view k_names[] = {"co_retweet", "co_reply", "co_link", "co_tweet", "co_similar_tweet", "co_post"};
constexpr std::string_view k_channels[] = {"repost", "reply", "link", "text", "text", ""};  // of our own ties

// The rows of one network, owned.
struct Acting {
  std::vector<std::uint32_t> message, user, key;
  std::vector<double> t_s;
  std::uint32_t n_keys = 0;
  std::vector<std::size_t> token_begin{0};
  std::vector<std::uint32_t> token;
  std::uint32_t n_tokens = 0;

  void add(const store::PeerRows& rows, std::size_t row, std::uint32_t k) {
    message.push_back(rows.content[row]);
    user.push_back(rows.account[row]);
    t_s.push_back(rows.t_s[row]);
    key.push_back(k);
  }
};

// Numbers of texts in order of arrival.
class Numbers {
 public:
  std::uint32_t of(std::string_view text) {
    return number_.try_emplace(std::string(text), static_cast<std::uint32_t>(number_.size())).first->second;
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(number_.size()); }

 private:
  std::unordered_map<std::string, std::uint32_t> number_;
};

// Rows that the toolkit cannot take: without a number as time, without an id, and the first record of a file that has
// no header.
void drop_unusable(store::PeerRows& rows, std::vector<std::string>& notes) {
  std::vector<std::uint8_t> drop(rows.size(), 0);
  std::size_t timeless = 0, nameless = 0, opening = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool no_time = std::isnan(rows.t_s[i]), no_id = rows.content[i] == k_none;
    if (rows.opening[i] != 0) {
      ++opening;
    } else if (no_time) {
      ++timeless;
    } else if (no_id) {
      ++nameless;
    }
    drop[i] = rows.opening[i] != 0 || no_time || no_id ? 1 : 0;
  }
  drop_rows(rows, drop);
  if (timeless > 0)
    notes.push_back(
        fmt::format("{} rows without a time were left out (the toolkit stops at the first one).", timeless));
  if (nameless > 0) notes.push_back(fmt::format("{} rows without a message id were left out.", nameless));
  if (opening > 0)
    notes.push_back(
        fmt::format("the first record of {} files is a row, not a header; the toolkit skips it, and so was done "
                    "here.",
                    opening));
}

// Every address of every row that is no repost; the first row of (message, address) wins.
Acting links_of(const store::PeerRows& rows, std::span<const std::uint8_t> is_repost) {
  Acting out;
  Numbers urls;
  std::vector<std::vector<std::uint32_t>> of_cell(rows.texts.size());
  struct Link {
    std::uint32_t message, url;
    std::size_t row;
  };
  std::vector<Link> links;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (is_repost[row] != 0 || rows.urls[row] == k_none) continue;
    std::vector<std::uint32_t>& parts = of_cell[rows.urls[row]];
    if (parts.empty()) {
      const std::string_view cell = rows.texts[rows.urls[row]];
      for (std::size_t begin = 0; begin <= cell.size();) {
        const std::size_t blank = std::min(cell.find(' ', begin), cell.size());
        parts.push_back(urls.of(cell.substr(begin, blank - begin)));
        begin = blank + 1;
      }
    }
    for (const std::uint32_t url : parts) links.push_back({rows.content[row], url, row});
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    if (a.message != b.message) return a.message < b.message;
    return a.url != b.url ? a.url < b.url : a.row < b.row;
  });
  for (std::size_t i = 0; i < links.size(); ++i)
    if (i == 0 || links[i].message != links[i - 1].message || links[i].url != links[i - 1].url)
      out.add(rows, links[i].row, links[i].url);
  out.n_keys = urls.size();
  return out;
}

// A number for each text, made once.
template <typename Make>
void number_texts(const store::PeerRows& rows, std::span<const std::size_t> places, const Make& make) {
  std::vector<std::uint8_t> made(rows.texts.size(), 0);
  for (const std::size_t row : places) {
    if (std::exchange(made[rows.text[row]], std::uint8_t{1}) == 0) make(rows.text[row]);
  }
}

Acting texts_of(const store::PeerRows& rows, std::span<const std::size_t> places) {
  Acting out;
  Numbers keys;
  std::vector<std::uint32_t> key_of(rows.texts.size(), 0);
  number_texts(rows, places, [&](std::uint32_t text) { key_of[text] = keys.of(qut_text_key(rows.texts[text])); });
  for (const std::size_t row : places) out.add(rows, row, key_of[rows.text[row]]);
  out.n_keys = keys.size();
  return out;
}

Acting token_sets_of(const store::PeerRows& rows, std::span<const std::size_t> places) {
  Acting out;
  Numbers words;
  std::vector<std::vector<std::uint32_t>> set_of(rows.texts.size());
  number_texts(rows, places, [&](std::uint32_t text) {
    for (const std::string& token : qut_tokens(rows.texts[text])) set_of[text].push_back(words.of(token));
    std::sort(set_of[text].begin(), set_of[text].end());
  });
  for (const std::size_t row : places) {
    out.add(rows, row, 0);
    out.token.insert(out.token.end(), set_of[rows.text[row]].begin(), set_of[rows.text[row]].end());
    out.token_begin.push_back(out.token.size());
  }
  out.n_tokens = words.size();
  return out;
}

Acting acting_rows(const store::PeerRows& rows, QutNetwork network) {
  const auto has = [&](std::uint32_t cell) { return cell != k_none && !rows.texts[cell].empty(); };
  std::vector<std::uint8_t> is_repost(rows.size(), 0), seen(rows.texts.size(), 0);
  for (std::size_t row = 0; row < rows.size(); ++row) is_repost[row] = has(rows.object[row]) ? 1 : 0;
  if (network == QutNetwork::link) return links_of(rows, is_repost);
  std::vector<std::size_t> places;  // the first row of each message, if it belongs to the network
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (std::exchange(seen[rows.content[row]], std::uint8_t{1}) != 0) continue;
    const bool reposts = is_repost[row] != 0;
    const bool belongs =
        network == QutNetwork::post || (network == QutNetwork::retweet && reposts) ||
        (network == QutNetwork::reply && !reposts && has(rows.reply[row])) ||
        ((network == QutNetwork::text || network == QutNetwork::similar) && !reposts && rows.text[row] != k_none);
    if (belongs) places.push_back(row);
  }
  if (network == QutNetwork::text) return texts_of(rows, places);
  if (network == QutNetwork::similar) return token_sets_of(rows, places);
  Acting out;
  out.n_keys = static_cast<std::uint32_t>(rows.texts.size());
  for (const std::size_t row : places)
    out.add(rows, row,
            network == QutNetwork::retweet ? rows.object[row]
            : network == QutNetwork::reply ? rows.reply[row]
                                           : 0);
  return out;
}

Result<std::vector<signals::QutWeight>> count_network(const store::PeerRows& rows, const Acting& acting,
                                                      const CompatOptions& options, const Control& control) {
  const signals::QutOptions counted{options.window_s.value_or(1), options.min_weight};
  signals::QutRows view{acting.message,
                        acting.user,
                        acting.key,
                        acting.t_s,
                        static_cast<std::uint32_t>(rows.texts.size()),
                        static_cast<std::uint32_t>(rows.accounts.size()),
                        acting.n_keys};
  if (options.network == QutNetwork::post || options.network == QutNetwork::similar) view.key = {};
  if (options.network != QutNetwork::similar) return signals::qut_network(view, counted, control);
  return signals::qut_similar_network(view, {acting.token_begin, acting.token, acting.n_tokens}, counted,
                                      {options.similarity, options.min_tokens}, control);
}

Table plan_table(const store::PeerRows& rows, const Acting& acting, const CompatOptions& options) {
  const auto network = static_cast<std::size_t>(options.network);
  Table table({{"network", ColumnType::text, {}},
               {"window_s", ColumnType::real, {}, true},
               {"min_weight", ColumnType::integer, {}},
               {"rows", ColumnType::integer, {}},
               {"accounts", ColumnType::integer, {}},
               {"rows_of_the_network", ColumnType::integer, {}}});
  table.append_row({std::string(k_names[network]), options.window_s.value_or(1), std::int64_t{options.min_weight},
                    static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows.accounts.size()),
                    static_cast<std::int64_t>(acting.message.size())});
  return table;
}

}  // namespace

Result<CompatResult> compat_qut(store::CaseFile& file, const CompatOptions& options, const Control& control) {
  UNISONO_TRY(const bool verbatim, has_verbatim_rows(file));
  store::PeerSelection selection{verbatim ? store::PeerSource::verbatim : store::PeerSource::posts, "", false, false};
  selection.with_texts = options.network == QutNetwork::text || options.network == QutNetwork::similar;
  selection.with_links = options.network == QutNetwork::link;
  selection.sorted_texts = false;  // only accounts are put in order
  UNISONO_TRY(store::PeerRows rows, store::scan_peer_rows(file, selection, control));
  CompatResult result;
  result.notes.push_back(compat_label(options));
  keep_period(options, rows, result.notes);
  drop_unusable(rows, result.notes);
  UNISONO_CHECK(note_losses(file, rows, result.notes));
  const Acting acting = acting_rows(rows, options.network);
  if (options.dry_run) {
    result.tables.push_back({"plan", plan_table(rows, acting, options)});
    return result;
  }
  if (acting.message.empty())
    result.notes.emplace_back("No row of this case belongs to this network (no repost, reply, address or text in it).");
  UNISONO_TRY(const std::vector<signals::QutWeight> weights, count_network(rows, acting, options, control));
  Table table(
      {{"user_1", ColumnType::text, {}}, {"user_2", ColumnType::text, {}}, {"weight", ColumnType::integer, {}}});
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
  for (const signals::QutWeight& row : weights) {
    if (row.user_1 != row.user_2) ends.emplace_back(std::minmax(row.user_1, row.user_2));
    if (row.user_1 == row.user_2 && !options.self_loops) continue;
    table.append_row({rows.accounts[row.user_1], rows.accounts[row.user_2], std::int64_t{row.weight}});
  }
  const auto network = static_cast<std::size_t>(options.network);
  result.tables.push_back({std::string(k_names[network]), std::move(table)});
  UNISONO_CHECK(compare_with_ties(file, rows, std::move(ends), std::string(k_channels[network]), result));
  return result;
}

}  // namespace unisono::commands
