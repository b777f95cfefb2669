// The words of the mapping language: columns in the order of their enums, transforms and families.
#pragma once

#include <array>
#include <utility>

#include "unisono/ingest/mapping.hpp"

namespace unisono::ingest {

inline constexpr std::array<const char*, k_text_fields> k_text_names = {
    "platform",       "post_id",   "account_id",     "kind",           "text",          "lang",         "client",
    "geo_lat",        "geo_lon",   "geo_place",      "collected_from", "nav_index",     "repost_of",    "quote_of",
    "reply_to",       "root_id",   "repost_account", "quote_account",  "reply_account", "root_account", "repost_handle",
    "repost_mention", "object_id", "handle",         "display_name",   "bio",           "location",     "url",
    "avatar_url",     "status"};
inline constexpr std::array<const char*, k_int_fields> k_int_names = {
    "like", "repost", "reply", "quote", "view", "save", "share", "followers", "following", "posts"};
inline constexpr std::array<const char*, k_bool_fields> k_bool_names = {
    "is_repost", "is_quote", "is_reply", "text_truncated", "promoted", "verified", "bot_declared"};
inline constexpr std::array<const char*, k_time_fields> k_time_names = {
    "t", "t_witness", "metrics_t", "collected_t", "edited_t", "deleted_t", "created"};

inline constexpr std::pair<const char*, Transform> k_transforms[] = {
    {"none", Transform::none},
    {"int", Transform::integer},
    {"int_grouped", Transform::int_grouped},
    {"int_suffix", Transform::int_suffix},
    {"strip", Transform::strip},
    {"html_to_text", Transform::html_to_text},
    {"last_path_segment", Transform::last_path_segment},
    {"query_param", Transform::query_param},
    {"casefold", Transform::casefold},
    {"bool_words", Transform::bool_words},
    {"join", Transform::join},
    {"repost_prefix", Transform::repost_prefix},
};

inline constexpr std::pair<const char*, Family> k_families[] = {{"csv", Family::csv},
                                                                {"jsonl", Family::jsonl},
                                                                {"json-array", Family::json_array},
                                                                {"json-page", Family::json_page}};

}  // namespace unisono::ingest
