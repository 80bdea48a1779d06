// What the HTTP server of healthlake-local and the service behind it agree on.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "healthlake/http/message.hpp"

namespace http_server {

/// What a handler returns. Without a response, the connection is closed.
struct Answer {
  std::optional<healthlake::HttpResponse> response{};
  /// How long to delay the response.
  std::chrono::milliseconds delay{};
};
using Handler = std::function<Answer(healthlake::HttpRequest const&)>;

}  // namespace http_server
