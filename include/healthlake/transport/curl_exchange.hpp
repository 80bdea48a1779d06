// Implementation of curl.hpp: one exchange, as libcurl's callbacks see it, and libcurl's errors as TransportReason.
//
// Rules: only response_reader.hpp decides what is a valid response. It gets every byte that libcurl passes on: header
// lines with their line ends, and the body with its chunked coding. Nothing is thrown through libcurl. libcurl's
// messages are added to errors without the user information of URLs.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/transport/curl_options.hpp"
#include "healthlake/transport/response_reader.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Receives what a socket has; less than 1 if that is nothing.
long long receive_now(curl_socket_t socket, char* to, std::size_t room, int flags) noexcept;

// Whether a socket has unread bytes. Does not read them.
bool has_unread_bytes(curl_socket_t socket) noexcept;

class CurlExchange {
 public:
  CurlExchange(HttpRequest const& request, CurlOptions const& options)
      : reader_({.body = options.max_response_bytes, .header = options.max_header_bytes},
                {.to_head = request.method == "HEAD"}),
        body_(request.body),
        max_header_(options.max_header_bytes),
        tls_(request.scheme == "https"),
        http_2_(options.http_version == CurlHttpVersion::http_2) {}

  // The socket of a reused connection, or CURL_SOCKET_BAD.
  void may_use(curl_socket_t kept) noexcept { socket_ = kept; }

  // A line that libcurl passes on: of an interim response, of the response or of an HTTP/2 trailer.
  bool take_line(std::string_view line);

  bool take_body(std::string_view bytes) { return take(bytes); }

  // Supplies the next part of the request's body. None while a response is pending: it has to be read first, since the
  // next write may fail (RFC 9112, 9.5).
  std::size_t give_body(char* to, std::size_t room);
  void begin_body() noexcept { given_ = 0; }

  // Whether a paused body can be resumed.
  bool resumes() noexcept;
  // Whether the response is complete although the request is not.
  [[nodiscard]] bool answered_early() const noexcept { return reader_.done() && paused_or_cut(); }

  void opened(curl_socket_t socket) { opened_.push_back(socket); }

  // libcurl is about to close a socket. If a write has failed, the response may still be in the socket, unread: a
  // server that refuses a request resets the connection after its response. Reads it, unless libcurl may have read a
  // part of it that it did not pass on.
  void closing(curl_socket_t socket);

  // libcurl is about to send the request; a second time would be its own retry.
  bool begin_request();
  bool stop(TransportReason reason, std::string why);

  ResponseReader& reader() noexcept { return reader_; }
  // Whether both messages are complete, and nothing was received after the response.
  [[nodiscard]] bool clean() const noexcept { return reader_.done() && !paused_or_cut() && !excess_; }
  void send_by_callback() noexcept { by_callback_ = true; }

  // Why a callback ended the transfer, if one did.
  std::optional<TransportError> stopped{};
  // Whether there was a connection and the request was passed to it.
  bool sent = false;

 private:
  bool take(std::string_view bytes);
  bool take_trailer(std::size_t size);

  [[nodiscard]] bool paused_or_cut() const noexcept { return by_callback_ && given_ < body_.size(); }

  // The socket of the attempt that succeeded. libcurl closed the others.
  [[nodiscard]] curl_socket_t connected() const noexcept;

  ResponseReader reader_;
  std::string_view body_;
  std::size_t given_ = 0;
  bool by_callback_ = false;
  bool paused_ = false;
  std::size_t max_header_;
  std::size_t trailer_bytes_ = 0;
  bool excess_ = false;
  bool rescued_ = false;
  bool tls_;
  bool http_2_;
  bool reused_ = false;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::vector<curl_socket_t> opened_{};
};

// Nothing may be thrown through libcurl: false in place of an exception ends the transfer.
template <class F>
bool curl_guard(CurlExchange& exchange, F&& step) noexcept {
  try {
    return step();
  } catch (...) {
    // Short enough to need no memory.
    exchange.stopped = TransportError{TransportReason::connection_lost, "out of memory", exchange.sent};
    return false;
  }
}

// The callbacks, with the signatures of libcurl.
std::size_t curl_on_line(char* data, std::size_t size, std::size_t count, void* exchange) noexcept;
std::size_t curl_on_body(char* data, std::size_t size, std::size_t count, void* exchange) noexcept;
std::size_t curl_on_send(char* data, std::size_t size, std::size_t count, void* exchange) noexcept;
// Only called for the beginning, before a retry that begin_request() prevents.
int curl_on_rewind(void* exchange, curl_off_t, int) noexcept;
int curl_on_socket(void* exchange, curl_socket_t socket, curlsocktype) noexcept;
int curl_on_connected(void* exchange, char*, char*, int, int) noexcept;

// `sent` is false until there is a connection, so any earlier failure is a failure to connect.
constexpr TransportReason curl_reason(CURLcode code, bool sent) noexcept {
  // CURLE_TOO_LARGE of libcurl 8.6 and later, which older headers do not have.
  if (static_cast<int>(code) == 100) code = CURLE_OUT_OF_MEMORY;
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return TransportReason::tls_verification;
    case CURLE_OPERATION_TIMEDOUT: return sent ? TransportReason::read_timeout : TransportReason::connect_timeout;
    case CURLE_FILESIZE_EXCEEDED: return TransportReason::response_too_large;
    // The error of libcurl before 8.6 for a header line above its own limit.
    case CURLE_OUT_OF_MEMORY: return sent ? TransportReason::response_too_large : TransportReason::connect_failed;
    // The first of these is a response without a status line, taken for HTTP/0.9.
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    // The error of libcurl before 8.0 for a header whose first line begins with whitespace.
    case CURLE_BAD_FUNCTION_ARGUMENT: return sent ? TransportReason::not_http : TransportReason::connect_failed;
    default: return sent ? TransportReason::connection_lost : TransportReason::connect_failed;
  }
}

// `text` with `***` instead of possible user information: everything between a `//` and the last `@`. That is more than
// necessary if the text has several URLs, since a password may contain anything.
std::string without_userinfo(std::string text);

// The error that libcurl reported, in exact words. `text` is its error buffer.
TransportError curl_error(CURLcode code, std::string const& text, bool sent);

// The proxy answered CONNECT with a status that is not a success (RFC 9110, 9.3.6). A 5xx concerns the next hop, which
// may be available the next time.
TransportError curl_proxy_error(long status);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/curl_exchange.ipp"
#endif
