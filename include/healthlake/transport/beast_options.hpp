// The options of the transports in beast.hpp.
//
// Rules: every member has a default that suits HealthLake; the environment is used only if an option says so.
#pragma once

#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "healthlake/transport/checks.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Resolves a host (a name or an address) and returns the addresses to connect to, best first; empty if there are none.
/// Called on the executor of the transport, which it must not block for long. An exception counts as "not found".
using BeastResolver =
    std::function<std::vector<boost::asio::ip::tcp::endpoint>(std::string const& host, std::string const& port)>;

/// The maximum number of addresses of a host that are tried; others are ignored.
inline constexpr std::size_t max_beast_addresses = 16;

/// How long it may take until BeastOptions::cancelled takes effect.
inline constexpr std::chrono::milliseconds cancel_interval{50};

/// Timeouts and delays below one millisecond count as one millisecond, those above a year as a year.
struct BeastOptions {
  /// Name resolution, TCP, the proxy's tunnel and TLS together. 10 s. (A hanging look-up of the system is abandoned,
  /// not stopped: the io_context waits for it when it is destroyed.)
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  /// The whole exchange, connecting included. 60 s.
  std::chrono::milliseconds timeout = std::chrono::seconds{60};
  /// How long to wait for one address of a host before also trying the next (RFC 8305, 5: the Connection Attempt
  /// Delay). 250 ms, or less if an address would otherwise not get its share of connect_timeout.
  std::chrono::milliseconds address_delay = std::chrono::milliseconds{250};
  /// The maximum size of a response's body in bytes. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// The maximum size of header, interim responses, chunk extensions and trailer in total, in bytes. 64 KiB.
  std::size_t max_header_bytes = default_max_header_bytes;
  /// A file of PEM certificates, and a directory of them as c_rehash(1) creates it. If either is set, only those are
  /// trusted; otherwise those of the system, in the locations that OpenSSL was built with.
  std::string ca_file{};
  /// See `ca_file`.
  std::string ca_path{};
  /// Use SSL_CERT_FILE and SSL_CERT_DIR instead of the system's certificates, as OpenSSL does by default. Off.
  bool ca_from_environment = false;
  /// `http://host:port` or `http://user:password@host:port` (reserved characters percent-encoded; sent as Basic
  /// authentication, not encrypted). https requests go through a tunnel (CONNECT), http requests are forwarded. The
  /// default port is 80. Empty: none.
  std::string proxy{};
  /// If `proxy` is empty, use https_proxy, http_proxy (in lower case only), all_proxy and no_proxy, read when the
  /// transport is constructed. Off.
  bool proxy_from_environment = false;
  /// Sent unless the request has a User-Agent. Empty: none is sent.
  std::string user_agent{default_user_agent};
  /// How many idle connections are kept for later requests. 4.
  std::size_t max_idle_connections = 4;
  /// How long a connection may be idle and still be reused. 60 s; 0 or less: connections are not reused.
  std::chrono::milliseconds max_idle_age = std::chrono::seconds{60};
  /// Empty: the system's resolver.
  BeastResolver resolver{};
  /// Called on the executor of the transport when a request begins, and then every 50 ms (cancel_interval): returning
  /// true ends it with TransportReason::cancelled. For a flag that a signal handler or another thread sets, or for
  /// std::stop_token::stop_requested. May be empty; `cancel()` works without it.
  std::function<bool()> cancelled{};
};

}  // namespace HEALTHLAKE_NAMESPACE
