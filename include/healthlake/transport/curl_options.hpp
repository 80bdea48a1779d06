// The options of CurlTransport (curl.hpp).
//
// Rules: every member has a default that suits HealthLake; the environment is used only if an option says so.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "healthlake/transport/checks.hpp"

#if LIBCURL_VERSION_NUM < 0x075000
#error "healthlake/transport/curl.hpp needs libcurl 7.80 or later (CURLOPT_PREREQFUNCTION)"
#endif

namespace HEALTHLAKE_NAMESPACE {

/// HTTP/2 is offered only in the TLS handshake; header names of its responses are in lower case.
enum class CurlHttpVersion : std::uint8_t {
  /// HTTP/1.1.
  http_1_1,
  /// HTTP/2 over TLS if the server agrees to it, otherwise HTTP/1.1.
  http_2,
};

/// Changes libcurl's TLS settings before a handshake: `ssl_ctx` is what CURLOPT_SSL_CTX_FUNCTION passes, an `SSL_CTX*`
/// with OpenSSL, and `host` is the host of the request, a name without a final dot, an IPv6 address without brackets.
/// If it returns false, the exchange fails. See curl_openssl.hpp for one.
using CurlTlsSetup = bool (*)(void* ssl_ctx, std::string const& host);

/// How long it may take until a cancellation takes effect.
inline constexpr std::chrono::milliseconds curl_cancel_interval{50};

/// A time below one millisecond counts as one millisecond, except for max_idle_age.
struct CurlOptions {
  /// Name resolution, TCP, proxy and TLS together. 10 s. (A libcurl without an asynchronous resolver cannot stop a
  /// look-up in time; see CURL_VERSION_ASYNCHDNS.)
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  /// The whole exchange, connecting included. 60 s.
  std::chrono::milliseconds timeout = std::chrono::seconds{60};
  /// The maximum size of a response's body in bytes. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// The maximum size of header, interim responses, chunk extensions and trailer in total, in bytes. 64 KiB. (libcurl
  /// itself accepts header lines of at most 100 KiB and trailer lines of at most 4 KiB.)
  std::size_t max_header_bytes = default_max_header_bytes;
  /// A file of PEM certificates, and a directory of them as c_rehash(1) creates it. If either is set, only those are
  /// trusted; otherwise those that libcurl was built with.
  std::string ca_file{};
  /// See `ca_file`.
  std::string ca_path{};
  /// `http://host:port` or `http://user:password@host:port` (reserved characters percent-encoded; sent as Basic
  /// authentication, not encrypted); always used as a tunnel (CONNECT). The default port is 80. Empty: none.
  std::string proxy{};
  /// If `proxy` is empty, use http_proxy (for http) or https_proxy (for https), all_proxy and no_proxy, in lower or
  /// upper case, except for HTTP_PROXY, which is not read. Off.
  bool proxy_from_environment = false;
  /// Sent unless the request has a User-Agent. Empty: none is sent.
  std::string user_agent{default_user_agent};
  /// How many idle connections are kept for later requests. 4.
  std::size_t max_idle_connections = 4;
  /// How long a connection may be idle and still be reused. 60 s.
  std::chrono::milliseconds max_idle_age = std::chrono::seconds{60};
  /// Which versions of HTTP are offered. Default HTTP/1.1 alone.
  CurlHttpVersion http_version = CurlHttpVersion::http_1_1;
  /// Called when a request begins, and then at least every 50 ms (curl_cancel_interval): returning true ends it with
  /// TransportReason::cancelled. For a flag that a signal handler or another thread sets, or for
  /// std::stop_token::stop_requested. May be empty; CurlTransport::cancel() works without it.
  std::function<bool()> cancelled{};
  /// Null: libcurl's TLS settings as they are. Only for a libcurl with OpenSSL; with another TLS library, every https
  /// request fails.
  CurlTlsSetup tls_setup = nullptr;
};

}  // namespace HEALTHLAKE_NAMESPACE
