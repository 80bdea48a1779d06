// What can be set on CurlTransport (curl.hpp).
//
// Rules: every member has a default that suits HealthLake; what would come from the environment comes only if it is
// asked for.
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

namespace healthlake {

/// HTTP/2 is offered in the TLS handshake only; header names of its responses are in lower case.
enum class CurlHttpVersion : std::uint8_t { http_1_1, http_2 };

/// Changes libcurl's TLS before a handshake: `ssl_ctx` is what CURLOPT_SSL_CTX_FUNCTION hands out, for OpenSSL an
/// `SSL_CTX*`, and `host` is the host of the request, an IPv6 address without brackets. False: the exchange fails.
/// curl_openssl.hpp has one.
using CurlTlsSetup = bool (*)(void* ssl_ctx, std::string const& host);

/// How long it may take until a CurlTransport hears that it is to stop.
inline constexpr std::chrono::milliseconds curl_cancel_interval{50};

/// A time below one millisecond counts as one millisecond, except for max_idle_age.
struct CurlOptions {
  /// Name resolution, TCP, proxy and TLS together. 10 s. (A libcurl without asynchronous resolver cannot end a look-up
  /// in time; see CURL_VERSION_ASYNCHDNS.)
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  /// The whole exchange, connecting included. 60 s.
  std::chrono::milliseconds timeout = std::chrono::seconds{60};
  /// The most bytes of a response's body. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// The most bytes of the header, of interim responses, chunk extensions and trailer together. 64 KiB. (libcurl itself
  /// takes no header line of more than 100 KiB and no trailer line of more than 4 KiB.)
  std::size_t max_header_bytes = default_max_header_bytes;
  /// A file of PEM certificates, and a folder of them as c_rehash(1) makes it. Where either is set, only those are
  /// trusted; otherwise the ones that libcurl was built to trust.
  std::string ca_file{};
  std::string ca_path{};
  /// `http://host:port` or `http://user:password@host:port` (reserved characters percent-encoded; sent as Basic
  /// authentication, and not encrypted); always used as a tunnel (CONNECT). Without a port 80. Empty: none.
  std::string proxy{};
  /// Where `proxy` is empty: lets http_proxy (for http) or https_proxy (for https), all_proxy and no_proxy decide, in
  /// lower or upper case, except for HTTP_PROXY, which is not read. Off.
  bool proxy_from_environment = false;
  /// Sent unless the request has a User-Agent. Empty: none is sent.
  std::string user_agent{default_user_agent};
  /// How many idle connections are kept for later requests. 4.
  std::size_t max_idle_connections = 4;
  /// How long a connection may be idle and still be used again. 60 s.
  std::chrono::milliseconds max_idle_age = std::chrono::seconds{60};
  CurlHttpVersion http_version = CurlHttpVersion::http_1_1;
  /// Asked when a request begins, and then at least every 50 ms (curl_cancel_interval): true ends it with
  /// TransportReason::cancelled. For a flag that a signal handler or another thread sets, or for
  /// std::stop_token::stop_requested. Empty: nobody is asked; CurlTransport::cancel() needs none.
  std::function<bool()> cancelled{};
  /// Null: libcurl's TLS as it is. Only for a libcurl over OpenSSL; with another one every https request is refused.
  CurlTlsSetup tls_setup = nullptr;
};

}  // namespace healthlake
