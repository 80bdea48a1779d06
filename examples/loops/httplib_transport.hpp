// A Transport over cpp-httplib: what it takes to bring an HTTP client of somebody else.
#pragma once

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "healthlake/http/transport.hpp"
#include "interrupt.hpp"

namespace loops {

/// cpp-httplib does not say whether a read failed or took too long; both are retried.
inline healthlake::TransportReason reason_of(httplib::Error error) {
  using enum healthlake::TransportReason;
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::SSLConnection: return connect_failed;
    case httplib::Error::ConnectionTimeout: return connect_timeout;
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification: return tls_verification;
    case httplib::Error::Canceled: return response_too_large;  // by our receiver
    default: return connection_lost;
  }
}

/// Blocks, with a connection for each request. Limits the time of connecting, for 10 s at most, and of each read and
/// write, not their sum; and the body, not the number of header lines.
struct HttplibTransport {
  static constexpr std::size_t max_response_bytes = std::size_t{16} << 20;

  healthlake::HttpReply send(healthlake::HttpRequest const& request, healthlake::SendOptions options = {}) const {
    healthlake::Milliseconds const longest{60'000};
    std::chrono::milliseconds const time{std::min(options.timeout.value_or(longest), longest).count};
    httplib::Client client{request.scheme + "://" + request.authority};
    client.set_connection_timeout(std::min(time, std::chrono::milliseconds{10'000}));
    client.set_read_timeout(time);
    client.set_write_timeout(time);
    client.set_url_encode(false);  // the target is signed as it is
    client.set_decompress(false);
    client.set_socket_options([](int socket) { shut_down_on_signal(socket); });

    httplib::Request message;
    message.method = request.method;
    message.path = request.target;
    message.body = request.body;
    for (auto const& [name, value] : request.headers) message.headers.emplace(name, value);
    healthlake::HttpResponse response;
    message.content_receiver = [&](char const* data, std::size_t size, std::uint64_t, std::uint64_t) {
      response.body.append(data, size);
      return response.body.size() <= max_response_bytes;
    };
    httplib::Response received;
    auto error = httplib::Error::Success;
    bool const complete = client.send(message, received, error);
    shut_down_on_signal(-1);
    if (!complete) {
      auto const reason = caught_signal() != 0 ? healthlake::TransportReason::cancelled : reason_of(error);
      bool const sent = error != httplib::Error::Connection && error != httplib::Error::ConnectionTimeout;
      return healthlake::Unexpected{healthlake::TransportError{reason, httplib::to_string(error), sent}};
    }
    response.status = received.status;
    for (auto const& [name, value] : received.headers) response.headers.add(name, value);
    return response;
  }
};

}  // namespace loops
