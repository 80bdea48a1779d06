// The Transport concept: what a blocking HTTP stack must provide, which is sending a request and returning the response
// or the reason why there is none.
//
// Rules: `send` returns an HttpResponse for every complete HTTP response whatever its status, 4xx and 5xx included;
// anything else is a TransportError whose reason determines whether it is retried. The request is valid until `send`
// returns. A transport adds `Host` and `Content-Length`, does not follow redirects, decode content codings or retry,
// and limits the size of a response (the adapters here: 16 MiB by default). A transport that can limit the time of one
// exchange takes SendOptions too. Asynchronous stacks do not need this concept: they drive the machines of flow/
// themselves.
#pragma once

#include <concepts>
#include <optional>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The result of `send`, and the argument of `receive` of a machine of flow/.
using HttpReply = Result<HttpResponse, TransportError>;

/// A blocking HTTP stack; the rules are at the top of this file.
template <class T>
concept Transport = requires(T& transport, HttpRequest const& request) {
  { transport.send(request) } -> std::same_as<HttpReply>;
};

/// What holds for one exchange.
struct SendOptions {
  /// The whole exchange takes no longer than this, nor than the transport's own limits allow; nothing: those alone.
  /// More than 0.
  std::optional<Milliseconds> timeout{};
  /// Not through a proxy, whatever the transport's own options say: the metadata of this machine is not the proxy's.
  bool direct = false;
};

/// A Transport that can be given the time an exchange may take. One that is up is a connect_timeout or a read_timeout.
template <class T>
concept TimedTransport = Transport<T> && requires(T& transport, HttpRequest const& request, SendOptions options) {
  { transport.send(request, options) } -> std::same_as<HttpReply>;
};

}  // namespace HEALTHLAKE_NAMESPACE
