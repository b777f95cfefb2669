#include "unisono/core/key.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reference/key.hpp"
#include "unisono/core/hash.hpp"
#include "unisono/core/random.hpp"

namespace unisono {
namespace {

std::string url(std::string_view raw) {
  return canonical_url(raw).value_or("none");
}

TEST(Key, CanonicalUrl) {
  EXPECT_EQ(url("HTTP://User:pw@Example.COM:80/Path/?b=2&a=1#top"), "http://example.com/Path/?b=2&a=1");
  EXPECT_EQ(url("https://example.com:443/"), "https://example.com");
  EXPECT_EQ(url("https://example.com//"), "https://example.com/");
  EXPECT_EQ(url("https://example.com:80/a"), "https://example.com:80/a");
  EXPECT_EQ(url("https://example.com/a?utm_source=x&id=7&fbclid=q&UTM_Medium=y"), "https://example.com/a?id=7");
  EXPECT_EQ(url("https://example.com/a/?utm_source=x"), "https://example.com/a");
  EXPECT_EQ(url("https://example.com/?mc_cid=1&igshid=2&gclid"), "https://example.com");
  EXPECT_EQ(url("https://example.com/a?"), "https://example.com/a");
  EXPECT_EQ(url("https://example.com/?q=a/"), "https://example.com/?q=a");
  EXPECT_EQ(url("https://пример.рф/путь"), "https://xn--e1afmkfd.xn--p1ai/путь");
  EXPECT_EQ(url("https://BÜCHER.example."), "https://xn--bcher-kva.example");
  EXPECT_EQ(url("  https://example.com/a \n"), "https://example.com/a");
  EXPECT_EQ(url("http://[2001:DB8::1]:8080/x"), "http://[2001:db8::1]:8080/x");
  EXPECT_EQ(url("www.example.org/a"), "https://www.example.org/a");
  EXPECT_EQ(url("yahoo.com/news"), "https://yahoo.com/news");
}

TEST(Key, RefusedUrls) {
  for (const char* bad :
       {"", "ftp://example.com", "javascript:alert(1)", "mailto:a@example.com", "a@example.com", "hello",
        "file.notatld", "https://", "https:///path", "https://exa mple.com", "https://example.com/a b",
        "https://example..com", "https://.example.com", "https://example.com:port/", "https://example.com:123456/",
        "http://<script>/", "https://a\x01.com"}) {
    EXPECT_EQ(url(bad), "none") << bad;
  }
  EXPECT_EQ(url("https://example.com/" + std::string(20'000, 'a')), "none");
  EXPECT_EQ(url("https://" + std::string(300, 'a') + ".com"), "none");
}

TEST(Key, UrlAgreesWithTheTwin) {
  Random random(1);
  const std::vector<std::string> pieces = {"https://", "HTTP://", "ab.c",    "Xy.com",   ".",   "/",   "?",  "&",
                                           "=",        "#",       "utm_a=1", "fbclid=z", "mc_", ":",   "80", "443",
                                           "@",        "a",       "B",       "-",        "_",   "%20", "\\", " "};
  std::size_t accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random.below(2) == 0 ? "https://Example.com" : "http://u@a.B";
    for (std::size_t n = random.below(9); n > 0; --n) text += pieces[random.below(pieces.size())];
    while (text.ends_with(' ')) text.pop_back();
    const std::string twin = reference::canonical_url(text);
    ASSERT_EQ(canonical_url(text).value_or(""), twin) << text;
    accepted += twin.empty() ? 0U : 1U;
    if (!twin.empty() && !twin.ends_with('/')) {
      ASSERT_EQ(canonical_url(twin).value_or(""), reference::canonical_url(twin));
    }
  }
  EXPECT_GT(accepted, 5'000U);
}

TEST(Key, RegistrableDomain) {
  EXPECT_EQ(registrable_domain("https://www.news.BBC.co.uk/a"), "bbc.co.uk");
  EXPECT_EQ(registrable_domain("www.xinhuanet.com"), "xinhuanet.com");
  EXPECT_EQ(registrable_domain("https://alice.github.io/x"), "alice.github.io");
  EXPECT_EQ(registrable_domain("http://пример.рф/"), "xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(registrable_domain("http://www.食狮.公司.cn/"), "xn--85x722f.xn--55qx5d.cn");
  EXPECT_EQ(registrable_domain("https://ria.ru"), "ria.ru");
  EXPECT_EQ(registrable_domain("yahoo.com/news"), "yahoo.com");
  EXPECT_EQ(registrable_domain("http://192.168.1.10:8080/x"), "192.168.1.10");
  EXPECT_EQ(registrable_domain("http://[2001:db8::1]/x"), "[2001:db8::1]");
  EXPECT_EQ(registrable_domain("co.uk"), "");
  EXPECT_EQ(registrable_domain("localhost"), "");
  EXPECT_EQ(registrable_domain(""), "");
  EXPECT_EQ(registrable_domain("ftp://example.com"), "");
}

TEST(Key, TagsAndHandles) {
  EXPECT_EQ(fold_hashtag("#Xinjiang"), "xinjiang");
  EXPECT_EQ(fold_hashtag("##Xinjiang"), "xinjiang");
  EXPECT_EQ(fold_hashtag("＃ＸＩＮ"), "xin");
  EXPECT_EQ(fold_hashtag("#"), "");
  EXPECT_EQ(fold_handle("@Some_User"), "some_user");
  EXPECT_EQ(fold_handle(" ＠Ünï "), "ünï");
  EXPECT_EQ(fold_handle("@\u200E"), "");
}

TEST(Key, HashtagSequence) {
  const std::vector<std::string> tags = {"a", "b", "a"};
  EXPECT_EQ(hashtag_sequence_key(tags), "#a #b #a");
  EXPECT_EQ(hashtag_sequence_key(std::vector<std::string>{"a", "b"}), "");
  EXPECT_NE(hashtag_sequence_key(std::vector<std::string>{"b", "a", "a"}), hashtag_sequence_key(tags));
  const std::vector<std::string> many(1000, "tag");
  EXPECT_EQ(hashtag_sequence_key(many).size(), 34U);
  EXPECT_TRUE(hashtag_sequence_key(many).starts_with("h:"));
}

TEST(Key, K0IsOfTheBytes) {
  EXPECT_EQ(text_key_k0("a"), hex(hash128("a")));
  EXPECT_NE(text_key_k0("a"), text_key_k0("a "));
  EXPECT_EQ(text_key_k0("").size(), 32U);
}

TEST(Key, K1NormalForm) {
  EXPECT_EQ(text_form_k1("RT @user: Hello   WORLD &amp; all https://t.co/abc"), "hello world & all");
  EXPECT_EQ(text_form_k1("@a @b I agree 😀👍🏽 @c"), "i agree");
  EXPECT_EQ(text_form_k1("#One #Two We love #Xinjiang cotton #three #four https://t.co/x"), "we love xinjiang cotton");
  EXPECT_EQ(text_form_k1("#only #tags @and https://t.co/links"), "");
  EXPECT_EQ(text_form_k1("##Xinjiang is ##good, yes"), "is good, yes");
  EXPECT_EQ(text_form_k1("zero\u200Bwidth\uFE0F"), "zerowidth");
  EXPECT_EQ(text_form_k1("ＦＵＬＬ　ｗｉｄｔｈ"), "full width");
  EXPECT_EQ(text_form_k1("مـــرحبــا بِكُم"), "مرحبا بكم");
  EXPECT_EQ(text_form_k1("price 5 #1 and C#"), "price 5 #1 and c#");
  EXPECT_EQ(text_form_k1("1\uFE0F\u20E3 first"), "1 first");
  EXPECT_EQ(text_form_k1("see RT @user: this"), "see rt : this");
  EXPECT_EQ(text_form_k1("code @[object Object]"), "code @[object object]");
  EXPECT_EQ(text_form_k1("mail a@b.com"), "mail a@b.com");
  EXPECT_EQ(text_form_k1("bad \xFF byte"), "bad \uFFFD byte");
  EXPECT_EQ(text_form_k1("新疆很好https://t.co/abc真的"), "新疆很好 真的");
  EXPECT_EQ(text_form_k1("© ® ™ stay"), "© ® tm stay");
  EXPECT_EQ(text_form_k1("  \n\t "), "");
}

TEST(Key, K1Fields) {
  const TextKey key = text_key_k1("RT @user: one two three four…");
  EXPECT_TRUE(key.is_repost);
  EXPECT_TRUE(key.truncated);
  EXPECT_EQ(key.tokens, 4U);
  EXPECT_EQ(key.key, hex(hash128("one two three four...")));
  EXPECT_TRUE(text_key_k1("cut here… https://t.co/x #tag").truncated);
  EXPECT_TRUE(text_key_k1("cut address https://t.co/x…").truncated);
  EXPECT_FALSE(text_key_k1("not cut… here").truncated);
  const TextKey nothing = text_key_k1("#a #b");
  EXPECT_EQ(nothing.key, "");
  EXPECT_EQ(nothing.tokens, 0U);
  EXPECT_EQ(text_key_k1("Same TEXT of four").key, text_key_k1("same text of four https://t.co/1").key);
  EXPECT_NE(text_key_k1("same text of five").key, text_key_k1("same text of four").key);
}

TEST(Key, K1AgreesWithTheTwin) {
  Random random(3);
  const std::vector<std::string> pieces = {"word ",
                                           "Zwei ",
                                           "#Tag ",
                                           "#tag",
                                           "##x ",
                                           "@user ",
                                           "@u",
                                           "https://t.co/Ab1 ",
                                           "http://a.bc/d ",
                                           " ",
                                           "\n",
                                           "&amp;",
                                           "&lt;",
                                           "1",
                                           "_",
                                           ". ",
                                           ", ",
                                           "!",
                                           "…",
                                           "新",
                                           "疆",
                                           "é",
                                           "😀",
                                           "👍🏽",
                                           "\u200B",
                                           "ـ",
                                           "ِ",
                                           "م",
                                           "RT @a: ",
                                           "ＡＢ",
                                           "/",
                                           "&",
                                           "\u3000",
                                           "#1 ",
                                           "\xFF"};
  for (int i = 0; i < 8'000; ++i) {
    std::string text;
    for (std::size_t n = random.below(9); n > 0; --n) text += pieces[random.below(pieces.size())];
    ASSERT_EQ(text_form_k1(text), reference::text_form_k1(text)) << text;
  }
}

std::string references(std::string_view text) {
  std::string result;
  for (const TextReference& item : find_references(text).items) {
    EXPECT_EQ(text.substr(item.position, item.raw.size()), item.raw);
    result += std::string(result.empty() ? "" : " ") + "#@u"[static_cast<std::size_t>(item.kind)] + item.key;
  }
  return result;
}

TEST(Key, References) {
  EXPECT_EQ(references("Hi @User see #Tag at https://Example.com/a."), "@user #tag uhttps://example.com/a");
  EXPECT_EQ(references("RT @orig: text @other"), "@other");
  EXPECT_EQ(find_references("RT @orig: text").repost_of_handle, "orig");
  EXPECT_EQ(find_references("say RT @orig: text").repost_of_handle, "");
  EXPECT_EQ(references("a@b.com @user@mastodon.social. @x.bsky.social @u.v"),
            "@user@mastodon.social @x.bsky.social @u");
  EXPECT_EQ(references("#1 #2021 #covid19 a#b &#39; #新疆 #新疆#ok ##Xin"), "#covid19 #新疆 #新疆 #ok #xin");
  EXPECT_EQ(references("(https://en.wikipedia.org/wiki/A_(b)) [http://a.com/x]"),
            "uhttps://en.wikipedia.org/wiki/A_(b) uhttp://a.com/x");
  EXPECT_EQ(references("新疆https://t.co/abC1很好 https://t.co/ab…"), "uhttps://t.co/abC1");
  EXPECT_EQ(references("www.example.org/x awww.example.org @www.example.org"), "uhttps://www.example.org/x @www");
  EXPECT_EQ(references("https://a.com/#frag @[object Object] @"), "uhttps://a.com");
  EXPECT_EQ(references("@张三 你好 #你好, world"), "@张三 #你好");
  EXPECT_EQ(references("https://t.co/x,https://t.co/y"), "uhttps://t.co/x uhttps://t.co/y");
}

TEST(Key, HostileTextsTakeOnePass) {
  for (const char* piece : {"#", "＃", "@", "＠", "https://", "https://)", "www.", "#1", "@a@", "h", "RT @", "&#", "&",
                            "…", "\xFF", "😀", "((", "))"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    const TextKey key = text_key_k1(text);
    EXPECT_LE(key.key.size(), 32U);
    EXPECT_LE(find_references(text).items.size(), 4096U);
  }
  EXPECT_EQ(url(std::string(1'000'000, '.')), "none");
  EXPECT_EQ(registrable_domain(std::string(1'000'000, '.')), "");
}

}  // namespace
}  // namespace unisono
