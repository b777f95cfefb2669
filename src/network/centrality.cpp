#include "unisono/network/centrality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace unisono::network {
namespace {

Result<void> check_options(const CentralityOptions& options) {
  if (!(options.damping >= 0 && options.damping < 1))
    return fail(ErrorCode::usage, fmt::format("the damping is {}, it must be at least 0 and below 1", options.damping),
                "the usual value is 0.85");
  if (!(options.tolerance > 0))
    return fail(ErrorCode::usage, fmt::format("the tolerance is {}, it must lie above 0", options.tolerance));
  return {};
}

tl::unexpected<Error> not_settled(const char* what, const CentralityOptions& options) {
  return fail(ErrorCode::too_large,
              fmt::format("the {} did not settle to {} in {} steps", what, options.tolerance, options.steps),
              "allow more steps or a larger tolerance");
}

std::vector<double> strengths(const Graph& graph) {
  std::vector<double> strength(graph.n, 0);
  for (std::uint32_t v = 0; v < graph.n; ++v)
    for (const double weight : graph.weights(v)) strength[v] += weight;
  return strength;
}

}  // namespace

std::vector<std::uint32_t> core_numbers(const Graph& graph) {
  std::vector<std::uint32_t> core(graph.n);
  std::uint32_t most = 0;
  for (std::uint32_t v = 0; v < graph.n; ++v) {
    core[v] = static_cast<std::uint32_t>(graph.neighbours(v).size());
    most = std::max(most, core[v]);
  }
  // Nodes sorted by degree; the least is taken away again and again, and its neighbours move one bin down.
  std::vector<std::uint32_t> bin(std::size_t{most} + 2, 0), order(graph.n), place(graph.n);
  for (const std::uint32_t degree : core) ++bin[degree + 1];
  for (std::uint32_t d = 0; d <= most; ++d) bin[d + 1] += bin[d];
  std::vector<std::uint32_t> next = bin;
  for (std::uint32_t v = 0; v < graph.n; ++v) {
    place[v] = next[core[v]]++;
    order[place[v]] = v;
  }
  for (std::uint32_t i = 0; i < graph.n; ++i) {
    const std::uint32_t v = order[i];
    for (const std::uint32_t u : graph.neighbours(v)) {
      if (core[u] <= core[v]) continue;
      const std::uint32_t first = bin[core[u]], moved = order[first];
      std::swap(order[place[u]], order[first]);
      std::swap(place[u], place[moved]);
      ++bin[core[u]];
      --core[u];
    }
  }
  return core;
}

Result<std::vector<double>> page_rank(const Graph& graph, const CentralityOptions& options, const Control& control) {
  UNISONO_CHECK(check_options(options));
  const auto n = static_cast<double>(graph.n);
  const std::vector<double> strength = strengths(graph);
  std::vector<double> rank(graph.n, 1 / n), flow(graph.n);
  for (std::uint32_t step = 0; step < options.steps; ++step) {
    UNISONO_CHECK(control.check_cancelled());
    double lost = 0;
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      flow[v] = strength[v] > 0 ? rank[v] / strength[v] : 0;
      if (!(strength[v] > 0)) lost += rank[v];
    }
    const double base = (1 - options.damping + options.damping * lost) / n;
    double change = 0;
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      double in = 0;
      for (std::size_t e = graph.begin[v]; e < graph.begin[v + 1]; ++e) in += graph.weight[e] * flow[graph.target[e]];
      const double now = base + options.damping * in;
      change += std::abs(now - rank[v]);
      rank[v] = now;
    }
    if (change < options.tolerance || graph.n == 0) return rank;
  }
  return not_settled("PageRank", options);
}

Result<std::vector<double>> eigenvector_centrality(const Graph& graph, const CentralityOptions& options,
                                                   const Control& control) {
  UNISONO_CHECK(check_options(options));
  std::vector<double> value = strengths(graph), next(graph.n);
  const double most = graph.n == 0 ? 0 : *std::max_element(value.begin(), value.end());
  if (!(most > 0)) return std::vector<double>(graph.n, 0);
  for (double& v : value) v /= most;
  for (std::uint32_t step = 0; step < options.steps; ++step) {
    UNISONO_CHECK(control.check_cancelled());
    double lambda = 0, largest = 0;
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      double sum = 0;
      for (std::size_t e = graph.begin[v]; e < graph.begin[v + 1]; ++e) sum += graph.weight[e] * value[graph.target[e]];
      next[v] = sum;
      lambda = std::max(lambda, sum);
    }
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      next[v] += 0.5 * lambda * value[v];  // moves no eigenvector, and keeps a network of two sides from swinging
      largest = std::max(largest, next[v]);
    }
    double change = 0;
    for (std::uint32_t v = 0; v < graph.n; ++v) {
      next[v] /= largest;
      change += std::abs(next[v] - value[v]);
    }
    std::swap(value, next);
    if (change < options.tolerance) return value;
  }
  return not_settled("eigenvector", options);
}

std::vector<double> disparity(const Graph& graph) {
  const std::vector<double> strength = strengths(graph);
  const auto at = [&](std::uint32_t v, double weight) {
    const auto k = static_cast<double>(graph.neighbours(v).size());
    return k < 2 ? 1.0 : std::pow(1 - weight / strength[v], k - 1);
  };
  std::vector<double> out(graph.target.size());
  for (std::uint32_t v = 0; v < graph.n; ++v)
    for (std::size_t e = graph.begin[v]; e < graph.begin[v + 1]; ++e)
      out[e] = std::min(at(v, graph.weight[e]), at(graph.target[e], graph.weight[e]));
  return out;
}

}  // namespace unisono::network
