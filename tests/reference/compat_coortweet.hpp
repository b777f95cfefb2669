// The tables of CooRTweet 2.1.3 step by step, on texts and by looking at every pair of rows. The steps are those of
// docs/from-coortweet.md. Slow and obvious.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace unisono::reference {

using MaybeText = std::optional<std::string>;  // empty = missing (NA); "" is a text like any other

struct SharedRow {
  MaybeText object;
  std::string account;
  MaybeText content;
  std::optional<double> t;  // seconds
};

struct SharedPair {
  MaybeText object, content, content_y;
  std::string account, account_y;  // the older and the newer side
  double time_delta = 0;
  bool fast = false;
};

struct SharedFigures {
  std::uint32_t weight = 0;
  double avg_time_delta = 0;
  std::uint32_t n_content_id = 0, n_content_id_y = 0;
  double edge_symmetry_score = 0;
  std::string object_ids;
  int weight_threshold = 0;
};

struct SharedEdge {
  std::string from, to;
  SharedFigures full;
  std::optional<SharedFigures> fast;
};

// Steps 1 to 5: in the order of the result's rows.
inline std::vector<SharedPair> shared_pairs(const std::vector<SharedRow>& rows, double window, std::uint32_t least,
                                            bool keep_loops) {
  // 1: rows of accounts with at least `least` rows, account by account in order of first appearance
  std::vector<SharedRow> x;
  std::vector<std::string> accounts;
  for (const SharedRow& row : rows)
    if (std::find(accounts.begin(), accounts.end(), row.account) == accounts.end()) accounts.push_back(row.account);
  for (const std::string& account : accounts) {
    std::vector<SharedRow> own;
    for (const SharedRow& row : rows)
      if (row.account == account) own.push_back(row);
    if (own.size() >= least) x.insert(x.end(), own.begin(), own.end());
  }
  // 2: pairs of rows with one object inside the window; object by first appearance, then j, then i
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  std::vector<MaybeText> objects;
  for (const SharedRow& row : x)
    if (std::find(objects.begin(), objects.end(), row.object) == objects.end()) objects.push_back(row.object);
  for (const MaybeText& object : objects)
    for (std::size_t j = 0; j < x.size(); ++j)
      for (std::size_t i = 0; i < j; ++i)
        if (x[i].object == object && x[j].object == object && x[i].t && x[j].t && std::abs(*x[i].t - *x[j].t) <= window)
          pairs.emplace_back(i, j);
  // 3: loops, and pairs with a missing value, unless they are kept
  if (!keep_loops) {
    std::erase_if(pairs, [&](const auto& pair) {
      const SharedRow &i = x[pair.first], &j = x[pair.second];
      return !i.object || !i.content || !j.content || i.object == i.content || i.object == j.content ||
             i.content == j.content || i.account == j.account;
    });
  }
  // 4: the second filter
  if (least >= 1) {
    std::set<MaybeText> in_pairs, kept;
    for (const auto& [i, j] : pairs) in_pairs.insert({x[i].content, x[j].content});
    std::map<std::string, std::uint32_t> n;
    for (const SharedRow& row : x) n[row.account] += in_pairs.contains(row.content) ? 1U : 0U;
    for (const SharedRow& row : x)
      if (in_pairs.contains(row.content) && n[row.account] >= least) kept.insert(row.content);
    std::erase_if(pairs, [&](const auto& pair) {
      return !kept.contains(x[pair.first].content) && !kept.contains(x[pair.second].content);
    });
  }
  // 5: the older side first
  std::vector<SharedPair> result;
  for (const auto& [i, j] : pairs) {
    const SharedRow& older = *x[i].t > *x[j].t ? x[j] : x[i];
    const SharedRow& newer = *x[i].t > *x[j].t ? x[i] : x[j];
    result.push_back(
        {older.object, older.content, newer.content, older.account, newer.account, std::abs(*x[i].t - *x[j].t), false});
  }
  return result;
}

// The second, narrower window: which pairs it holds. Sorts the result as the network then sees it.
inline void flag_fast(const std::vector<SharedRow>& rows, double window, std::uint32_t least,
                      std::vector<SharedPair>& pairs) {
  std::vector<SharedPair> narrow;
  for (const SharedPair& pair : pairs)
    if (pair.time_delta <= window) narrow.push_back(pair);
  if (least >= 1) {
    std::set<MaybeText> in_pairs, kept;
    for (const SharedPair& pair : narrow) in_pairs.insert({pair.content, pair.content_y});
    std::map<std::string, std::uint32_t> n;
    for (const SharedRow& row : rows) n[row.account] += in_pairs.contains(row.content) ? 1U : 0U;
    for (const SharedRow& row : rows)
      if (in_pairs.contains(row.content) && n[row.account] >= least) kept.insert(row.content);
    std::erase_if(narrow,
                  [&](const SharedPair& p) { return !kept.contains(p.content) && !kept.contains(p.content_y); });
  }
  std::set<std::pair<MaybeText, MaybeText>> fast;
  for (const SharedPair& pair : narrow) fast.emplace(pair.content, pair.content_y);
  for (SharedPair& pair : pairs) pair.fast = fast.contains({pair.content, pair.content_y});
  std::stable_sort(pairs.begin(), pairs.end(), [](const SharedPair& a, const SharedPair& b) {
    return std::tie(a.content, a.content_y) < std::tie(b.content, b.content_y);
  });
}

inline double quantile_7(std::vector<double> v, double p) {
  std::sort(v.begin(), v.end());
  const double h = static_cast<double>(v.size() - 1) * p;
  const auto low = static_cast<std::size_t>(std::floor(h));
  const std::size_t high = std::min(low + 1, v.size() - 1);
  return v[low] + (h - std::floor(h)) * (v[high] - v[low]);
}

inline SharedFigures shared_figures(const std::vector<SharedPair>& pairs) {
  SharedFigures out;
  std::set<MaybeText> older, newer;
  std::vector<std::string> objects;
  double sum = 0;
  for (const SharedPair& pair : pairs) {
    sum += pair.time_delta;
    older.insert(pair.content);
    newer.insert(pair.content_y);
    const std::string object = pair.object.value_or("NA");
    if (std::find(objects.begin(), objects.end(), object) == objects.end()) objects.push_back(object);
  }
  out.weight = static_cast<std::uint32_t>(pairs.size());
  out.avg_time_delta = sum / static_cast<double>(pairs.size());
  out.n_content_id = static_cast<std::uint32_t>(older.size());
  out.n_content_id_y = static_cast<std::uint32_t>(newer.size());
  out.edge_symmetry_score = static_cast<double>(std::min(older.size(), newer.size())) /
                            static_cast<double>(std::max(older.size(), newer.size()));
  for (std::size_t i = 0; i < objects.size(); ++i) out.object_ids += (i == 0 ? "" : ",") + objects[i];
  return out;
}

// Steps 6 to 8, in the order of the first row of each edge.
inline std::vector<SharedEdge> shared_network(const std::vector<SharedPair>& pairs, double p, bool two_windows) {
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, std::vector<SharedPair>> of;
  for (const SharedPair& pair : pairs) {
    const std::pair key = std::minmax(pair.account, pair.account_y);
    if (of[key].empty()) order.emplace_back(key);
    of[key].push_back(pair);
  }
  std::vector<std::string> number;
  const auto note = [&](const std::string& account) {
    if (std::find(number.begin(), number.end(), account) == number.end()) number.push_back(account);
  };
  for (const auto& [a, b] : order) note(a);
  for (const auto& [a, b] : order) note(b);
  const auto before = [&](const std::string& a, const std::string& b) {
    return std::find(number.begin(), number.end(), a) <= std::find(number.begin(), number.end(), b);
  };
  std::vector<SharedEdge> edges;
  for (const auto& [a, b] : order) {
    SharedEdge edge{before(a, b) ? a : b, before(a, b) ? b : a, shared_figures(of[{a, b}]), {}};
    std::vector<SharedPair> fast;
    for (const SharedPair& pair : of[{a, b}])
      if (pair.fast) fast.push_back(pair);
    if (two_windows && !fast.empty()) edge.fast = shared_figures(fast);
    edges.push_back(edge);
  }
  std::vector<double> full, fast;
  for (const SharedEdge& edge : edges) {
    full.push_back(edge.full.weight);
    if (edge.fast) fast.push_back(edge.fast->weight);
  }
  for (SharedEdge& edge : edges) {
    edge.full.weight_threshold = edge.full.weight > quantile_7(full, p) ? 1 : 0;
    if (edge.fast) edge.fast->weight_threshold = edge.fast->weight > quantile_7(fast, p) ? 1 : 0;
  }
  return edges;
}

inline std::vector<SharedEdge> shared_subgraph(const std::vector<SharedEdge>& edges, int which) {
  std::set<std::string> seeds, neighbours;
  for (const SharedEdge& edge : edges)
    if (edge.fast && edge.fast->weight_threshold == 1) seeds.insert({edge.from, edge.to});
  for (const SharedEdge& edge : edges) {
    if (seeds.contains(edge.from)) neighbours.insert(edge.to);
    if (seeds.contains(edge.to)) neighbours.insert(edge.from);
  }
  std::vector<SharedEdge> out;
  for (const SharedEdge& edge : edges) {
    const bool keep = which == 0 || (which == 1 && edge.full.weight_threshold == 1) ||
                      (which == 2 && edge.fast && edge.fast->weight_threshold == 1) ||
                      (which == 3 && neighbours.contains(edge.from) && neighbours.contains(edge.to));
    if (keep) out.push_back(edge);
  }
  return out;
}

enum class SharedThreshold { none, full, fast };

inline bool counts(const SharedEdge& edge, SharedThreshold which) {
  if (which == SharedThreshold::full) return edge.full.weight_threshold == 1;
  if (which == SharedThreshold::fast) return edge.fast && edge.fast->weight_threshold == 1;
  return true;
}

struct SharedAccount {
  std::string account_id;
  std::optional<double> delta, symmetry, delta_fast, symmetry_fast;
  std::uint32_t unique_shares_count = 0;
};

inline std::vector<SharedAccount> shared_account_stats(const std::vector<SharedEdge>& edges,
                                                       const std::vector<SharedPair>& pairs, SharedThreshold which) {
  using Quadruple = std::tuple<double, double, std::optional<double>, std::optional<double>>;
  std::map<std::string, std::set<Quadruple>> figures;
  for (const SharedEdge& edge : edges) {
    if (!counts(edge, which)) continue;
    Quadruple q{edge.full.avg_time_delta, edge.full.edge_symmetry_score, {}, {}};
    if (edge.fast) {
      std::get<2>(q) = edge.fast->avg_time_delta;
      std::get<3>(q) = edge.fast->edge_symmetry_score;
    }
    figures[edge.from].insert(q);
    figures[edge.to].insert(q);
  }
  std::map<std::string, std::set<MaybeText>> shares;
  for (const SharedPair& pair : pairs) {
    if (which == SharedThreshold::fast && !pair.fast) continue;
    shares[pair.account].insert(pair.content);
    shares[pair.account_y].insert(pair.content_y);
  }
  std::vector<SharedAccount> out;
  for (const auto& [account, quadruples] : figures) {
    SharedAccount row{account, {}, {}, {}, {}, static_cast<std::uint32_t>(shares[account].size())};
    double delta = 0, symmetry = 0, delta_fast = 0, symmetry_fast = 0;
    std::size_t n_fast = 0;
    for (const Quadruple& q : quadruples) {
      delta += std::get<0>(q);
      symmetry += std::get<1>(q);
      if (!std::get<2>(q)) continue;
      ++n_fast;
      delta_fast += *std::get<2>(q);
      symmetry_fast += *std::get<3>(q);
    }
    row.delta = delta / static_cast<double>(quadruples.size());
    row.symmetry = symmetry / static_cast<double>(quadruples.size());
    if (n_fast > 0) {
      row.delta_fast = delta_fast / static_cast<double>(n_fast);
      row.symmetry_fast = symmetry_fast / static_cast<double>(n_fast);
    }
    out.push_back(row);
  }
  return out;
}

// Objects as texts between commas, as the peer splits its own list; how many accounts are `from` of an edge.
inline std::vector<std::pair<std::string, std::uint32_t>> shared_group_stats(const std::vector<SharedEdge>& edges,
                                                                             SharedThreshold which) {
  std::vector<std::string> order;
  std::map<std::string, std::set<std::string>> from;
  for (const SharedEdge& edge : edges) {
    if (!counts(edge, which)) continue;
    std::string rest = which == SharedThreshold::fast ? edge.fast->object_ids : edge.full.object_ids;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string object = rest.substr(0, comma);
      rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
      if (from[object].empty()) order.push_back(object);
      from[object].insert(edge.from);
    }
  }
  std::vector<std::pair<std::string, std::uint32_t>> out;
  for (const std::string& object : order) out.emplace_back(object, static_cast<std::uint32_t>(from[object].size()));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

}  // namespace unisono::reference
