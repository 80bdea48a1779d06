// Implementation of curl.hpp: one exchange, as libcurl's callbacks see it, and libcurl's errors as TransportReason.
//
// Rules: only response_reader.hpp decides what is a valid response. It gets every byte that libcurl passes on: header
// lines with their line ends, and the body with its chunked coding. Nothing is thrown through libcurl. libcurl's
// messages are added to errors without the user information of URLs.
#pragma once

#include <curl/curl.h>

#include <algorithm>
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
inline auto receive_now(curl_socket_t socket, char* to, std::size_t room, int flags) noexcept {
#ifdef MSG_DONTWAIT
  flags |= MSG_DONTWAIT;  // elsewhere, libcurl's sockets do not block
#endif
  return recv(socket, to, room, flags);
}

// Whether a socket has unread bytes. Does not read them.
inline bool has_unread_bytes(curl_socket_t socket) noexcept {
  char byte = 0;
  return socket != CURL_SOCKET_BAD && receive_now(socket, &byte, 1, MSG_PEEK) > 0;
}

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
  bool take_line(std::string_view line) {
    if (reader_.has_head()) return take_trailer(line.size());
    // What libcurl writes for a response without a status line.
    constexpr std::string_view version_2 = "HTTP/2 ";
    if (http_2_ && line.starts_with(version_2)) {
      std::string_view version_1 = "HTTP/1.1 ";
      reader_.feed(version_1);
      line.remove_prefix(version_2.size());
    }
    return take(line);
  }

  bool take_body(std::string_view bytes) { return take(bytes); }

  // Supplies the next part of the request's body. None while a response is pending: it has to be read first, since the
  // next write may fail (RFC 9112, 9.5).
  std::size_t give_body(char* to, std::size_t room) {
    if (reader_.has_head()) return 0;
    if (!http_2_ && has_unread_bytes(socket_)) {
      paused_ = true;
      return CURL_READFUNC_PAUSE;
    }
    std::size_t const size = (std::min)(room, body_.size() - given_);
    std::copy_n(body_.data() + given_, size, to);
    given_ += size;
    return size;
  }
  void begin_body() noexcept { given_ = 0; }

  // Whether a paused body can be resumed.
  bool resumes() noexcept {
    if (!paused_ || (!reader_.has_head() && has_unread_bytes(socket_))) return false;
    paused_ = false;
    return true;
  }
  // Whether the response is complete although the request is not.
  [[nodiscard]] bool answered_early() const noexcept { return reader_.done() && paused_or_cut(); }

  void opened(curl_socket_t socket) { opened_.push_back(socket); }

  // libcurl is about to close a socket. If a write has failed, the response may still be in the socket, unread: a
  // server that refuses a request resets the connection after its response. Reads it, unless libcurl may have read a
  // part of it that it did not pass on.
  void closing(curl_socket_t socket) {
    if (!sent || stopped || tls_ || http_2_ || socket != socket_ || !paused_or_cut()) return;
    char buffer[4096];
    while (!reader_.done() && !reader_.fault()) {
      auto const size = receive_now(socket, buffer, sizeof buffer, 0);
      if (size <= 0) break;
      std::string_view bytes{buffer, static_cast<std::size_t>(size)};
      if (!reader_.has_head() && !rescued_ && (!reader_.at_beginning() || !bytes.starts_with("HTTP/1."))) return;
      rescued_ = true;
      reader_.feed(bytes);
    }
    // A body that ends with the connection ended here, see BeastExchange::end.
    if (rescued_) reader_.end(reader_.status() >= 400);
  }

  // libcurl is about to send the request; a second time would be its own retry.
  bool begin_request() {
    if (!std::exchange(sent, true)) {
      reused_ = opened_.empty();
      if (!reused_) socket_ = connected();
      return true;
    }
    // libcurl resends what was lost on a reused connection, and what an HTTP/2 server refused (RFC 9113, 8.7).
    char const* const refused = "the server refused the HTTP/2 stream (REFUSED_STREAM)";
    char const* const closed = http_2_ ? "the server closed the reused connection, or refused the HTTP/2 stream"
                                       : "the server closed the reused connection without a response";
    return stop(TransportReason::connection_lost, reused_ ? closed : refused);
  }

  bool stop(TransportReason reason, std::string why) {
    if (!stopped) stopped = TransportError{reason, std::move(why), sent};
    return false;
  }

  ResponseReader& reader() noexcept { return reader_; }
  // Whether both messages are complete, and nothing was received after the response.
  [[nodiscard]] bool clean() const noexcept { return reader_.done() && !paused_or_cut() && !excess_; }
  void send_by_callback() noexcept { by_callback_ = true; }

  // Why a callback ended the transfer, if one did.
  std::optional<TransportError> stopped{};
  // Whether there was a connection and the request was passed to it.
  bool sent = false;

 private:
  bool take(std::string_view bytes) {
    reader_.feed(bytes);
    excess_ = excess_ || !bytes.empty();
    if (reader_.fault()) return stop(reader_.fault()->reason, reader_.fault()->message);
    return true;
  }

  bool take_trailer(std::size_t size) {
    trailer_bytes_ += size;
    return trailer_bytes_ <= max_header_ ||
           stop(TransportReason::response_too_large,
                "the trailer is larger than the limit of " + std::to_string(max_header_) + " bytes");
  }

  [[nodiscard]] bool paused_or_cut() const noexcept { return by_callback_ && given_ < body_.size(); }

  // The socket of the attempt that succeeded. libcurl closed the others.
  [[nodiscard]] curl_socket_t connected() const noexcept {
    curl_socket_t last = CURL_SOCKET_BAD;
    for (curl_socket_t const socket : opened_) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      if (getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0) last = socket;
    }
    return last;
  }

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
inline std::size_t curl_on_line(char* data, std::size_t size, std::size_t count, void* exchange) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.take_line({data, size * count}); }) ? size * count : ~std::size_t{0};
}
inline std::size_t curl_on_body(char* data, std::size_t size, std::size_t count, void* exchange) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.take_body({data, size * count}); }) ? size * count : ~std::size_t{0};
}
inline std::size_t curl_on_send(char* data, std::size_t size, std::size_t count, void* exchange) noexcept {
  return static_cast<CurlExchange*>(exchange)->give_body(data, size * count);
}
// Only called for the beginning, before a retry that begin_request() prevents.
inline int curl_on_rewind(void* exchange, curl_off_t, int) noexcept {
  static_cast<CurlExchange*>(exchange)->begin_body();
  return CURL_SEEKFUNC_OK;
}
inline int curl_on_socket(void* exchange, curl_socket_t socket, curlsocktype) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.opened(socket), true; }) ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}
inline int curl_on_connected(void* exchange, char*, char*, int, int) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.begin_request(); }) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

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
inline std::string without_userinfo(std::string text) {
  std::size_t const begin = text.find("//");
  std::size_t const at = text.rfind('@');
  if (begin != std::string::npos && at != std::string::npos && at > begin)
    text.replace(begin + 2, at - begin - 2, "***");
  return text;
}

// The error that libcurl reported, in exact words. `text` is its error buffer.
inline TransportError curl_error(CURLcode code, std::string const& text, bool sent) {
  TransportReason const reason = curl_reason(code, sent);
  // Its parser of chunks gets them after ours, and is stricter only about what is long.
  if (sent && text.find("chunk") != std::string::npos) {
    bool const long_ = text.find("long") != std::string::npos || text.find("memory") != std::string::npos;
    if (!long_) return {TransportReason::not_http, without_userinfo(text), sent};
    return {TransportReason::response_too_large,
            "a chunk size or a trailer line is longer than libcurl accepts (16 digits, 4 KiB)", sent};
  }
  if (sent && reason == TransportReason::response_too_large)
    return {reason, "the header is longer than libcurl accepts (a line of 100 KiB; from 8.6 on 5,000 lines, 300 KiB)",
            sent};
  if (sent && code == CURLE_BAD_FUNCTION_ARGUMENT) return {reason, ResponseHead::not_a_field, sent};
  return {reason, without_userinfo(text.empty() ? curl_easy_strerror(code) : text), sent};
}

// The proxy answered CONNECT with a status that is not a success (RFC 9110, 9.3.6). A 5xx concerns the next hop, which
// may be available the next time.
inline TransportError curl_proxy_error(long status) {
  return {status >= 500 ? TransportReason::connect_failed : TransportReason::proxy_refused,
          "the proxy answered CONNECT with status " + std::to_string(status), false};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
