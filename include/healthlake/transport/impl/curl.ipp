// The functions of transport/curl.hpp.
#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/authority.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/curl.hpp"
#include "healthlake/transport/curl_connections.hpp"
#include "healthlake/transport/curl_exchange.hpp"
#include "healthlake/transport/curl_options.hpp"
#include "healthlake/transport/proxy.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The proxy that a request goes through, and the hosts that do not need it in libcurl's notation.
struct CurlProxy {
  Proxy proxy{};
  std::string spared{};
};

// The first of these variables that is set and not empty. Never printed: a proxy's URL may contain a password.
HEALTHLAKE_COLD HEALTHLAKE_DECL std::string first_variable(std::initializer_list<char const*> names) {
  for (char const* const name : names)
    if (char const* const value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL Result<CurlProxy, TransportError> curl_proxy(CurlOptions const& options,
                                                                             std::string const& scheme) {
  CurlProxy chosen;
  std::string url = options.proxy;
  bool const asked = url.empty() && options.proxy_from_environment;
  if (asked) {
    // HTTP_PROXY is not read: in CGI programs, it contains a request header.
    url = scheme == "http" ? first_variable({"http_proxy", "all_proxy", "ALL_PROXY"})
                           : first_variable({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    chosen.spared = first_variable({"no_proxy", "NO_PROXY"});
  }
  if (url.empty()) return chosen;
  chosen.proxy = parse_proxy(url);
  if (chosen.proxy) return chosen;
  return Unexpected{TransportError{TransportReason::proxy_refused,
                                   std::string{asked ? "from the environment, " : ""} + bad_proxy, false}};
}

// What a CurlTlsSetup is called with.
struct CurlTlsTarget {
  CurlTlsSetup setup;
  std::string host;
};

HEALTHLAKE_COLD HEALTHLAKE_DECL CURLcode curl_on_tls(CURL*, void* context, void* target) noexcept {
  auto const& of = *static_cast<CurlTlsTarget const*>(target);
  try {
    return of.setup(context, of.host) ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
  } catch (...) {
    return CURLE_ABORTED_BY_CALLBACK;
  }
}

// Whether the pointer that a CurlTlsSetup gets is one of OpenSSL.
HEALTHLAKE_COLD HEALTHLAKE_DECL bool curl_is_over_openssl(CURL* handle) noexcept {
  curl_tlssessioninfo* session = nullptr;
  return curl_easy_getinfo(handle, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK && session != nullptr &&
         session->backend == CURLSSLBACKEND_OPENSSL;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL HttpReply no_curl_handle() {
  return Unexpected{
      TransportError{TransportReason::connect_failed,
                     "no libcurl handle: the transport was moved from, or libcurl could not be initialized", false}};
}

// One transport's way to send.
class CurlSender {
 public:
  CurlSender(CurlOptions const& options, CurlPool& pool) : options_(options), pool_(pool) {}

  HEALTHLAKE_COLD HttpReply exchange(HttpRequest const& request, SendOptions const& limits) {
    if (auto refused = check_sendable(request)) return Unexpected{*std::move(refused)};
    if (forbidden_field_value(options_.user_agent))
      return Unexpected{refusal("the user_agent option contains CR, LF or NUL (RFC 9110, 5.5)")};
    if (pool_.share() == nullptr) return no_curl_handle();
    pool_.cancelled.store(false, std::memory_order_relaxed);
    if (options_.cancelled && options_.cancelled())
      return Unexpected{TransportError{TransportReason::cancelled, stop_asked, false}};
    auto proxy = limits.direct ? CurlProxy{} : curl_proxy(options_, request.scheme);
    if (!proxy) return Unexpected{std::move(proxy).error()};
    // These outlive the handle that points to them.
    CurlExchange exchange{request, options_};
    std::chrono::milliseconds const timeout{time_allowed(options_.timeout.count(), limits)};
    Transfer transfer{request, timeout, parse_origin(request.scheme, request.authority), *std::move(proxy)};
    auto connection = pool_.take(request.scheme + "://" + request.authority, options_.max_idle_age);
    transfer.connection = connection.get();
    exchange.may_use(connection->socket());
    if (connection->renew() == nullptr) return no_curl_handle();
    CurlSetup setup{connection->handle()};
    if (auto refused = prepare(setup, transfer, exchange)) return Unexpected{*std::move(refused)};
    CURLcode const code =
        setup.code == CURLE_OK ? connection->run(exchange, pool_.cancelled, options_.cancelled) : setup.code;
    bool const usable = connection->settle() && code == CURLE_OK;
    auto reply = reply_of(exchange, code, transfer.text.data(), *connection.get());
    if (reply && usable && exchange.clean()) pool_.keep(std::move(connection), options_.max_idle_connections);
    return reply;
  }

 private:
  // What has to live as long as the transfer, besides the exchange.
  struct Transfer {
    HttpRequest const& request;
    std::chrono::milliseconds timeout;
    Origin origin;
    CurlProxy proxy;
    CurlConnection* connection = nullptr;
    CurlLines lines{};
    CurlLines proxy_lines{};
    CurlTlsTarget tls{};
    std::array<char, CURL_ERROR_SIZE> text{};
  };

  HEALTHLAKE_COLD static HttpReply reply_of(CurlExchange& exchange, CURLcode code, std::string const& text,
                                            CurlConnection& connection) {
    ResponseReader& reader = exchange.reader();
    // A complete response is returned, whatever happened to the request after it.
    if (reader.done() && !exchange.stopped) return reader.take();
    if (exchange.stopped) return Unexpected{*std::move(exchange.stopped)};
    long const by_proxy = connection.proxy_status();
    if (!exchange.sent && by_proxy >= 300) return Unexpected{curl_proxy_error(by_proxy)};
    if (code != CURLE_OK) return Unexpected{curl_error(code, text, exchange.sent)};
    // A body that ends with the connection has not ended while the connection is open, whatever libcurl says: it
    // applies the length of an interim response to the final one. HTTP/2 ends streams.
    reader.end(connection.multiplexed() || connection.socket() == CURL_SOCKET_BAD || connection.closed_by_server());
    if (reader.fault()) return Unexpected{*reader.fault()};
    return reader.take();
  }

  // Sets all options of a transfer; returns an error if one of them is not available.
  HEALTHLAKE_COLD std::optional<TransportError> prepare(CurlSetup& setup, Transfer& transfer,
                                                        CurlExchange& exchange) const {
    transfer.lines = header_lines(transfer.request);
    if (!transfer.lines.complete()) setup.code = CURLE_OUT_OF_MEMORY;
    setup.set(CURLOPT_ERRORBUFFER, transfer.text.data());
    setup.set(CURLOPT_SHARE, pool_.share());
    setup.set(CURLOPT_CLOSESOCKETFUNCTION, &CurlConnection::on_close);
    setup.set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(transfer.connection));
    set_rules(setup, transfer.timeout);
    set_proxy(setup, transfer);
    set_trust(setup);
    set_request(setup, transfer, exchange);
    set_receiver(setup, exchange);
    if (options_.tls_setup == nullptr || !transfer.origin.tls) return std::nullopt;
    if (!curl_is_over_openssl(setup.handle))
      return TransportError{TransportReason::tls_verification,
                            "CurlOptions::tls_setup requires a libcurl whose TLS library is OpenSSL", false};
    transfer.tls = {options_.tls_setup, std::string{without_final_dot(transfer.origin.host)}};
    setup.set(CURLOPT_SSL_CTX_FUNCTION, &curl_on_tls);
    setup.set(CURLOPT_SSL_CTX_DATA, static_cast<void*>(&transfer.tls));
    return std::nullopt;
  }

  HEALTHLAKE_COLD static CurlLines header_lines(HttpRequest const& request) {
    CurlLines lines;
    // libcurl's way to suppress a header of its own is a name without a value, and to send an empty one a semicolon.
    for (std::string const name : {"Accept", "Content-Type", "Expect"})
      if (!request.headers.find(name)) lines.add(name + ":");
    for (auto const& [name, value] : request.headers)
      lines.add(std::string{name}.append(trim_blanks(value).empty() ? ";" : ": ").append(trim_blanks(value)));
    return lines;
  }

  HEALTHLAKE_COLD void set_rules(CurlSetup& setup, std::chrono::milliseconds timeout) const noexcept {
    constexpr long longest = (std::numeric_limits<int>::max)();
    auto milliseconds = [](auto time) { return static_cast<long>(std::clamp<long long>(time.count(), 1, longest)); };
    setup.set(CURLOPT_NOSIGNAL, 1L);
    setup.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options_.connect_timeout));
    setup.set(CURLOPT_TIMEOUT_MS, milliseconds(timeout));
    setup.set(CURLOPT_FOLLOWLOCATION, 0L);
    setup.set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    // Chunks are passed on undecoded; libcurl still detects their end.
    setup.set(CURLOPT_HTTP_TRANSFER_DECODING, 0L);
    setup.set(CURLOPT_HTTP09_ALLOWED, 0L);
    setup.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
#if LIBCURL_VERSION_NUM >= 0x075500
    setup.set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    setup.set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    long const version =
        options_.http_version == CurlHttpVersion::http_2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
    setup.set(CURLOPT_HTTP_VERSION, version);
    setup.set(CURLOPT_TCP_KEEPALIVE, 1L);
    // The pool drops old connections; libcurl has a limit of its own, in seconds.
    setup.set(CURLOPT_MAXAGE_CONN, (std::max)(milliseconds(options_.max_idle_age) / 1000, 1L));
  }

  HEALTHLAKE_COLD static void set_proxy(CurlSetup& setup, Transfer& transfer) {
    // Empty strings keep libcurl from reading the environment.
    setup.set(CURLOPT_PROXY, "");
    setup.set(CURLOPT_NOPROXY, transfer.proxy.spared.c_str());
    if (!transfer.proxy.proxy) return;
    Proxy const& proxy = transfer.proxy.proxy;
    // Without user information: libcurl cannot print what it does not get.
    bool const bracket = proxy.host.find(':') != std::string::npos;
    std::string const url =
        std::string{"http://"} + (bracket ? "[" : "") + proxy.host + (bracket ? "]:" : ":") + proxy.port;
    setup.set(CURLOPT_PROXY, url.c_str());
    setup.set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    setup.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (proxy.authorization.empty()) return;
    transfer.proxy_lines.add("Proxy-Authorization: " + proxy.authorization);
    if (!transfer.proxy_lines.complete()) setup.code = CURLE_OUT_OF_MEMORY;
    setup.set(CURLOPT_PROXYHEADER, transfer.proxy_lines.get());
  }

  HEALTHLAKE_COLD void set_trust(CurlSetup& setup) const noexcept {
    setup.set(CURLOPT_SSL_VERIFYPEER, 1L);
    setup.set(CURLOPT_SSL_VERIFYHOST, 2L);
    setup.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (options_.ca_file.empty() && options_.ca_path.empty()) return;
    // Set both, so that the absent one does not keep the system's.
    setup.set(CURLOPT_CAINFO, options_.ca_file.empty() ? nullptr : options_.ca_file.c_str());
    setup.set(CURLOPT_CAPATH, options_.ca_path.empty() ? nullptr : options_.ca_path.c_str());
  }

  HEALTHLAKE_COLD void set_request(CurlSetup& setup, Transfer const& transfer, CurlExchange& exchange) const {
    HttpRequest const& request = transfer.request;
    // libcurl copies the strings, but not the body.
    setup.set(CURLOPT_URL, (request.scheme + "://" + request.authority + "/").c_str());
    setup.set(CURLOPT_PATH_AS_IS, 1L);
    setup.set(CURLOPT_REQUEST_TARGET, request.target.c_str());
    if (!options_.user_agent.empty()) setup.set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    setup.set(CURLOPT_HTTPHEADER, transfer.lines.get());
    // A proxy gets only its own headers.
    setup.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    if (request.method == "HEAD") return setup.set(CURLOPT_NOBODY, 1L);
    if (sends_content_length(request)) set_body(setup, request, exchange);
    setup.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }

  HEALTHLAKE_COLD static void set_body(CurlSetup& setup, HttpRequest const& request, CurlExchange& exchange) {
    setup.set(CURLOPT_POST, 1L);
    setup.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    // Up to this size, libcurl sends header and body at once, without reading a response in between.
    constexpr std::size_t at_once = std::size_t{16} * 1024;
    if (request.body.size() <= at_once) return setup.set(CURLOPT_POSTFIELDS, request.body.data());
    exchange.send_by_callback();
    // Send one TLS record at a time and check the socket before each: the response of a server that then resets the
    // connection is lost if the reset coincides with a write.
    setup.set(CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
    setup.set(CURLOPT_READFUNCTION, &curl_on_send);
    setup.set(CURLOPT_READDATA, static_cast<void*>(&exchange));
    setup.set(CURLOPT_SEEKFUNCTION, &curl_on_rewind);
    setup.set(CURLOPT_SEEKDATA, static_cast<void*>(&exchange));
  }

  HEALTHLAKE_COLD static void set_receiver(CurlSetup& setup, CurlExchange& exchange) noexcept {
    auto* const to = static_cast<void*>(&exchange);
    setup.set(CURLOPT_HEADERFUNCTION, &curl_on_line);
    setup.set(CURLOPT_HEADERDATA, to);
    setup.set(CURLOPT_WRITEFUNCTION, &curl_on_body);
    setup.set(CURLOPT_WRITEDATA, to);
    setup.set(CURLOPT_SOCKOPTFUNCTION, &curl_on_socket);
    setup.set(CURLOPT_SOCKOPTDATA, to);
    setup.set(CURLOPT_PREREQFUNCTION, &curl_on_connected);
    setup.set(CURLOPT_PREREQDATA, to);
  }

  CurlOptions const& options_;
  CurlPool& pool_;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_COLD HEALTHLAKE_DECL CurlTransport::CurlTransport(Options options)
    : options_(std::move(options)), pool_(new detail::CurlPool) {}
HEALTHLAKE_COLD HEALTHLAKE_DECL CurlTransport::~CurlTransport() = default;
HEALTHLAKE_COLD HEALTHLAKE_DECL CurlTransport::CurlTransport(CurlTransport&& other) noexcept = default;
HEALTHLAKE_COLD HEALTHLAKE_DECL CurlTransport& CurlTransport::operator=(CurlTransport&& other) noexcept = default;

HEALTHLAKE_COLD HEALTHLAKE_DECL HttpReply CurlTransport::send(HttpRequest const& request, SendOptions const& limits) {
  try {
    if (!pool_) return detail::no_curl_handle();
    return detail::CurlSender{options_, *pool_.get()}.exchange(request, limits);
  } catch (std::exception const& e) {
    return Unexpected{TransportError{TransportReason::connection_lost, e.what(), true}};
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CurlTransport::cancel() noexcept {
  if (pool_) pool_->cancelled.store(true, std::memory_order_relaxed);
}

}  // namespace HEALTHLAKE_NAMESPACE
