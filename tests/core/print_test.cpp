#include "healthlake/core/print.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "../support/rich.hpp"

using namespace healthlake;
using rich::Choice;
using rich::Kinds;
using rich::Node;
using rich::Patient;

TEST_CASE("a value of every kind") {
  CHECK(to_string(rich::all_kinds()) ==
        "Kinds{Node=Node{Name=\"root\", Children=[Node{Name=\"leaf\", Children=[]}, "
        "Node{Name=\"branch\", Children=[Node{Name=\"twig\", Children=[]}]}]}, Choice=Choice{Count=7}, "
        "List=[\"a\", \"b\"], SparseList=[1, null, -3], Map={\"k1\": \"v1\", \"k2\": \"v2\"}, "
        "SparseMap={\"there\": \"x\", \"void\": null}, Text=\"Z\\xc3\\xbcrich \\\"7\\\"\\x0a\", Color=GREEN, "
        "Flag=true, Byte=-128, Short=32767, Integer=-5, Long=9007199254740993, Float=0.1, Double=-0.0025, "
        "Time=2026-08-07T23:34:47.250Z, Blob=3 bytes, Document=\"{\\\"a\\\":[1,null,\\\"x\\\"]}\", "
        "Deep=[{\"one\": Node{Name=\"n\", Children=[]}}], Colors=[RED, \"BLUE\"], SparseColors=[RED, null], "
        "ColorMap={\"sky\": \"BLUE\"}}");
  CHECK(to_string(Kinds{}) == "Kinds{}");
}

TEST_CASE("values at their limits") {
  Kinds kinds;
  kinds.flag = false;
  kinds.time = Timestamp{Timestamp::min_milliseconds - 1};
  kinds.wide_real = std::numeric_limits<double>::quiet_NaN();
  kinds.color = OpenEnum<rich::Color>{};
  CHECK(to_string(kinds) == "Kinds{Color=\"\", Flag=false, Double=\"NaN\", Time=-62135596800001 ms since 1970}");
  Kinds long_text;
  long_text.text = std::string(300, 'x');
  CHECK(to_string(long_text) == "Kinds{Text=\"" + std::string(256, 'x') + "\"...}");
}

TEST_CASE("unions, and their unknown members") {
  CHECK(to_string(Choice{}) == "Choice{}");
  CHECK(to_string(Choice{Node{"n", {}}}) == "Choice{Tree=Node{Name=\"n\", Children=[]}}");
  CHECK(to_string(Choice{UnknownMember{"New\n", "\"who knows\""}}) == "Choice{\"New\\x0a\"=***}");
}

TEST_CASE("sensitive values are printed as ***") {
  Patient patient;
  patient.ward = "7";
  patient.text = "secret";
  patient.texts = {"secret"};
  patient.values = rich::Texts{{"k", "secret"}};
  patient.keys = rich::Texts{{"secret", "v"}, {"secrets", "w"}};
  patient.number = 31337;
  patient.secret = rich::Secret{"secret", {}};
  patient.secrets = std::vector{rich::Secret{"secret", {}}};
  patient.secret_map = {{"k", {"secret", {}}}};
  patient.rows = std::vector{rich::Texts{{"secret", "v"}}};
  CHECK(to_string(patient) ==
        "Patient{Ward=\"7\", Text=***, Texts=[***], Values={\"k\": ***}, Keys={***: \"v\", ***: \"w\"}, Number=***, "
        "Secret=***, Secrets=[***], SecretMap={\"k\": ***}, Rows=[{***: \"v\"}]}");
  CHECK(to_string(rich::Secret{"secret", {}}) == "***");
}

TEST_CASE("values nested too deeply are printed as dots") {
  std::string const deep = to_string(rich::chain(100));
  CHECK(deep.find("...") != std::string::npos);
  CHECK(deep.size() < 1500);
  CHECK(to_string(rich::chain(32)).find("...") == std::string::npos);
}

namespace {
std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size()) ++found;
  return found;
}
}  // namespace

TEST_CASE("64 steps from the root are printed: each member, element and entry is one") {
  // A node and the list of its children are two steps.
  std::string const chain = to_string(rich::chain(100));
  CHECK(count(chain, "Node{") == 33);
  CHECK(count(chain, "Name=\"n\"") == 32);
  Kinds kinds;
  kinds.deep = {{{"one", rich::chain(100)}}};
  CHECK(count(to_string(kinds), "Node{") == 31);
  CHECK(count(to_string(kinds), "Name=\"n\"") == 31);
}

TEST_CASE("keys with rules are printed if they are not sensitive, and an enumerator without a spelling as nothing") {
  rich::Ruled value;
  value.table = rich::Texts{{"aa", "b"}};
  CHECK(to_string(value) == "Ruled{Name=\"ab\", Table={\"aa\": \"b\"}}");
  Kinds kinds;
  kinds.color = static_cast<rich::Color>(2);
  CHECK(to_string(kinds) == "Kinds{Color=\"\"}");
}
