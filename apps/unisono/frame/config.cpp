#include "frame/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <system_error>

#include "frame/suggestion.hpp"
#include "unisono/core/file.hpp"
#include "unisono/core/toml_mistake.hpp"

namespace unisono::app {
namespace {

constexpr std::uint64_t k_largest_config = 1U << 20;

std::string variable_of(const OptionSpec& option) {
  std::string name = "UNISONO_" + option.name;
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string as_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  std::ostringstream out;
  if (const auto* date = node.as_date()) out << date->get();
  if (const auto* moment = node.as_date_time()) out << moment->get();
  return out.str();
}

std::string flag_word(const std::string& text) {
  std::string word = text;
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (word == "1" || word == "yes" || word == "on" || word == "true") return "true";
  if (word == "0" || word == "no" || word == "off" || word == "false" || word.empty()) return "false";
  return text;
}

class Reader {
 public:
  Reader(const Catalogue& catalogue, std::string file) : catalogue_(catalogue), file_(std::move(file)) {}

  Result<ConfigFile> read(const toml::table& root) {
    ConfigFile config;
    config.shown_as = file_;
    for (const auto& [key, node] : root) {
      const std::string name(key.str());
      if (const toml::table* section = node.as_table()) {
        const CommandSpec* command = catalogue_.find(name);
        if (command == nullptr) return unknown("section", "[" + name + "]", name, command_names(), node);
        for (const auto& [option_key, value] : *section) {
          UNISONO_CHECK(add(config, command, std::string(option_key.str()), value));
        }
      } else {
        UNISONO_CHECK(add(config, nullptr, name, node));
      }
    }
    return config;
  }

 private:
  std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CommandSpec& command : catalogue_.commands) names.push_back(command.name);
    return names;
  }

  tl::unexpected<Error> at(Error error, const toml::node& node) const {
    error.file = file_;
    error.line = node.source().begin.line;
    return fail(std::move(error));
  }

  tl::unexpected<Error> unknown(std::string_view what, const std::string& shown, const std::string& name,
                                const std::vector<std::string>& names, const toml::node& node) const {
    const std::string near = nearest(name, names);
    return at({ErrorCode::usage,
               fmt::format("unknown {} {}", what, shown),
               near.empty() ? "see: unisono config" : fmt::format("did you mean: {}", near),
               {},
               {},
               {}},
              node);
  }

  Result<void> add(ConfigFile& config, const CommandSpec* command, const std::string& name, const toml::node& node) {
    const std::vector<OptionSpec>& options = command == nullptr ? catalogue_.general : command->options;
    const auto option =
        std::find_if(options.begin(), options.end(), [&](const OptionSpec& o) { return o.name == name; });
    if (option == options.end()) {
      std::vector<std::string> names;
      for (const OptionSpec& known : options) names.push_back(known.name);
      return unknown("setting", command == nullptr ? name : fmt::format("{}.{}", command->name, name), name, names,
                     node);
    }
    std::vector<std::string> texts;
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& item : *array) texts.push_back(as_text(item));
    } else {
      texts.push_back(as_text(node));
    }
    if (!option->repeatable && texts.size() != 1) {
      return at({ErrorCode::usage, fmt::format("{} holds {} values, expected one", name, texts.size()), {}, {}, {}, {}},
                node);
    }
    texts = split_list(*option, std::move(texts));
    for (const std::string& text : texts) {
      if (auto checked = check_value(*option, text, file_); !checked) return at(std::move(checked).error(), node);
    }
    config.settings[{command == nullptr ? "" : command->name, name}] = std::move(texts);
    return {};
  }

  const Catalogue& catalogue_;
  std::string file_;
};

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing calls setenv
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::vector<std::filesystem::path> config_paths(const Environment& environment) {
  std::vector<std::filesystem::path> candidates{"./unisono.toml"};
  const std::optional<std::string> config_home = environment("XDG_CONFIG_HOME");
  const std::optional<std::string> home = environment("HOME");
  if (config_home && !config_home->empty()) {
    candidates.push_back(std::filesystem::path(*config_home) / "unisono" / "config.toml");
  } else if (home && !home->empty()) {
    candidates.push_back(std::filesystem::path(*home) / ".config" / "unisono" / "config.toml");
  }
  std::vector<std::filesystem::path> found;
  for (const std::filesystem::path& path : candidates) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) found.push_back(path);
  }
  return found;
}

Result<ConfigFile> read_config(const std::filesystem::path& path, const Catalogue& catalogue) {
  UNISONO_TRY(const std::string text, read_file(path, k_largest_config));
  const auto no_toml = [&](std::string_view what, std::uint64_t line) {
    return fail(Error{ErrorCode::usage,
                      fmt::format("not valid TOML: {}", what),
                      "correct the file, or move it away",
                      path.string(),
                      line,
                      {}});
  };
  if (const std::optional<TomlMistake> found = toml_mistake(text)) return no_toml(found->what, found->line);
  try {
    const toml::table root = toml::parse(text, path.string());
    return Reader(catalogue, path.string()).read(root);
  } catch (const toml::parse_error& error) {
    return no_toml(error.description(), error.source().begin.line);
  }
}

Result<void> add_configured(Values& values, const CommandSpec& command, const Catalogue& catalogue,
                            const Environment& environment, const std::vector<ConfigFile>& files) {
  const auto from_files = [&](const std::vector<std::string>& sections, const OptionSpec& option) {
    for (const ConfigFile& file : files) {
      for (const std::string& section : sections) {
        const auto found = file.settings.find({section, option.name});
        if (found == file.settings.end()) continue;
        values.set(option.name, {found->second, file.shown_as});
        return;
      }
    }
  };
  const auto fill = [&](const OptionSpec& option, const std::vector<std::string>& sections) -> Result<void> {
    if (values.has(option.name)) return {};
    const std::string variable = variable_of(option);
    if (std::optional<std::string> value = environment(variable)) {
      const std::string text = option.kind == ValueKind::flag ? flag_word(*value) : *value;
      const std::vector<std::string> texts = split_list(option, {text});
      for (const std::string& part : texts) UNISONO_CHECK(check_value(option, part, variable));
      values.set(option.name, {texts, variable});
      return {};
    }
    from_files(sections, option);
    return {};
  };
  for (const OptionSpec& option : catalogue.general) UNISONO_CHECK(fill(option, {""}));
  std::vector<std::string> sections{command.name};
  sections.insert(sections.end(), command.settings_of.begin(), command.settings_of.end());
  for (const OptionSpec& option : command.options) {
    const bool is_its_own = option.name == "output";  // where another command writes is no setting of this one
    UNISONO_CHECK(fill(option, is_its_own ? std::vector<std::string>{command.name} : sections));
  }
  return {};
}

}  // namespace unisono::app
