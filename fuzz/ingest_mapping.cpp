// Mapping files and everything in them that is parsed: TOML, paths, list cells, transforms. Must not crash; what is
// accepted must be accepted again.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "unisono/ingest/cell_list.hpp"
#include "unisono/ingest/decision.hpp"
#include "unisono/ingest/mapping.hpp"
#include "unisono/ingest/path.hpp"
#include "unisono/ingest/transform.hpp"

using namespace unisono::ingest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size == 0) return 0;
  const std::string_view rest = text.substr(1);
  switch (text.front() % 4) {
    case 0:
      (void)parse_mapping(rest, "fuzz.toml");
      break;
    case 1:
      if (const auto path = Path::parse(rest); path && !Path::parse(path->text())) std::abort();
      break;
    case 2: {
      std::vector<std::string> items;
      (void)parse_python_list(rest, items);
      split_list(rest, ",", true, items);
      break;
    }
    default: {
      FieldSource source;
      for (const Transform transform : {Transform::strip, Transform::html_to_text, Transform::last_path_segment,
                                        Transform::query_param, Transform::casefold, Transform::repost_prefix}) {
        source.transform = transform;
        source.argument = transform == Transform::query_param ? "u" : "";
        (void)transformed(rest, source);
      }
      for (const Transform transform : {Transform::integer, Transform::int_grouped, Transform::int_suffix}) {
        (void)parse_integer(rest, transform);
      }
      IdStatistics statistics;
      count_id(rest, statistics);
      (void)is_lossy(rest, IdDamage::binary);
      (void)without_float_tail(rest);
    }
  }
  return 0;
}
