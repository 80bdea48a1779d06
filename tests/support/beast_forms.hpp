// The three forms of the Beast transport, each as a Transport, so that all run the same tests: BeastTransport, which
// blocks, and AsyncBeastTransport by callback and by coroutine.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "healthlake/transport/beast.hpp"

namespace healthlake::testing {

// The asynchronous form as a Transport, so that it runs the same contract. `start` begins an exchange.
template <class Start>
class Driven {
 public:
  using Options = BeastOptions;

  explicit Driven(Options options = {})
      : context_(std::make_unique<boost::asio::io_context>(1)),
        transport_(std::make_unique<AsyncBeastTransport>(context_->get_executor(), std::move(options))) {}

  HttpReply send(HttpRequest const& request) { return send(request, SendOptions{}); }
  HttpReply send(HttpRequest const& request, SendOptions const& limits) {
    if (!context_) return Unexpected{TransportError{TransportReason::connect_failed, "moved from", false}};
    std::optional<HttpReply> came;
    Start{}(*context_, *transport_, request, limits, came);
    // An exchange leaves nothing behind that would run on.
    context_->restart();
    context_->run();
    REQUIRE(came.has_value());
    return *std::move(came);
  }

  void cancel() { transport_->cancel(); }

 private:
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<AsyncBeastTransport> transport_;
};

struct StartCallback {
  void operator()(boost::asio::io_context&, AsyncBeastTransport& transport, HttpRequest const& request,
                  SendOptions const& limits, std::optional<HttpReply>& came) const {
    transport.async_send(request, limits, [&came](HttpReply reply) { came.emplace(std::move(reply)); });
  }
};
using CallbackBeast = Driven<StartCallback>;

#if defined(BOOST_ASIO_HAS_CO_AWAIT)
struct StartCoroutine {
  static boost::asio::awaitable<void> run(AsyncBeastTransport& transport, HttpRequest request, SendOptions limits,
                                          std::optional<HttpReply>& came) {
    came.emplace(co_await transport.async_send(std::move(request), limits));
  }
  void operator()(boost::asio::io_context& context, AsyncBeastTransport& transport, HttpRequest const& request,
                  SendOptions const& limits, std::optional<HttpReply>& came) const {
    boost::asio::co_spawn(context, run(transport, request, limits, came), boost::asio::detached);
  }
};
using CoroutineBeast = Driven<StartCoroutine>;
#define HEALTHLAKE_BEAST_FORMS BeastTransport, CallbackBeast, CoroutineBeast
#else
#define HEALTHLAKE_BEAST_FORMS BeastTransport, CallbackBeast
#endif

}  // namespace healthlake::testing
