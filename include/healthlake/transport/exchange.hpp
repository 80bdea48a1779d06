// One exchange of HTTP/1.1 as a machine: which bytes to write, what the bytes read are, and the reply. For event loops
// and devices that bring sockets, and TLS, but no HTTP.
//
// Rules: no sockets and no clock; the caller moves bytes and decides when to stop. Requests are refused and responses
// are read as by every adapter here (checks.hpp, response_reader.hpp), with their limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/response_reader.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Limits of a response, in bytes.
struct ExchangeLimits {
  /// Of the body. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// Of header, interim responses, chunk extensions and trailer in total. 64 KiB.
  std::size_t max_header_bytes = default_max_header_bytes;
};

/// A request and its response. Write `to_write` whenever the socket takes bytes, and read at any time: a server may
/// answer before it has the whole request. Ends when `done`.
class HttpExchange {
 public:
  /// With the default limits.
  explicit HttpExchange(HttpRequest const& request) : HttpExchange(request, ExchangeLimits{}) {}
  /// Copies what it needs of the request. If that cannot be sent, the exchange is done, with the reason not_http.
  HttpExchange(HttpRequest const& request, ExchangeLimits const& limits);

  /// The bytes of the request that are still to be written; empty once all are, and when done.
  [[nodiscard]] std::string_view to_write() const noexcept;
  /// That many of them were written. Until the first call, the reply says that nothing reached the server.
  void wrote(std::size_t bytes) noexcept;

  /// Takes bytes that were read. Those after a complete response are dropped. Bytes before the first `wrote` are not a
  /// response to this request: they end the exchange, with the reason connection_lost.
  void read(std::string_view bytes);
  /// The peer closed the connection in order (`recv` returned 0; over TLS, after a close_notify), which may end a body.
  void closed();
  /// Ends the exchange: the connection failed, the time is up, or the caller does not want to go on. Has no effect when
  /// done. If the connection was lost (connection_lost) before the whole request was written, it may have been reset by
  /// a server that refused the request: an error response whose body ends with the connection is the reply then.
  void fail(TransportReason reason, std::string_view message);

  /// Whether there is a reply.
  [[nodiscard]] bool done() const noexcept { return error_ || reader_.done() || reader_.fault(); }
  /// Whether the reply is an error, so that nothing more has to be read.
  [[nodiscard]] bool failed() const noexcept { return error_ || reader_.fault(); }
  /// Once done: whether the connection can be used for another exchange. False if the server closes it, if the request
  /// was not written as a whole, or if there were bytes after the response.
  [[nodiscard]] bool reusable() const noexcept;
  /// The reply, which is moved out. Before the exchange is done, it is a connection_lost.
  [[nodiscard]] HttpReply reply();

 private:
  void give_up(TransportReason reason, std::string_view message);

  std::string request_;
  std::size_t written_ = 0;
  detail::ResponseReader reader_;
  bool excess_ = false;
  std::optional<TransportError> error_{};
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/exchange.ipp"
#endif
