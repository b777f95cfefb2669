// The whole import (places, hashes, mapping, keys, targets, the case file) against DuckDB reading the same file into a
// table of a database file, all columns as text, interleaved in one run on one thread; prints Markdown.
//
//   import_bench                400,000 generated posts as CSV and as JSON lines
//   import_bench FILE...        these files too (.csv, .json, .jsonl, plain or gz); a format is chosen as by `import`
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "duckdb.hpp"
#include "posts.hpp"
#include "unisono/commands/import.hpp"

namespace {

using namespace unisono;
namespace fs = std::filesystem;

constexpr int k_rounds = 3;
constexpr std::size_t k_posts = 400'000;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Cost {
  double processor_s = 1e300, wall_s = 1e300;

  void keep_best(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    const double before = processor_seconds();
    work();
    processor_s = std::min(processor_s, processor_seconds() - before);
    wall_s = std::min(wall_s, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
};

void remove_case(const fs::path& path) {
  for (const char* part : {"", ".wal"}) fs::remove(path.string() + part);
}

// Rows that were imported.
std::uint64_t import_once(const std::string& file, const std::string& format, const fs::path& case_path) {
  remove_case(case_path);
  commands::ImportOptions options;
  options.inputs = {file};
  options.case_path = case_path;
  options.settings.format = format;
  const auto result = commands::import(options, {.threads = 1});
  if (!result) {
    fmt::print(stderr, "{}\n", describe(result.error()));
    std::exit(1);
  }
  const ingest::Receipt& receipt = result->receipts.at(0);
  return receipt.rows + receipt.duplicates;
}

void compare(const std::string& name, const std::string& file, const std::string& format, const fs::path& folder) {
  const bool csv = name.find(".csv") != std::string::npos;
  const std::string scan = csv ? fmt::format("read_csv('{}', all_varchar=true, header=true)", file)
                               : fmt::format("read_json('{}', maximum_depth=1)", file);
  Cost ours, peers;
  std::uint64_t rows = 0;
  for (int round = 0; round < k_rounds; ++round) {
    ours.keep_best([&] { rows = import_once(file, format, folder / "bench.uni"); });
    peers.keep_best([&] {
      bench::DuckDb database(1);
      fs::remove(folder / "bench.duckdb");
      database.query(fmt::format("ATTACH '{}' AS file", (folder / "bench.duckdb").string()));
      database.query("CREATE TABLE file.posts AS FROM " + scan);
      database.query("DETACH file");
    });
  }
  fmt::print("| {} | {:.0f} | {} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n", name,
             static_cast<double>(fs::file_size(file)) / 1e6, rows, ours.processor_s, peers.processor_s,
             ours.processor_s / peers.processor_s, ours.wall_s / peers.wall_s);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = fs::temp_directory_path() / fmt::format("unisono-import-bench-{}", k_posts);
  fs::create_directories(folder);
  bench::write_posts(folder / "posts.csv", folder / "posts.jsonl", k_posts);
  fmt::print("One thread, best of {} interleaved rounds; ratio = our time : DuckDB's\n\n", k_rounds);
  fmt::print("| file | MB | rows | import, processor s | DuckDB, processor s | ratio | ratio by wall |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  compare("posts.csv", (folder / "posts.csv").string(), "generic", folder);
  compare("posts.jsonl", (folder / "posts.jsonl").string(), "generic-json", folder);
  for (int i = 1; i < argc; ++i) compare(fs::path(argv[i]).filename().string(), argv[i], "auto", folder);
  fs::remove_all(folder);
  return 0;
}
