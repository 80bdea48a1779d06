#include "healthlake/local/fault_script.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

using namespace healthlake;

TEST_CASE("a script has a fault a line, and each of them can be said") {
  auto const script = read_fault_script(
      "# a comment\n"
      "{}\n\n"
      R"({"LatencyMs":500})"
      "\n"
      R"({"Broken":{}})"
      "\n"
      R"({"Broken":{"Handled":true},"LatencyMs":20})"
      "\n"
      R"({"Refused":{}})"
      "\n"
      R"({"Refused":{"HttpStatus":429,"Code":"ThrottlingException","Message":"slow"}})"
      "\n"
      R"({"CutBody":{"Bytes":7}})"
      "\n"
      R"({"WrongContent":{}})"
      "\n"
      R"({"WrongContent":{"HttpStatus":502,"ContentType":"text/plain","Body":"no"}})"
      "\n"
      R"({"RepeatedReply":{}})"
      "\r\n"
      R"({"HandledTwice":{}})");
  INFO((script ? std::string{} : script.error()));
  REQUIRE(script);
  REQUIRE(script->size() == 11);
  auto const& all = *script;
  CHECK(std::holds_alternative<std::monostate>(all[0].what));
  CHECK(all[1].latency == Milliseconds{500});
  CHECK_FALSE(std::get<Fault::Broken>(all[2].what).handled);
  CHECK(std::get<Fault::Broken>(all[3].what).handled);
  CHECK(all[3].latency == Milliseconds{20});
  CHECK(std::get<Fault::Refused>(all[4].what).http_status == 503);
  auto const& refused = std::get<Fault::Refused>(all[5].what);
  CHECK(refused.http_status == 429);
  CHECK(refused.code == "ThrottlingException");
  CHECK(refused.message == "slow");
  CHECK(std::get<Fault::CutBody>(all[6].what).bytes == 7);
  CHECK(std::get<Fault::WrongContent>(all[7].what).content_type == "text/html");
  auto const& wrong = std::get<Fault::WrongContent>(all[8].what);
  CHECK(wrong.http_status == 502);
  CHECK(wrong.content_type == "text/plain");
  CHECK(wrong.body == "no");
  CHECK(std::holds_alternative<Fault::RepeatedReply>(all[9].what));
  CHECK(std::holds_alternative<Fault::HandledTwice>(all[10].what));
  CHECK(read_fault_script("")->empty());
}

TEST_CASE("a line that is not a fault is an error with its number") {
  struct Case {
    std::string line;
    std::string expected;
  };
  for (Case const& given :
       {Case{"x", ""}, Case{"[]", ""}, Case{R"({"Refusd":{}})", "unknown member \"Refusd\""},
        Case{R"({"Refused":{"Status":503}})", "unknown member \"Status\""}, Case{R"({"Broken":true})", ""},
        Case{R"({"CutBody":{}})", "Bytes is missing"}, Case{R"({"CutBody":{"Bytes":-1}})", "negative"},
        Case{R"({"Refused":{"HttpStatus":99}})", "between 200 and 599"},
        Case{R"({"WrongContent":{"HttpStatus":600}})", "between 200 and 599"},
        Case{R"({"WrongContent":{"ContentType":"a\nb"}})", "not a valid field value"},
        Case{R"({"LatencyMs":-1})", "LatencyMs"}, Case{R"({"LatencyMs":86400001})", "LatencyMs"},
        Case{R"({"RepeatedReply":{"x":1}})", "unknown member \"x\""},
        Case{R"({"Broken":{},"HandledTwice":{}})", "a line must contain at most one fault"}}) {
    auto const script = read_fault_script("{}\n\n" + given.line + "\n{}");
    REQUIRE_MESSAGE(!script, given.line);
    CHECK_MESSAGE(script.error().starts_with("line 3: "), script.error());
    CHECK_MESSAGE(script.error().find(given.expected) != std::string::npos, script.error());
  }
}
