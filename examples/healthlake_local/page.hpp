// The page on which healthlake-local shows itself.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "arguments.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/page_requests.hpp"
#include "healthlake/runtime/system.hpp"

/// Whether the page is served: unless --no-page says otherwise, on a loopback address, or for a --page-host.
bool has_page(Arguments const& arguments);

/// Answers requests for the page, and remembers the others. Keeps references to its arguments.
class Page {
 public:
  Page(Arguments const& arguments, healthlake::LocalHealthLake& healthlake, healthlake::SystemRuntime& runtime);

  /// The response, if the request is for the page.
  std::optional<healthlake::HttpResponse> answer(healthlake::HttpRequest const& request);
  /// A request for the service, which took that long, and its reply.
  void note(healthlake::HttpRequest const& request, healthlake::HttpReply const& reply, std::chrono::milliseconds time);

 private:
  bool shown_;
  healthlake::LocalHealthLake& healthlake_;
  healthlake::SystemRuntime& runtime_;
  healthlake::PageOptions options_;
  healthlake::RequestLog log_{};
};
