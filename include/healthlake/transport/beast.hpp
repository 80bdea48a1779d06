// A Transport over Boost.Asio (Boost 1.74 or later; link OpenSSL), blocking and asynchronous.
//
// Rules: certificates are always verified, with TLS 1.2 or later, against the CA of the options or of the system; the
// subjectAltName must contain the host name or address of the request. Redirects are not followed, no coding but
// chunked is decoded, and trailer fields are dropped. The environment is used only if the options say so. (OpenSSL
// itself still reads its configuration, OPENSSL_CONF.) Nothing is sent twice. An idle connection that the server has
// closed, or that has unsolicited data pending, is replaced before anything is written. One that breaks later is
// reported as connection_lost; whether to send again is up to the caller's retry strategy. The response is read while
// the request is written, so that the response of a server that answers early is received. A body that ends with the
// connection is complete only if the connection is closed in order (FIN, and over TLS also the close_notify of RFC
// 8446, 6.1). The exception is an error status without TLS before the whole request was written, since such a
// connection ends with a reset. Beast's parser is not used, so which responses are accepted does not depend on the
// version of Boost, and is the same as in curl.hpp (response_reader.hpp).
//
// Apart from beast_*.hpp, the only header that includes Boost. Asio's TLS streams use OpenSSL.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#if defined(BOOST_ASIO_HAS_CO_AWAIT)
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#endif

#include <memory>

#include "healthlake/http/transport.hpp"
#include "healthlake/transport/beast_exchange.hpp"
#include "healthlake/transport/beast_options.hpp"

namespace boost::asio {
class io_context;
}

namespace HEALTHLAKE_NAMESPACE {

/// The asynchronous transport. All of its work runs on the executor passed to it; if several threads run that, pass a
/// strand, and every member may be called from any thread. Requests run concurrently, each on its own connection.
/// Requests in progress continue when the object is destroyed.
class AsyncBeastTransport {
 public:
  /// The limits, the trust and the proxy.
  using Options = BeastOptions;

  /// With the default options.
  explicit AsyncBeastTransport(boost::asio::any_io_executor executor)
      : AsyncBeastTransport(std::move(executor), Options{}) {}
  /// Opens no connection yet. The trusted certificates are read when the first https request connects; if they cannot
  /// be, it fails and says so.
  AsyncBeastTransport(boost::asio::any_io_executor executor, Options options)
      : executor_(std::move(executor)), shared_(detail::make_beast_shared(executor_, std::move(options))) {}

  /// Sends the request and completes with HttpReply, by any completion token whose signature is void(HttpReply);
  /// never inline. Sends method, target and headers unchanged (a Host header replaces the authority), and
  /// `Content-Length` from the body. Field lines with the same name keep their order.
  ///
  /// Errors are values: not_http for a request that cannot be sent (see checks.hpp) and for a response that is not
  /// valid HTTP, cancelled after cancel(), the others as TransportReason describes them. may_have_reached_server is
  /// false until the first write begins.
  ///
  /// Out of memory: std::bad_alloc is thrown before anything is started, or the exchange ends with connect_failed or
  /// connection_lost. An operation of Asio itself that finds no memory throws out of the executor's run(), and the
  /// exchange then ends with its timeout or by cancel(). If there is no memory to post the completion, the handler is
  /// called directly. The transport can be used again in each case.
  template <class CompletionToken>
  auto async_send(HttpRequest request, CompletionToken&& token) {
    return async_send(std::move(request), SendOptions{}, std::forward<CompletionToken>(token));
  }
  /// The same, within a shorter time: `Send::timeout`.
  template <class CompletionToken>
  auto async_send(HttpRequest request, SendOptions limits, CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(HttpReply)>(
        [limits, executor = executor_](auto handler, std::shared_ptr<detail::BeastShared> const& shared,
                                       HttpRequest&& sending) {
          auto waiting = std::make_shared<detail::BeastHandler<decltype(handler)>>(std::move(handler), executor);
          detail::start_beast_exchange(shared, executor, std::move(sending), limits, std::move(waiting));
        },
        token, shared_, std::move(request));
  }

#if defined(BOOST_ASIO_HAS_CO_AWAIT)
  /// The same for `co_await`, which starts it.
  boost::asio::awaitable<HttpReply> async_send(HttpRequest request) {
    return async_send(std::move(request), SendOptions{}, boost::asio::use_awaitable);
  }
  boost::asio::awaitable<HttpReply> async_send(HttpRequest request, SendOptions limits) {
    return async_send(std::move(request), limits, boost::asio::use_awaitable);
  }
#endif

  /// Ends every request in progress with TransportReason::cancelled.
  void cancel() { detail::cancel_beast_exchanges(shared_); }

 private:
  friend class BeastTransport;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<detail::BeastShared> shared_;
};

/// The blocking transport: an AsyncBeastTransport with its own io_context. For one thread at a time; movable, not
/// copyable; after a move, every `send` of the source fails with connect_failed.
class BeastTransport {
 public:
  /// The limits, the trust and the proxy.
  using Options = BeastOptions;

  BeastTransport() : BeastTransport(Options{}) {}
  /// Opens no connection yet.
  explicit BeastTransport(Options options);
  ~BeastTransport();
  BeastTransport(BeastTransport&& other) noexcept;
  BeastTransport& operator=(BeastTransport&& other) noexcept;

  /// Sends the request and waits for the whole response, for at most Options::timeout. Errors are those of
  /// AsyncBeastTransport::async_send; does not throw: out of memory is connect_failed or connection_lost.
  [[nodiscard]] HttpReply send(HttpRequest const& request) { return send(request, SendOptions{}); }
  /// The same, within a shorter time.
  [[nodiscard]] HttpReply send(HttpRequest const& request, SendOptions const& limits);

  /// Ends a `send` in progress in another thread with TransportReason::cancelled; does nothing if there is none.
  void cancel();

 private:
  // In this order: connections are destroyed before their context.
  std::unique_ptr<boost::asio::io_context> context_{};
  std::unique_ptr<AsyncBeastTransport> transport_{};
};

static_assert(TimedTransport<BeastTransport>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/beast.ipp"
#endif
