// Edges and statistics of CooRTweet out of its pairs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "unisono/signals/compat_coortweet.hpp"

namespace unisono::signals {
namespace {

// What the figures of one edge need, used again for the next one.
struct Scratch {
  std::vector<std::uint32_t> older, newer;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> objects;  // object, order of arrival
};

std::uint32_t distinct(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::uint32_t>(std::unique(values.begin(), values.end()) - values.begin());
}

// Step 6 for the pairs at `places`, ascending.
CoortweetFigures figures_of(const SharedRows& rows, std::span<const CoortweetPair> pairs,
                            std::span<const std::uint32_t> places, Scratch& scratch) {
  CoortweetFigures out;
  out.weight = static_cast<std::uint32_t>(places.size());
  if (places.size() == 1) {
    const CoortweetPair& pair = pairs[places.front()];
    out.avg_time_delta = pair.time_delta;
    out.n_content_id = out.n_content_id_y = 1;
    out.edge_symmetry_score = 1;
    out.object_ids = {rows.object[pair.older]};
    return out;
  }
  auto& [older, newer, objects] = scratch;
  older.clear(), newer.clear(), objects.clear();
  double sum = 0;
  for (const std::uint32_t place : places) {
    const CoortweetPair& pair = pairs[place];
    sum += pair.time_delta;
    older.push_back(rows.content[pair.older]);
    newer.push_back(rows.content[pair.newer]);
    objects.emplace_back(rows.object[pair.older], static_cast<std::uint32_t>(objects.size()));
  }
  out.avg_time_delta = sum / static_cast<double>(places.size());
  out.n_content_id = distinct(older);
  out.n_content_id_y = distinct(newer);
  out.edge_symmetry_score = static_cast<double>(std::min(out.n_content_id, out.n_content_id_y)) /
                            static_cast<double>(std::max(out.n_content_id, out.n_content_id_y));
  std::sort(objects.begin(), objects.end());
  objects.erase(
      std::unique(objects.begin(), objects.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
      objects.end());
  std::sort(objects.begin(), objects.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  out.object_ids.reserve(objects.size());
  for (const auto& [object, order] : objects) out.object_ids.push_back(object);
  return out;
}

// Quantile of type 7 (the default of R). `v` not empty.
double quantile(std::vector<std::uint32_t> v, double p) {
  std::sort(v.begin(), v.end());
  const double h = static_cast<double>(v.size() - 1) * p;
  const auto low = static_cast<std::size_t>(std::floor(h));
  const std::size_t high = std::min(low + 1, v.size() - 1);
  return v[low] + (h - std::floor(h)) * (static_cast<double>(v[high]) - v[low]);
}

// The pairs of two accounts: places[begin] to places[end], ascending.
struct Group {
  std::uint32_t a = 0, b = 0;
  std::size_t begin = 0, end = 0;
};

struct Groups {
  std::vector<std::uint32_t> places;
  std::vector<Group> groups;  // in the order of their first pair
  std::span<const std::uint32_t> of(const Group& group) const {
    return std::span(places).subspan(group.begin, group.end - group.begin);
  }
};

Groups groups_of(const SharedRows& rows, std::span<const CoortweetPair> pairs) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys;  // both accounts, place
  keys.reserve(pairs.size());
  for (std::uint32_t place = 0; place < pairs.size(); ++place) {
    const auto [a, b] = std::minmax(rows.account[pairs[place].older], rows.account[pairs[place].newer]);
    keys.emplace_back(std::uint64_t{a} << 32 | b, place);
  }
  std::sort(keys.begin(), keys.end());
  Groups out;
  out.places.reserve(keys.size());
  std::vector<std::size_t> size_at(pairs.size(), 0), begin_at(pairs.size(), 0);  // by first place of a group
  for (std::size_t i = 0; i < keys.size();) {
    const std::size_t begin = i;
    for (; i < keys.size() && keys[i].first == keys[begin].first; ++i) out.places.push_back(keys[i].second);
    size_at[keys[begin].second] = i - begin;
    begin_at[keys[begin].second] = begin;
  }
  for (std::uint32_t place = 0; place < pairs.size(); ++place) {
    if (size_at[place] == 0) continue;
    const auto [a, b] = std::minmax(rows.account[pairs[place].older], rows.account[pairs[place].newer]);
    out.groups.push_back({a, b, begin_at[place], begin_at[place] + size_at[place]});
  }
  return out;
}

// Step 7: vertices numbered by first appearance as the lower name, then as the higher name.
std::vector<std::uint32_t> vertex_numbers(const SharedRows& rows, const std::vector<Group>& groups) {
  std::vector<std::uint32_t> number(rows.n_accounts, k_missing_text);
  std::uint32_t next = 0;
  const auto note = [&](std::uint32_t account) {
    if (number[account] == k_missing_text) number[account] = next++;
  };
  for (const Group& group : groups) note(group.a);
  for (const Group& group : groups) note(group.b);
  return number;
}

bool counts(const CoortweetEdge& edge, CoortweetThreshold which) {
  if (which == CoortweetThreshold::full) return edge.full.weight_threshold;
  if (which == CoortweetThreshold::fast) return edge.fast && edge.fast->weight_threshold;
  return true;
}

// Distinct contents of each account in the pairs that count.
std::vector<std::uint32_t> unique_shares(const SharedRows& rows, std::span<const CoortweetPair> pairs, bool only_fast) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shares;
  for (const CoortweetPair& pair : pairs) {
    if (only_fast && !pair.fast) continue;
    shares.emplace_back(rows.account[pair.older], rows.content[pair.older]);
    shares.emplace_back(rows.account[pair.newer], rows.content[pair.newer]);
  }
  std::sort(shares.begin(), shares.end());
  shares.erase(std::unique(shares.begin(), shares.end()), shares.end());
  std::vector<std::uint32_t> count(rows.n_accounts, 0);
  for (const auto& [account, content] : shares) ++count[account];
  return count;
}

}  // namespace

Result<std::vector<CoortweetEdge>> coortweet_network(const SharedRows& rows, std::span<const CoortweetPair> pairs,
                                                     const CoortweetOptions& options) {
  if (!(options.edge_weight >= 0 && options.edge_weight <= 1))
    return fail(ErrorCode::usage, fmt::format("the percentile of the edge weights is {}, it must lie between 0 and 1",
                                              options.edge_weight));
  if (pairs.size() >= k_missing_text)
    return fail(ErrorCode::too_large,
                fmt::format("{} pairs, at most {} are possible", pairs.size(), k_missing_text - 1));
  const Groups groups = groups_of(rows, pairs);
  const std::vector<std::uint32_t> number = vertex_numbers(rows, groups.groups);
  Scratch scratch;
  std::vector<CoortweetEdge> edges;
  edges.reserve(groups.groups.size());
  std::vector<std::uint32_t> full, fast, narrow;
  for (const Group& group : groups.groups) {
    const std::span<const std::uint32_t> places = groups.of(group);
    const bool in_order = number[group.a] <= number[group.b];
    CoortweetEdge edge{
        in_order ? group.a : group.b, in_order ? group.b : group.a, figures_of(rows, pairs, places, scratch), {}};
    full.push_back(edge.full.weight);
    narrow.clear();
    for (const std::uint32_t place : places)
      if (pairs[place].fast) narrow.push_back(place);
    if (!narrow.empty()) {
      edge.fast = figures_of(rows, pairs, narrow, scratch);
      fast.push_back(edge.fast->weight);
    }
    edges.push_back(std::move(edge));
  }
  if (edges.empty()) return edges;
  const double above = quantile(std::move(full), options.edge_weight);
  const double above_fast = fast.empty() ? 0 : quantile(std::move(fast), options.edge_weight);
  for (CoortweetEdge& edge : edges) {
    edge.full.weight_threshold = edge.full.weight > above;
    if (edge.fast) edge.fast->weight_threshold = edge.fast->weight > above_fast;
  }
  return edges;
}

CoortweetSubgraph coortweet_subgraph(std::span<const CoortweetEdge> edges, int which, std::uint32_t n_accounts) {
  CoortweetSubgraph out;
  std::vector<std::uint8_t> seed(n_accounts, 0), inside(n_accounts, 0);
  if (which == 3) {
    for (const CoortweetEdge& edge : edges)
      if (counts(edge, CoortweetThreshold::fast)) seed[edge.from] = seed[edge.to] = 1;
    for (const CoortweetEdge& edge : edges) {
      if (seed[edge.from] != 0) inside[edge.to] = 1;
      if (seed[edge.to] != 0) inside[edge.from] = 1;
    }
    for (std::uint32_t account = 0; account < n_accounts; ++account)
      if (seed[account] != 0) out.seeds.push_back(account);
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const CoortweetEdge& edge = edges[i];
    const bool keep = which == 0 || (which == 1 && counts(edge, CoortweetThreshold::full)) ||
                      (which == 2 && counts(edge, CoortweetThreshold::fast)) ||
                      (which == 3 && inside[edge.from] != 0 && inside[edge.to] != 0);
    if (keep) out.edges.push_back(i);
  }
  return out;
}

std::vector<CoortweetAccount> coortweet_account_stats(const SharedRows& rows, std::span<const CoortweetPair> pairs,
                                                      std::span<const CoortweetEdge> edges, CoortweetThreshold which) {
  using Figures = std::tuple<std::uint32_t, double, double, std::optional<double>, std::optional<double>>;
  std::vector<Figures> all;
  for (const CoortweetEdge& edge : edges) {
    if (!counts(edge, which)) continue;
    std::optional<double> delta, symmetry;
    if (edge.fast) {
      delta = edge.fast->avg_time_delta;
      symmetry = edge.fast->edge_symmetry_score;
    }
    for (const std::uint32_t account : {edge.from, edge.to})
      all.emplace_back(account, edge.full.avg_time_delta, edge.full.edge_symmetry_score, delta, symmetry);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  const std::vector<std::uint32_t> shares = unique_shares(rows, pairs, which == CoortweetThreshold::fast);
  std::vector<CoortweetAccount> out;
  for (std::size_t i = 0; i < all.size();) {
    CoortweetAccount row;
    row.account = std::get<0>(all[i]);
    row.unique_shares_count = shares[row.account];
    double delta = 0, symmetry = 0, delta_fast = 0, symmetry_fast = 0;
    std::size_t n = 0, n_fast = 0;
    for (; i < all.size() && std::get<0>(all[i]) == row.account; ++i, ++n) {
      delta += std::get<1>(all[i]);
      symmetry += std::get<2>(all[i]);
      n_fast += std::get<3>(all[i]).has_value() ? 1U : 0U;
      delta_fast += std::get<3>(all[i]).value_or(0);
      symmetry_fast += std::get<4>(all[i]).value_or(0);
    }
    row.avg_time_delta = delta / static_cast<double>(n);
    row.avg_edge_symmetry_score = symmetry / static_cast<double>(n);
    if (n_fast > 0) {
      row.avg_time_delta_fast = delta_fast / static_cast<double>(n_fast);
      row.avg_edge_symmetry_score_fast = symmetry_fast / static_cast<double>(n_fast);
    }
    out.push_back(row);
  }
  return out;
}

std::vector<std::pair<std::string, std::uint32_t>> coortweet_group_stats(std::span<const CoortweetEdge> edges,
                                                                         std::span<const std::string> texts,
                                                                         CoortweetThreshold which) {
  struct Object {
    std::size_t first = 0;
    std::set<std::uint32_t> from;
  };
  std::map<std::string, Object> objects;
  for (const CoortweetEdge& edge : edges) {
    if (!counts(edge, which)) continue;
    const bool of_fast = which == CoortweetThreshold::fast && edge.fast.has_value();
    const CoortweetFigures& figures = of_fast ? *edge.fast : edge.full;
    std::string joined;
    for (std::size_t i = 0; i < figures.object_ids.size(); ++i) {
      const std::uint32_t object = figures.object_ids[i];
      joined += (i == 0 ? "" : ",") + (object == k_missing_text ? std::string("NA") : texts[object]);
    }
    for (std::size_t at = 0;
         at < joined.size();) {  // what stands behind the last comma counts only if there is something
      const std::size_t comma = std::min(joined.find(',', at), joined.size());
      const auto [found, is_new] = objects.try_emplace(joined.substr(at, comma - at));
      if (is_new) found->second.first = objects.size();
      found->second.from.insert(edge.from);
      at = comma + 1;
    }
  }
  std::vector<std::pair<std::size_t, std::pair<std::string, std::uint32_t>>> order;
  for (const auto& [text, object] : objects)
    order.emplace_back(object.first, std::pair(text, static_cast<std::uint32_t>(object.from.size())));
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second.second != b.second.second ? a.second.second > b.second.second : a.first < b.first;
  });
  std::vector<std::pair<std::string, std::uint32_t>> out;
  for (auto& [first, row] : order) out.push_back(std::move(row));
  return out;
}

}  // namespace unisono::signals
