// Test D on any small table: where it was solved, the chances are those of the definition, and so are expectation, p
// and q of every accepted pair.
#include <algorithm>
#include <numeric>
#include <vector>

#include "bytes.hpp"
#include "reference/degrees.hpp"
#include "unisono/network/degrees.hpp"

using namespace unisono;
using fuzz::near;
using fuzz::require;

// P(X >= k) of a sum of independent trials, by the whole distribution.
static double tail_of(const std::vector<double>& chances, std::size_t k) {
  std::vector<double> of(chances.size() + 1, 0);
  of[0] = 1;
  for (const double q : chances)
    for (std::size_t n = of.size(); n-- > 0;) of[n] = of[n] * (1 - q) + (n > 0 ? of[n - 1] * q : 0);
  double sum = 0;
  for (std::size_t n = of.size(); n-- > k;) sum += of[n];
  return sum;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, std::min<std::size_t>(size, 120));
  const double alphas[] = {0.05, 0.5, 0.999};
  network::DegreeOptions options;
  options.alpha = alphas[bytes.next(3)];
  options.min_objects = bytes.next(4);
  options.max_sharers = bytes.next(5);
  options.tolerance = 1e-12;
  Control control;
  control.threads = 1 + bytes.next(3);
  const std::uint32_t n_accounts = 2 + bytes.next(7), n_objects = 2 + bytes.next(9);
  reference::Table table(n_accounts, std::vector<std::uint8_t>(n_objects, 0));
  std::vector<std::uint32_t> account, object;
  while (!bytes.empty()) {
    const std::uint32_t a = bytes.next(n_accounts), o = bytes.next(n_objects);
    account.push_back(a), object.push_back(o);
    table[a][o] = 1;
  }
  std::vector<std::uint32_t> post(account.size());
  std::iota(post.begin(), post.end(), 0U);
  const std::vector<std::int64_t> t_us(account.size(), 0);
  const network::Events events = network::first_events(
      {account, object, post, t_us, n_accounts, n_objects, static_cast<std::uint32_t>(post.size())});
  const auto found = network::test_degrees(events, options, control);
  require(found.has_value(), "a small table was refused");
  require(found->verdict == "tested" || found->ties.empty(), "pairs without a test");
  if (found->verdict != "tested") return 0;
  const std::vector<double> k_u = reference::row_sums(table), k_o = reference::row_sums(reference::transposed(table));
  // The twin needs every cell free: no account with all objects or none, no object with all accounts or none.
  const auto free_of = [](const std::vector<double>& sums, double all) {
    return std::all_of(sums.begin(), sums.end(), [&](double k) { return k > 0 && k < all; });
  };
  reference::Matrix chances;
  if (!free_of(k_u, n_objects) || !free_of(k_o, n_accounts) || !reference::chances(table, chances)) return 0;
  for (const network::DegreeTie& tie : found->ties) {
    std::vector<double> trials;
    std::uint32_t shared = 0;
    for (std::uint32_t o = 0; o < n_objects; ++o) {
      if (options.max_sharers != 0 && k_o[o] > options.max_sharers) continue;
      trials.push_back(chances[tie.a][o] * chances[tie.b][o]);
      shared += table[tie.a][o] & table[tie.b][o];
    }
    double lambda = 0;
    for (const double q : trials) lambda += q;
    require(tie.shared == shared, "another number of common objects");
    require(near(tie.lambda, lambda, 1e-6), "another expectation");
    require(near(tie.p, tail_of(trials, shared), 1e-6), "another p");
    require(tie.q <= options.alpha && tie.q >= tie.p * (1 - 1e-9), "another q");
  }
  return 0;
}
