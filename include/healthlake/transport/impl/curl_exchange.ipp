// The functions of transport/curl_exchange.hpp.
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
#include "healthlake/transport/curl_exchange.hpp"
#include "healthlake/transport/curl_options.hpp"
#include "healthlake/transport/response_reader.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlExchange::take_line(std::string_view line) {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL std::size_t CurlExchange::give_body(char* to, std::size_t room) {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlExchange::resumes() noexcept {
  if (!paused_ || (!reader_.has_head() && has_unread_bytes(socket_))) return false;
  paused_ = false;
  return true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CurlExchange::closing(curl_socket_t socket) {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlExchange::begin_request() {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlExchange::stop(TransportReason reason, std::string why) {
  if (!stopped) stopped = TransportError{reason, std::move(why), sent};
  return false;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlExchange::take(std::string_view bytes) {
  reader_.feed(bytes);
  excess_ = excess_ || !bytes.empty();
  if (reader_.fault()) return stop(reader_.fault()->reason, reader_.fault()->message);
  return true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlExchange::take_trailer(std::size_t size) {
  trailer_bytes_ += size;
  return trailer_bytes_ <= max_header_ ||
         stop(TransportReason::response_too_large,
              "the trailer is larger than the limit of " + std::to_string(max_header_) + " bytes");
}

HEALTHLAKE_COLD HEALTHLAKE_DECL curl_socket_t CurlExchange::connected() const noexcept {
  curl_socket_t last = CURL_SOCKET_BAD;
  for (curl_socket_t const socket : opened_) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0) last = socket;
  }
  return last;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL long long receive_now(curl_socket_t socket, char* to, std::size_t room,
                                                      int flags) noexcept {
#ifdef MSG_DONTWAIT
  flags |= MSG_DONTWAIT;  // elsewhere, libcurl's sockets do not block
#endif
  return recv(socket, to, room, flags);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool has_unread_bytes(curl_socket_t socket) noexcept {
  char byte = 0;
  return socket != CURL_SOCKET_BAD && receive_now(socket, &byte, 1, MSG_PEEK) > 0;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::size_t curl_on_line(char* data, std::size_t size, std::size_t count,
                                                         void* exchange) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.take_line({data, size * count}); }) ? size * count : ~std::size_t{0};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::size_t curl_on_body(char* data, std::size_t size, std::size_t count,
                                                         void* exchange) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.take_body({data, size * count}); }) ? size * count : ~std::size_t{0};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::size_t curl_on_send(char* data, std::size_t size, std::size_t count,
                                                         void* exchange) noexcept {
  return static_cast<CurlExchange*>(exchange)->give_body(data, size * count);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL int curl_on_rewind(void* exchange, curl_off_t, int) noexcept {
  static_cast<CurlExchange*>(exchange)->begin_body();
  return CURL_SEEKFUNC_OK;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL int curl_on_socket(void* exchange, curl_socket_t socket, curlsocktype) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.opened(socket), true; }) ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL int curl_on_connected(void* exchange, char*, char*, int, int) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.begin_request(); }) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string without_userinfo(std::string text) {
  std::size_t const begin = text.find("//");
  std::size_t const at = text.rfind('@');
  if (begin != std::string::npos && at != std::string::npos && at > begin)
    text.replace(begin + 2, at - begin - 2, "***");
  return text;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL TransportError curl_error(CURLcode code, std::string const& text, bool sent) {
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

HEALTHLAKE_COLD HEALTHLAKE_DECL TransportError curl_proxy_error(long status) {
  return {status >= 500 ? TransportReason::connect_failed : TransportReason::proxy_refused,
          "the proxy answered CONNECT with status " + std::to_string(status), false};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
