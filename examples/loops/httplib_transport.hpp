// A Transport over cpp-httplib: what it takes to bring an HTTP client of one's own.
#pragma once

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "healthlake/http/transport.hpp"
#include "interrupt.hpp"

namespace loops {

/// Blocks; a connection for each request. cpp-httplib reads the response by its own rules, and limits the time of each
/// read and write, not that of the whole: see docs/loops.md.
struct HttplibTransport {
  static constexpr std::chrono::milliseconds longest{60'000};
  static constexpr std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;

  healthlake::HttpReply send(healthlake::HttpRequest const& request, healthlake::SendOptions options = {}) const {
    using healthlake::TransportReason;
    std::chrono::milliseconds const time{std::min<std::int64_t>(
        options.timeout.value_or(healthlake::Milliseconds{longest.count()}).count, longest.count())};
    httplib::Client client{request.scheme + "://" + request.authority};
    client.set_connection_timeout(time);
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
    auto const end = std::chrono::steady_clock::now() + time;
    message.content_receiver = [&](char const* data, std::size_t size, std::uint64_t, std::uint64_t) {
      response.body.append(data, size);
      return response.body.size() <= max_response_bytes && std::chrono::steady_clock::now() < end;
    };
    httplib::Response received;
    auto error = httplib::Error::Success;
    bool const complete = client.send(message, received, error);
    shut_down_on_signal(-1);
    if (caught_signal() != 0) return fail(TransportReason::cancelled, "interrupted");
    if (!complete) return fail(reason_of(error, response.body.size(), end), httplib::to_string(error));
    response.status = received.status;
    for (auto const& [name, value] : received.headers) response.headers.add(name, value);
    return response;
  }

 private:
  static healthlake::HttpReply fail(healthlake::TransportReason reason, std::string const& message) {
    bool const connected = reason != healthlake::TransportReason::connect_failed &&
                           reason != healthlake::TransportReason::connect_timeout &&
                           reason != healthlake::TransportReason::tls_verification;
    return healthlake::Unexpected{healthlake::TransportError{reason, message, connected}};
  }

  static healthlake::TransportReason reason_of(httplib::Error error, std::size_t received,
                                               std::chrono::steady_clock::time_point end) {
    using enum healthlake::TransportReason;
    switch (error) {
      case httplib::Error::Connection: return connect_failed;
      case httplib::Error::ConnectionTimeout: return connect_timeout;
      case httplib::Error::SSLConnection: return connect_failed;
      case httplib::Error::SSLLoadingCerts:
      case httplib::Error::SSLServerVerification: return tls_verification;
      default: break;
    }
    if (received > max_response_bytes) return response_too_large;
    return std::chrono::steady_clock::now() < end ? connection_lost : read_timeout;
  }
};

}  // namespace loops
