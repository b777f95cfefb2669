#include "unisono/network/events.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace unisono::network {

namespace {

struct Row {
  std::uint32_t account, object, post;
  std::int64_t t_us;
};

std::vector<std::size_t> begins(std::span<const std::uint32_t> ids, std::uint32_t n_ids) {
  std::vector<std::size_t> begin(std::size_t{n_ids} + 1, 0);
  for (const std::uint32_t id : ids) ++begin[std::size_t{id} + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  return begin;
}

// Builds both indices of columns that are already in account-major order.
void index(Events& events) {
  events.account_begin = begins(events.account, events.n_accounts);
  events.object_begin = begins(events.object, events.n_objects);
  // A stable scatter keeps the accounts ascending inside an object; only the time is left to be sorted.
  events.by_object.resize(events.size());
  std::vector<std::size_t> next(events.object_begin.begin(), events.object_begin.end() - 1);
  for (std::size_t i = 0; i < events.size(); ++i)
    events.by_object[next[events.object[i]]++] = static_cast<std::uint32_t>(i);
  for (std::uint32_t o = 0; o < events.n_objects; ++o) {
    const auto first = events.by_object.begin() + static_cast<std::ptrdiff_t>(events.object_begin[o]);
    const auto last = events.by_object.begin() + static_cast<std::ptrdiff_t>(events.object_begin[o + 1]);
    std::sort(first, last, [&](std::uint32_t x, std::uint32_t y) {
      return events.t_us[x] != events.t_us[y] ? events.t_us[x] < events.t_us[y] : x < y;
    });
  }
}

void append(Events& events, const Row& row) {
  events.account.push_back(row.account);
  events.object.push_back(row.object);
  events.post.push_back(row.post);
  events.t_us.push_back(row.t_us);
}

void reserve(Events& events, std::size_t n) {
  events.account.reserve(n);
  events.object.reserve(n);
  events.post.reserve(n);
  events.t_us.reserve(n);
}

// The actions grouped by account (counting sort), in the order they came.
std::vector<Row> grouped_by_account(const signals::Actions& actions, std::span<const std::size_t> begin) {
  std::vector<Row> rows(actions.size());
  std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t i = 0; i < actions.size(); ++i)
    rows[next[actions.account[i]]++] = {actions.account[i], actions.object[i], actions.post[i], actions.t_us[i]};
  return rows;
}

}  // namespace

Events first_events(const signals::Actions& actions) {
  assert(actions.post.size() == actions.size() && actions.t_us.size() == actions.size());
  Events events;
  events.n_accounts = actions.n_accounts;
  events.n_objects = actions.n_objects;
  events.n_posts = actions.n_posts;
  const std::vector<std::size_t> begin = begins(actions.account, actions.n_accounts);
  std::vector<Row> rows = grouped_by_account(actions, begin);
  reserve(events, rows.size());
  for (std::uint32_t account = 0; account < actions.n_accounts; ++account) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin[account]);
    auto last = rows.begin() + static_cast<std::ptrdiff_t>(begin[account + 1]);
    std::sort(first, last, [](const Row& x, const Row& y) {
      if (x.object != y.object) return x.object < y.object;
      return x.t_us != y.t_us ? x.t_us < y.t_us : x.post < y.post;
    });
    last = std::unique(first, last, [](const Row& x, const Row& y) { return x.object == y.object; });
    std::sort(first, last,
              [](const Row& x, const Row& y) { return x.t_us != y.t_us ? x.t_us < y.t_us : x.object < y.object; });
    for (auto row = first; row != last; ++row) append(events, *row);
  }
  index(events);
  return events;
}

Events select_events(const Events& events, std::span<const std::uint8_t> keep) {
  assert(keep.size() == events.size());
  Events kept;
  kept.n_accounts = events.n_accounts;
  kept.n_objects = events.n_objects;
  kept.n_posts = events.n_posts;
  reserve(kept, static_cast<std::size_t>(std::count_if(keep.begin(), keep.end(), [](auto k) { return k != 0; })));
  for (std::size_t i = 0; i < events.size(); ++i)
    if (keep[i] != 0) append(kept, {events.account[i], events.object[i], events.post[i], events.t_us[i]});
  index(kept);
  return kept;
}

signals::Actions as_actions(const Events& events) {
  return {events.account, events.object, events.post, events.t_us, events.n_accounts, events.n_objects, events.n_posts};
}

}  // namespace unisono::network
