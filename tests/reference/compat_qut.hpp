// The six networks of the QUT toolkit by looking at every two messages, on texts. Slow and obvious. The keys of texts
// are core's (unisono/core/qut_text.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unisono/core/qut_text.hpp"

namespace unisono::reference {

struct QutMessage {
  std::string message_id, user_id, repost_id, reply_id, message;  // "" in repost_id and reply_id = missing
  double t = 0;
  std::string urls;
};

enum class QutNetwork { retweet, reply, link, text, similar, post };

using QutTable = std::map<std::pair<std::string, std::string>, std::uint32_t>;  // (user_1, user_2) -> weight

inline QutTable qut_table(const std::vector<QutMessage>& rows, QutNetwork network, double window,
                          std::uint32_t least_weight, double similarity = 0.8, std::size_t least_tokens = 1) {
  // The first row of an id wins; every address of every row without a repost, the first of (id, address) wins.
  std::vector<QutMessage> edge;
  std::vector<std::pair<QutMessage, std::string>> message_url;
  std::set<std::string> ids;
  std::set<std::pair<std::string, std::string>> urls;
  for (const QutMessage& row : rows) {
    if (ids.insert(row.message_id).second) edge.push_back(row);
    if (!row.repost_id.empty()) continue;
    std::string rest = row.urls + " ";
    for (std::size_t blank = rest.find(' '); blank != std::string::npos; blank = rest.find(' ')) {
      const std::string url = rest.substr(0, blank);
      rest = rest.substr(blank + 1);
      if (urls.emplace(row.message_id, url).second) message_url.emplace_back(row, url);
    }
  }
  struct Acting {
    QutMessage row;
    std::optional<std::string> key;
    std::set<std::string> tokens;
  };
  std::vector<Acting> acting;
  if (network == QutNetwork::link) {
    for (const auto& [row, url] : message_url) acting.push_back({row, url, {}});
  } else {
    for (const QutMessage& row : edge) {
      Acting a{row, {}, {}};
      const bool is_repost = !row.repost_id.empty();
      if (network == QutNetwork::retweet && is_repost) a.key = row.repost_id;
      if (network == QutNetwork::reply && !is_repost && !row.reply_id.empty()) a.key = row.reply_id;
      if (network == QutNetwork::text && !is_repost) a.key = qut_text_key(row.message);
      if (network == QutNetwork::post) a.key = "";
      if (network == QutNetwork::similar && !is_repost) {
        a.key = "";
        for (const std::string& token : qut_tokens(row.message)) a.tokens.insert(token);
      }
      if (a.key) acting.push_back(a);
    }
  }
  std::map<std::pair<std::string, std::string>, std::set<std::string>> messages;
  for (const Acting& a : acting)
    for (const Acting& b : acting) {
      if (a.row.message_id == b.row.message_id || a.key != b.key) continue;
      if (!(b.row.t >= a.row.t - window && b.row.t <= a.row.t + window)) continue;
      if (network == QutNetwork::similar) {
        std::set<std::string> both = a.tokens, common;
        both.insert(b.tokens.begin(), b.tokens.end());
        for (const std::string& token : a.tokens)
          if (b.tokens.contains(token)) common.insert(token);
        if (a.tokens.size() < least_tokens || b.tokens.size() < least_tokens || both.empty()) continue;
        if (static_cast<double>(common.size()) / static_cast<double>(both.size()) < similarity) continue;
      }
      messages[{a.row.user_id, b.row.user_id}].insert(a.row.message_id);
    }
  QutTable table;
  for (const auto& [users, own] : messages)
    if (own.size() >= least_weight) table[users] = static_cast<std::uint32_t>(own.size());
  return table;
}

}  // namespace unisono::reference
