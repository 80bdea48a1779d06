// What every transport requires of a well-formed request before a byte of it is sent.
#include "healthlake/transport/checks.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

using namespace healthlake;

namespace {
std::string refusal_of(HttpRequest const& request) {
  auto const refused = detail::check_sendable(request);
  if (!refused) return {};
  CHECK(refused->reason == TransportReason::not_http);
  CHECK_FALSE(refused->may_have_reached_server);
  return refused->message;
}
bool says(HttpRequest const& request, std::string_view what) {
  return refusal_of(request).find(what) != std::string::npos;
}
}  // namespace

TEST_CASE("requests that can be sent") {
  CHECK(refusal_of({.authority = "a"}).empty());
  CHECK(refusal_of({.method = "HEAD", .scheme = "http", .authority = "[::1]:80", .target = "/a?b=%20"}).empty());
  CHECK(refusal_of({.authority = "a", .headers = {{"Host", "b"}, {"User-Agent", "c"}}}).empty());
}

TEST_CASE("requests that cannot be sent, and why") {
  CHECK(says({.method = "A B", .authority = "a"}, "the request was not sent: the method `A B` is not a token"));
  CHECK(says({.authority = "a", .headers = {{"X-A", "secret\r"}}}, "the header X-A contains CR, LF or NUL"));
  CHECK(says({.scheme = "ftp", .authority = "a"}, "scheme"));
  for (std::string const authority : {"", "a:0", "me:secret@a", "a b"})
    CHECK(says({.authority = authority}, "an authority of host or host:port"));
  CHECK(says({.method = "HEAD", .authority = "a", .body = "b"}, "HEAD"));
  for (std::string const name : {"Connection", "content-length", "Expect", "transfer-encoding", "Upgrade"})
    CHECK(says({.authority = "a", .headers = {{name, "secret"}}}, "the header " + name + " is set by the transport"));
}

TEST_CASE("a target begins with a slash and contains only visible ASCII, without `#`") {
  for (std::string const target : {"", "a", "*", "http://a/"})
    CHECK(says({.authority = "a", .target = target}, "the target must begin with a slash"));
  for (int value = 0; value < 256; ++value) {
    CAPTURE(value);
    bool const good = value > 0x20 && value < 0x7F && value != '#';
    CHECK(refusal_of({.authority = "a", .target = std::string{'/', static_cast<char>(value)}}).empty() == good);
  }
}

TEST_CASE("a connection goes to the port of the authority, else to that of the scheme") {
  auto const origin = [](std::string_view scheme, std::string_view authority) {
    auto const found = detail::parse_origin(scheme, authority);
    return found ? found.host + " " + found.port + (found.tls ? " tls" : "") : "none";
  };
  CHECK(origin("https", "a.b") == "a.b 443 tls");
  CHECK(origin("http", "a.b") == "a.b 80");
  CHECK(origin("http", "[::1]:08080") == "::1 8080");
  CHECK(origin("HTTP", "a") == "none");
  CHECK(origin("http", "a:") == "none");
}
