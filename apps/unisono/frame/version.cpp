#include "frame/version.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "unisono/core/unicode.hpp"
#include "unisono/core/version.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::app {
namespace {

#if defined(__clang__)
constexpr const char* k_compiler = "clang " __clang_version__;
#else
constexpr const char* k_compiler = "gcc " __VERSION__;
#endif

}  // namespace

std::string version_text() {
  return fmt::format(
      "unisono {} ({})\n"
      "case schema {}\n"
      "compiled by {}, ICU {}, Unicode {}\n"
      "network: none\n",
      program_version(), UNISONO_BUILD_ID, store::k_schema_version, k_compiler, icu_version(), unicode_version());
}

std::string version_json() {
  nlohmann::ordered_json object;
  object["schema"] = "unisono.version/1";
  object["version"] = std::string(program_version());
  object["build"] = UNISONO_BUILD_ID;
  object["compiler"] = k_compiler;
  object["case_schema"] = store::k_schema_version;
  object["icu"] = icu_version();
  object["unicode"] = unicode_version();
  object["network"] = "none";
  return object.dump(2) + "\n";
}

}  // namespace unisono::app
