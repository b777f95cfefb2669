// Rows of texts as the kernel wants them (numbers in bytewise order), and both results side by side.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "reference/compat_coortweet.hpp"
#include "unisono/signals/compat_coortweet.hpp"

namespace unisono::reference {

struct SharedCase {
  std::vector<SharedRow> rows;
  std::vector<std::string> texts, accounts;
  std::vector<std::uint32_t> object, account, content;
  std::vector<double> t_s;

  explicit SharedCase(std::vector<SharedRow> given) : rows(std::move(given)) {
    std::map<std::string, std::uint32_t> text_number, account_number;
    for (const SharedRow& row : rows) {
      if (row.object) text_number[*row.object];
      if (row.content) text_number[*row.content];
      account_number[row.account];
    }
    const auto number = [](std::map<std::string, std::uint32_t>& numbers, std::vector<std::string>& names) {
      for (auto& [name, n] : numbers) {
        n = static_cast<std::uint32_t>(names.size());
        names.push_back(name);
      }
    };
    number(text_number, texts);
    number(account_number, accounts);
    const auto of = [&](const MaybeText& text) { return text ? text_number.at(*text) : signals::k_missing_text; };
    for (const SharedRow& row : rows) {
      object.push_back(of(row.object));
      content.push_back(of(row.content));
      account.push_back(account_number.at(row.account));
      t_s.push_back(row.t.value_or(std::nan("")));
    }
  }
  signals::SharedRows view() const {
    return {object,
            account,
            content,
            t_s,
            static_cast<std::uint32_t>(texts.size()),
            static_cast<std::uint32_t>(accounts.size())};
  }
  MaybeText text(std::uint32_t number) const {
    return number == signals::k_missing_text ? MaybeText() : MaybeText(texts[number]);
  }
  std::string joined(const std::vector<std::uint32_t>& objects) const {
    std::string out;
    for (std::size_t i = 0; i < objects.size(); ++i) out += (i == 0 ? "" : ",") + text(objects[i]).value_or("NA");
    return out;
  }
};

// Empty where kernel and definition agree, else what differs.
inline std::string difference(const SharedCase& world, const signals::CoortweetOptions& options,
                              const Control& control) {
  using signals::CoortweetThreshold;
  const auto found = signals::coortweet_pairs(world.view(), options, control);
  if (!found) return describe(found.error());
  std::vector<SharedPair> expected =
      shared_pairs(world.rows, options.window_s, options.min_participation, options.keep_loops);
  if (options.fast_window_s) flag_fast(world.rows, *options.fast_window_s, options.min_participation, expected);
  if (found->size() != expected.size())
    return std::to_string(found->size()) + " pairs, expected " + std::to_string(expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const signals::CoortweetPair& pair = (*found)[i];
    const SharedPair& e = expected[i];
    const bool same = world.text(world.object[pair.older]) == e.object &&
                      world.text(world.content[pair.older]) == e.content &&
                      world.text(world.content[pair.newer]) == e.content_y &&
                      world.accounts[world.account[pair.older]] == e.account &&
                      world.accounts[world.account[pair.newer]] == e.account_y && pair.time_delta == e.time_delta &&
                      pair.fast == e.fast;
    if (!same) return "pair " + std::to_string(i) + " differs";
  }
  const auto edges = signals::coortweet_network(world.view(), *found, options);
  if (!edges) return describe(edges.error());
  const std::vector<SharedEdge> network =
      shared_network(expected, options.edge_weight, options.fast_window_s.has_value());
  if (edges->size() != network.size()) return "another number of edges";
  const auto equal = [&](const signals::CoortweetFigures& a, const SharedFigures& b) {
    return a.weight == b.weight &&
           std::abs(a.avg_time_delta - b.avg_time_delta) <= 1e-12 * std::abs(b.avg_time_delta) &&
           a.n_content_id == b.n_content_id && a.n_content_id_y == b.n_content_id_y &&
           a.edge_symmetry_score == b.edge_symmetry_score && world.joined(a.object_ids) == b.object_ids &&
           a.weight_threshold == (b.weight_threshold == 1);
  };
  for (std::size_t i = 0; i < network.size(); ++i) {
    const signals::CoortweetEdge& a = (*edges)[i];
    const SharedEdge& b = network[i];
    if (world.accounts[a.from] != b.from || world.accounts[a.to] != b.to) return "edge " + std::to_string(i) + ": ends";
    if (!equal(a.full, b.full)) return "edge " + std::to_string(i) + ": figures";
    if (a.fast.has_value() != b.fast.has_value()) return "edge " + std::to_string(i) + ": second window";
    if (a.fast && !equal(*a.fast, *b.fast)) return "edge " + std::to_string(i) + ": figures of the second window";
  }
  for (const int which : {0, 1, 2, 3}) {
    const signals::CoortweetSubgraph part = signals::coortweet_subgraph(*edges, which, world.view().n_accounts);
    const std::vector<SharedEdge> wanted = shared_subgraph(network, which);
    if (part.edges.size() != wanted.size()) return "subgraph " + std::to_string(which);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (world.accounts[(*edges)[part.edges[i]].from] != wanted[i].from ||
          world.accounts[(*edges)[part.edges[i]].to] != wanted[i].to)
        return "subgraph " + std::to_string(which) + ": edge " + std::to_string(i);
  }
  for (const int which : {0, 1, 2}) {
    if (which == 2 && !options.fast_window_s) continue;
    const auto threshold = static_cast<CoortweetThreshold>(which);
    const auto stats = signals::coortweet_account_stats(world.view(), *found, *edges, threshold);
    const auto wanted = shared_account_stats(network, expected, static_cast<SharedThreshold>(which));
    if (stats.size() != wanted.size()) return "another number of accounts";
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto near = [](double x, const std::optional<double>& y) {
        return y && std::abs(x - *y) <= 1e-12 * std::abs(*y);
      };
      const bool fast =
          stats[i].avg_time_delta_fast.has_value() == wanted[i].delta_fast.has_value() &&
          (!stats[i].avg_time_delta_fast || (near(*stats[i].avg_time_delta_fast, wanted[i].delta_fast) &&
                                             near(*stats[i].avg_edge_symmetry_score_fast, wanted[i].symmetry_fast)));
      if (world.accounts[stats[i].account] != wanted[i].account_id || !near(stats[i].avg_time_delta, wanted[i].delta) ||
          !near(stats[i].avg_edge_symmetry_score, wanted[i].symmetry) || !fast ||
          stats[i].unique_shares_count != wanted[i].unique_shares_count)
        return "account " + wanted[i].account_id;
    }
    if (signals::coortweet_group_stats(*edges, world.texts, threshold) !=
        shared_group_stats(network, static_cast<SharedThreshold>(which)))
      return "group statistics";
  }
  return "";
}

}  // namespace unisono::reference
