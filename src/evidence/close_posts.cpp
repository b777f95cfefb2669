#include "unisono/evidence/close_posts.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace unisono::evidence {
namespace {

std::vector<std::uint32_t> ascending_and_unique(std::vector<std::uint32_t> posts) {
  std::sort(posts.begin(), posts.end());
  posts.erase(std::unique(posts.begin(), posts.end()), posts.end());
  return posts;
}

}  // namespace

std::vector<std::uint32_t> close_posts(const network::Events& events, std::span<const std::uint8_t> member,
                                       std::uint64_t window_us) {
  std::vector<std::uint32_t> posts;
  for (std::uint32_t object = 0; object < events.n_objects; ++object) {
    // Events of one object are in order of time and hold an account once: the nearest member before decides for both.
    const std::uint32_t* previous = nullptr;
    for (const std::uint32_t& event : events.of_object(object)) {
      if (member[events.account[event]] == 0) continue;
      if (previous != nullptr) {
        const std::uint64_t gap =
            static_cast<std::uint64_t>(events.t_us[event]) - static_cast<std::uint64_t>(events.t_us[*previous]);
        if (gap <= window_us) {
          posts.push_back(events.post[*previous]);
          posts.push_back(events.post[event]);
        }
      }
      previous = &event;
    }
  }
  return ascending_and_unique(std::move(posts));
}

std::vector<std::uint32_t> close_posts_of_pair(const network::Events& events, std::uint32_t a, std::uint32_t b,
                                               std::uint64_t window_us) {
  std::map<std::uint32_t, std::size_t> event_of;  // object -> event of a
  for (std::size_t i = events.account_begin[a]; i < events.account_begin[a + 1]; ++i)
    event_of.emplace(events.object[i], i);
  std::vector<std::uint32_t> posts;
  for (std::size_t j = events.account_begin[b]; j < events.account_begin[b + 1]; ++j) {
    const auto found = event_of.find(events.object[j]);
    if (found == event_of.end()) continue;
    const auto [earlier, later] = std::minmax(events.t_us[found->second], events.t_us[j]);
    if (static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier) > window_us) continue;
    posts.push_back(events.post[found->second]);
    posts.push_back(events.post[j]);
  }
  return ascending_and_unique(std::move(posts));
}

}  // namespace unisono::evidence
