// The definition of scan_actions in obvious lines, over rows that stand in memory (docs/store.md, "Actions and
// channels").
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unisono/store/action_scan.hpp"

namespace unisono::reference {

struct TargetRow {
  std::string platform;
  std::optional<std::string> post_id, account_id;
  std::optional<TimeUs> t_us;
  Precision precision = Precision::s;
  std::optional<std::string> post_kind;
  std::string target_kind;
  std::optional<std::string> target_id, target_account, canonical, domain;
  std::vector<std::string> flags;
};

inline std::optional<std::string> object_of(const TargetRow& row, const std::string& channel) {
  const auto first = [](const auto& a, const auto& b) { return a ? a : b; };
  const bool is_repost = row.post_kind == "repost" || row.post_kind == "forward";
  const std::string& kind = row.target_kind;
  const bool carried = channel != "repost" && channel != "reply" && channel != "generic";
  if (carried && is_repost) return std::nullopt;
  std::optional<std::string> object;
  if (channel == "repost" && (kind == "repost" || kind == "forward")) object = first(row.target_id, row.canonical);
  if (channel == "link" && kind == "url") object = first(row.canonical, row.target_id);
  if (channel == "domain" && kind == "url") object = row.domain;
  if (channel == "domain" && kind == "domain") object = first(row.domain, row.target_id);
  if (channel == "hashtag" && kind == "hashtag") object = first(row.canonical, row.target_id);
  if (channel == "mention" && kind == "mention") object = first(row.target_account, row.target_id);
  for (const std::string same : {"reply", "text", "hashtag_seq", "media", "generic"}) {
    if (channel == same && kind == same) object = first(row.target_id, row.canonical);
  }
  if (!object || object->empty()) return std::nullopt;
  const bool bound = channel == "repost" || channel == "reply" || channel == "mention";
  return bound ? row.platform + ":" + *object : *object;
}

inline store::ActionSet scan_actions(const std::vector<TargetRow>& rows, const store::ActionSelection& selection) {
  using Id = std::pair<std::string, std::string>;  // platform, id
  struct One {
    Id account;
    TimeUs t_us = 0;
    std::string object;
    std::optional<Id> post;
    Precision precision = Precision::s;
  };
  store::ActionSet set;
  std::vector<One> kept;
  for (const TargetRow& row : rows) {
    const auto object = object_of(row, selection.channel);
    if (!object) continue;
    bool lossy = false;
    for (const std::string& flag : row.flags) lossy = lossy || flag == "ref_lossy" || flag == "id_lossy";
    if (!row.account_id) {
      ++set.excluded_no_account;
    } else if (!row.t_us) {
      ++set.excluded_no_time;
    } else if ((selection.since && *row.t_us < *selection.since) ||
               (selection.until && *row.t_us >= *selection.until)) {
      continue;
    } else if (lossy && !selection.allow_lossy) {
      ++set.excluded_lossy;
    } else {
      One one{{row.platform, *row.account_id}, *row.t_us, *object, std::nullopt, row.precision};
      if (row.post_id && !row.post_id->empty()) one.post = Id{row.platform, *row.post_id};
      kept.push_back(one);
    }
  }
  std::map<Id, std::uint32_t> accounts, posts;
  std::map<std::string, std::uint32_t> objects;
  for (const One& one : kept) {
    accounts[one.account];
    objects[one.object];
    if (one.post) posts[*one.post];
  }
  for (auto& [id, rank] : accounts) {
    rank = static_cast<std::uint32_t>(set.account_id_of.size());
    set.platform_of.push_back(id.first);
    set.account_id_of.push_back(id.second);
  }
  for (auto& [key, rank] : objects) {
    rank = static_cast<std::uint32_t>(set.object_key_of.size());
    set.object_key_of.push_back(key);
  }
  for (auto& [id, rank] : posts) {
    rank = static_cast<std::uint32_t>(set.post_id_of.size());
    set.post_platform_of.push_back(id.first);
    set.post_id_of.push_back(id.second);
  }
  // Posts without an id: one for each (account, time), behind all others.
  std::map<std::pair<Id, TimeUs>, std::uint32_t> nameless;
  for (const One& one : kept) {
    if (!one.post) nameless[{one.account, one.t_us}];
  }
  for (auto& [key, rank] : nameless) {
    rank = static_cast<std::uint32_t>(set.post_id_of.size());
    set.post_platform_of.push_back(key.first.first);
    set.post_id_of.emplace_back();
  }
  using Row = std::tuple<std::uint32_t, TimeUs, std::uint32_t, std::uint32_t, Precision>;
  std::multiset<Row> actions;
  for (const One& one : kept) {
    const std::uint32_t post = one.post ? posts[*one.post] : nameless[{one.account, one.t_us}];
    const Row row{accounts[one.account], one.t_us, objects[one.object], post, one.precision};
    if (one.post && actions.contains(row)) {
      ++set.repeated;
    } else {
      actions.insert(row);
    }
  }
  for (const auto& [account, t_us, object, post, precision] : actions) {
    set.account.push_back(account);
    set.t_us.push_back(t_us);
    set.object.push_back(object);
    set.post.push_back(post);
    set.precision.push_back(static_cast<std::uint8_t>(precision));
  }
  return set;
}

}  // namespace unisono::reference
