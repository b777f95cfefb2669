#include "unisono/output/network_file.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace unisono::output {
namespace {

NetworkFile two_accounts() {
  NetworkFile network;
  network.nodes = Table({{"Id", ColumnType::text, {std::string("account 1"), std::string("account 2")}},
                         {"Label",
                          ColumnType::text,
                          {std::string("a<b"), std::string("\x01"
                                                           "c")}},
                         {"score", ColumnType::real, {0.5, std::nan("")}}});
  network.edges = Table({{"Source", ColumnType::text, {std::string("account 1")}},
                         {"Target", ColumnType::text, {std::string("account 2")}},
                         {"Type", ColumnType::text, {std::string("Undirected")}},
                         {"Weight", ColumnType::real, {3.0}},
                         {"Kind", ColumnType::text, {std::string("repost")}}});
  network.x = {0.0, 1.0};
  network.y = {0.25, 0.5};
  network.size = {6, 8};
  network.group = {0, -1};
  return network;
}

TEST(Gexf, KeepsTheSafeProfile) {
  const std::string xml = write_gexf(two_accounts());
  EXPECT_NE(xml.find("<gexf xmlns=\"http://gexf.net/1.3\""), std::string::npos);
  EXPECT_NE(xml.find("<attribute id=\"0\" title=\"score\" type=\"double\"/>"), std::string::npos);
  EXPECT_NE(xml.find("label=\"a&lt;b\""), std::string::npos);
  EXPECT_NE(xml.find("<viz:color r=\"51\" g=\"34\" b=\"136\"/>"), std::string::npos);
  EXPECT_EQ(xml.find('\x01'), std::string::npos);
  EXPECT_EQ(xml.find("nan"), std::string::npos);
  EXPECT_NE(xml.find("<edge id=\"0\" source=\"account 1\" target=\"account 2\" weight=\"3\" kind=\"repost\">"),
            std::string::npos);
}

TEST(Gexf, OneListOfAttributesForEachClass) {
  const std::string xml = write_gexf(two_accounts());
  std::size_t lists = 0;
  for (std::size_t at = xml.find("<attributes "); at != std::string::npos; at = xml.find("<attributes ", at + 1))
    ++lists;
  EXPECT_EQ(lists, 2U);
}

TEST(Gexf, TimesHaveNoZoneLetter) {
  NetworkFile network = two_accounts();
  network.nodes.columns().push_back({"first_seen", ColumnType::time_us, {std::int64_t{1'620'725'400'000'000}, Cell()}});
  EXPECT_NE(write_gexf(network).find("value=\"2021-05-11T09:30:00\""), std::string::npos);
  EXPECT_NE(write_graphml(network).find(">2021-05-11T09:30:00Z<"), std::string::npos);
}

TEST(Graphml, ColumnsAreTypedAttributes) {
  const std::string xml = write_graphml(two_accounts());
  EXPECT_NE(xml.find("<key id=\"n0\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>"), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("<key id=\"n1\" for=\"node\" attr.name=\"score\" attr.type=\"double\"/>"), std::string::npos);
  EXPECT_NE(xml.find("attr.name=\"weight\" attr.type=\"double\""), std::string::npos);
  EXPECT_NE(xml.find("edgedefault=\"undirected\""), std::string::npos);
  EXPECT_NE(xml.find("<data key=\"n0\">a&lt;b</data>"), std::string::npos);
  EXPECT_NE(xml.find("source=\"account 1\" target=\"account 2\""), std::string::npos);
  EXPECT_EQ(xml.find("nan"), std::string::npos);
  EXPECT_EQ(xml.find('\x01'), std::string::npos);
}

TEST(Graphml, HostileTextStaysText) {
  NetworkFile network = two_accounts();
  network.nodes.columns()[1].cells[0] = std::string("\"/><graph>]]>&amp;\xff\xfe\xef\xbf\xbf");
  network.creator = "<!DOCTYPE x>";
  const std::string xml = write_graphml(network);
  EXPECT_NE(xml.find("&quot;/&gt;&lt;graph&gt;]]&gt;&amp;amp;"), std::string::npos) << xml;
  EXPECT_EQ(xml.find("<!DOCTYPE"), std::string::npos);
  EXPECT_EQ(xml.find("\xff"), std::string::npos);
}

}  // namespace
}  // namespace unisono::output
