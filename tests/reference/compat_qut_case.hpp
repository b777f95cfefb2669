// Messages of texts as the kernel wants them, and both results side by side.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "reference/compat_qut.hpp"
#include "unisono/signals/compat_qut.hpp"

namespace unisono::reference {

// Numbers texts in bytewise order.
class Numbers {
 public:
  void note(const std::string& text) { number_[text]; }
  void finish() {
    for (auto& [text, n] : number_) {
      n = static_cast<std::uint32_t>(texts.size());
      texts.push_back(text);
    }
  }
  std::uint32_t operator[](const std::string& text) const { return number_.at(text); }
  std::vector<std::string> texts;

 private:
  std::map<std::string, std::uint32_t> number_;
};

struct QutCase {
  Numbers messages, users, keys, words;
  std::vector<std::uint32_t> message, user, key, token;
  std::vector<std::size_t> begin{0};
  std::vector<double> t_s;

  // Messages with different ids, and what they are compared by; `tokens` empty where `key` is.
  QutCase(const std::vector<QutMessage>& rows, bool similar, QutNetwork network) {
    for (const QutMessage& row : rows) {
      messages.note(row.message_id);
      users.note(row.user_id);
      keys.note(key_of(row, network));
      for (const std::string& word : qut_tokens(row.message)) words.note(word);
    }
    messages.finish(), users.finish(), keys.finish(), words.finish();
    for (const QutMessage& row : rows) {
      message.push_back(messages[row.message_id]);
      user.push_back(users[row.user_id]);
      key.push_back(keys[key_of(row, network)]);
      t_s.push_back(row.t);
      if (similar)
        for (const std::string& word : qut_tokens(row.message)) token.push_back(words[word]);
      begin.push_back(token.size());
    }
  }
  static std::string key_of(const QutMessage& row, QutNetwork network) {
    return network == QutNetwork::retweet ? row.repost_id
           : network == QutNetwork::text  ? qut_text_key(row.message)
                                          : "";
  }
  signals::QutRows view() const {
    return {message,
            user,
            key,
            t_s,
            static_cast<std::uint32_t>(messages.texts.size()),
            static_cast<std::uint32_t>(users.texts.size()),
            static_cast<std::uint32_t>(keys.texts.size())};
  }
  QutTable table(const std::vector<signals::QutWeight>& rows) const {
    QutTable out;
    for (const signals::QutWeight& row : rows) out[{users.texts[row.user_1], users.texts[row.user_2]}] = row.weight;
    return out;
  }
};

}  // namespace unisono::reference
