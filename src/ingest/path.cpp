#include "unisono/ingest/path.hpp"

#include <fmt/format.h>

namespace unisono::ingest {
namespace {

constexpr std::size_t k_most_steps = 64;

// A cursor over the text of a path; every parse function moves it and returns an Error at the first mistake.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  bool done() const { return at >= text.size(); }
  char peek() const { return done() ? '\0' : text[at]; }
  bool take(char c) {
    if (peek() != c || done()) return false;
    ++at;
    return true;
  }
  tl::unexpected<Error> mistake(std::string_view what) const {
    return fail(ErrorCode::bad_input, fmt::format("path `{}`: {} at character {}", text, what, at + 1),
                "paths look like a.b, a[], a[?type=='x'].id, \"quoted.key\", @table[key].field");
  }
};

Result<std::string> quoted(Cursor& in, char quote) {
  std::string out;
  in.take(quote);
  while (!in.done() && in.peek() != quote) out.push_back(in.text[in.at++]);
  if (!in.take(quote)) return in.mistake("a quote that is not closed");
  return out;
}

Result<std::string> key(Cursor& in) {
  if (in.peek() == '"') return quoted(in, '"');
  std::string out;
  while (!in.done() && std::string_view(".[]\"@").find(in.peek()) == std::string_view::npos) {
    out.push_back(in.text[in.at++]);
  }
  if (out.empty()) return in.mistake("a missing key");
  return out;
}

// After '[': "]" or "?key=='value']".
Result<PathStep> bracket(Cursor& in) {
  if (in.take(']')) return PathStep{PathStep::Kind::each, {}, {}, nullptr};
  if (!in.take('?')) return in.mistake("expected ] or ? after [");
  PathStep step{PathStep::Kind::filter, {}, {}, nullptr};
  while (!in.done() && in.peek() != '=' && in.peek() != ']') step.key.push_back(in.text[in.at++]);
  if (step.key.empty() || !in.take('=') || !in.take('=')) return in.mistake("expected key=='value'");
  if (in.peek() != '\'') return in.mistake("expected a value in single quotes");
  UNISONO_TRY(step.value, quoted(in, '\''));
  if (!in.take(']')) return in.mistake("expected ]");
  return step;
}

// After '@': "table[path]".
Result<PathStep> lookup(Cursor& in) {
  PathStep step{PathStep::Kind::lookup, {}, {}, nullptr};
  UNISONO_TRY(step.key, key(in));
  if (!in.take('[')) return in.mistake("expected [ after the name of a look-up table");
  const std::size_t start = in.at;
  std::size_t depth = 1;
  while (!in.done() && depth > 0) {
    const char c = in.text[in.at++];
    depth += c == '[' ? 1U : 0U;
    depth -= c == ']' ? 1U : 0U;
  }
  if (depth > 0) return in.mistake("expected ]");
  const std::string_view inner = in.text.substr(start, in.at - start - 1);
  if (inner.empty()) {
    step.by = std::make_shared<const Path>();
    return step;
  }
  UNISONO_TRY(Path by, Path::parse(inner));
  step.by = std::make_shared<const Path>(std::move(by));
  return step;
}

}  // namespace

Result<Path> Path::parse(std::string_view text) {
  Path path;
  path.text_ = std::string(text);
  if (text == ".") return path;
  Cursor in{text};
  if (in.done()) return in.mistake("an empty path");
  if (text.size() > 1024) return fail(ErrorCode::bad_input, "a path longer than 1024 characters");
  bool first = true;
  while (!in.done()) {
    if (path.steps_.size() >= k_most_steps) return in.mistake("more than 64 steps");
    if (in.take('[')) {
      if (first) return in.mistake("a path cannot begin with [");
      UNISONO_TRY(PathStep step, bracket(in));
      path.steps_.push_back(std::move(step));
      path.is_list_ = true;
      continue;
    }
    if (!first && !in.take('.')) return in.mistake("expected . between keys");
    if (in.take('@')) {
      UNISONO_TRY(PathStep step, lookup(in));
      path.steps_.push_back(std::move(step));
    } else {
      UNISONO_TRY(std::string name, key(in));
      path.steps_.push_back({PathStep::Kind::key, std::move(name), {}, nullptr});
    }
    first = false;
  }
  for (const PathStep& step : path.steps_) {
    if (step.kind == PathStep::Kind::each) continue;
    if (!path.column_.empty()) path.column_ += '.';
    path.column_ += step.key;
  }
  return path;
}

}  // namespace unisono::ingest
