// The functions of transport/beast_exchange.hpp, and the exchange itself.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/transport.hpp"
#include "healthlake/transport/beast_connect.hpp"
#include "healthlake/transport/beast_connection.hpp"
#include "healthlake/transport/beast_exchange.hpp"
#include "healthlake/transport/beast_proxy.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/response_reader.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// One request and its response: resolve, connect, tunnel, handshake, then write and read concurrently, since a server
// may answer before it has read the whole request. The handler of each step starts the next. The first of response,
// failure, deadline and cancel() completes the exchange; whatever comes later is ignored.
class BeastExchange : public std::enable_shared_from_this<BeastExchange> {
 public:
  BeastExchange(std::shared_ptr<BeastShared> shared, HttpRequest request, SendOptions limits,
                std::shared_ptr<BeastCompletion> waiting)
      : shared_(std::move(shared)),
        request_(std::move(request)),
        limits_(limits),
        waiting_(std::move(waiting)),
        resolver_(shared_->executor),
        timer_(shared_->executor) {}

  void start() {
    guarded([this] {
      if (auto refused = check_sendable(request_)) return finish(Unexpected{*std::move(refused)});
      if (forbidden_field_value(shared_->options.user_agent))
        return finish(Unexpected{refusal("the user_agent option contains CR, LF or NUL (RFC 9110, 5.5)")});
      if (stop_asked()) return;
      std::erase_if(shared_->running, [](auto const& other) { return other.expired(); });
      shared_->running.push_back(weak_from_this());
      origin_ = parse_origin(request_.scheme, request_.authority);
      head_ = request_head(request_, shared_->options.user_agent);
      if (std::string_view const url = proxy_url(); !url.empty()) {
        proxy_ = parse_proxy(url);
        if (!proxy_) return fail(TransportReason::proxy_refused, bad_proxy);
        if (!origin_.tls) address_through(head_, request_, proxy_);
      }
      auto const now = std::chrono::steady_clock::now();
      std::chrono::milliseconds const timeout{time_allowed(shared_->options.timeout.count(), limits_)};
      give_up_ = now + bounded(timeout);
      connect_until_ = (std::min)(now + bounded(shared_->options.connect_timeout), give_up_);
      wait_until(connect_until_);
      connection_ = shared_->take_idle(idle_key());
      if (connection_) return exchange();
      connection_ = std::make_unique<BeastConnection>(shared_->executor, idle_key());
      resolve(proxy_ ? proxy_.host : origin_.host, proxy_ ? proxy_.port : origin_.port);
    });
  }

  void cancel() {
    guarded([this] { fail(TransportReason::cancelled, "cancel() was called"); });
  }

  // Ends it after an operation was lost: Asio throws if it has no memory for the next step of one.
  void abandon(char const* why) {
    guarded([&] { fail(sent_ ? TransportReason::connection_lost : TransportReason::connect_failed, why); });
  }

 private:
  [[nodiscard]] std::string key() const { return request_.scheme + "://" + request_.authority; }
  // A connection through a proxy must not be reused without one.
  [[nodiscard]] std::string idle_key() const { return (limits_.direct ? "direct " : "") + key(); }
  [[nodiscard]] std::string_view proxy_url() const {
    if (limits_.direct) return {};
    return proxy_for(origin_, shared_->options.proxy, shared_->variables);
  }
  // The peer to name in errors.
  [[nodiscard]] std::string peer() const { return proxy_ ? "the proxy " + proxy_.host + ":" + proxy_.port : key(); }

  // A handler that keeps this exchange alive, does nothing after its end, and lets no exception escape.
  template <class F>
  auto on(F step) {
    return [ self = shared_from_this(), step ](BeastError error, auto&&... more)
      requires std::invocable<F, BeastError, decltype(more)...>
    {
      self->guarded([&] { step(error, std::forward<decltype(more)>(more)...); });
    };
  }
  template <class F>
  void guarded(F&& step) {
    if (!waiting_) return;
    try {
      step();
    } catch (std::exception const& e) {
      if (waiting_) fail(sent_ ? TransportReason::connection_lost : TransportReason::connect_failed, e.what());
    }
  }

  void wait_until(std::chrono::steady_clock::time_point when) {
    until_ = when;
    wait();
  }
  void wait() {
    auto const now = std::chrono::steady_clock::now();
    timer_.expires_at(shared_->options.cancelled ? (std::min)(until_, now + cancel_interval) : until_);
    timer_.async_wait(on([this](BeastError error) {
      // A wait that ended before it could be replaced still reports success; ignore it, the new one follows.
      if (error || timer_.expiry() > std::chrono::steady_clock::now() || stop_asked()) return;
      if (until_ > std::chrono::steady_clock::now()) return wait();
      if (sent_)
        return fail(TransportReason::read_timeout, "no complete response from " + key() + " within the timeout");
      fail(TransportReason::connect_timeout, "no connection to " + peer() + " within the timeout");
    }));
  }

  // Ends the exchange if BeastOptions::cancelled returns true.
  bool stop_asked() {
    bool const asked = shared_->options.cancelled && shared_->options.cancelled();
    if (asked) fail(TransportReason::cancelled, "BeastOptions::cancelled returned true");
    return asked;
  }

  void resolve(std::string const& host, std::string const& port) {
    if (shared_->options.resolver) return connect(shared_->options.resolver(host, port));
    resolver_.async_resolve(host, port, boost::asio::ip::resolver_base::numeric_service,
                            on([this](BeastError error, boost::asio::ip::tcp::resolver::results_type const& found) {
                              if (error) return connect_failed("resolve", error.message());
                              connect({found.begin(), found.end()});
                            }));
  }

  void connect(std::vector<BeastEndpoint> const& found) {
    auto const time =
        std::chrono::duration_cast<std::chrono::milliseconds>(connect_until_ - std::chrono::steady_clock::now());
    auto const connector = std::make_shared<BeastConnector>(
        shared_->executor, found, time, bounded(shared_->options.address_delay),
        on([this](BeastError error, BeastSocket&& socket, std::size_t tried) {
          std::string const all = tried > 1 ? " (" + std::to_string(tried) + " addresses tried)" : "";
          if (error) return connect_failed("connect to", error.message() + all);
          connected(std::move(socket));
        }));
    connector_ = connector;
    connector->start();
  }

  void connected(BeastSocket socket) {
    connection_->socket = std::move(socket);
    BeastError ignored;
    connection_->socket.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
    connection_->socket.set_option(boost::asio::socket_base::keep_alive{true}, ignored);
    if (proxy_ && origin_.tls) return open_tunnel();
    if (origin_.tls) return handshake();
    exchange();
  }

  void open_tunnel() {
    tunnel_ = connect_head(origin_, proxy_, shared_->options.user_agent);
    // What follows the header of a response to CONNECT belongs to the tunnel, whatever its length field says, as with
    // HEAD.
    reader_.emplace(limits(), HeadRules{.to_head = true});
    boost::asio::async_write(connection_->socket, boost::asio::buffer(tunnel_),
                             on([this](BeastError error, std::size_t) {
                               if (error) return connect_failed("open a tunnel through", error.message());
                               read_tunnel();
                             }));
  }

  void read_tunnel() {
    connection_->socket.async_read_some(boost::asio::buffer(buffer_), on([this](BeastError error, std::size_t size) {
                                          std::string_view bytes{buffer_.data(), size};
                                          reader_->feed(bytes);
                                          if (error) reader_->end(false);
                                          if (auto const& fault = reader_->fault()) return no_tunnel(*fault);
                                          if (!reader_->done()) return read_tunnel();
                                          take_tunnel(bytes.empty());
                                        }));
  }

  void no_tunnel(TransportError const& fault) {
    if (fault.reason == TransportReason::connection_lost) return connect_failed("open a tunnel through", fault.message);
    fail(fault.reason, peer() + ": " + fault.message);
  }

  // RFC 9110, 9.3.6. A 5xx concerns the next hop, which may be available the next time.
  void take_tunnel(bool nothing_left) {
    int const status = reader_->status();
    if (status >= 200 && status < 300 && nothing_left) return handshake();
    if (status >= 200 && status < 300)
      return fail(TransportReason::not_http, peer() + " sent data through the tunnel before the TLS handshake");
    fail(status >= 500 ? TransportReason::connect_failed : TransportReason::proxy_refused,
         peer() + " answered CONNECT with status " + std::to_string(status));
  }

  void handshake() {
    BeastError error;
    boost::asio::ssl::context* const context = shared_->tls_context(error);
    if (context == nullptr)
      return fail(TransportReason::tls_verification, "cannot load the CA certificates: " + error.message());
    auto& stream = connection_->tls.emplace(BeastWire{connection_->socket}, *context);
    if (!expect_peer(stream.native_handle(), origin_.host))
      return fail(TransportReason::connect_failed, "cannot set up TLS for " + key());
    stream.async_handshake(boost::asio::ssl::stream_base::client, on([this](BeastError failed) {
                             if (!failed) return exchange();
                             long const verdict = SSL_get_verify_result(connection_->tls->native_handle());
                             if (verdict == X509_V_OK)
                               return fail(TransportReason::connect_failed,
                                           "TLS handshake with " + key() + ": " + failed.message());
                             fail(TransportReason::tls_verification,
                                  "the certificate of " + key() + ": " + X509_verify_cert_error_string(verdict));
                           }));
  }

  // Calls `f` with the stream to read from and write to.
  template <class F>
  void with_stream(F&& f) {
    if (connection_->tls) return f(*connection_->tls);
    f(connection_->socket);
  }

  void exchange() {
    sent_ = true;
    wait_until(give_up_);
    std::array<boost::asio::const_buffer, 2> const message{boost::asio::buffer(head_),
                                                           boost::asio::buffer(request_.body)};
    with_stream([&](auto& stream) {
      boost::asio::async_write(stream, message, on([this](BeastError error, std::size_t) {
                                 // The server may have answered before it closed (RFC 9112, 9.5): the read reports it.
                                 write_error_ = error;
                                 written_ = !error;
                                 if (ended_) end(boost::asio::error::eof);
                               }));
    });
    reader_.emplace(limits(), HeadRules{.to_head = request_.method == "HEAD"});
    read();
  }

  void read() {
    with_stream([&](auto& stream) {
      stream.async_read_some(boost::asio::buffer(buffer_),
                             on([this](BeastError error, std::size_t size) { take(error, size); }));
    });
  }

  void take(BeastError error, std::size_t size) {
    std::string_view bytes{buffer_.data(), size};
    reader_->feed(bytes);
    if (error) return end(error);
    conclude({}, bytes.empty());
  }

  // The connection ended. Without TLS, this can be a reset that was reported to the write: a body that ends with the
  // connection may then be truncated. A server that refuses what it has not read resets the connection after its
  // response; what was received of that is the response.
  void end(BeastError error) {
    bool const in_order = error == boost::asio::error::eof;
    bool const refused = !connection_->tls && !written_ && reader_->status() >= 400;
    ended_ = in_order && !connection_->tls && !refused && !written_ && !write_error_ && reader_->has_head();
    if (ended_) return;
    reader_->end(refused || (in_order && (connection_->tls || written_)));
    conclude(write_error_ ? write_error_ : error, false);
  }

  void conclude(BeastError error, bool nothing_left) {
    if (auto fault = reader_->fault()) {
      if (error) fault->message += ": " + error.message();
      return fail(fault->reason, std::move(fault->message));
    }
    if (!reader_->done()) return read();
    if (proxy_ && !origin_.tls && reader_->status() == 407)
      return fail(TransportReason::proxy_refused, peer() + " answered with status 407");
    if (written_ && reader_->keeps_alive() && nothing_left) shared_->keep(std::move(connection_));
    finish(reader_->take());
  }

  [[nodiscard]] ResponseLimits limits() const {
    return {.body = shared_->options.max_response_bytes, .header = shared_->options.max_header_bytes};
  }

  void connect_failed(char const* what, std::string const& why) {
    fail(TransportReason::connect_failed, std::string{what} + " " + peer() + ": " + why);
  }

  void fail(TransportReason reason, std::string message) {
    finish(Unexpected{TransportError{reason, std::move(message), sent_}});
  }

  void finish(HttpReply reply) {
    auto const waiting = std::move(waiting_);
    BeastError ignored;
    if (connection_) connection_->socket.close(ignored);
    // What cannot be stopped for want of memory finds nobody waiting.
    quietly([this] { timer_.cancel(); });
    quietly([this] { resolver_.cancel(); });
    quietly([this] {
      if (auto const connector = connector_.lock()) connector->stop();
    });
    waiting->complete(std::move(reply));
  }
  template <class F>
  static void quietly(F&& step) noexcept {
    try {
      step();
    } catch (...) {
      return;
    }
  }

  std::shared_ptr<BeastShared> shared_;
  HttpRequest request_;
  SendOptions limits_;
  // Null after the end.
  std::shared_ptr<BeastCompletion> waiting_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  Origin origin_{};
  Proxy proxy_{};
  std::string head_{};
  std::string tunnel_{};
  std::chrono::steady_clock::time_point give_up_{};
  std::chrono::steady_clock::time_point connect_until_{};
  // What the timer waits for.
  std::chrono::steady_clock::time_point until_{};
  // It keeps this exchange alive, not the other way round.
  std::weak_ptr<BeastConnector> connector_{};
  std::unique_ptr<BeastConnection> connection_{};
  // Whether any byte of the request may have been written, and whether all have.
  bool sent_ = false;
  bool written_ = false;
  BeastError write_error_{};
  // Whether the meaning of the end of the connection depends on how the write ends.
  bool ended_ = false;
  // The size of a TLS record.
  std::array<char, 16384> buffer_{};
  std::optional<ResponseReader> reader_{};
};

HEALTHLAKE_DECL std::shared_ptr<BeastShared> make_beast_shared(boost::asio::any_io_executor executor,
                                                               BeastOptions options) {
  return std::make_shared<BeastShared>(std::move(executor), std::move(options));
}

HEALTHLAKE_DECL void start_beast_exchange(std::shared_ptr<BeastShared> shared,
                                          boost::asio::any_io_executor const& executor, HttpRequest request,
                                          SendOptions limits, std::shared_ptr<BeastCompletion> waiting) {
  auto exchange = std::make_shared<BeastExchange>(std::move(shared), std::move(request), limits, std::move(waiting));
  boost::asio::post(executor, [exchange] { exchange->start(); });
}

HEALTHLAKE_DECL void cancel_beast_exchanges(std::shared_ptr<BeastShared> const& shared) {
  boost::asio::post(shared->executor, [shared] {
    for (auto const& running : std::exchange(shared->running, {}))
      if (auto const exchange = running.lock()) exchange->cancel();
  });
}

HEALTHLAKE_DECL void abandon_beast_exchanges(BeastShared& shared, char const* why) {
  for (auto const& running : std::exchange(shared.running, {}))
    if (auto const exchange = running.lock()) exchange->abandon(why);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
