#include "healthlake/http/message.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/transport.hpp"

using namespace healthlake;

TEST_CASE("header names are case-insensitive") {
  CHECK(equal_ignoring_case("Content-Type", "cONTENT-tYPE"));
  CHECK(equal_ignoring_case("", ""));
  CHECK_FALSE(equal_ignoring_case("Content-Type", "Content-Typ"));
  CHECK_FALSE(equal_ignoring_case("Content-Type", "Content_Type"));
  // Only letters have a case, although `[` and `{` are 32 apart as well.
  CHECK(equal_ignoring_case("Z", "z"));
  CHECK_FALSE(equal_ignoring_case("[", "{"));
  CHECK_FALSE(equal_ignoring_case("@", "`"));
}

TEST_CASE("headers keep every line in order and find the first") {
  Headers headers{{"A", "1"}, {"b", "2"}};
  CHECK(headers.size() == 2);
  CHECK_FALSE(headers.empty());
  headers.add("a", "3");
  CHECK(headers.count("A") == 2);
  REQUIRE(headers.find("a").has_value());
  CHECK(*headers.find("a") == "1");
  CHECK_FALSE(headers.find("c").has_value());
  CHECK(*headers.begin() == Header{"A", "1"});
  CHECK(*++ ++headers.begin() == Header{"a", "3"});
}

TEST_CASE("set replaces all lines of a name, remove removes them") {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.set("a", "4");
  CHECK(headers == Headers{{"B", "2"}, {"a", "4"}});
  headers.set("C", "5");
  CHECK(headers == Headers{{"B", "2"}, {"a", "4"}, {"C", "5"}});
  headers.remove("A");
  CHECK(headers == Headers{{"B", "2"}, {"C", "5"}});
  headers.remove("A");
  CHECK(headers.size() == 2);
  CHECK(Headers{}.empty());
}

TEST_CASE("headers keep what they are given, even from themselves and through a move") {
  Headers headers{{"A", "1"}};
  // Long enough to reallocate while the arguments are views into the memory.
  for (int i = 0; i < 200; ++i) headers.add((*headers.begin()).name, {(*headers.begin()).value, "x"});
  CHECK(headers.size() == 201);
  for (auto const& [name, value] : headers) CHECK((name == "A" && (value == "1" || value == "1x")));
  // A name that is a view into a line that is removed.
  headers.set((*headers.begin()).name, (*headers.begin()).value);
  CHECK(headers == Headers{{"A", "1"}});
  headers.remove((*headers.begin()).name);
  CHECK(headers.empty());

  Headers source{{"A", "1"}, {"", ""}, {"B", std::string(1000, 'b')}};
  Headers const copy = source;
  Headers const moved = std::move(source);
  CHECK(moved == copy);
  CHECK(moved.size() == 3);
  source.clear();
  CHECK(source.empty());
  CHECK(source.begin() == source.end());
  source.add("C", {"1", "", "23"});
  CHECK(source == Headers{{"C", "123"}});
}

TEST_CASE("truncate keeps the first lines") {
  Headers headers{{"A", "1"}, {"B", ""}, {"C", "3"}};
  headers.truncate(4);
  CHECK(headers.size() == 3);
  headers.truncate(2);
  CHECK(headers == Headers{{"A", "1"}, {"B", ""}});
  headers.truncate(0);
  CHECK(headers.empty());
  headers.truncate(1);
  CHECK(headers.empty());
}

TEST_CASE("spaces and tabs around a value are trimmed, nothing else is") {
  CHECK(trim_blanks(" \ta b\t ") == "a b");
  CHECK(trim_blanks(" \t").empty());
  CHECK(trim_blanks("\na\r") == "\na\r");
}

TEST_CASE("tokens are those of RFC 9110") {
  CHECK(is_token("Content-Type"));
  CHECK(is_token("!#$%&'*+-.^_`|~09azAZ"));
  CHECK_FALSE(is_token(""));
  for (char const c : {' ', ':', '\t', '\r', '\n', '\0', '"', '(', ')', ',',    '/',    ';',   '<',
                       '=', '>', '?',  '@',  '[',  '\\', ']', '{', '}', '\x7f', '\x80', '\xff'})
    CHECK_FALSE(is_token(std::string{'a', c}));
}

TEST_CASE("CR, LF and NUL are forbidden anywhere in a value") {
  CHECK_FALSE(forbidden_field_value(""));
  CHECK_FALSE(forbidden_field_value("a b\tc \xc3\xa9"));
  CHECK(forbidden_field_value("a\r"));
  CHECK(forbidden_field_value("\nb"));
  CHECK(forbidden_field_value(std::string_view{"a\0b", 3}));
  for (std::size_t at = 0; at < 40; ++at)
    for (char const c : {'\r', '\n', '\0', '\t', '\x01', '\x7f', '\x8d'}) {
      // Surrounded by tabs, which are below the space as well, and allowed.
      std::string text(40, '\t');
      text[at] = c;
      CAPTURE(at);
      CHECK(forbidden_field_value(text) == (c == '\r' || c == '\n' || c == '\0'));
    }
}

TEST_CASE("the URL of a request is scheme, authority and target") {
  HttpRequest request;
  request.scheme = "http";
  request.authority = "127.0.0.1:8080";
  request.target = "/a?b=c";
  CHECK(request.url() == "http://127.0.0.1:8080/a?b=c");
}

TEST_CASE("messages are equal if every part is") {
  HttpRequest const request{.method = "POST", .authority = "a", .headers = {{"A", "1"}}, .body = "b"};
  CHECK(request == HttpRequest{request});
  for (auto const part : {&HttpRequest::method, &HttpRequest::scheme, &HttpRequest::authority, &HttpRequest::target,
                          &HttpRequest::body}) {
    HttpRequest other = request;
    other.*part += 'x';
    CHECK_FALSE(request == other);
  }
  HttpRequest more = request;
  more.headers.add("A", "2");
  CHECK_FALSE(request == more);

  HttpResponse const response{200, {{"A", "1"}}, "b"};
  CHECK(response == HttpResponse{response});
  CHECK_FALSE(response == HttpResponse{201, response.headers, "b"});
  CHECK_FALSE(response == HttpResponse{200, {{"A", "2"}}, "b"});
  CHECK_FALSE(response == HttpResponse{200, {{"B", "1"}}, "b"});
  CHECK_FALSE(response == HttpResponse{200, response.headers, "c"});
}

namespace {
struct Echo {
  HttpReply send(HttpRequest const& request) {
    if (request.body.empty()) return Unexpected{TransportError{TransportReason::connect_failed, "no body", false}};
    return HttpResponse{200, {}, request.body};
  }
};
struct WithoutReason {
  HttpResponse send(HttpRequest const&) { return {}; }
};
static_assert(Transport<Echo>);
static_assert(!Transport<WithoutReason>);
static_assert(!Transport<int>);
}  // namespace

TEST_CASE("a transport returns a response or the reason why there is none") {
  Echo echo;
  HttpRequest request;
  HttpReply const none = echo.send(request);
  REQUIRE_FALSE(none);
  CHECK(none.error().reason == TransportReason::connect_failed);
  request.body = "x";
  HttpReply const some = echo.send(request);
  REQUIRE(some);
  CHECK(some->body == "x");
}
