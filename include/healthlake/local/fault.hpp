// The faults that the local service shows on demand, one per request: a bench for HTTP stacks and for clients that
// have to live with what networks do.
//
// Rules: a fault concerns exactly one request and says itself whether the service handles that request.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"

namespace healthlake {

/// What happens to one request. `Fault{.latency = {500}}` is only late.
struct Fault {
  /// No response comes. A server adapter closes the connection.
  struct Broken {
    TransportError error{};
    /// Whether the service handled the request before its response was lost: the case that idempotency tokens are for.
    bool handled = false;
  };
  /// An error response in front of the service, which does not see the request.
  struct Refused {
    int http_status = 503;
    /// Empty: the body is a page of HTML without a code, as a proxy or load balancer sends it.
    std::string code{};
    std::string message{};
  };
  /// The request is handled; of its response's body only the first bytes come, in a response that says it is whole.
  struct CutBody {
    std::size_t bytes = 0;
  };
  /// The request is handled; status, media type and body of the response are exchanged for these.
  struct WrongContent {
    int http_status = 200;
    std::string content_type = "text/html";
    std::string body{};
  };
  /// The reply to the request before this one is given once more, and the service does not see this one. The first
  /// request of all is handled as if there were no fault.
  struct RepeatedReply {};
  /// The request arrives twice, as it does when a proxy tries again. The second reply is given.
  struct HandledTwice {};

  std::variant<std::monostate, Broken, Refused, CutBody, WrongContent, RepeatedReply, HandledTwice> what{};
  /// Passes before the request is handled, or, if it is not, before the reply is given.
  Milliseconds latency{};
};

}  // namespace healthlake
