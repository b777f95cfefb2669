// Published numeric vectors that lie beside the repository; a test skips where they are absent.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace unisono::test {

inline std::optional<nlohmann::json> vectors(const std::string& file) {
  std::ifstream in(std::string(UNISONO_SHARED "/vectors/") + file);
  if (!in) return std::nullopt;
  return nlohmann::json::parse(in);
}

}  // namespace unisono::test

// `json name = ` the part KEY of FILE, or the test is skipped with a reason.
#define UNISONO_VECTORS(name, file, key)                                              \
  const auto name##_file = ::unisono::test::vectors(file);                            \
  if (!name##_file) GTEST_SKIP() << "no vectors " << UNISONO_SHARED "/vectors/" file; \
  const nlohmann::json& name = name##_file->at(key)
