#include "json_cutter.hpp"

#include <fmt/format.h>

#include <cstring>

#include "byte_finder.hpp"

namespace unisono::ingest {
namespace {

constexpr std::size_t k_longest_key = 4096;  // longer keys are on no way

bool is_white(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool ends_scalar(char c) {
  return is_white(c) || c == ',' || c == ']' || c == '}' || c == '[' || c == '{' || c == '"';
}

}  // namespace

const char* JsonScanner::feed_string(const char* at, const char* end) {
  static const ByteFinder<2> k_special({'"', '\\'});
  while (at < end) {
    if (escaped_) {
      escaped_ = false;
      ++at;
      continue;
    }
    at = k_special.find(at, end);
    if (at == end) break;
    if (*at++ == '"') {
      in_string_ = false;
      return at;
    }
    escaped_ = true;
  }
  return nullptr;
}

const char* JsonScanner::feed(const char* at, const char* end) {
  static const ByteFinder<5> k_structure({'"', '{', '}', '[', ']'});
  if (at == end) return nullptr;
  if (kind_ == Kind::unknown) {
    kind_ = *at == '{' || *at == '[' ? Kind::container : *at == '"' ? Kind::string : Kind::scalar;
    if (kind_ == Kind::string) in_string_ = true, ++at;
  }
  if (kind_ == Kind::scalar) {
    if (empty_) ++at;
    empty_ = false;
    while (at < end && !ends_scalar(*at)) ++at;
    return at == end ? nullptr : at;
  }
  while (at < end) {
    if (in_string_) {
      at = feed_string(at, end);
      if (at == nullptr) return nullptr;
      if (kind_ == Kind::string) return at;
      continue;
    }
    at = k_structure.find(at, end);
    if (at == end) break;
    const char c = *at++;
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      deepest_ = std::max(deepest_, ++depth_);
    } else if (--depth_ == 0) {
      return at;
    }
  }
  return nullptr;
}

Result<std::vector<JsonStep>> parse_each(std::string_view each) {
  std::vector<JsonStep> way;
  while (!each.empty()) {
    const std::size_t dot = each.find('.');
    std::string_view part = each.substr(0, dot);
    each.remove_prefix(dot == std::string_view::npos ? each.size() : dot + 1);
    const bool list = part.ends_with("[]");
    if (list) part.remove_suffix(2);
    if (part.empty() || part.find_first_of("[]") != std::string_view::npos) {
      return fail(ErrorCode::usage, fmt::format("\"{}\" does not lead to an array", part),
                  "write keys separated by dots: messages, chats.list[].messages");
    }
    way.push_back({false, std::string(part)});
    if (list || each.empty()) way.push_back({true, {}});
  }
  return way;
}

JsonCutter::JsonCutter(std::vector<JsonStep> way, bool open_arrays, std::size_t max_depth, std::size_t max_record)
    : way_(std::move(way)), open_arrays_(open_arrays), max_depth_(max_depth), max_record_(max_record) {}

void JsonCutter::count_lines(const char* to) {
  line_ += count_byte('\n', counted_, to);
  counted_ = to;
}

void JsonCutter::skip_white() {
  while (at_ < end_ && is_white(*at_)) ++at_;
}

JsonCutter::Outcome JsonCutter::ask_for_more(const char* keep) {
  count_lines(at_);
  keep_ = keep;
  resume_ = static_cast<std::size_t>(at_ - keep);
  return Outcome::need_more;
}

JsonCutter::Outcome JsonCutter::finish() {
  return levels_.empty() ? Outcome::end : Outcome::open_end;
}

std::optional<JsonCutter::Outcome> JsonCutter::step_between() {
  while (at_ < end_ && (is_white(*at_) || *at_ == ',')) ++at_;
  if (at_ == end_) return at_end_ ? finish() : ask_for_more(at_);
  const bool in_object = !levels_.empty() && levels_.back().object;
  if (!levels_.empty() && *at_ == (in_object ? '}' : ']')) {
    levels_.pop_back();
    ++at_;
    return std::nullopt;
  }
  if (!in_object) {
    step_ = levels_.empty() ? 0 : levels_.back().step;
    is_wanted_ = true;
    state_ = State::value;
  } else if (*at_ == '"') {
    key_.clear();
    scanner_.start();
    state_ = State::key;
  } else {
    ++at_;  // not JSON; what follows may be again
  }
  return std::nullopt;
}

std::optional<JsonCutter::Outcome> JsonCutter::step_key() {
  const char* const piece = at_;
  const char* const behind = scanner_.feed(at_, end_);
  at_ = behind == nullptr ? end_ : behind;
  if (key_.size() < k_longest_key)
    key_.append(piece, std::min<std::size_t>(static_cast<std::size_t>(at_ - piece), k_longest_key));
  if (behind == nullptr) return at_end_ ? Outcome::open_end : ask_for_more(at_);
  state_ = State::colon;
  return std::nullopt;
}

std::optional<JsonCutter::Outcome> JsonCutter::step_colon() {
  skip_white();
  if (at_ == end_) return at_end_ ? Outcome::open_end : ask_for_more(at_);
  if (*at_ != ':') {
    state_ = State::between;
    return std::nullopt;
  }
  ++at_;
  const Level& level = levels_.back();
  is_wanted_ = key_.size() >= 2 && std::string_view(key_).substr(1, key_.size() - 2) == way_[level.step].key;
  step_ = level.step + 1;
  state_ = State::value;
  return std::nullopt;
}

std::optional<JsonCutter::Outcome> JsonCutter::begin_value() {
  skip_white();
  if (at_ == end_) return at_end_ ? finish() : ask_for_more(at_);
  const char c = *at_;
  if (!levels_.empty() && levels_.back().object && (c == '}' || c == ',')) {
    state_ = State::between;  // a key without a value
    return std::nullopt;
  }
  const bool on_way = is_wanted_ && step_ < way_.size();
  const bool opens_top = is_wanted_ && levels_.empty() && open_arrays_ && c == '[';
  if (opens_top || (on_way && c == (way_[step_].every ? '[' : '{'))) {
    const bool object = c == '{';
    levels_.push_back({object, opens_top || object ? step_ : step_ + 1});
    ++at_;
    state_ = State::between;
    return std::nullopt;
  }
  is_record_ = is_wanted_ && step_ == way_.size();
  is_dropped_ = false;
  record_length_ = 0;
  if (is_record_) {
    count_lines(at_);
    record_begin_ = at_;
    record_line_ = line_;
  }
  scanner_.start();
  state_ = State::inside;
  return std::nullopt;
}

std::optional<JsonCutter::Outcome> JsonCutter::continue_value() {
  const char* const piece = at_;
  const char* const behind = scanner_.feed(at_, end_);
  at_ = behind == nullptr ? end_ : behind;
  record_length_ += static_cast<std::uint64_t>(at_ - piece);
  if (behind == nullptr && !at_end_) {
    if (!is_record_ || is_dropped_) return ask_for_more(at_);
    if (record_length_ <= max_record_) return ask_for_more(record_begin_);
    is_dropped_ = true;
    return ask_for_more(at_);
  }
  if (behind == nullptr && !scanner_.is_scalar()) return is_record_ ? Outcome::cut : Outcome::open_end;
  state_ = State::between;
  if (!is_record_) return std::nullopt;
  if (record_length_ > max_record_) return Outcome::too_large;
  return scanner_.deepest() > max_depth_ ? Outcome::too_deep : Outcome::record;
}

JsonCutter::Outcome JsonCutter::advance(const char* at, const char* end, bool at_end) {
  at_ = at + std::exchange(resume_, 0);
  end_ = end;
  at_end_ = at_end;
  if (counted_ == nullptr || keep_ != nullptr) counted_ = at_;  // the memory has moved; lines before it are counted
  keep_ = nullptr;
  if (state_ == State::inside && is_record_ && !is_dropped_) record_begin_ = at;
  while (true) {
    std::optional<Outcome> outcome;
    switch (state_) {
      case State::between:
        outcome = step_between();
        break;
      case State::key:
        outcome = step_key();
        break;
      case State::colon:
        outcome = step_colon();
        break;
      case State::value:
        outcome = begin_value();
        break;
      case State::inside:
        outcome = continue_value();
        break;
    }
    if (!outcome) continue;
    return *outcome;
  }
}

}  // namespace unisono::ingest
