// What can be set on the transports of beast.hpp.
//
// Rules: every member has a default that suits HealthLake; what would come from the environment comes only if it is
// asked for.
#pragma once

#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "healthlake/transport/checks.hpp"

namespace healthlake {

/// Looks up a host (a name or an address) and returns the addresses to connect to, the best first; none if there are
/// none. Called on the executor of the transport, which it must not block for long. An exception counts as "not found".
using BeastResolver =
    std::function<std::vector<boost::asio::ip::tcp::endpoint>(std::string const& host, std::string const& port)>;

/// The most addresses of a host that are tried; the others are not looked at.
inline constexpr std::size_t max_beast_addresses = 16;

/// How long it may take until BeastOptions::cancelled is heard.
inline constexpr std::chrono::milliseconds cancel_interval{50};

/// Of the times to wait, one below a millisecond counts as one millisecond, one above a year as a year.
struct BeastOptions {
  /// Name resolution, TCP, the proxy's tunnel and TLS together. 10 s. (A look-up of the system that hangs is left
  /// behind, not stopped: the io_context waits for it when it is destroyed.)
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  /// The whole exchange, connecting included. 60 s.
  std::chrono::milliseconds timeout = std::chrono::seconds{60};
  /// How long one address of a host may take before the next is tried beside it (RFC 8305, 5: the Connection Attempt
  /// Delay). 250 ms, or less if that would leave an address without its share of connect_timeout.
  std::chrono::milliseconds address_delay = std::chrono::milliseconds{250};
  /// The most bytes of a response's body. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// The most bytes of the header, of interim responses, chunk extensions and trailer together. 64 KiB.
  std::size_t max_header_bytes = default_max_header_bytes;
  /// A file of PEM certificates, and a folder of them as c_rehash(1) makes it. Where either is set, only those are
  /// trusted; otherwise the ones of the system, where OpenSSL was built to look for them.
  std::string ca_file{};
  std::string ca_path{};
  /// Lets SSL_CERT_FILE and SSL_CERT_DIR stand in for the system's certificates, as OpenSSL does by itself. Off.
  bool ca_from_environment = false;
  /// `http://host:port` or `http://user:password@host:port` (reserved characters percent-encoded; sent as Basic
  /// authentication, and not encrypted). Requests of https go through a tunnel (CONNECT), those of http are passed on.
  /// Without a port 80. Empty: none.
  std::string proxy{};
  /// Where `proxy` is empty: lets https_proxy, http_proxy (in lower case only), all_proxy and no_proxy decide, as they
  /// are when the transport is made. Off.
  bool proxy_from_environment = false;
  /// Sent unless the request has a User-Agent. Empty: none is sent.
  std::string user_agent{default_user_agent};
  /// How many idle connections are kept for later requests. 4.
  std::size_t max_idle_connections = 4;
  /// How long a connection may be idle and still be used again. 60 s; 0 or less: none is used again.
  std::chrono::milliseconds max_idle_age = std::chrono::seconds{60};
  /// Empty: the system's resolver.
  BeastResolver resolver{};
  /// Asked on the executor of the transport when a request begins, and then every 50 ms (cancel_interval): true ends it
  /// with TransportReason::cancelled. For a flag that a signal handler or another thread sets, or for
  /// std::stop_token::stop_requested. Empty: nobody is asked; the `cancel()` of the transports needs none.
  std::function<bool()> cancelled{};
};

}  // namespace healthlake
