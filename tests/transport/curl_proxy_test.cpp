// Proxies of CurlTransport: a tunnel for every request, refusals that are permanent, no secret in an error, and nothing
// of the environment unless it is asked for.
#include <stdlib.h>

#include <initializer_list>
#include <string>

#include "healthlake/core/retry_kind.hpp"
#include "healthlake/transport/curl.hpp"
#include "tests/support/transport_kept.hpp"

namespace healthlake::testing {
namespace {

std::string const established = "HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n";
Script const tunnel{ReadRequest{}, Write{established}, ReadRequest{}, Write{good_response}};

CurlOptions through(std::string proxy) {
  CurlOptions options;
  options.proxy = std::move(proxy);
  return options;
}

// Sets a variable of the environment, and removes it in the end.
class Variable {
 public:
  Variable(char const* name, std::string const& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(Variable const&) = delete;
  Variable& operator=(Variable const&) = delete;

 private:
  char const* name_;
};

}  // namespace

TEST_CASE("curl: a proxy is a tunnel, which gets nothing of the request") {
  ScriptedPeer proxy{{tunnel}};
  check_good(CurlTransport{through("http://" + proxy.authority())}.send(post_to("healthlake.test:8080")));
  auto const seen = proxy.requests();
  REQUIRE(seen.size() == 2);
  CHECK(lines_of(seen[0]).front() == "CONNECT healthlake.test:8080 HTTP/1.1");
  CHECK(lines_of(seen[1]).front() == "POST / HTTP/1.1");
  CHECK(has_line(seen[1], "Host: healthlake.test:8080"));
  CHECK(seen[0].find("X-Amz-Target") == std::string::npos);
  CHECK(seen[0].find("Proxy-Authorization") == std::string::npos);
}

TEST_CASE("curl: a direct request goes past the proxy, whichever option names it") {
  ClosedPort const nobody;
  for (bool const by_environment : {false, true}) {
    ScriptedPeer peer{{answer(good_response), answer(good_response)}};
    Variable const variable{"http_proxy", "http://" + nobody.authority()};
    CurlOptions options = through(by_environment ? "" : "http://" + nobody.authority());
    options.proxy_from_environment = by_environment;
    CurlTransport transport{options};
    check_good(transport.send(post_to(peer.authority()), SendOptions{.direct = true}));
    check_failure(transport.send(post_to(peer.authority())), TransportReason::connect_failed, false);
    check_good(transport.send(post_to(peer.authority()), SendOptions{.direct = true}));
  }
}

TEST_CASE("curl: user and password of a proxy go to the proxy alone, decoded") {
  ScriptedPeer proxy{{tunnel, tunnel}};
  // RFC 7617, 2: base64 of `user:p/s s`.
  for (std::string const url : {"http://user:p%2Fs%20s@", "user:p%2fs%20s@"})
    check_good(CurlTransport{through(url + proxy.authority() + "/")}.send(post_to("healthlake.test:8080")));
  auto const seen = proxy.requests();
  REQUIRE(seen.size() == 4);
  for (std::size_t const i : {0U, 2U}) CHECK(has_line(seen[i], "Proxy-Authorization: Basic dXNlcjpwL3Mgcw=="));
  for (std::size_t const i : {1U, 3U}) CHECK(seen[i].find("Proxy-Authorization") == std::string::npos);
}

TEST_CASE("curl: a proxy that says no is asked once; one that cannot may be asked again") {
  struct Case {
    int status;
    TransportReason reason;
    RetryKind retry;
  };
  using enum TransportReason;
  for (auto const& each : std::initializer_list<Case>{{400, proxy_refused, RetryKind::none},
                                                      {401, proxy_refused, RetryKind::none},
                                                      {403, proxy_refused, RetryKind::none},
                                                      {404, proxy_refused, RetryKind::none},
                                                      {405, proxy_refused, RetryKind::none},
                                                      {407, proxy_refused, RetryKind::none},
                                                      {302, proxy_refused, RetryKind::none},
                                                      {502, connect_failed, RetryKind::transient},
                                                      {503, connect_failed, RetryKind::transient},
                                                      {504, connect_failed, RetryKind::transient}}) {
    CAPTURE(each.status);
    std::string const status = std::to_string(each.status);
    ScriptedPeer proxy{{answer("HTTP/1.1 " + status +
                               " No\r\nProxy-Authenticate: Basic realm=\"a\"\r\nContent-Length: 4\r\n\r\npage")}};
    auto const reply =
        CurlTransport{through("http://user:secret@" + proxy.authority())}.send(post_to("healthlake.test:8080"));
    check_failure(reply, each.reason, false);
    CHECK(retry_kind(reply.error().reason) == each.retry);
    CHECK(reply.error().message == "the proxy answered CONNECT with status " + status);
    CHECK(proxy.requests().size() == 1);
    CHECK(proxy.connections() == 1);
  }
}

TEST_CASE("curl: a proxy that does not speak HTTP, or closes too early, is a failed connection") {
  for (std::string const bytes : {"", "SSH-2.0-OpenSSH_9.2p1\r\n", "HTTP/1.1 2"}) {
    ScriptedPeer proxy{{answer(bytes)}};
    auto const reply =
        CurlTransport{through("http://user:secret@" + proxy.authority())}.send(post_to("healthlake.test:8080"));
    check_failure(reply, TransportReason::connect_failed, false);
    CHECK(reply.error().message.find("secret") == std::string::npos);
  }
}

// A password may contain anything; it is not in any error, whatever libcurl or the resolver reports.
TEST_CASE("curl: no part of a proxy's user information gets into an error") {
  ClosedPort const closed;
  std::string const at = "@" + closed.authority();
  for (std::string const& url : {"http://Qx7:Zy9" + at,
                                 "http://Qx7:Zy9/Wv8" + at,
                                 "http://Qx7:Zy9#Wv8" + at,
                                 "http://Qx7:Zy9?Wv8" + at,
                                 "http://Qx7:Zy9 Wv8" + at,
                                 "http://Qx7:Zy9@Wv8" + at,
                                 "http://Qx7:Zy9%zzWv8" + at,
                                 "http://Qx7:Zy9\nWv8" + at,
                                 "http://Qx7:Zy9[Wv8" + at,
                                 "http://Qx7:Zy9\\Wv8" + at,
                                 "Qx7:Zy9" + at,
                                 "//Qx7:Zy9" + at,
                                 "ftp://Qx7:Zy9" + at,
                                 "socks5://Qx7:Zy9" + at,
                                 "http://Qx7" + at,
                                 std::string{"http://Qx7:Zy9@"},
                                 std::string{"http://Qx7:Zy9@bad host:1"},
                                 std::string{"http://Qx7:Zy9@[::1"},
                                 std::string{"http://Qx7:Zy9@nowhere.invalid:1"},
                                 std::string{"http://Qx7:Zy9@127.0.0.1:0"},
                                 std::string{"http://Qx7:Zy9@127.0.0.1:99999"},
                                 std::string{"http://Qx7:Zy9@127.0.0.1:1/path"},
                                 std::string{"http://Qx7:Zy9"}}) {
    CAPTURE(url);
    auto check = [&](CurlOptions const& options) {
      auto const reply = CurlTransport{options}.send(post_to("healthlake.test"));
      REQUIRE_FALSE(reply.has_value());
      CAPTURE(reply.error().message);
      CHECK((reply.error().reason == TransportReason::proxy_refused ||
             reply.error().reason == TransportReason::connect_failed));
      CHECK_FALSE(reply.error().may_have_reached_server);
      for (char const* part : {"Qx7", "Zy9", "Wv8"}) CHECK(reply.error().message.find(part) == std::string::npos);
    };
    check(through(url));
    Variable const variable{"http_proxy", url};
    CurlOptions from_environment;
    from_environment.proxy_from_environment = true;
    check(from_environment);
  }
}

TEST_CASE("curl: a proxy that cannot be understood is a permanent refusal that says what was expected") {
  for (std::string const url :
       {"http://", "http://a b:1", "https://a:1", "socks5://a:1", "http://u:p/w@a:1", "http://@"}) {
    CAPTURE(url);
    auto const reply = CurlTransport{through(url)}.send(post_to("healthlake.test"));
    check_failure(reply, TransportReason::proxy_refused, false);
    CHECK(reply.error().message.find("expected http://") != std::string::npos);
  }
}

TEST_CASE("curl: the environment selects or excludes proxies only if an option says so") {
  ScriptedPeer peer{{answer(good_response)}};
  ClosedPort const closed;
  {
    Variable const http{"http_proxy", "http://" + closed.authority()};
    Variable const all{"all_proxy", "http://" + closed.authority()};
    check_good(CurlTransport{}.send(post_to(peer.authority())));
  }
  // libcurl would look at no_proxy for a proxy that was set by option, too.
  ScriptedPeer proxy{{tunnel}};
  Variable const none{"no_proxy", "*"};
  check_good(CurlTransport{through("http://" + proxy.authority())}.send(post_to("healthlake.test:8080")));
  CHECK(proxy.requests().size() == 2);
}

TEST_CASE("curl: the environment's proxy, if it is asked for") {
  CurlOptions options;
  options.proxy_from_environment = true;
  ClosedPort const closed;
  SUBCASE("by the scheme's variable") {
    ScriptedPeer proxy{{tunnel}};
    Variable const http{"http_proxy", proxy.authority()};
    Variable const https{"https_proxy", closed.authority()};
    Variable const all{"all_proxy", closed.authority()};
    check_good(CurlTransport{options}.send(post_to("healthlake.test:8080")));
    CHECK(proxy.requests().size() == 2);
    auto request = post_to("healthlake.test:8443");
    request.scheme = "https";
    check_failure(CurlTransport{options}.send(request), TransportReason::connect_failed, false);
  }
  SUBCASE("by ALL_PROXY; HTTP_PROXY is a header in CGI, and an empty variable does not count") {
    ScriptedPeer proxy{{tunnel}};
    Variable const http{"HTTP_PROXY", closed.authority()};
    Variable const empty{"http_proxy", ""};
    Variable const all{"ALL_PROXY", "http://" + proxy.authority()};
    check_good(CurlTransport{options}.send(post_to("healthlake.test:8080")));
    CHECK(proxy.requests().size() == 2);
  }
  SUBCASE("but not for the hosts of no_proxy") {
    ScriptedPeer peer{{answer(good_response)}};
    Variable const http{"http_proxy", closed.authority()};
    Variable const none{"no_proxy", "example.org,127.0.0.1"};
    check_good(CurlTransport{options}.send(post_to(peer.authority())));
  }
  SUBCASE("and not where there is an option, which no_proxy has no say in") {
    ScriptedPeer proxy{{tunnel}};
    options.proxy = proxy.authority();
    Variable const http{"http_proxy", closed.authority()};
    Variable const none{"no_proxy", "*"};
    check_good(CurlTransport{options}.send(post_to("healthlake.test:8080")));
  }
}

TEST_CASE("curl: a tunnel is kept, and left when it is not quiet") {
  Script twice = tunnel;
  twice.insert(twice.end(), {ReadRequest{}, Write{good_response}, AwaitSignal{}, Write{"?"}, Hold{}});
  ScriptedPeer proxy{{twice, tunnel}};
  CurlTransport transport{through("http://" + proxy.authority())};
  for (int i = 0; i < 2; ++i) check_good(transport.send(post_to("healthlake.test:8080")));
  CHECK(proxy.connections() == 1);
  proxy.signal();
  REQUIRE(something_comes_from(proxy));
  check_good(transport.send(post_to("healthlake.test:8080")));
  CHECK(proxy.connections() == 2);
}

}  // namespace healthlake::testing
