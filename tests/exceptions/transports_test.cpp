// Invariants: whichever allocation fails in an exchange of an HTTP adapter, once or from then on, the exchange ends
// with the response or with an error that says so; nothing is sent twice; the adapter can be used again at once, and
// the next response is that of the next request; every connection is closed in the end. (Leaks: the suite also runs
// under AddressSanitizer.)
#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "failing.hpp"
#include "healthlake/transport/beast.hpp"
#include "healthlake/transport/curl.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/tls/identity.hpp"
#include "tests/support/transport_contract.hpp"
#include "tests/support/transport_kept.hpp"

namespace healthlake::testing {
namespace {

// The asynchronous forms, driven as documented: what throws out of run() is followed by another run(), and what does
// not end by itself is cancelled.
template <class Start>
class Insisting {
 public:
  using Options = BeastOptions;

  explicit Insisting(Options options) : transport_(context_->get_executor(), std::move(options)) {}

  HttpReply send(HttpRequest const& request) {
    std::shared_ptr<std::optional<HttpReply>> came;
    try {
      came = std::make_shared<std::optional<HttpReply>>();
      Start{}(*context_, transport_, request, came);
    } catch (std::bad_alloc const&) {
      return Unexpected{TransportError{TransportReason::connect_failed, "not started", false}};
    }
    for (bool thrown = true; thrown;) try {
        context_->restart();
        context_->run();
        thrown = false;
      } catch (std::bad_alloc const&) {
        failing::until_failure = -1;
        transport_.cancel();
      }
    REQUIRE(came->has_value());
    return *std::move(*came);
  }

 private:
  std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>(1);
  AsyncBeastTransport transport_;
};

using Came = std::shared_ptr<std::optional<HttpReply>>;

struct ByCallback {
  void operator()(boost::asio::io_context&, AsyncBeastTransport& transport, HttpRequest const& request,
                  Came came) const {
    transport.async_send(request, [came](HttpReply reply) { came->emplace(std::move(reply)); });
  }
};

#define HEALTHLAKE_ALL_FORMS CurlTransport, BeastTransport, Insisting<ByCallback>

// A failed exchange between two good ones, and without one before it.
template <class T>
void fail_each_allocation(std::string const& scheme, std::string const& body, bool after_good, bool for_good) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  typename T::Options options;
  options.ca_file = identity.ca_file();
  long n = 0;
  for (;; ++n) {
    CAPTURE(n);
    REQUIRE(n < 5000);
    Script const script{ReadRequest{}, Write{good_response}, ReadRequest{}, Write{good_response},
                        ReadRequest{}, Write{good_response}, ReadRequest{}};
    ScriptedPeer peer{{script, script, script}, scheme == "https" ? identity.context() : nullptr};
    auto request = post_to(peer.authority(), body);
    request.scheme = scheme;
    std::size_t requests = 0;
    bool hit = false;
    {
      T transport{options};
      if (after_good) check_good(transport.send(request));
      std::optional<HttpReply> reply;
      {
        failing::Failing failing{n, for_good};
        reply.emplace(transport.send(request));
        hit = failing::Failing::hit();
      }
      REQUIRE(reply.has_value());
      if (*reply) {
        check_good(*reply);
      } else {
        REQUIRE(hit);
        INFO(to_string(reply->error().reason), ": ", reply->error().message);
        CHECK_FALSE(reply->error().message.empty());
        bool const lost = reply->error().reason == TransportReason::connection_lost ||
                          reply->error().reason == TransportReason::connect_failed ||
                          reply->error().reason == TransportReason::cancelled;
        CHECK(lost);
      }
      requests = peer.requests().size();
      REQUIRE(requests <= (after_good ? 2U : 1U));
      check_good(transport.send(request));
      // The request that failed may be complete by now, but was not sent again.
      REQUIRE(peer.requests().size() <= (after_good ? 3U : 2U));
    }
    CHECK(peer.wait_until_closed(peer.connections()));
    if (!hit) break;
  }
  // As many points as there are allocations (libcurl's are not by `operator new`).
  CHECK(n > 4);
}

}  // namespace

TEST_CASE_TEMPLATE("exceptions: each allocation of an exchange may fail", T, HEALTHLAKE_ALL_FORMS) {
  for (bool const for_good : {false, true})
    for (bool const after_good : {false, true}) {
      CAPTURE(for_good);
      CAPTURE(after_good);
      fail_each_allocation<T>("http", "{}", after_good, for_good);
    }
}

TEST_CASE_TEMPLATE("exceptions: each allocation of an exchange with a large request may fail", T,
                   HEALTHLAKE_ALL_FORMS) {
  fail_each_allocation<T>("http", std::string(100'000, 'x'), true, false);
}

TEST_CASE_TEMPLATE("exceptions: each allocation of an exchange over TLS may fail", T, HEALTHLAKE_ALL_FORMS) {
  fail_each_allocation<T>("https", "{}", false, false);
  fail_each_allocation<T>("https", std::string(100'000, 'x'), true, true);
}

}  // namespace healthlake::testing
