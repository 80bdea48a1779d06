// A kept connection is used again only while it is quiet and young: what a server sends unasked, bytes or the end, in
// the segment of an answer or behind it, is never the answer to a later request. In every form, with TLS and without.
#include "healthlake/transport/beast_connection.hpp"

#include "tests/support/beast_forms.hpp"
#include "tests/support/transport_contract.hpp"

namespace healthlake::testing {
namespace {

std::string response(std::string const& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// As much as the transport reads at once, so that what follows stays in the socket.
std::string response_of(std::size_t size) {
  std::size_t const head = response(std::string(size - 100, 'a')).size() - (size - 100);
  return response(std::string(size - head, 'a'));
}

}  // namespace

TEST_CASE_TEMPLATE("unsolicited data is not a response", T, HEALTHLAKE_BEAST_FORMS) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  std::string const forged = response("forged"), good = response("good");
  struct Case {
    std::string name;
    Script script;
  };
  for (bool const tls : {false, true})
    for (auto const& each : std::vector<Case>{
             {"in one write", {ReadRequest{}, Write{good + forged}, Hold{}}},
             {"in one segment", {ReadRequest{}, WriteTogether{{good, forged}}, Hold{}}},
             {"its first byte", {ReadRequest{}, WriteTogether{{good, "H"}}, Hold{}}},
             {"a line end", {ReadRequest{}, WriteTogether{{good, "\r\n"}}, Hold{}}},
             {"an unasked 408", {ReadRequest{}, WriteTogether{{good, "HTTP/1.1 408 Timeout\r\n\r\n"}}}},
             {"more than is read at once", {ReadRequest{}, WriteTogether{{response_of(16384), forged}}, Hold{}}},
             {"much more", {ReadRequest{}, WriteTogether{{good, response_of(50'000)}}, Hold{}}},
             {"bytes and the end", {ReadRequest{}, WriteTogether{{good, forged}}}},
             {"the end", {ReadRequest{}, WriteTogether{{good}}}},
             {"behind chunks",
              {ReadRequest{}, WriteTogether{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", forged}},
               Hold{}}},
             {"behind no body", {ReadRequest{}, WriteTogether{{"HTTP/1.1 204 None\r\n\r\n", forged}}, Hold{}}}}) {
      CAPTURE(each.name);
      CAPTURE(tls);
      ScriptedPeer peer{{each.script, answer(response("second"))}, tls ? identity.context() : nullptr};
      BeastOptions options;
      options.ca_file = identity.ca_file();
      T transport{options};
      auto request = post_to(peer.authority());
      if (tls) request.scheme = "https";
      auto const first = transport.send(request);
      REQUIRE(first.has_value());
      CHECK(first->body != "forged");
      if (each.script.back().kind != Step::Kind::hold) REQUIRE(peer.wait_until_closed(1));
      auto const second = transport.send(request);
      REQUIRE(second.has_value());
      CHECK(second->body == "second");
      CHECK(peer.connections() == 2);
    }
}

TEST_CASE_TEMPLATE("a quiet connection is kept, until it is old", T, HEALTHLAKE_BEAST_FORMS) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  for (bool const tls : {false, true}) {
    CAPTURE(tls);
    Script const twice{ReadRequest{}, Write{response("ok")}, ReadRequest{}, Write{response("ok")}};
    ScriptedPeer peer{{twice, twice, twice}, tls ? identity.context() : nullptr};
    auto request = post_to(peer.authority());
    if (tls) request.scheme = "https";
    BeastOptions options;
    options.ca_file = identity.ca_file();
    T young{options};
    for (int i = 0; i < 2; ++i) REQUIRE(young.send(request).has_value());
    CHECK(peer.connections() == 1);
    options.max_idle_age = milliseconds{1};
    T old{options};
    for (int i = 0; i < 2; ++i) {
      REQUIRE(old.send(request).has_value());
      auto const then = std::chrono::steady_clock::now() + milliseconds{2};
      while (std::chrono::steady_clock::now() < then) continue;
    }
    CHECK(peer.connections() == 3);
  }
}

}  // namespace healthlake::testing
