// The Transport concept: what a blocking HTTP stack must provide, which is sending a request and returning the response
// or the reason why there is none.
//
// Rules: `send` returns an HttpResponse for every complete HTTP response whatever its status, 4xx and 5xx included;
// anything else is a TransportError whose reason determines whether it is retried. The request is valid until `send`
// returns. A transport adds `Host` and `Content-Length`, does not follow redirects, decode content codings or retry,
// and limits the size of a response (the adapters here: 16 MiB by default). Asynchronous stacks do not need this
// concept: they drive the machines of flow/ themselves.
#pragma once

#include <concepts>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"

namespace healthlake {

/// The result of `send`, and the argument of `receive` of a machine of flow/.
using HttpReply = Result<HttpResponse, TransportError>;

/// A blocking HTTP stack; the rules are at the top of this file.
template <class T>
concept Transport = requires(T& transport, HttpRequest const& request) {
  { transport.send(request) } -> std::same_as<HttpReply>;
};

}  // namespace healthlake
