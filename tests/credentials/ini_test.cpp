// Invariant: a shared file is parsed by the SDKs' common grammar or refused as a whole, with the line that breaks it
// and without quoting it.
#include "healthlake/credentials/ini.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/text/text.hpp"

using namespace healthlake;

namespace {
// `[section]name=value|name=value{nested=value,}`, all sections one after the other; or `line: message`.
std::string parsed(std::string_view text) {
  auto const sections = parse_ini(text);
  if (!sections) return concat({Decimal{sections.error().line}, ": ", sections.error().message});
  std::string out;
  for (auto const& section : *sections) {
    out += "[" + section.name + "]";
    for (auto const& property : section.properties) {
      if (&property != &section.properties.front()) out += '|';
      out += property.name + "=" + std::string{property.value.reveal()};
      for (auto const& nested : property.nested)
        out += "{" + nested.name + "=" + std::string{nested.value.reveal()} + "}";
    }
  }
  return out;
}

// The number of the line that is refused; 0 if the file is not refused.
std::size_t refused_line(std::string_view text) {
  auto const sections = parse_ini(text);
  return sections ? 0 : sections.error().line;
}
}  // namespace

TEST_CASE("sections and properties") {
  CHECK(parsed("").empty());
  CHECK(parsed("\n\n  \n\t\n").empty());
  CHECK(parsed("[a]") == "[a]");
  CHECK(parsed("[a]\nx=1\ny = 2\nz\t=\t3") == "[a]x=1|y=2|z=3");
  CHECK(parsed("[a]\nx = 1\n[b c]\nx = 2\n[a]\nx = 3\n") == "[a]x=1[b c]x=2[a]x=3");
  CHECK(parsed("[a]\nNAME = Value\n") == "[a]name=Value");
}

TEST_CASE("faults 3, 12, 14: white space at the ends is removed, and brackets count in the first column only") {
  CHECK(parsed("[  a  ]\nx =  s  \t\n") == "[a]x=s");
  CHECK(parsed("[a]\nx = ab[cd]ef\ny = [z]\n") == "[a]x=ab[cd]ef|y=[z]");
  CHECK(parsed("[a]\n[x = 1\n").starts_with("2: "));
  CHECK(parsed("[a]\nx = 1\n  [b]\ny = 2\n") == "[a]x=1\n[b]|y=2");
  CHECK(parsed("[a]b]\n") == "[a]b]");
}

TEST_CASE("faults 1, 4: comments") {
  CHECK(parsed("# top\n; second\n[a]\n#in=side\n;x = 2\nx = 1\n#end") == "[a]x=1");
  CHECK(parsed("[a] # main\nx = 1\n") == "[a]x=1");
  CHECK(parsed("[a]# main ]\nx = 1\n") == "[a]x=1");
  CHECK(parsed("[a]\t;main\nx = 1\n") == "[a]x=1");
}

TEST_CASE("fault 2: white space and a number sign or semicolon begin a comment after a value") {
  CHECK(parsed("[a]\nx = abc # x\ny = abc#x\nz = a;b\t; c\n") == "[a]x=abc|y=abc#x|z=a;b");
  CHECK(parsed("[a]\nx = # only a comment\ny =# value\n") == "[a]x=|y=# value");
  auto const sections = parse_ini("[a]\nx = abc # x\ny = abc#x\n");
  REQUIRE(sections);
  CHECK((*sections)[0].find("x")->has_comment);
  CHECK(!(*sections)[0].find("y")->has_comment);
}

TEST_CASE("lines end with LF, CR LF or CR") {
  for (std::string_view end : {"\n", "\r\n", "\r", "\r\r\n"}) {
    std::string text;
    for (std::string_view line : {"[a]", "x = 1", "  more", "", "y = 2"}) text += concat({line, end});
    CHECK(parsed(text) == "[a]x=1\nmore|y=2");
  }
  CHECK(refused_line("[a]\r\n\r\nx\r\n") == 3);
  CHECK(refused_line("[a]\r\rx\r") == 3);
  CHECK(refused_line("[a]\n\nx") == 3);
}

TEST_CASE("a byte order mark is skipped; other encodings than UTF-8 are refused") {
  CHECK(parsed("\xef\xbb\xbf[a]\nx = 1\n") == "[a]x=1");
  CHECK(parsed("\xef\xbb\xbf").empty());
  CHECK(parsed("[a]\nx = \xc3\xa4\n") == "[a]x=\xc3\xa4");
  CHECK(refused_line("[a]\nx = 1\ny = \xe4\n") == 3);
  CHECK(refused_line("[a]\r\nx = 1\r\ny = \xc3") == 3);
  CHECK(parsed("\n\n# \xe4\n[a]\n") == "3: invalid UTF-8");
  CHECK(parsed("\r\r[a] ; \xe4") == "3: invalid UTF-8");
  for (std::string_view text : {std::string_view("\xff\xfe[\0a\0]\0", 8), std::string_view("\xfe\xff\0[\0a\0]", 8)})
    CHECK(parsed(text) == "1: the file is in UTF-16; save it as UTF-8");
}

TEST_CASE("an indented line continues the value, or is a property below an empty one") {
  CHECK(parsed("[a]\nx = 1\n  2 # kept\n\n# comment\n\t3 = 4  \ny = 5\n") == "[a]x=1\n2 # kept\n3 = 4|y=5");
  CHECK(parsed("[a]\ns3 =\n  Region = r # c\n  b=\nx = 1\n") == "[a]s3={region=r}{b=}|x=1");
  CHECK(parsed("[a]\ns3 = # c\n  region = r\n") == "[a]s3={region=r}");
  CHECK(refused_line("[a]\ns3 =\n  broken\nx = 1\n") == 3);
  CHECK(refused_line("[a]\ns3 =\n  = x\n") == 3);
  // A comment begins in the first column, or behind something.
  CHECK(refused_line("[a]\ns3 =\n  # c\n") == 3);
}

TEST_CASE("fault 5: an indented line with nothing to continue") {
  CHECK(refused_line("[profile a]\n x = 1\n") == 2);
  CHECK(refused_line("[a]\nx = 1\n[b]\n\ty = 2\n") == 4);
  CHECK(refused_line("  [a]\n") == 1);
}

TEST_CASE("fault 7: what is neither a section nor a property, in any section") {
  CHECK(refused_line("[a]\nx = 1\n\n[b]\nnot a property\n") == 5);
  CHECK(refused_line("[a]\nx: 1\n") == 2);
  CHECK(refused_line("[a]\n= 1\n") == 2);
  CHECK(refused_line("[a]\n  \t= 1\n") == 2);
  CHECK(refused_line("x = 1\n[a]\n") == 1);
  CHECK(refused_line("[a\nx = 1\n") == 1);
  CHECK(refused_line("[a ;b]\n") == 1);
  CHECK(refused_line("[a] b\n") == 1);
  CHECK(refused_line("[") == 1);
  CHECK(refused_line("[]\n") == 1);
  CHECK(refused_line("[ ] # a\n") == 1);
  CHECK(refused_line("[#]\n") == 1);
  // White space is the space and the tab.
  CHECK(refused_line("\f\n[a]\n") == 1);
  CHECK(refused_line("[a]\n\v\n") == 2);
  CHECK(refused_line("[a]\n\xc2\xa0\n") == 2);
}

TEST_CASE("fault 6: of equal properties of a section the last one counts") {
  auto const sections = parse_ini("[a]\nx = 1\nX = 2\n");
  REQUIRE(sections);
  CHECK((*sections)[0].find("x")->value == Secret{"2"});
  CHECK((*sections)[0].find("y") == nullptr);
}

TEST_CASE("a message does not quote the file") {
  for (std::string_view text : {"[QQ\n", "QQ\n", "[a]\nQQ\n", "[a]\ns3 =\n  QQ\n", "[a]\n QQ = QQ\n", "QQ=QQ\n",
                                "[QQ] QQ\n", "[a]\nQQ \xff\n"}) {
    auto const sections = parse_ini(text);
    REQUIRE(!sections);
    CHECK(sections.error().message.find("QQ") == std::string::npos);
  }
}

TEST_CASE("a value of many lines takes linear time") {
  // Joined one by one, these lines would be 3 * 10^11 bytes to copy.
  std::string text = "[a]\nx = 1\n";
  for (int i = 0; i < 500'000; ++i) text += " 2\n";
  auto const sections = parse_ini(text);
  REQUIRE(sections);
  CHECK((*sections)[0].properties[0].value.reveal().size() == 1'000'001);
}
