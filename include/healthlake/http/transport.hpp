// What this library asks of an HTTP stack that blocks: take a request, give a response or say why there is none.
//
// Rules: `send` returns a response for every complete HTTP response whatever its status, 4xx and 5xx included; anything
// else is a TransportError whose reason decides about a retry. The request stays the caller's and is valid until `send`
// returns. A transport adds `Host` and `Content-Length`, follows no redirect, decodes no content coding, retries
// nothing, and bounds the size of a response (the adapters here: 16 MiB by default). Asynchronous stacks do not need
// this concept: they drive flow/ machines themselves.
#pragma once

#include <concepts>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"

namespace healthlake {

/// What a transport hands back, and what `receive` of a flow/ machine takes.
using HttpReply = Result<HttpResponse, TransportError>;

/// See the head of this file for the meaning.
template <class T>
concept Transport = requires(T& transport, HttpRequest const& request) {
  { transport.send(request) } -> std::same_as<HttpReply>;
};

}  // namespace healthlake
