#include "unisono/evidence/group_story.hpp"

#include <fmt/format.h>

#include <algorithm>

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

// chosen(object_id, close, first): the objects that the story is about.
std::string chosen_objects(const GroupActions& actions, std::size_t shown) {
  return fmt::format(
      "(SELECT object_id, count(*) FILTER (WHERE {0}) AS close, min(t) FILTER (WHERE {0}) AS first FROM spaced GROUP "
      "BY "
      "object_id HAVING count(*) FILTER (WHERE {0}) > 0 ORDER BY close DESC, first, object_id LIMIT {1}) chosen",
      actions.close(), shown);
}

Result<std::vector<std::string>> object_keys(const GroupActions& actions, const std::string& chosen) {
  UNISONO_TRY(const Table rows,
              actions.ask(fmt::format("SELECT object_id FROM {} ORDER BY close DESC, first, object_id", chosen)));
  std::vector<std::string> keys;
  for (std::size_t row = 0; row < rows.rows(); ++row) keys.push_back(text_of(rows, 0, row));
  return keys;
}

Result<void> add_counts(const GroupActions& actions, const std::string& chosen, GroupStory& story) {
  const std::string body = fmt::format(
      "SELECT close AS members, sharers FROM {} JOIN shared USING (object_id) ORDER BY close DESC, first, object_id",
      chosen);
  UNISONO_TRY(story.counts.table, actions.ask(body));
  story.counts.sql = actions.printed(body);
  story.counts.total_rows = story.counts.table.rows();
  for (std::size_t i = 0; i < story.objects.size() && i < story.counts.table.rows(); ++i) {
    story.objects[i].members = static_cast<std::uint64_t>(integer_of(story.counts.table, 0, i));
    story.objects[i].sharers = static_cast<std::uint64_t>(integer_of(story.counts.table, 1, i));
  }
  return {};
}

bool key_is_readable(std::string_view channel) {
  return channel == "link" || channel == "domain" || channel == "hashtag";
}

// The first actions on every object of the temporary table story_object(i, key), in one pass over the actions.
Result<void> add_first_actions(const GroupActions& group, std::size_t shown, std::vector<StoryObject>& story) {
  const GroupScope& scope = group.scope();
  const std::vector<Cell> parameters = {scope.channel, scope.run_id, scope.group_id, static_cast<std::int64_t>(shown)};
  UNISONO_TRY(
      const Table actions,
      group.file().query(
          "WITH acting AS (SELECT o.i, a.t_us, a.t_precision, a.platform, a.account_id, n.n, n.label, "
          "  row_number() OVER (PARTITION BY o.i ORDER BY a.t_us, n.n, a.content_id) AS place "
          "  FROM action a JOIN story_object o ON a.object_id = o.key "
          "  LEFT JOIN account_name n ON n.platform = a.platform AND n.account_id = a.account_id "
          "  WHERE a.object_kind = $1 AND a.t_us IS NOT NULL) "
          "SELECT s.i, epoch_us(s.t_us), s.t_precision, coalesce(s.label, 'unknown account'), m.account_id IS "
          "NOT NULL "
          "FROM acting s LEFT JOIN (SELECT platform, account_id FROM group_member WHERE run_id = $2 AND "
          "group_id = $3 AND how = 'found') m "
          "ON m.platform = s.platform AND m.account_id = s.account_id WHERE s.place <= $4 ORDER BY s.i, s.place",
          parameters));
  for (std::size_t row = 0; row < actions.rows(); ++row) {
    StoryObject& object = story[static_cast<std::size_t>(integer_of(actions, 0, row))];
    object.first_actions.push_back({integer_of(actions, 1, row),
                                    precision_named(text_of(actions, 2, row)).value_or(Precision::s),
                                    text_of(actions, 3, row), std::get<bool>(actions.columns()[4].cells[row])});
  }
  return {};
}

// The words of each object: of the post that was reposted or answered if the case holds it, else of the first post that
// acted on it.
Result<void> add_texts(const GroupActions& group, std::vector<StoryObject>& story) {
  const std::vector<Cell> parameters = {group.scope().channel};
  UNISONO_TRY(const Table texts,
              group.file().query(
                  "WITH source AS (SELECT o.i, split_part(o.key, ':', 1) AS platform, substr(o.key, strpos(o.key, ':') "
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
Result<void> list_objects(store::CaseFile& file, const std::vector<std::string>& keys) {
  UNISONO_CHECK(file.execute("CREATE OR REPLACE TEMP TABLE story_object (i BIGINT, key VARCHAR)"));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::vector<Cell> parameters = {static_cast<std::int64_t>(i), keys[i]};
    UNISONO_CHECK(file.execute("INSERT INTO story_object VALUES ($1, $2)", parameters));
  }
  return {};
}

}  // namespace

Result<GroupStory> group_story(const GroupActions& actions, std::size_t objects_shown, std::size_t actions_shown) {
  const std::string chosen = chosen_objects(actions, objects_shown);
  UNISONO_TRY(const std::vector<std::string> keys, object_keys(actions, chosen));
  UNISONO_CHECK(list_objects(actions.file(), keys));
  GroupStory story;
  story.objects.resize(keys.size());
  if (key_is_readable(actions.scope().channel)) {
    for (std::size_t i = 0; i < keys.size(); ++i) story.objects[i].key = keys[i];
  }
  UNISONO_CHECK(add_counts(actions, chosen, story));
  UNISONO_CHECK(add_first_actions(actions, actions_shown, story.objects));
  UNISONO_CHECK(add_texts(actions, story.objects));
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
