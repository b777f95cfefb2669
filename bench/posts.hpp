// Generated posts as exports hold them, as CSV and as JSON lines with the same rows.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "unisono/core/random.hpp"

namespace unisono::bench {

inline constexpr const char* k_post_columns[] = {"post_id", "account_id", "created_at", "text",
                                                 "lang",    "repost_of",  "likes",      "urls"};

// Long ids, texts with commas, quotes and line breaks, empty cells.
inline void write_posts(const std::filesystem::path& csv_path, const std::filesystem::path& json_path, std::size_t n) {
  std::ofstream csv(csv_path, std::ios::binary), json(json_path, std::ios::binary);
  csv << fmt::format("{}\n", fmt::join(k_post_columns, ","));
  Random random(11);
  const char* words[] = {"people", "the", "городе", "news", "今天", "of", "really", "RT", "vote", "\xF0\x9F\x98\x80"};
  for (std::size_t i = 0; i < n; ++i) {
    std::string text;
    for (std::uint64_t w = 6 + random.below(18); w > 0; --w) text += fmt::format("{} ", words[random.below(10)]);
    const std::uint64_t shape = random.below(10);
    const char *csv_extra = "", *json_extra = "";
    if (shape < 3) csv_extra = json_extra = ", and so on";
    if (shape == 3) csv_extra = "he said \"\"yes\"\"", json_extra = "he said \\\"yes\\\"";
    if (shape == 4) csv_extra = "two\nlines", json_extra = "two\\nlines";
    const std::uint64_t id = 1'300'000'000'000'000'000 + i * 4'194'304 + random.below(4096);
    const std::string account = fmt::format("{}", 100'000 + random.below(50'000));
    const std::string repost = shape > 6 ? fmt::format("{}", id - random.below(1'000'000'000)) : "";
    csv << fmt::format("{},{},2021-05-{:02} 10:{:02}:{:02},{}{}{}{},en,{},{},https://example.org/{}\n", id, account,
                       1 + i % 28, i % 60, i % 57, shape < 5 ? "\"" : "", text, csv_extra, shape < 5 ? "\"" : "",
                       repost, random.below(99), random.below(9999));
    json << fmt::format(
        R"({{"post_id":"{}","account_id":"{}","created_at":"2021-05-{:02}T10:{:02}:{:02}Z","text":"{}{}","lang":"en","repost_of":"{}","likes":{},"urls":"https://example.org/{}"}})"
        "\n",
        id, account, 1 + i % 28, i % 60, i % 57, text, json_extra, repost, random.below(99), random.below(9999));
  }
}

}  // namespace unisono::bench
