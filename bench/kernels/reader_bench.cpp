// Reading CSV and JSON lines with full provenance (places, hashes, checked UTF-8) against DuckDB's own readers on the
// same file, all columns as text, interleaved in one run on one thread; prints Markdown.
//
//   reader_bench          400,000 posts
//   reader_bench 50000    another number
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "duckdb.hpp"
#include "unisono/core/random.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/json.hpp"

namespace {

using namespace unisono;

constexpr int k_rounds = 5;
constexpr const char* k_columns[] = {"post_id", "account_id", "created_at", "text",
                                     "lang",    "repost_of",  "likes",      "urls"};

[[noreturn]] void stop(const Error& error) {
  fmt::print(stderr, "{}\n", describe(error));
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
}

// Posts as exports hold them: long ids, texts with commas, quotes and line breaks, empty cells.
void write_posts(const std::filesystem::path& csv_path, const std::filesystem::path& json_path, std::size_t n) {
  std::ofstream csv(csv_path, std::ios::binary), json(json_path, std::ios::binary);
  csv << fmt::format("{}\n", fmt::join(k_columns, ","));
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

struct Reading {
  std::uint64_t rows = 0, bytes = 0, provenance = 0;
};

Reading read_csv(const std::string& path) {
  const Control control;
  auto source = must(ingest::open_source(path, {}, control));
  auto reader = must(ingest::CsvReader::open(*must(source.next_member()), {}, control));
  Reading reading;
  ingest::CsvBatch batch;
  for (bool more = true; more;) {
    more = must(reader.next(batch));
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      for (std::size_t column = 0; column < batch.columns(); ++column) reading.bytes += batch.field(row, column).size();
      reading.provenance += batch.ref(row).offset ^ batch.ref(row).line;
    }
    reading.rows += batch.rows();
  }
  (void)must(source.finish());
  return reading;
}

Reading read_json(const std::string& path) {
  const Control control;
  auto source = must(ingest::open_source(path, {}, control));
  auto reader = must(ingest::JsonReader::open(*must(source.next_member()), {}, control));
  Reading reading;
  ingest::JsonBatch batch;
  ingest::JsonParser parser;
  for (bool more = true; more;) {
    more = must(reader.next(batch));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto value = parser.parse(batch, i);
      if (!value) continue;
      for (const char* column : k_columns) {
        if (const auto member = value->find(column)) reading.bytes += member->string().size();
      }
      reading.provenance += batch.ref(i).offset ^ batch.ref(i).line;
      ++reading.rows;
    }
  }
  (void)must(source.finish());
  return reading;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Times {
  std::vector<double> ours, count, table;
  static double best(const std::vector<double>& of) { return *std::min_element(of.begin(), of.end()); }
};

void compare(const char* name, const std::string& path, const std::string& scan, Reading (*read)(const std::string&),
             std::size_t expected) {
  Times times;
  Reading reading;
  bench::DuckDb database(1);
  std::string lengths;
  for (const char* column : k_columns)
    lengths += fmt::format("{}coalesce(sum(length({})), 0)", lengths.empty() ? "" : "+", column);
  for (int round = 0; round < k_rounds; ++round) {
    times.ours.push_back(seconds([&] { reading = read(path); }));
    std::vector<std::string> counted;
    times.count.push_back(
        seconds([&] { counted = database.query(fmt::format("SELECT count(*), {} FROM {}", lengths, scan)); }));
    times.table.push_back(seconds([&] { database.query("CREATE OR REPLACE TABLE posts AS FROM " + scan); }));
    if (reading.rows != expected || counted.at(0) != std::to_string(expected)) {
      fmt::print(stderr, "{}: {} rows here, {} there, {} written\n", name, reading.rows, counted.at(0), expected);
      std::exit(1);
    }
  }
  const double size = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  const double ours = Times::best(times.ours), count = Times::best(times.count), table = Times::best(times.table);
  fmt::print("| {} | {:.0f} | {:.3f} | {:.0f} | {:.3f} | {:.3f} | {:.2f} | {:.2f} |\n", name, size, ours, size / ours,
             count, table, ours / count, ours / table);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 400'000;
  const auto folder = std::filesystem::temp_directory_path();
  const std::string csv = (folder / fmt::format("unisono-reader-bench-{}.csv", n)).string();
  const std::string json = (folder / fmt::format("unisono-reader-bench-{}.jsonl", n)).string();
  write_posts(csv, json, n);
  std::string types;
  for (const char* column : k_columns) types += fmt::format("{}'{}': 'VARCHAR'", types.empty() ? "" : ", ", column);
  fmt::print("Reading {} posts, one thread, best of {} interleaved rounds; ratios = our time : DuckDB's\n\n", n,
             k_rounds);
  fmt::print("| file | MB | unisono s | MB/s | DuckDB aggregate s | DuckDB table s | ratio | ratio (table) |\n");
  fmt::print("|---|---|---|---|---|---|---|---|\n");
  compare("CSV", csv,
          fmt::format("read_csv('{}', header=true, delim=',', quote='\"', escape='\"', columns={{{}}})", csv, types),
          read_csv, n);
  compare("JSON lines", json, fmt::format("read_json('{}', format='newline_delimited', columns={{{}}})", json, types),
          read_json, n);
  std::filesystem::remove(csv);
  std::filesystem::remove(json);
  return 0;
}
