#include "commands/demo_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_set>

namespace unisono::commands::demo {
namespace {

// What the platform's counters say about a post: as many as were acted on, and some that were deleted before.
struct Counters {
  bool observed = true;
  std::uint64_t retweets = 0, replies = 0, likes = 0;
};

std::vector<Counters> count(const World& world, Random& random) {
  std::vector<Counters> counters(world.rows.size());
  for (const Row& row : world.rows) {
    if (row.kind == Kind::retweet) ++counters[row.of].retweets;
    if (row.kind == Kind::reply) ++counters[row.of].replies;
  }
  bool observed = false;
  for (std::size_t i = 0; i < world.rows.size(); ++i) {
    Counters& c = counters[i];
    if (world.rows[i].kind == Kind::post) {
      c.observed = observed = !observed;  // every second post
      c.retweets += random.below(1 + c.retweets / 20);
      c.likes = c.retweets * 4 + random.below(50);
    } else if (world.rows[i].kind == Kind::reply) {
      c.likes = random.below(4);
    }
  }
  return counters;
}

// Texts and names of the generator hold neither quotes nor backslashes nor controls, so they need no escaping.
class RowWriter {
 public:
  RowWriter(const World& world, std::vector<Counters> counters) : world_(world), counters_(std::move(counters)) {
    for (const Account& a : world.accounts) {
      authors_.push_back(fmt::format(
          R"("author":{{"id":"{}","username":"{}","name":"{}","description":"{}","created_at":"{}","profile_image_url":"{}",)"
          R"("public_metrics":{{"followers_count":{},"following_count":{},"tweet_count":{}}}}}}})",
          a.id, a.handle, a.name, a.bio, created_at(a.created), a.avatar, a.followers, a.following, a.posts));
    }
  }

  // `again`: the row is met a second time later, with more likes.
  void write(std::uint32_t index, bool again, std::string& out) const {
    const Row& row = world_.rows[index];
    const Row& of = world_.rows[row.of];
    const Account& author = world_.accounts[row.account];
    const Account& original = world_.accounts[of.account];
    auto to = std::back_inserter(out);
    fmt::format_to(to, R"({{"id":"{}","author_id":"{}","created_at":"{}","lang":"en","conversation_id":"{}",)", row.id,
                   author.id, created_at(row.t), row.kind == Kind::reply ? of.id : row.id);
    if (row.kind == Kind::post) {
      fmt::format_to(to, R"("text":"{}",)", row.text);
      write_hashtags(row.text, out);
    } else if (row.kind == Kind::retweet) {
      fmt::format_to(to,
                     R"("text":"RT @{}: {}","referenced_tweets":[{{"type":"retweeted","id":"{}","author_id":"{}"}}],)",
                     original.handle, of.text, of.id, original.id);
    } else {
      fmt::format_to(
          to,
          R"("text":"@{} {}","in_reply_to_user_id":"{}","referenced_tweets":[{{"type":"replied_to","id":"{}","author_id":"{}"}}],)",
          original.handle, row.text, original.id, of.id, original.id);
      write_mention(original, row.text, out);
    }
    write_counters(counters_[index], again, out);
    out += authors_[row.account];
    out += '\n';
  }

 private:
  // The API writes whole seconds with three zeros; the milliseconds are in the id.
  static std::string created_at(TimeUs t) {
    std::string text = format_iso(t, Precision::s);
    text.insert(text.size() - 1, ".000");
    return text;
  }

  static std::string hashtags(std::string_view text, std::size_t shift) {
    std::string list;
    for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      if (!list.empty()) list += ',';
      list += fmt::format(R"({{"start":{},"end":{},"tag":"{}"}})", at + shift, end + shift,
                          text.substr(at + 1, end - at - 1));
    }
    return list;
  }

  static void write_hashtags(std::string_view text, std::string& out) {
    if (const std::string list = hashtags(text, 0); !list.empty())
      out += fmt::format(R"("entities":{{"hashtags":[{}]}},)", list);
  }

  static void write_mention(const Account& account, std::string_view text, std::string& out) {
    const std::size_t length = account.handle.size() + 1;
    out += fmt::format(R"("entities":{{"mentions":[{{"start":0,"end":{},"username":"{}","id":"{}"}}])", length,
                       account.handle, account.id);
    if (const std::string list = hashtags(text, length + 1); !list.empty())
      out += fmt::format(R"(,"hashtags":[{}])", list);
    out += "},";
  }

  static void write_counters(const Counters& c, bool again, std::string& out) {
    if (!c.observed) {
      out += R"("public_metrics":{},)";
      return;
    }
    out += fmt::format(R"("public_metrics":{{"retweet_count":{},"reply_count":{},"like_count":{},"quote_count":0}},)",
                       c.retweets, c.replies, c.likes + (again ? 1 : 0));
  }

  const World& world_;
  std::vector<Counters> counters_;
  std::vector<std::string> authors_;
};

// The rows in the order in which a collector meets them: by time, and every hundredth once more some days later.
struct Meeting {
  TimeUs t = 0;
  std::uint64_t id = 0;
  std::uint32_t row = 0;
  bool again = false;
};

std::vector<Meeting> meetings(const World& world, Random& random) {
  std::vector<Meeting> all;
  std::vector<std::uint32_t> rows(world.rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    rows[i] = i;
    all.push_back({world.rows[i].t, world.rows[i].id, i, false});
  }
  random.shuffle(rows);
  rows.resize(rows.size() / 100);
  for (const std::uint32_t i : rows) {
    const TimeUs later = world.rows[i].t + seconds(3600.0 + static_cast<double>(random.below(5 * 86'400)));
    all.push_back({behind_gaps(world.plan, later, 0), world.rows[i].id, i, true});
  }
  std::sort(all.begin(), all.end(), [](const Meeting& a, const Meeting& b) {
    return std::tie(a.t, a.id, a.again) < std::tie(b.t, b.id, b.again);
  });
  return all;
}

}  // namespace

void make_ids_unique(World& world) {
  std::unordered_set<std::uint64_t> used;
  for (Row& row : world.rows) {
    while (!used.insert(row.id).second) row.id ^= 1 + used.size() % 4096;
  }
}

const char* name_of(Status status) {
  constexpr std::array<const char*, 3> k_names = {"active", "suspended", "deleted"};
  return k_names[static_cast<std::size_t>(status)];
}

std::string list_of(const World& world, const std::vector<std::uint32_t>& accounts, std::string_view group,
                    std::string_view source) {
  std::string csv = "platform,account_id,handle,group,source\n";
  for (const std::uint32_t index : accounts) {
    const Account& a = world.accounts[index];
    csv += fmt::format("x,{},{},{},{}\n", a.id, a.handle, group, source);
  }
  return csv;
}

Result<Export> write_posts(const World& world, Random& random, const Control& control) {
  const RowWriter writer(world, count(world, random));
  const std::vector<Meeting> all = meetings(world, random);
  Export written;
  written.duplicates = all.size() - world.rows.size();
  written.posts.reserve(all.size() * 640);
  for (std::size_t i = 0; i < all.size(); ++i) {
    writer.write(all[i].row, all[i].again, written.posts);
    if (i % 8192 == 0) {
      UNISONO_CHECK(control.check_cancelled());
      control.report("write", i, all.size(), "rows");
    }
  }
  return written;
}

}  // namespace unisono::commands::demo
