// The faults that the local service injects on demand, one per request, to test HTTP stacks and clients.
//
// Rules: a fault concerns exactly one request and determines whether the service handles it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// What happens to one request. `Fault{.latency = {500}}` is only a late response.
struct Fault {
  /// No response is sent. A server adapter closes the connection.
  struct Broken {
    /// What a client in the same process gets in place of a response.
    TransportError error{};
    /// Whether the service handled the request before its response was lost, as idempotency tokens are meant for.
    bool handled = false;
  };
  /// An error response from in front of the service, which does not receive the request.
  struct Refused {
    /// The status of the response.
    int http_status = 503;
    /// Empty: the body is an HTML page without a code, as a proxy or load balancer sends it.
    std::string code{};
    /// The message in the body, as the service would send it.
    std::string message{};
  };
  /// The request is handled; only the first bytes of the response's body are sent, in a response with complete framing.
  struct CutBody {
    /// How many; 0 leaves no body.
    std::size_t bytes = 0;
  };
  /// The request is handled; status, media type and body of the response are replaced by these.
  struct WrongContent {
    /// The status in place of the response's own.
    int http_status = 200;
    /// The Content-Type in place of the response's own.
    std::string content_type = "text/html";
    /// The body in place of the response's own.
    std::string body{};
  };
  /// The reply to the previous request is sent again, and the service does not receive this one. The very first request
  /// is handled as without a fault.
  struct RepeatedReply {};
  /// The request arrives twice, as when a proxy retries. The second reply is sent.
  struct HandledTwice {};

  /// Which fault; none by default.
  std::variant<std::monostate, Broken, Refused, CutBody, WrongContent, RepeatedReply, HandledTwice> what{};
  /// The delay before the request is handled or, if it is not handled, before the reply is sent.
  Milliseconds latency{};
};

}  // namespace HEALTHLAKE_NAMESPACE
