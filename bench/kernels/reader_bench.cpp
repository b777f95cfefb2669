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
#include <functional>
#include <string>
#include <vector>

#include "duckdb.hpp"
#include "posts.hpp"
#include "unisono/ingest/csv.hpp"
#include "unisono/ingest/json.hpp"

namespace {

using namespace unisono;

constexpr int k_rounds = 5;

[[noreturn]] void stop(const Error& error) {
  fmt::print(stderr, "{}\n", describe(error));
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
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
      for (const char* column : bench::k_post_columns) {
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
  for (const char* column : bench::k_post_columns)
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
  bench::write_posts(csv, json, n);
  std::string types;
  for (const char* column : bench::k_post_columns)
    types += fmt::format("{}'{}': 'VARCHAR'", types.empty() ? "" : ", ", column);
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
