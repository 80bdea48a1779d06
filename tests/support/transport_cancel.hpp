// Cancellation: the chapter of the transports' contract on exchanges that the caller ends. Wherever an exchange is, it
// ends as `cancelled`, says whether the request may have reached the server, leaves its connection closed, and does no
// harm to the next one. A cancel with nothing in progress has no effect.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "healthlake/http/transport.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/tls/identity.hpp"
#include "tests/support/transport_contract.hpp"
#include "tests/support/transport_kept.hpp"

namespace healthlake::testing {

// Calls cancel() from another thread once `begun` is true, and until the exchange ends.
template <class T, class F>
HttpReply send_and_cancel(T& transport, HttpRequest const& request, F begun) {
  std::atomic<bool> ended{false};
  std::thread canceller{[&] {
    while (!begun()) std::this_thread::yield();
    while (!ended) {
      transport.cancel();
      std::this_thread::yield();
    }
  }};
  auto reply = transport.send(request);
  ended = true;
  canceller.join();
  return reply;
}

TEST_CASE_TEMPLATE_DEFINE("cancel() ends a send in progress in another thread, but not one that begins later", T,
                          cancel_progress) {
  TlsIdentity const identity{"IP:127.0.0.1"};
  typename T::Options options;
  options.ca_file = identity.ca_file();
  for (std::string const scheme : {"http", "https"})
    for (std::string const begun :
         {"", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"}) {
      CAPTURE(scheme);
      CAPTURE(begun);
      ScriptedPeer peer{{{ReadRequest{}, Write{begun}, Hold{}}, answer(good_response)},
                        scheme == "https" ? identity.context() : nullptr};
      auto request = post_to(peer.authority());
      request.scheme = scheme;
      T transport{options};
      transport.cancel();
      check_failure(send_and_cancel(transport, request, [&] { return !peer.requests().empty(); }),
                    TransportReason::cancelled, true);
      CHECK(peer.wait_until_closed(1));
      transport.cancel();
      check_good(transport.send(request));
    }
}

TEST_CASE_TEMPLATE_DEFINE("cancel() ends a send on a kept connection, which is not kept", T, cancel_kept) {
  ScriptedPeer peer{{{ReadRequest{}, Write{good_response}, ReadRequest{}, Hold{}}, answer(good_response)}};
  T transport;
  check_good(transport.send(post_to(peer.authority())));
  transport.cancel();
  check_failure(send_and_cancel(transport, post_to(peer.authority()), [&] { return peer.requests().size() == 2; }),
                TransportReason::cancelled, true);
  check_good(transport.send(post_to(peer.authority())));
  CHECK(peer.connections() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("cancel() ends what has not reached the server", T, cancel_connecting) {
  // A TLS handshake, and a proxy's tunnel, without an answer.
  for (bool const tunnel : {false, true}) {
    CAPTURE(tunnel);
    ScriptedPeer peer{{{Hold{}}, answer(good_response)}};
    typename T::Options options;
    if (tunnel) options.proxy = "http://" + peer.authority();
    auto request = post_to(tunnel ? std::string{"healthlake.test"} : peer.authority());
    request.scheme = "https";
    T transport{options};
    check_failure(send_and_cancel(transport, request, [&] { return peer.connections() == 1; }),
                  TransportReason::cancelled, false);
    CHECK(peer.wait_until_closed(1));
    CHECK(peer.requests().empty());
  }
}

TEST_CASE_TEMPLATE_DEFINE("cancel() ends a send whose request nobody reads", T, cancel_writing) {
  ScriptedPeer peer{{{ReadUntil{"\r\n\r\n"}, AwaitSignal{}}, answer(good_response)}};
  T transport;
  auto const request = post_to(peer.authority(), std::string(std::size_t{32} << 20, 'x'));
  auto const reply = send_and_cancel(transport, request, [&] { return peer.connections() == 1; });
  peer.signal();
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().reason == TransportReason::cancelled);
  check_good(transport.send(post_to(peer.authority())));
}

TEST_CASE_TEMPLATE_DEFINE("the options' flag ends a send, before it begins or while it waits, as long as it is set", T,
                          cancel_flag) {
  ScriptedPeer peer{{{ReadRequest{}, Hold{}}, answer(good_response)}};
  std::size_t heed = 1;
  typename T::Options options;
  options.cancelled = [&] { return peer.requests().size() == heed; };
  T transport{options};
  check_failure(transport.send(post_to(peer.authority())), TransportReason::cancelled, true);
  check_failure(transport.send(post_to(peer.authority())), TransportReason::cancelled, false);
  heed = 3;
  check_good(transport.send(post_to(peer.authority())));
  CHECK(peer.connections() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("the options' flag ends a send that is still connecting", T, cancel_flag_connecting) {
  ScriptedPeer peer{{{Hold{}}}};
  typename T::Options options;
  options.cancelled = [&] { return peer.connections() == 1; };
  auto request = post_to(peer.authority());
  request.scheme = "https";
  check_failure(T{options}.send(request), TransportReason::cancelled, false);
}

TEST_CASE_TEMPLATE_DEFINE("the options' flag may be a std::stop_token", T, cancel_token) {
  std::stop_source stop;
  ScriptedPeer peer{{{ReadRequest{}, Hold{}}}};
  typename T::Options options;
  options.cancelled = [token = stop.get_token()] { return token.stop_requested(); };
  T transport{options};
  std::thread stopper{[&] {
    while (peer.requests().empty()) std::this_thread::yield();
    stop.request_stop();
  }};
  auto const reply = transport.send(post_to(peer.authority()));
  stopper.join();
  check_failure(reply, TransportReason::cancelled, true);
}

}  // namespace healthlake::testing

// For a .cpp file in namespace healthlake::testing.
#define HEALTHLAKE_CANCEL_CONTRACT(TRANSPORT)                   \
  TEST_CASE_TEMPLATE_INVOKE(cancel_progress, TRANSPORT);        \
  TEST_CASE_TEMPLATE_INVOKE(cancel_kept, TRANSPORT);            \
  TEST_CASE_TEMPLATE_INVOKE(cancel_connecting, TRANSPORT);      \
  TEST_CASE_TEMPLATE_INVOKE(cancel_writing, TRANSPORT);         \
  TEST_CASE_TEMPLATE_INVOKE(cancel_flag, TRANSPORT);            \
  TEST_CASE_TEMPLATE_INVOKE(cancel_flag_connecting, TRANSPORT); \
  TEST_CASE_TEMPLATE_INVOKE(cancel_token, TRANSPORT)
