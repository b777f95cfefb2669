#include "unisono/evidence/group_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "unisono/core/unicode.hpp"

namespace unisono::evidence {
namespace {

const std::string& text_of(const Table& table, std::size_t column, std::size_t row) {
  static const std::string k_empty;
  const auto* text = std::get_if<std::string>(&table.columns()[column].cells[row]);
  return text == nullptr ? k_empty : *text;
}

std::int64_t integer_of(const Table& table, std::size_t column, std::size_t row) {
  const auto* number = std::get_if<std::int64_t>(&table.columns()[column].cells[row]);
  return number == nullptr ? 0 : *number;
}

struct Candidate {
  std::string key;
  std::uint64_t members = 0;
  std::int64_t first_us = 0;
};

// Members of `actions` rows [begin, end) (one object, ascending time) that have another member within the window.
Candidate close_members(const Table& actions, std::size_t begin, std::size_t end, std::int64_t window_us) {
  std::set<std::string> close;
  Candidate candidate{text_of(actions, 0, begin), 0, 0};
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t j = i + 1; j < end; ++j) {
      if (integer_of(actions, 3, j) - integer_of(actions, 3, i) > window_us) break;
      const std::string a = text_of(actions, 1, i) + '\n' + text_of(actions, 2, i);
      const std::string b = text_of(actions, 1, j) + '\n' + text_of(actions, 2, j);
      if (a == b) continue;
      if (close.empty()) candidate.first_us = integer_of(actions, 3, i);
      close.insert(a);
      close.insert(b);
    }
  }
  candidate.members = close.size();
  return candidate;
}

Result<std::vector<Candidate>> rank_objects(store::CaseFile& file, const StoryRequest& request) {
  const std::vector<Cell> parameters = {request.run_id, request.group_id, request.channel};
  UNISONO_TRY(
      const Table actions,
      file.query("SELECT a.object_id, a.platform, a.account_id, epoch_us(a.t_us) FROM action a "
                 "SEMI JOIN (SELECT platform, account_id FROM group_member WHERE run_id = $1 AND group_id = $2 AND how "
                 "= 'found') m "
                 "ON a.platform = m.platform AND a.account_id = m.account_id "
                 "WHERE a.object_kind = $3 AND a.t_us IS NOT NULL AND a.object_id IS NOT NULL ORDER BY 1, 4, 2, 3",
                 parameters));
  std::vector<Candidate> ranked;
  for (std::size_t begin = 0, end = 0; begin < actions.rows(); begin = end) {
    while (end < actions.rows() && text_of(actions, 0, end) == text_of(actions, 0, begin)) ++end;
    Candidate candidate = close_members(actions, begin, end, request.window_us);
    if (candidate.members > 0) ranked.push_back(std::move(candidate));
  }
  std::sort(ranked.begin(), ranked.end(), [](const Candidate& x, const Candidate& y) {
    return std::tuple(y.members, x.first_us, std::string_view(x.key)) <
           std::tuple(x.members, y.first_us, std::string_view(y.key));
  });
  if (ranked.size() > request.objects_shown) ranked.resize(request.objects_shown);
  return ranked;
}

bool key_is_readable(std::string_view channel) {
  return channel == "link" || channel == "domain" || channel == "hashtag";
}

// The first actions on every object of the temporary table story_object(i, key), in one pass over the actions.
Result<void> add_first_actions(store::CaseFile& file, const StoryRequest& request, std::vector<StoryObject>& story) {
  const std::vector<Cell> parameters = {request.channel, request.run_id, request.group_id,
                                        static_cast<std::int64_t>(request.actions_shown)};
  UNISONO_TRY(
      const Table actions,
      file.query("WITH acting AS (SELECT o.i, a.t_us, a.t_precision, a.platform, a.account_id, n.n, n.label, "
                 "  count(DISTINCT (a.platform, a.account_id)) OVER (PARTITION BY o.i) AS sharers, "
                 "  row_number() OVER (PARTITION BY o.i ORDER BY a.t_us, n.n, a.content_id) AS place "
                 "  FROM action a JOIN story_object o ON a.object_id = o.key "
                 "  LEFT JOIN account_name n ON n.platform = a.platform AND n.account_id = a.account_id "
                 "  WHERE a.object_kind = $1 AND a.t_us IS NOT NULL) "
                 "SELECT s.i, epoch_us(s.t_us), s.t_precision, coalesce(s.label, 'unknown account'), m.account_id IS "
                 "NOT NULL, s.sharers "
                 "FROM acting s LEFT JOIN (SELECT platform, account_id FROM group_member WHERE run_id = $2 AND "
                 "group_id = $3 AND how = 'found') m "
                 "ON m.platform = s.platform AND m.account_id = s.account_id WHERE s.place <= $4 ORDER BY s.i, s.place",
                 parameters));
  for (std::size_t row = 0; row < actions.rows(); ++row) {
    StoryObject& object = story[static_cast<std::size_t>(integer_of(actions, 0, row))];
    object.sharers = static_cast<std::uint64_t>(integer_of(actions, 5, row));
    object.first_actions.push_back({integer_of(actions, 1, row),
                                    precision_named(text_of(actions, 2, row)).value_or(Precision::s),
                                    text_of(actions, 3, row), std::get<bool>(actions.columns()[4].cells[row])});
  }
  return {};
}

// The words of each object: of the post that was reposted or answered if the case holds it, else of the first post that
// acted on it.
Result<void> add_texts(store::CaseFile& file, const StoryRequest& request, std::vector<StoryObject>& story) {
  const std::vector<Cell> parameters = {request.channel};
  UNISONO_TRY(
      const Table texts,
      file.query("WITH source AS (SELECT o.i, split_part(o.key, ':', 1) AS platform, substr(o.key, strpos(o.key, ':') "
                 "+ 1) AS post_id, 0 AS choice FROM story_object o "
                 "  UNION ALL SELECT o.i, arg_min(a.platform, (a.t_us, a.content_id)), arg_min(a.content_id, (a.t_us, "
                 "a.content_id)), 1 "
                 "  FROM action a JOIN story_object o ON a.object_id = o.key WHERE a.object_kind = $1 GROUP BY o.i) "
                 "SELECT s.i, p.text, coalesce(n.named, false) FROM source s JOIN post p ON p.platform = s.platform "
                 "AND p.post_id = s.post_id "
                 "LEFT JOIN account_name n ON n.platform = p.platform AND n.account_id = p.account_id "
                 "WHERE p.text IS NOT NULL ORDER BY s.i, s.choice",
                 parameters));
  for (std::size_t row = 0; row < texts.rows(); ++row) {
    StoryObject& object = story[static_cast<std::size_t>(integer_of(texts, 0, row))];
    if (!object.text.empty()) continue;
    const bool named = std::get<bool>(texts.columns()[2].cells[row]);
    object.text = named ? text_of(texts, 1, row) : excerpt_of(text_of(texts, 1, row), 12, object.excerpt);
  }
  return {};
}

// The chosen objects as a temporary table, so that each question about them is one pass.
Result<void> list_objects(store::CaseFile& file, const std::vector<Candidate>& ranked) {
  UNISONO_CHECK(file.execute("CREATE OR REPLACE TEMP TABLE story_object (i BIGINT, key VARCHAR)"));
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const std::vector<Cell> parameters = {static_cast<std::int64_t>(i), ranked[i].key};
    UNISONO_CHECK(file.execute("INSERT INTO story_object VALUES ($1, $2)", parameters));
  }
  return {};
}

}  // namespace

Result<std::vector<StoryObject>> group_story(store::CaseFile& file, const StoryRequest& request) {
  UNISONO_TRY(const std::vector<Candidate> ranked, rank_objects(file, request));
  UNISONO_CHECK(list_objects(file, ranked));
  std::vector<StoryObject> story(ranked.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    story[i].members = ranked[i].members;
    if (key_is_readable(request.channel)) story[i].key = ranked[i].key;
  }
  UNISONO_CHECK(add_first_actions(file, request, story));
  UNISONO_CHECK(add_texts(file, request, story));
  return story;
}

std::string excerpt_of(std::string_view text, std::size_t max_words, bool& cut) {
  std::string without_links;
  cut = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    const std::string_view part = text.substr(begin, at - begin);
    if (part.find("://") != std::string_view::npos) {
      cut = true;
      continue;
    }
    if (!without_links.empty()) without_links += ' ';
    without_links += part;
  }
  const std::string_view kept =
      cut_words(without_links, max_words);  // by the rules of the script: Chinese has no spaces
  cut = cut || kept.size() < without_links.size();
  return std::string(kept);
}

}  // namespace unisono::evidence
