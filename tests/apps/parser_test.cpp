#include "frame/parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "frame/config.hpp"
#include "frame/help.hpp"
#include "frame/program.hpp"
#include "frame/safe_text.hpp"
#include "frame/suggestion.hpp"

namespace unisono::app {
namespace {

// A small catalogue of our own, so that these tests do not change with the commands.
Catalogue sample() {
  CommandSpec find;
  find.name = "find";
  find.summary = "find things";
  find.examples = {{"unisono find a.txt", ""}};
  find.arguments = {{"FILE", "where to look", 1, k_unlimited, ValueKind::path}};
  find.options = {{"window", "w", ValueKind::duration, "DURATION", "how near", "60s", true, {"none"}},
                  {"alpha", "", ValueKind::real, "P", "level", "0.05"},
                  {"seed", "", ValueKind::integer, "N", "seed", "1"},
                  {"weak", "", ValueKind::flag, "", "weaker"},
                  {"since", "", ValueKind::moment, "TIME", "from when"},
                  {"output", "o", ValueKind::path, "FILE", "where to write"}};
  CommandSpec all = find;
  all.name = "all";
  all.settings_of = {"find"};
  return {{find, all},
          {{"threads", "", ValueKind::integer, "N", "threads", "all"},
           {"json", "", ValueKind::flag, "", "json"},
           {"memory", "", ValueKind::bytes, "SIZE", "memory", "half"},
           {"color", "", ValueKind::choice, "WHEN", "colour", "auto", false, {"auto", "always", "never"}}}};
}

std::string message_of(const std::vector<std::string>& words) {
  const Catalogue catalogue = sample();
  const auto line = parse_line(words, catalogue);
  if (!line) {
    EXPECT_EQ(line.error().code, ErrorCode::usage);
    return line.error().message + " | " + line.error().advice;
  }
  const auto checked = check_arguments(*line);
  return checked ? "" : checked.error().message + " | " + checked.error().advice;
}

TEST(Parser, OptionsMayStandAnywhere) {
  const Catalogue catalogue = sample();
  const auto line =
      parse_line({"--threads", "3", "find", "a", "-w", "10s", "b", "--window=none", "--weak", "--json"}, catalogue);
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->command->name, "find");
  EXPECT_EQ(line->values.texts("FILE"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(line->values.texts("window"), (std::vector<std::string>{"10s", "none"}));
  EXPECT_EQ(line->values.integer("threads", 1), 3);
  EXPECT_TRUE(line->values.flag("weak"));
  EXPECT_TRUE(line->values.flag("json"));
  EXPECT_FALSE(line->values.has("alpha"));
}

TEST(Parser, ADashIsAFileAndTwoDashesEndTheOptions) {
  const Catalogue catalogue = sample();
  const auto line = parse_line({"find", "-", "--", "--weak"}, catalogue);
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->values.texts("FILE"), (std::vector<std::string>{"-", "--weak"}));
  EXPECT_FALSE(line->values.flag("weak"));
}

TEST(Parser, ACommandNameIsAnOrdinaryWordBehindTheCommand) {
  const Catalogue catalogue = sample();
  const auto line = parse_line({"find", "all"}, catalogue);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->command->name, "find");
  EXPECT_EQ(line->values.text("FILE"), "all");
}

TEST(Parser, MistakesSayWhatWasMeant) {
  EXPECT_EQ(message_of({"fnid", "a"}), "there is no command \"fnid\" | did you mean: unisono find");
  EXPECT_EQ(message_of({"posts.csv"}),
            "there is no command \"posts.csv\" | to analyse a file: unisono run posts.csv -o out");
  EXPECT_EQ(message_of({"find", "a", "--widow", "3"}),
            "unisono find has no option \"--widow\" | did you mean: --window");
  EXPECT_EQ(message_of({"find", "a", "--window"}), "--window needs a value | see: unisono help find");
  EXPECT_EQ(message_of({"find"}), "unisono find needs FILE: where to look | for example: unisono find a.txt");
  EXPECT_EQ(message_of({"find", "a", "--window", "soon"}),
            "--window is \"soon\", expected a duration, like 10s, 5m or 1h | ");
  EXPECT_EQ(message_of({"find", "a", "--alpha", "x"}), "--alpha is \"x\", expected a number, like 0.05 | ");
  EXPECT_EQ(message_of({"find", "a", "--seed", "-4"}), "--seed is \"-4\", expected a whole number, not negative | ");
  EXPECT_EQ(message_of({"find", "a", "--since", "yesterday"}),
            "--since is \"yesterday\", expected a time, like 2021-05-11 or 2021-05-11T09:30:00Z | ");
  EXPECT_EQ(message_of({"find", "a", "--color", "alway"}),
            "--color is \"alway\", expected one of: auto, always, never | did you mean \"always\"?");
  EXPECT_EQ(message_of({"find", "a", "--memory", "lots"}), "--memory is \"lots\", expected a size, like 700M or 4G | ");
  EXPECT_EQ(message_of({"find", "a", "--alpha", "0.1", "--alpha", "0.2"}).substr(0, 35),
            "--alpha was given 2 times, expected");
  EXPECT_EQ(message_of({"find", "a", "--window", "none"}), "");
}

TEST(Suggestion, NearestWord) {
  EXPECT_EQ(edit_distance("detect", "detcet"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(nearest("improt", {"import", "export", "inspect"}), "import");
  EXPECT_EQ(nearest("ins", {"import", "inspect"}), "inspect");
  EXPECT_EQ(nearest("xyz", {"import", "inspect"}), "");
  EXPECT_EQ(nearest("", {"a"}), "");
}

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "unisono-config-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path file(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return directory_ / name;
  }

  std::filesystem::path directory_;
};

TEST_F(ConfigTest, PrecedenceIsLineEnvironmentFirstFileSecondFile) {
  const Catalogue catalogue = sample();
  const auto near = read_config(file("near.toml", "threads = 2\n[find]\nalpha = 0.01\nseed = 5\n"), catalogue);
  const auto far = read_config(
      file("far.toml", "threads = 9\n[find]\nwindow = [\"1s\", \"2s\"]\nseed = 6\nweak = true\n"), catalogue);
  ASSERT_TRUE(near && far);
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "UNISONO_SEED") return "7";
    return std::nullopt;
  };
  auto line = parse_line({"find", "a", "--alpha", "0.5"}, catalogue);
  ASSERT_TRUE(line);
  ASSERT_TRUE(add_configured(line->values, *line->command, catalogue, environment, {*near, *far}));
  EXPECT_EQ(line->values.text("alpha"), "0.5");
  EXPECT_EQ(line->values.find("alpha")->origin, "command line");
  EXPECT_EQ(line->values.text("seed"), "7");
  EXPECT_EQ(line->values.find("seed")->origin, "UNISONO_SEED");
  EXPECT_EQ(line->values.text("threads"), "2");
  EXPECT_EQ(line->values.texts("window"), (std::vector<std::string>{"1s", "2s"}));
  EXPECT_TRUE(line->values.flag("weak"));
}

TEST_F(ConfigTest, ACommandReadsTheSectionsOfItsParts) {
  const Catalogue catalogue = sample();
  const auto config =
      read_config(file("a.toml", "[find]\nalpha = 0.01\nseed = 3\noutput = \"x\"\n[all]\nseed = 4\n"), catalogue);
  ASSERT_TRUE(config);
  Values values;
  ASSERT_TRUE(add_configured(values, *catalogue.find("all"), catalogue, [](const std::string&) { return std::nullopt; },
                             {*config}));
  EXPECT_EQ(values.text("alpha"), "0.01");
  EXPECT_EQ(values.text("seed"), "4");
  EXPECT_FALSE(values.has("output"));  // where another command writes
}

TEST_F(ConfigTest, MistakesAreNamedWithTheirLine) {
  const Catalogue catalogue = sample();
  const auto fails_with = [&](const std::string& text, const std::string& message, const std::string& advice,
                              std::uint64_t line) {
    const auto config = read_config(file("bad.toml", text), catalogue);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().code, ErrorCode::usage);
    EXPECT_EQ(config.error().message, message);
    EXPECT_EQ(config.error().advice, advice);
    EXPECT_EQ(config.error().line, line);
  };
  fails_with("thraeds = 2\n", "unknown setting thraeds", "did you mean: threads", 1);
  fails_with("\n[fnid]\n", "unknown section [fnid]", "did you mean: find", 2);
  fails_with("[find]\nalhpa = 1\n", "unknown setting find.alhpa", "did you mean: alpha", 2);
  fails_with("[find]\nalpha = [1, 2]\n", "alpha holds 2 values, expected one", "", 2);
  const auto config = read_config(file("bad.toml", "[find\n"), catalogue);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message.substr(0, 15), "not valid TOML:");
  // What toml++ 3.3 does not survive by itself.
  for (const char* text : {"[[=\n", "threads = 2\n[\n", "[6a\u011dz]\n", "thre\u00e4ds = 2\n", "[[]]\n", "[[ = 1"}) {
    const auto broken = read_config(file("bad.toml", text), catalogue);
    ASSERT_FALSE(broken) << text;
    EXPECT_EQ(broken.error().code, ErrorCode::usage) << text;
    EXPECT_EQ(broken.error().message.substr(0, 15), "not valid TOML:") << text;
    EXPECT_NE(broken.error().line, std::nullopt) << text;
  }
}

TEST(Program, ExitCodes) {
  EXPECT_EQ(exit_code_of(ErrorCode::usage), 2);
  EXPECT_EQ(exit_code_of(ErrorCode::unrecognised), 3);
  EXPECT_EQ(exit_code_of(ErrorCode::needs_decision), 3);
  EXPECT_EQ(exit_code_of(ErrorCode::too_many_rejects), 4);
  EXPECT_EQ(exit_code_of(ErrorCode::too_large), 7);
  EXPECT_EQ(exit_code_of(ErrorCode::memory), 7);
  EXPECT_EQ(exit_code_of(ErrorCode::cancelled), 130);
  for (const ErrorCode code :
       {ErrorCode::not_found, ErrorCode::io, ErrorCode::bad_input, ErrorCode::newer_version, ErrorCode::internal}) {
    EXPECT_EQ(exit_code_of(code), 1);
  }
}

TEST(Program, AnErrorIsOneLineEachAndSafe) {
  const Error error{ErrorCode::bad_input, "bad\x1b[2J value", "first\nsecond", "a\nb.csv", 3, 17};
  EXPECT_EQ(format_error(error, false),
            "error: bad\\x1b[2J value\n"
            "  where: a\\nb.csv, line 3, byte 17\n"
            "  to do: first\n"
            "         second\n");
}

// What the program really offers: help, parser and completions agree, since all are made from it.
TEST(Specification, IsWellFormed) {
  std::set<std::string> names;
  for (const CommandSpec& command : catalogue().commands) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_NE(command.action, nullptr) << command.name;
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_FALSE(command.examples.empty()) << command.name;
    std::set<std::string> options;
    std::set<std::string> letters;
    for (const auto* list : {&command.options, &catalogue().general}) {
      for (const OptionSpec& option : *list) {
        EXPECT_TRUE(options.insert(option.name).second) << command.name << " --" << option.name;
        EXPECT_TRUE(option.letter.empty() || letters.insert(option.letter).second)
            << command.name << " -" << option.letter;
        EXPECT_FALSE(option.help.empty()) << option.name;
        EXPECT_NE(option.help.back(), '.') << option.name;
        EXPECT_EQ(option.kind == ValueKind::flag, option.value_name.empty()) << option.name;
      }
    }
    for (std::size_t i = 0; i + 1 < command.arguments.size(); ++i)
      EXPECT_EQ(command.arguments[i].at_most, 1U) << command.name;
  }
}

TEST(Specification, EveryExampleParses) {
  for (const CommandSpec& command : catalogue().commands) {
    for (const ExampleSpec& example : command.examples) {
      std::vector<std::string> words;
      const std::string text = example.command.substr(0, example.command.find_first_of("|>"));
      const std::regex word("\"([^\"]*)\"|(\\S+)");
      for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) {
        words.push_back((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
      }
      const auto unisono = std::find(words.begin(), words.end(), "unisono");
      ASSERT_NE(unisono, words.end()) << example.command;
      const auto line = parse_line({unisono + 1, words.end()}, catalogue());
      ASSERT_TRUE(line) << example.command << ": " << line.error().message;
      EXPECT_TRUE(check_arguments(*line)) << example.command;
    }
  }
}

TEST(Specification, CompletionsKnowEveryOption) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(catalogue(), shell);
    ASSERT_TRUE(script);
    for (const CommandSpec& command : catalogue().commands) {
      EXPECT_NE(script->find(command.name), std::string::npos) << shell << " " << command.name;
      for (const OptionSpec& option : command.options)
        EXPECT_NE(script->find(option.name), std::string::npos) << shell << " " << option.name;
    }
  }
  EXPECT_FALSE(completion_script(catalogue(), "csh"));
}

TEST(Specification, HelpFitsEightyColumns) {
  for (const CommandSpec& command : catalogue().commands) {
    const std::string text = command_help(command, catalogue(), 80);
    EXPECT_LT(text.find("Examples:"), text.find("Usage:")) << command.name;
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = text.find('\n', start);
      const std::string line = text.substr(start, end - start);
      EXPECT_TRUE(line.size() <= 80 || line.find("  unisono ") == 0) << line;  // an example is never broken
      start = end + 1;
    }
  }
}

TEST(Wrap, BreaksBetweenWords) {
  EXPECT_EQ(wrap("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(wrap("", 7, 2), "");
  EXPECT_EQ(wrap("overlongword x", 4, 0), "overlongword\nx");
}

}  // namespace
}  // namespace unisono::app
