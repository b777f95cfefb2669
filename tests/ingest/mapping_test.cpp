#include "unisono/ingest/mapping.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "unisono/core/file.hpp"
#include "unisono/ingest/cell_list.hpp"
#include "unisono/ingest/format_list.hpp"
#include "unisono/ingest/path.hpp"
#include "unisono/ingest/transform.hpp"

namespace unisono::ingest {
namespace {

TEST(Path, ReadsEveryForm) {
  const auto path = Path::parse("@tweets[referenced_tweets[?type=='retweeted'].id].author.\"a.b\"[]");
  ASSERT_TRUE(path) << path.error().message;
  ASSERT_EQ(path->steps().size(), 4U);
  EXPECT_EQ(path->steps()[0].kind, PathStep::Kind::lookup);
  EXPECT_EQ(path->steps()[0].by->steps()[1].value, "retweeted");
  EXPECT_EQ(path->steps()[2].key, "a.b");
  EXPECT_EQ(path->steps()[3].kind, PathStep::Kind::each);
  EXPECT_TRUE(path->is_list());
  EXPECT_EQ(Path::parse("public_metrics.like_count")->column(), "public_metrics.like_count");
  EXPECT_EQ(Path::parse("hashtags[]")->column(), "hashtags");
  EXPECT_EQ(Path::parse("$type")->steps()[0].key, "$type");
  EXPECT_TRUE(Path::parse(".")->steps().empty());
}

TEST(Path, RefusesMistakesWithTheirPlace) {
  for (const char* text : {"", "a..b", "a[", "a[?x]", "a[?x=='y]", "\"open", "[]", "a.", "@t", "@t[a", "a]b["}) {
    const auto path = Path::parse(text);
    ASSERT_FALSE(path) << text;
    EXPECT_EQ(path.error().code, ErrorCode::bad_input);
    EXPECT_FALSE(path.error().message.empty());
  }
  EXPECT_FALSE(Path::parse(std::string(2000, 'a')));
}

Error mistake(std::string_view toml) {
  const auto mapping = parse_mapping(toml, "my.toml");
  EXPECT_FALSE(mapping) << toml;
  return mapping ? Error{} : mapping.error();
}

TEST(Mapping, SaysWhatIsWrongAndWhere) {
  const Error unknown = mistake("id = \"a\"\nfamily = \"csv\"\n[post]\npost_idd = \"id\"\n");
  EXPECT_EQ(unknown.line, 4U);
  EXPECT_EQ(unknown.file, "my.toml");
  EXPECT_NE(unknown.advice.find("post_id"), std::string::npos);
  EXPECT_NE(mistake("family = \"csv\"\n").message.find("id"), std::string::npos);
  EXPECT_NE(mistake("id = \"a\"\nfamily = \"xml\"\n").message.find("xml"), std::string::npos);
  // Both would be undefined behaviour in toml++ 3.3.
  EXPECT_EQ(mistake("id = \"a\"\n[[=\n").line, 2U);
  EXPECT_EQ(mistake("id = \"\"\"\n[[=\u011d\n\"\"\"\n\n[6a\u011dz]\n").line, 5U);
  EXPECT_NE(mistake("id = \n").line, std::nullopt);
  EXPECT_NE(mistake("id=\"a\"\nfamily=\"csv\"\n[post]\ntext={path=\"t\", as=\"castfold\"}\n").advice.find("casefold"),
            std::string::npos);
  EXPECT_NE(mistake("id=\"a\"\nfamily=\"csv\"\n[[label]]\nlabel=\"l\"\nvalue=\"v\"\n").advice.find("source"),
            std::string::npos);
  mistake("id=\"a\"\nfamily=\"csv\"\n[post]\nt={path=\"t\", zone=\"UTC\", date_order=\"ymd\"}\n");
  mistake("id=\"a\"\nfamily=\"csv\"\n[lists]\nx={encoding=\"pickle\"}\n");
  mistake("id=\"a\"\nfamily=\"csv\"\n[post]\npost_id=\"a\"\n[bare]\nobject_id=\"o\"\n");
}

TEST(Mapping, AllBuiltInFormatsAndExamplesAreRead) {
  const auto formats = FormatList::load({});
  ASSERT_TRUE(formats) << describe(formats.error());
  EXPECT_GE(formats->all().size(), 9U);
  for (const Mapping& mapping : formats->all()) {
    EXPECT_FALSE(mapping.evidence.empty()) << mapping.id << ": a format names its evidence";
    EXPECT_FALSE(mapping.title.empty()) << mapping.id;
  }
  int examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(UNISONO_SOURCE "/examples")) {
    if (entry.path().extension() != ".toml") continue;
    const auto text = read_file(entry.path());
    ASSERT_TRUE(text);
    if (text->find("[post]") == std::string::npos) continue;  // examples of other files
    const auto mapping = parse_mapping(*text, entry.path().string());
    EXPECT_TRUE(mapping) << describe(mapping.error());
    ++examples;
  }
  EXPECT_GE(examples, 3);
}

TEST(FormatList, OwnFileTakesTheBuiltInOnesPlace) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("unisono-formats-" + std::to_string(::getpid()));
  ASSERT_TRUE(make_directory(folder));
  ASSERT_TRUE(write_file(folder / "mine.toml",
                         "id = \"csds\"\nversion = \"mine\"\nfamily = \"csv\"\n[bare]\nobject_id = \"o\"\n"));
  const auto formats = FormatList::load(folder);
  ASSERT_TRUE(formats);
  EXPECT_EQ(formats->find("csds")->version, "mine");
  EXPECT_FALSE(formats->named("csd"));
  ASSERT_TRUE(write_file(folder / "broken.toml", "id = "));
  EXPECT_FALSE(FormatList::load(folder));
  std::filesystem::remove_all(folder);
}

TEST(MapField, SetsAColumnOrSaysWhichOneWasMeant) {
  Mapping mapping;
  EXPECT_TRUE(map_field(mapping, "text=Body of post"));
  EXPECT_EQ(mapping.at(TextField::text).paths[0].column(), "Body of post");
  const auto wrong = map_field(mapping, "txt=body");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::usage);
  EXPECT_NE(wrong.error().advice.find("text"), std::string::npos);
  EXPECT_FALSE(map_field(mapping, "text"));
}

std::vector<std::string> python(std::string_view text, bool ok = true) {
  std::vector<std::string> items;
  EXPECT_EQ(parse_python_list(text, items), ok) << text;
  return items;
}

TEST(PythonList, ReadsStringsAndIntegersOnly) {
  using List = std::vector<std::string>;
  EXPECT_EQ(python("['a', \"b\"]"), (List{"a", "b"}));
  EXPECT_EQ(python("[707278892801765377]"), List{"707278892801765377"});
  EXPECT_EQ(python("[]"), List{});
  EXPECT_EQ(python(""), List{});
  EXPECT_EQ(python("['it\\'s', '\\u0416\\xe9\\n']"), (List{"it's", "\u0416\u00e9\n"}));
  EXPECT_EQ(python("[None, 'x']"), List{"x"});
  python("['open]", false);
  python("[a]", false);
  python("['a' 'b']", false);
  python("{'a': 1}", false);
  python("[__import__('os')]", false);
}

TEST(SplitList, KnowsAddressesWithCommas) {
  std::vector<std::string> items;
  split_list("https://a.example/x,y,https://b.example/", ",", true, items);
  EXPECT_EQ(items, (std::vector<std::string>{"https://a.example/x,y", "https://b.example/"}));
  items.clear();
  split_list(" a | b||", "|", false, items);
  EXPECT_EQ(items, (std::vector<std::string>{"a", "b"}));
}

TEST(Transform, Numbers) {
  EXPECT_EQ(parse_integer("1,234", Transform::int_grouped), 1234);
  EXPECT_EQ(parse_integer("1.234.567", Transform::int_grouped), 1234567);
  EXPECT_EQ(parse_integer("12,34", Transform::int_grouped), std::nullopt);
  EXPECT_EQ(parse_integer("1.2K", Transform::int_suffix), 1200);
  EXPECT_EQ(parse_integer("1.2\u4e07", Transform::int_suffix), 12000);
  EXPECT_EQ(parse_integer("2\u4ebf", Transform::int_suffix), 200000000);
  EXPECT_EQ(parse_integer("12.0", Transform::integer), 12);
  EXPECT_EQ(parse_integer("12.5", Transform::integer), std::nullopt);
  EXPECT_EQ(parse_integer("1e400K", Transform::int_suffix), std::nullopt);
  EXPECT_EQ(parse_bool("True"), true);
  EXPECT_EQ(parse_bool("0.0"), false);
  EXPECT_EQ(parse_bool("maybe"), std::nullopt);
}

TEST(Transform, Texts) {
  FieldSource source;
  source.transform = Transform::query_param;
  source.argument = "u";
  EXPECT_EQ(transformed("https://l.example/?e=1&u=https%3A%2F%2Fx.org%2Fa+b#f", source), "https://x.org/a b");
  EXPECT_EQ(transformed("https://l.example/?e=1&u=%2", source), "%2");
  EXPECT_EQ(transformed("https://l.example/", source), std::nullopt);
  source.transform = Transform::last_path_segment;
  EXPECT_EQ(transformed("https://x.org/a/12/?q=1", source), "12");
  EXPECT_EQ(html_to_text("<p>a &amp; b<br>c</p><script>x()</script> 1 < 2"), "a & b\nc\n 1 < 2");
  EXPECT_EQ(html_to_text("<script>never closed"), "");
  EXPECT_EQ(repost_prefix("RT @name: text"), "name");
  EXPECT_EQ(repost_prefix("RT @two words: text"), "");
  EXPECT_EQ(repost_prefix("RT @name"), "");
}

}  // namespace
}  // namespace unisono::ingest
