// A Transport over libcurl (7.80 or later; link libcurl).
//
// Rules: one request at a time; up to CurlOptions::max_idle_connections idle connections are kept, and reused only if
// they are quiet (curl_connections.hpp). Certificates are always verified, against the CA of the options or of the
// system. Redirects are not followed, no coding but chunked is decoded, and nothing is sent twice (libcurl would resend
// on a reused connection that turns out to be closed; that is prevented and reported as connection_lost). Responses are
// parsed as in every adapter (response_head.hpp). Proxy variables are used only if an option says so; .netrc, cookies
// and signal handlers are not used. Trailer fields are dropped.
//
// What libcurl does itself: it reads SSLKEYLOGFILE when it is initialized and, if its TLS library can, writes the keys
// of every connection to that file (curl_openssl.hpp prevents that). Its TLS library may read a configuration
// (OPENSSL_CONF). If a certificate has no subjectAltName, it compares the host with the common name (curl_openssl.hpp
// prevents that). A body that ends with the connection is complete even if TLS ended without close_notify. With
// OpenSSL, a certificate whose issuer has a trusted name but another key is a connect_failed rather than a
// tls_verification.
//
// Threads: a CurlTransport is for one thread at a time and may be moved between threads; any thread may call `cancel`.
// libcurl initializes itself when the first handle is created; that is safe in any thread if curl_version_info reports
// CURL_VERSION_THREADSAFE (7.84 and later on common systems). With older versions, create a CurlGlobal in main() before
// the first thread starts.
#pragma once

#include <curl/curl.h>

#include <utility>

#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/owner.hpp"
#include "healthlake/transport/curl_options.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Keeps libcurl initialized during its lifetime; can be nested. See "Threads" above for when it is needed.
class CurlGlobal {
 public:
  CurlGlobal() : code_(curl_global_init(CURL_GLOBAL_DEFAULT)) {}
  ~CurlGlobal() {
    if (ok()) curl_global_cleanup();
  }
  CurlGlobal(CurlGlobal const&) = delete;
  CurlGlobal& operator=(CurlGlobal const&) = delete;

  /// False if libcurl could not be initialized.
  [[nodiscard]] bool ok() const noexcept { return code_ == CURLE_OK; }

 private:
  CURLcode code_;
};

namespace detail {
class CurlPool;
}

/// The transport. Movable, not copyable; after a move, every `send` of the source fails with connect_failed.
class CurlTransport {
 public:
  /// The limits, the trust and the proxy.
  using Options = CurlOptions;

  CurlTransport() : CurlTransport(Options{}) {}
  /// Opens no connection yet.
  explicit CurlTransport(Options options);
  ~CurlTransport();
  CurlTransport(CurlTransport&& other) noexcept;
  CurlTransport& operator=(CurlTransport&& other) noexcept;

  /// Sends the request and waits for the whole response, for at most Options::timeout. Sends method, target and headers
  /// unchanged (a Host header replaces the authority), and `Content-Length` from the body. Returns a response whatever
  /// its status, with field lines in their order on the wire, also if it was received before the whole request was
  /// sent.
  ///
  /// Errors: not_http for a request that cannot be sent (see checks.hpp) and for a response that is not valid HTTP; the
  /// others as TransportReason describes them. may_have_reached_server is false until there is a connection. Does not
  /// throw: out of memory is connect_failed or connection_lost, and the transport can be used again.
  [[nodiscard]] HttpReply send(HttpRequest const& request) { return send(request, SendOptions{}); }
  /// The same, within a shorter time.
  [[nodiscard]] HttpReply send(HttpRequest const& request, SendOptions const& limits);

  /// Ends the `send` in progress: it returns `cancelled` within curl_cancel_interval (libcurl's threaded resolver first
  /// waits for its look-up). Does not affect a `send` that begins later. May be called from any thread or signal
  /// handler, as long as the transport is neither moved nor destroyed.
  void cancel() noexcept;

 private:
  Options options_;
  detail::Owner<detail::CurlPool> pool_;
};

static_assert(TimedTransport<CurlTransport>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/curl.ipp"
#endif
