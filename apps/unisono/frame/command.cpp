#include "frame/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>

#include "frame/suggestion.hpp"
#include "unisono/core/memory.hpp"

namespace unisono::app {

const Values::Given* Values::find(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second;
}

bool Values::flag(std::string_view name) const {
  const Given* given = find(name);
  return given != nullptr && !given->texts.empty() && given->texts.back() != "false";
}

std::size_t Values::count(std::string_view name) const {
  const Given* given = find(name);
  return given == nullptr ? 0 : given->texts.size();
}

std::string Values::text(std::string_view name, std::string_view fallback) const {
  const Given* given = find(name);
  return given == nullptr || given->texts.empty() ? std::string(fallback) : given->texts.back();
}

std::vector<std::string> Values::texts(std::string_view name) const {
  const Given* given = find(name);
  return given == nullptr ? std::vector<std::string>{} : given->texts;
}

std::vector<std::filesystem::path> Values::paths(std::string_view name) const {
  const std::vector<std::string> all = texts(name);
  return {all.begin(), all.end()};
}

std::int64_t Values::integer(std::string_view name, std::int64_t fallback) const {
  const std::string value = text(name);
  std::int64_t number = fallback;
  if (!value.empty()) std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

Result<std::uint32_t> Values::count_below_2_32(std::string_view name, std::uint32_t fallback) const {
  const std::int64_t number = integer(name, fallback);
  if (number < 0 || number > UINT32_MAX) {
    return fail(ErrorCode::usage, fmt::format("--{} is {}, expected at most {}", name, number, UINT32_MAX));
  }
  return static_cast<std::uint32_t>(number);
}

double Values::real(std::string_view name, double fallback) const {
  const std::string value = text(name);
  double number = fallback;
  if (!value.empty()) std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

std::optional<TimeUs> Values::moment(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  const Result<TimeUs> parsed = parse_moment(text(name));
  return parsed ? std::optional<TimeUs>(*parsed) : std::nullopt;
}

const CommandSpec* Catalogue::find(std::string_view name) const {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const CommandSpec& c) { return c.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

const OptionSpec* Catalogue::find_option(const CommandSpec& command, std::string_view name) const {
  for (const auto* options : {&command.options, &general}) {
    for (const OptionSpec& option : *options) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

namespace {

template <typename T>
bool is_number(const std::string& value) {
  T number{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && end == value.data() + value.size();
}

std::string quoted_list(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::vector<std::string> split_list(const OptionSpec& option, std::vector<std::string> texts) {
  if (!option.repeatable || (option.kind != ValueKind::choice && option.kind != ValueKind::duration)) return texts;
  std::vector<std::string> parts;
  for (const std::string& text : texts) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find(',', at), text.size());
      parts.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  return parts;
}

Result<void> check_value(const OptionSpec& option, const std::string& value, const std::string& origin) {
  const auto refuse = [&](std::string_view expected, std::string advice = {}) {
    const std::string from = origin == "command line" ? "" : fmt::format(" (set in {})", origin);
    return fail(ErrorCode::usage, fmt::format("--{} is \"{}\"{}, expected {}", option.name, value, from, expected),
                std::move(advice));
  };
  if (std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end()) return {};
  switch (option.kind) {
    case ValueKind::flag:
      return value == "true" || value == "false" ? Result<void>{} : refuse("true or false");
    case ValueKind::choice: {
      const std::string near = nearest(value, option.choices);
      return refuse("one of: " + quoted_list(option.choices),
                    near.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", near));
    }
    case ValueKind::integer:
      return is_number<std::int64_t>(value) && value.front() != '-' ? Result<void>{}
                                                                    : refuse("a whole number, not negative");
    case ValueKind::real:
      return is_number<double>(value) ? Result<void>{} : refuse("a number, like 0.05");
    case ValueKind::duration:
      if (const auto parsed = parse_duration(value); !parsed) return refuse("a duration, like 10s, 5m or 1h");
      return {};
    case ValueKind::moment:
      if (const auto parsed = parse_moment(value); !parsed)
        return refuse("a time, like 2021-05-11 or 2021-05-11T09:30:00Z");
      return {};
    case ValueKind::bytes:
      if (const auto parsed = parse_bytes(value); !parsed) return refuse("a size, like 700M or 4G");
      return {};
    case ValueKind::text:
      return {};
    case ValueKind::path:
      return value.empty() ? refuse("a path") : Result<void>{};
  }
  return {};
}

}  // namespace unisono::app
