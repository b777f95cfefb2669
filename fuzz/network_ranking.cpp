// The order of accounts against its definition: every column, on any small table.
#include <map>
#include <numeric>
#include <vector>

#include "bytes.hpp"
#include "reference/ranking.hpp"
#include "unisono/network/ranking.hpp"

using namespace unisono;
using fuzz::near;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, std::min<std::size_t>(size, 500));
  network::RankingOptions options;
  options.min_objects = bytes.next(6);
  options.max_sharers = 2 + bytes.next(12);
  options.max_idf_sharers = 1 + bytes.next(12);
  Control control;
  control.threads = 1 + bytes.next(3);
  const std::uint32_t n_accounts = 1 + bytes.next(20), n_objects = 1 + bytes.next(40);
  std::vector<std::uint8_t> declared(n_accounts, 0);
  declared[bytes.next(n_accounts)] = static_cast<std::uint8_t>(bytes.next(2));
  options.declared = declared;
  std::vector<std::uint32_t> account, object;
  while (!bytes.empty()) account.push_back(bytes.next(n_accounts)), object.push_back(bytes.next(n_objects));
  std::vector<std::uint32_t> post(account.size());
  std::iota(post.begin(), post.end(), 0U);
  const std::vector<std::int64_t> t_us(account.size(), 0);
  const network::Events events = network::first_events(
      {account, object, post, t_us, n_accounts, n_objects, static_cast<std::uint32_t>(post.size())});
  const auto found = network::rank_accounts(events, options, control);
  require(found.has_value(), "a small table was refused");
  std::vector<std::uint32_t> eligible;
  const auto twin = reference::ranking(events, options, eligible);
  require(found->accounts.size() == eligible.size(), "another number of eligible accounts");
  std::map<std::uint32_t, const reference::RankingColumns*> of_account;
  for (std::size_t i = 0; i < eligible.size(); ++i) of_account[eligible[i]] = &twin[i];
  double last = 0;
  for (std::size_t i = 0; i < found->accounts.size(); ++i) {
    const network::RankedAccount& one = found->accounts[i];
    require(of_account.contains(one.account), "an account that is not eligible");
    const reference::RankingColumns& columns = *of_account.at(one.account);
    require(near(one.score, columns.score), "another score");
    require(near(one.best_pair, columns.best_pair) && near(one.best_triangle, columns.best_triangle),
            "another triangle");
    require(near(one.idf_sum, columns.idf_sum) && near(one.cosine, columns.cosine), "another idf or cosine");
    require(one.shared == columns.shared && one.partners == columns.partners, "another count");
    require(i == 0 || one.score <= last, "not in order");
    last = one.score;
  }
  return 0;
}
