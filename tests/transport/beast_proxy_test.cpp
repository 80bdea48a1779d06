// Requests through a proxy: https by a tunnel, http passed on; what the proxy refuses is its refusal, and nothing of
// the user information is ever in an error. In every form.
#include "healthlake/transport/beast_proxy.hpp"

#include <stdlib.h>

#include "tests/support/beast_forms.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {
namespace {

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
std::string const established = "HTTP/1.1 200 Connection established\r\n\r\n";

struct Variable {
  char const* name;
  Variable(char const* its_name, std::string const& value) : name(its_name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name); }
  Variable(Variable const&) = delete;
  Variable& operator=(Variable const&) = delete;
};

BeastOptions through(ScriptedPeer const& proxy, std::string const& userinfo = "") {
  BeastOptions options;
  options.proxy = "http://" + userinfo + proxy.authority();
  return options;
}
HttpRequest over_tls(std::string authority) {
  auto request = post_to(std::move(authority));
  request.scheme = "https";
  return request;
}

}  // namespace

TEST_CASE_TEMPLATE("http is passed on, with the whole URL (RFC 9112, 3.2.2)", T, HEALTHLAKE_BEAST_FORMS) {
  ScriptedPeer proxy{{{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}}}};
  T transport{through(proxy, "Aladdin:open%20sesame@")};
  for (int i = 0; i < 2; ++i) {
    auto const reply = transport.send(post_to("healthlake.test:8080", "{}"));
    REQUIRE(reply.has_value());
    CHECK(reply->body == "ok");
  }
  CHECK(proxy.connections() == 1);
  for (auto const& seen : proxy.requests()) {
    CHECK(lines_of(seen).front() == "POST http://healthlake.test:8080/ HTTP/1.1");
    CHECK(has_line(seen, "Host: healthlake.test:8080"));
    CHECK(has_line(seen, "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    CHECK(body_of(seen) == "{}");
  }
  // Without user information nothing is said of it.
  ScriptedPeer plain{{answer(ok)}};
  REQUIRE(T{through(plain)}.send(post_to("healthlake.test")).has_value());
  CHECK(lines_of(plain.requests().front()).front() == "POST http://healthlake.test/ HTTP/1.1");
  CHECK(plain.requests().front().find("Proxy-Authorization") == std::string::npos);
}

TEST_CASE_TEMPLATE("a direct request goes past the proxy, and past the connections that are kept to it", T,
                   HEALTHLAKE_BEAST_FORMS) {
  ScriptedPeer proxy{{{ReadRequest{}, Write{ok}, ReadRequest{}, Write{ok}}}};
  ScriptedPeer peer{{{ReadRequest{}, Write{ok}, Hold{}}}};
  T transport{through(proxy)};
  REQUIRE(transport.send(post_to(peer.authority())).has_value());
  REQUIRE(transport.send(post_to(peer.authority()), SendOptions{.direct = true}).has_value());
  REQUIRE(transport.send(post_to(peer.authority())).has_value());
  CHECK(proxy.requests().size() == 2);
  CHECK(proxy.connections() == 1);
  CHECK(peer.requests().size() == 1);
}

TEST_CASE_TEMPLATE("https goes through a tunnel, which is kept", T, HEALTHLAKE_BEAST_FORMS) {
  TlsIdentity const identity{"DNS:healthlake.test,IP:::1"};
  struct Case {
    std::string authority, target;
  };
  for (auto const& each : std::vector<Case>{{"healthlake.test:8443", "healthlake.test:8443"},
                                            {"healthlake.test", "healthlake.test:443"},
                                            {"[::1]:8443", "[::1]:8443"},
                                            {"[::1]", "[::1]:443"}})
    for (std::string const& opened :
         std::vector<std::string>{established, "HTTP/1.0 200\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
      CAPTURE(each.authority);
      CAPTURE(opened);
      ScriptedPeer proxy{{{ReadRequest{}, Write{opened}, StartTls{identity.context()}, ReadRequest{}, Write{ok},
                           ReadRequest{}, Write{ok}}}};
      auto options = through(proxy, "u:p@");
      options.ca_file = identity.ca_file();
      T transport{options};
      for (int i = 0; i < 2; ++i) REQUIRE(transport.send(over_tls(each.authority)).has_value());
      auto const seen = proxy.requests();
      REQUIRE(seen.size() == 3);
      CHECK(lines_of(seen[0]) == std::vector<std::string>{"CONNECT " + each.target + " HTTP/1.1",
                                                          "Host: " + each.target,
                                                          "User-Agent: " + std::string{default_user_agent},
                                                          "Proxy-Authorization: Basic dTpw"});
      for (std::size_t i : {1u, 2u}) {
        CHECK(lines_of(seen[i]).front() == "POST / HTTP/1.1");
        CHECK(has_line(seen[i], "Host: " + each.authority));
        CHECK(seen[i].find("Proxy-Authorization") == std::string::npos);
      }
    }
}

TEST_CASE_TEMPLATE("the other end of a tunnel is verified as any server", T, HEALTHLAKE_BEAST_FORMS) {
  TlsIdentity const identity{"DNS:another.test"};
  ScriptedPeer proxy{{{ReadRequest{}, Write{established}, StartTls{identity.context()}}}};
  auto options = through(proxy);
  options.ca_file = identity.ca_file();
  check_failure(T{options}.send(over_tls("healthlake.test")), TransportReason::tls_verification, false);
}

TEST_CASE_TEMPLATE("a tunnel that is not opened", T, HEALTHLAKE_BEAST_FORMS) {
  using enum TransportReason;
  struct Case {
    std::string name;
    Script script;
    TransportReason reason;
    std::string says{};
  };
  std::string const html = "Content-Length: 6\r\n\r\n<html>";
  for (auto const& each : std::vector<Case>{
           {"407", answer("HTTP/1.1 407 Proxy Authentication Required\r\n" + html), proxy_refused, "407"},
           {"403", answer("HTTP/1.1 403 Forbidden\r\n" + html), proxy_refused, "403"},
           {"a redirect", answer("HTTP/1.1 302 Found\r\nLocation: http://a/\r\n\r\n"), proxy_refused, "302"},
           {"502", answer("HTTP/1.1 502 Bad Gateway\r\n\r\n"), connect_failed, "502"},
           {"504 with a body", answer("HTTP/1.1 504 Timeout\r\n" + html), connect_failed, "504"},
           {"closed", {ReadRequest{}}, connect_failed},
           {"reset", {ReadRequest{}, Reset{}}, connect_failed},
           {"cut in the header", answer("HTTP/1.1 200 OK\r\nA"), connect_failed},
           {"not HTTP", answer("SSH-2.0-x\r\n\r\n"), not_http},
           {"bytes before the server could speak", answer(established + "\x16\x03\x01"), not_http},
           {"an endless header", {ReadRequest{}, WriteForever{"HTTP/1.1 100 Continue\r\n\r\n"}}, response_too_large},
           {"no answer", {ReadRequest{}, Hold{}}, connect_timeout}}) {
    CAPTURE(each.name);
    ScriptedPeer proxy{{each.script, answer(established)}};
    auto options = through(proxy, "user:secret@");
    options.connect_timeout = each.reason == connect_timeout ? milliseconds{80} : milliseconds{10'000};
    auto const reply = T{options}.send(over_tls("healthlake.test"));
    check_failure(reply, each.reason, false);
    CHECK(reply.error().message.find(each.says) != std::string::npos);
    CHECK(reply.error().message.find("secret") == std::string::npos);
    CHECK(reply.error().message.find("user") == std::string::npos);
    CHECK(proxy.connections() == 1);
  }
}

TEST_CASE_TEMPLATE("a 407 to what is passed on is the proxy's; other statuses are responses", T,
                   HEALTHLAKE_BEAST_FORMS) {
  ScriptedPeer proxy{{answer("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"),
                      answer("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")}};
  auto const refused = T{through(proxy)}.send(post_to("healthlake.test"));
  check_failure(refused, TransportReason::proxy_refused, true);
  CHECK(refused.error().message.find("407") != std::string::npos);
  auto const reply = T{through(proxy)}.send(post_to("healthlake.test"));
  REQUIRE(reply.has_value());
  CHECK(reply->status == 403);
}

TEST_CASE_TEMPLATE("a proxy that cannot be used is refused without a word of its URL", T, HEALTHLAKE_BEAST_FORMS) {
  for (std::string const url :
       {"http://user:se/cret@127.0.0.1:9", "http://user:se#cret@127.0.0.1:9", "http://user:se cret@127.0.0.1:9",
        "http://user:se@cret@127.0.0.1:9", "http://user:secret@bad host:9", "http://user:secret@127.0.0.1:99999",
        "https://user:secret@127.0.0.1:9", "socks5://user:secret@127.0.0.1:9", "http://user:secret%@127.0.0.1:9"}) {
    CAPTURE(url);
    BeastOptions options;
    options.proxy = url;
    auto const reply = T{options}.send(post_to("healthlake.test"));
    check_failure(reply, TransportReason::proxy_refused, false);
    for (char const* part : {"cret", "user", "127"}) CHECK(reply.error().message.find(part) == std::string::npos);
  }
  // Nor does one that is not there show it.
  ClosedPort const closed;
  BeastOptions options;
  options.proxy = "http://user:secret@" + closed.authority();
  auto const reply = T{options}.send(over_tls("healthlake.test"));
  check_failure(reply, TransportReason::connect_failed, false);
  CHECK(reply.error().message.find("secret") == std::string::npos);
  CHECK(reply.error().message.find(closed.authority()) != std::string::npos);
}

TEST_CASE_TEMPLATE("the environment's proxy counts only if it is asked for", T, HEALTHLAKE_BEAST_FORMS) {
  ScriptedPeer proxy{{answer(ok), answer(ok)}}, peer{{answer(ok), answer(ok), answer(ok), answer(ok)}};
  Variable const variable{"http_proxy", "http://" + proxy.authority()};
  BeastOptions options;
  CHECK(T{options}.send(post_to(peer.authority())).has_value());
  CHECK(proxy.connections() == 0);
  options.proxy_from_environment = true;
  CHECK(T{options}.send(post_to(peer.authority())).has_value());
  CHECK(proxy.connections() == 1);
  {
    Variable const none{"no_proxy", "localhost, 127.0.0.0/8"};
    CHECK(T{options}.send(post_to(peer.authority())).has_value());
    CHECK(proxy.connections() == 1);
    // The option comes before the environment, and no_proxy is of the environment.
    options.proxy = "http://" + proxy.authority();
    CHECK(T{options}.send(post_to(peer.authority())).has_value());
    CHECK(proxy.connections() == 2);
  }
}

TEST_CASE("which variable, for which scheme") {
  for (char const* name :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
    unsetenv(name);
  Variable const cgi{"HTTP_PROXY", "of-a-request-header"};
  CHECK(detail::proxy_variables().http.empty());
  Variable const all{"ALL_PROXY", "all"};
  CHECK(detail::proxy_variables().http == "all");
  CHECK(detail::proxy_variables().https == "all");
  Variable const upper{"HTTPS_PROXY", "upper"}, none{"NO_PROXY", "a"};
  CHECK(detail::proxy_variables().https == "upper");
  CHECK(detail::proxy_variables().no_proxy == "a");
  Variable const lower{"https_proxy", "lower"}, plain{"http_proxy", "plain"}, empty{"no_proxy", ""};
  CHECK(detail::proxy_variables().https == "lower");
  CHECK(detail::proxy_variables().http == "plain");
  CHECK(detail::proxy_variables().no_proxy == "a");
}

TEST_CASE("hosts that need no proxy") {
  struct Case {
    std::string list, host;
    bool expected;
  };
  for (auto const& each : std::vector<Case>{{"", "a.test", false},
                                            {"*", "a.test", true},
                                            {"a.test", "a.test", true},
                                            {"A.Test", "a.tesT", true},
                                            {"a.test", "b.a.test", true},
                                            {".a.test", "b.a.test", true},
                                            {".a.test", "a.test", true},
                                            {"a.test", "ba.test", false},
                                            {"b.a.test", "a.test", false},
                                            {"x, a.test ,y", "a.test", true},
                                            {",,", "a.test", false},
                                            {".", "a.test", false},
                                            {"127.0.0.1", "127.0.0.1", true},
                                            {"27.0.0.1", "127.0.0.1", false},
                                            {".0.0.1", "127.0.0.1", false},
                                            {"10.0.0.0/8", "10.1.2.3", true},
                                            {"10.0.0.0/8", "11.1.2.3", false},
                                            {"10.9.9.9/8", "10.1.2.3", true},
                                            {"0.0.0.0/0", "10.1.2.3", true},
                                            {"10.0.0.0/33", "10.0.0.0", false},
                                            {"10.0.0.0/x", "10.0.0.0", false},
                                            {"::1", "::1", true},
                                            {"[::1]", "::1", true},
                                            {"fd00::/8", "fd12::1", true},
                                            {"fd00::/8", "fe12::1", false},
                                            {"10.0.0.0/8", "fd12::1", false}}) {
    CAPTURE(each.list);
    CAPTURE(each.host);
    CHECK(detail::needs_no_proxy(each.list, each.host) == each.expected);
  }
}

}  // namespace healthlake::testing
