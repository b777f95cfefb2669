// Actions of one channel built row by row from strings, with dense ids as in a real run: rank in bytewise order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "unisono/signals/coaction.hpp"

namespace unisono::test {

class Channel {
 public:
  void add(const std::string& account, const std::string& object, std::int64_t t_us, std::uint32_t post) {
    rows_.push_back({account, object, t_us, post});
    accounts_[account];
    objects_[object];
  }

  // Valid while this channel is neither changed nor destroyed.
  signals::Actions actions() {
    number(accounts_);
    number(objects_);
    account_.clear(), object_.clear(), post_.clear(), t_us_.clear();
    std::uint32_t n_posts = 0;
    for (const Row& row : rows_) {
      account_.push_back(accounts_[row.account]);
      object_.push_back(objects_[row.object]);
      post_.push_back(row.post);
      t_us_.push_back(row.t_us);
      n_posts = std::max(n_posts, row.post + 1);
    }
    return {account_,
            object_,
            post_,
            t_us_,
            static_cast<std::uint32_t>(accounts_.size()),
            static_cast<std::uint32_t>(objects_.size()),
            n_posts};
  }

  std::uint32_t account(const std::string& name) const { return accounts_.at(name); }
  std::uint32_t object(const std::string& name) const { return objects_.at(name); }
  std::vector<std::string> account_names() const {
    std::vector<std::string> names;
    for (const auto& [name, id] : accounts_) names.push_back(name);
    return names;
  }

 private:
  struct Row {
    std::string account, object;
    std::int64_t t_us;
    std::uint32_t post;
  };

  static void number(std::map<std::string, std::uint32_t>& ids) {
    std::uint32_t next = 0;
    for (auto& [name, id] : ids) id = next++;
  }

  std::vector<Row> rows_;
  std::map<std::string, std::uint32_t> accounts_, objects_;
  std::vector<std::uint32_t> account_, object_, post_;
  std::vector<std::int64_t> t_us_;
};

}  // namespace unisono::test
