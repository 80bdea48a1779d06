// A request that could split the message is rejected, and no header value is shown.
#include "healthlake/http/request_check.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;

namespace {
std::string fault_of(HttpRequest const& request) {
  std::string fault;
  bool const good = detail::check_well_formed(request, fault);
  CHECK(good == fault.empty());
  return fault;
}
}  // namespace

TEST_CASE("requests that are well formed") {
  CHECK(fault_of({}).empty());
  // The form of the target and the authority is left to signers and transports.
  CHECK(fault_of({.method = "M-SEARCH", .authority = "", .target = "*"}).empty());
  CHECK(fault_of({.target = "/a b/\xc3\xa4", .headers = {{"Host", "a"}, {"X-A", ""}, {"x-a", "\xff\t"}}}).empty());
}

TEST_CASE("each of the 256 bytes in a method, a name, a value and a target") {
  constexpr std::string_view token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int value = 0; value < 256; ++value) {
    CAPTURE(value);
    std::string const text{'a', static_cast<char>(value), 'b'};
    bool const in_token = token.find(text[1]) != std::string_view::npos;
    bool const splits = text[1] == '\r' || text[1] == '\n' || text[1] == '\0';
    CHECK(fault_of({.method = text}).empty() == in_token);
    CHECK(fault_of({.headers = {{text, "secret"}}}).empty() == in_token);
    CHECK(fault_of({.target = text}).empty() == !splits);
    CHECK(fault_of({.headers = {{"X-A", text}}}).empty() == !splits);
  }
}

TEST_CASE("a fault says what is wrong, in one line, and does not show values") {
  CHECK(fault_of({.method = ""}) == "the method `` is not a token (RFC 9110, 9.1)");
  CHECK(fault_of({.method = "GET / \n"}) == "the method `GET / \\x0a` is not a token (RFC 9110, 9.1)");
  CHECK(fault_of({.target = "/\r\nX: y"}) == "the request target contains CR, LF or NUL");
  CHECK(fault_of({.headers = {{"X A", "secret"}}}) == "the header name `X A` is not a token (RFC 9110, 5.1)");
  CHECK(fault_of({.headers = {{"", "secret"}}}) == "the header name `` is not a token (RFC 9110, 5.1)");
  CHECK(fault_of({.headers = {{"X-A", "secret\n"}}}) ==
        "the value of the header X-A contains CR, LF or NUL (RFC 9110, 5.5); remove it");
  CHECK(fault_of({.headers = {{"Host", "a"}, {"host", "b"}}}) == "the header Host appears more than once");
  CHECK(fault_of({.headers = {{std::string(65, 'x') + ":", "secret"}}}).find(std::string(64, 'x') + "...`") !=
        std::string::npos);
}
