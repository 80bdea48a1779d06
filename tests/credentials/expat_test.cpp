// Invariant: the reader finds the text of the elements by local names, whatever the namespaces, and refuses what could
// mean two things or define entities; its stack does not grow with the document.
#include "healthlake/credentials/expat.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

using namespace healthlake;

namespace {
struct Read {
  bool ok = false;
  bool found = false;
  std::string text{};
};
Read read(std::string_view document, std::string_view path = "Credentials/Key") {
  std::array<XmlText, 1> wanted{XmlText{path}};
  wanted[0].text = "left over";
  bool const ok = read_xml_with_expat(document, wanted);
  return {ok, wanted[0].found, wanted[0].text};
}
std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += "<a>";
  for (std::size_t i = 0; i < levels; ++i) text += "</a>";
  return text;
}
}  // namespace

TEST_CASE("elements are found by their local names, anywhere in the document") {
  for (char const* document :
       {"<Credentials><Key>k</Key></Credentials>", "<a><b><Credentials><x/><Key>k</Key></Credentials></b></a>",
        "<?xml version='1.0'?><Credentials xmlns='urn:x'><Key>k</Key></Credentials>",
        "<n:Credentials xmlns:n='urn:x'><m:Key xmlns:m='u'>k</m:Key></n:Credentials>",
        "<Credentials><!-- <Key>no</Key> --><Key><![CDATA[k]]></Key></Credentials>",
        "<Credentials><Key><inner>no</inner>k</Key></Credentials>"}) {
    CAPTURE(document);
    auto const result = read(document);
    CHECK(result.ok);
    CHECK(result.found);
    CHECK(result.text == "k");
  }
  CHECK(read("<Credentials><Key>a&amp;&lt;&#43;&#x2F;\xc3\xa4=</Key></Credentials>").text == "a&<+/\xc3\xa4=");
  for (char const* document :
       {"<Credentials/>", "<Key>k</Key>", "<Credentials><x><Key>k</Key></x></Credentials>",
        "<MyCredentials><Key>k</Key></MyCredentials>", "<Credentials><key>k</key></Credentials>"}) {
    CAPTURE(document);
    auto const result = read(document);
    CHECK(result.ok);
    CHECK(!result.found);
    CHECK(result.text.empty());
  }
}

TEST_CASE("text goes on after an element inside it, and what was read before is forgotten") {
  CHECK(read("<Credentials><Key>a<x>no<y/></x>b<z/>c</Key>no<x/>no</Credentials>").text == "abc");
  std::array<XmlText, 2> wanted{XmlText{"a/b"}, XmlText{"a/c"}};
  CHECK(read_xml_with_expat("<a><b>1</b><c>2</c></a>", wanted));
  CHECK(read_xml_with_expat("<a><b>3</b></a>", wanted));
  CHECK(wanted[0].text == "3");
  CHECK(!wanted[1].found);
  CHECK(wanted[1].text.empty());
}

TEST_CASE("a path is of names: one that begins with a slash is that of no element") {
  CHECK(read("<a/>", "a").found);
  CHECK(read("<a><b/></a>", "a/b").found);
  for (char const* path : {"/a", "/a/b", "/"}) {
    CAPTURE(path);
    auto const result = read("<a><b>k</b></a>", path);
    CHECK(result.ok);
    CHECK(!result.found);
  }
}

TEST_CASE("a document that is not well-formed, ambiguous, or that defines entities is refused") {
  for (char const* document :
       {"", "text", "<html><body>Login<br></body></html>", "{\"a\":1}", "<Credentials><Key>k</Key>",
        "<Credentials><Key>k</Credentials></Key>", "<a/><b/>", "<Credentials><Key>\xff</Key></Credentials>",
        "<Credentials><Key>&undefined;</Key></Credentials>", "<Credentials><Key>k</Key><Key>other</Key></Credentials>",
        "<Credentials><Key/><Key/></Credentials>", "<Credentials><Key>k</Key></Credentials><!DOCTYPE a>",
        "<!DOCTYPE Credentials><Credentials><Key>k</Key></Credentials>",
        "<!DOCTYPE a [<!ENTITY e 'k'>]><Credentials><Key>&e;</Key></Credentials>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Credentials><Key>&e;</Key></Credentials>"}) {
    CAPTURE(document);
    CHECK(!read(document).ok);
  }
}

TEST_CASE("nesting is limited, and 30,000 levels need no more stack than one") {
  CHECK(read(nested(max_expat_depth)).ok);
  CHECK(!read(nested(max_expat_depth + 1)).ok);
  CHECK(!read(nested(30'000)).ok);
  // Elements side by side are no deeper.
  std::string wide = "<a>";
  for (std::size_t i = 0; i < 2 * max_expat_depth; ++i) wide += "<b/><b></b>";
  CHECK(read(wide + "</a>").ok);
  std::string deep;
  for (std::size_t i = 0; i < max_expat_depth; ++i) deep += "<a>";
  CHECK(!read(deep + "<empty/>").ok);
}

TEST_CASE("a document whose declaration names another encoding is read as UTF-8") {
  auto const result = read("<?xml version='1.0' encoding='ISO-8859-1'?><Credentials><Key>\xc3\xa4</Key></Credentials>");
  CHECK(result.ok);
  CHECK(result.text == "\xc3\xa4");
}

namespace {

// The records of a list, `key=size` each, or `refused`.
std::vector<std::string> records_of(std::string_view document) {
  XmlText wanted[] = {XmlText{"Contents/Key"}, XmlText{"Contents/Size"}};
  ExpatRecords records{document, "Contents", wanted};
  std::vector<std::string> found;
  while (records.next()) found.push_back(wanted[0].text + "=" + (wanted[1].found ? wanted[1].text : "none"));
  CHECK_FALSE(records.next());
  if (!records.ok()) return {"refused"};
  return found;
}

std::string in_list(std::string_view contents) {
  return "<L xmlns=\"u\"><Key>no</Key>" + std::string{contents} + "</L>";
}

}  // namespace

TEST_CASE("a list is read record by record, each with its own elements only") {
  using Found = std::vector<std::string>;
  CHECK(records_of(in_list("")).empty());
  CHECK(records_of(in_list("<Contents><Key>a &lt;b&#x41;</Key><Owner><Key>no</Key></Owner><Size>1</Size></Contents>"
                           "<Prefix><Key>no</Key></Prefix><Contents/>"
                           "<x:Contents xmlns:x=\"v\"><Size>2</Size></x:Contents>")) ==
        Found{"a <bA=1", "=none", "=2"});
  CHECK(records_of(in_list("<Contents><Key>a<x>no</x>b<x/>c</Key><Size>1</Size></Contents>no<x/>no"
                           "<Contents><Size>2</Size></Contents>")) == Found{"abc=1", "=2"});
  // The document itself may be a record.
  CHECK(records_of("<Contents><Key>a</Key></Contents>") == Found{"a=none"});
  CHECK(records_of("<Contents/>") == Found{"=none"});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<Contents><Key>" + std::to_string(i) + "</Key></Contents>";
  auto const found = records_of(in_list(many));
  REQUIRE(found.size() == 1000);
  CHECK(found[999] == "999=none");
}

TEST_CASE("a list that is cut off, repeats an element or declares entities is refused") {
  std::string const good = in_list("<Contents><Key>a</Key></Contents>");
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK(records_of(std::string_view{good}.substr(0, size)) == std::vector<std::string>{"refused"});
  for (std::string const& bad :
       {in_list("<Contents><Key>a</Key><Key>b</Key></Contents>"), in_list("<Contents><Contents></Contents></Contents>"),
        in_list("<Contents><Contents/></Contents>"), in_list("<Contents><Key/><Key/></Contents>"),
        in_list("<Contents/><Contents><Key/><Key/></Contents>"), "<!DOCTYPE L>" + good,
        "<!DOCTYPE L [<!ENTITY e \"x\">]>" + good, good + "<L/>", std::string{"\xFF"},
        in_list("<Contents><Key>\xFF</Key></Contents>")})
    CHECK_MESSAGE(records_of(bad) == std::vector<std::string>{"refused"}, bad);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<d>";
  CHECK(records_of(in_list(deep)) == std::vector<std::string>{"refused"});
  // What cannot be read is not read on after the fault.
  XmlText wanted[] = {XmlText{"Contents/Key"}};
  std::string const repeated = in_list("<Contents/><Contents><Key/><Key/></Contents><Contents><Key>b</Key></Contents>");
  ExpatRecords records{repeated, "Contents", wanted};
  CHECK(records.next());
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(records.next());
    CHECK_FALSE(records.ok());
  }
}
