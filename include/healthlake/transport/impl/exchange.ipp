// The functions of transport/exchange.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/exchange.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL HttpExchange::HttpExchange(HttpRequest const& request, ExchangeLimits const& limits)
    : reader_({.body = limits.max_response_bytes, .header = limits.max_header_bytes},
              {.to_head = request.method == "HEAD"}),
      error_(detail::check_sendable(request)) {
  if (!error_) request_ = detail::request_head(request, default_user_agent) + request.body;
}

HEALTHLAKE_DECL std::string_view HttpExchange::to_write() const noexcept {
  if (done()) return {};
  return std::string_view{request_}.substr(written_);
}

HEALTHLAKE_DECL void HttpExchange::wrote(std::size_t bytes) noexcept {
  written_ += (std::min)(bytes, request_.size() - written_);
}

HEALTHLAKE_DECL void HttpExchange::read(std::string_view bytes) {
  if (error_ || bytes.empty()) return;
  // Bytes that nobody asked for are nobody's answer.
  if (written_ == 0) return fail(TransportReason::connection_lost, "the server sent bytes before the request");
  reader_.feed(bytes);
  excess_ = excess_ || !bytes.empty();
}

HEALTHLAKE_DECL void HttpExchange::closed() {
  if (written_ == 0) return fail(TransportReason::connection_lost, "the server closed the connection");
  if (!error_) reader_.end(true);
}

HEALTHLAKE_DECL void HttpExchange::fail(TransportReason reason, std::string_view message) {
  // A server that refuses a request may close the connection before it has read all of it, which resets it.
  if (reason == TransportReason::connection_lost && written_ < request_.size() && reader_.has_head() &&
      reader_.status() >= 400)
    reader_.end(true);
  give_up(reason, message);
}

HEALTHLAKE_DECL void HttpExchange::give_up(TransportReason reason, std::string_view message) {
  if (!done()) error_ = TransportError{reason, std::string{message}, written_ != 0};
}

HEALTHLAKE_DECL bool HttpExchange::reusable() const noexcept {
  return reader_.done() && !error_ && reader_.keeps_alive() && written_ == request_.size() && !excess_;
}

HEALTHLAKE_DECL HttpReply HttpExchange::reply() {
  give_up(TransportReason::connection_lost, "the exchange was given up before there was a response");
  if (error_) return Unexpected{*error_};
  if (reader_.fault()) return Unexpected{*reader_.fault()};
  return reader_.take();
}

}  // namespace HEALTHLAKE_NAMESPACE
