// A Transport over libcurl (7.80 or later; link libcurl).
//
// Rules: one request at a time on one easy handle, whose connection is kept for the next request. Certificates are
// always verified, against the CA of the options or else of the system. No redirect is followed, nothing is decoded
// but the chunked coding, nothing is sent twice (libcurl would resend on a reused connection that turns out closed;
// that is stopped and reported as connection_lost). Neither the environment (http_proxy), nor .netrc, nor cookies
// are used, and no signal handler is set. Trailer fields are dropped.
// What libcurl does not tell: a body without length or chunks, whose end is the end of the connection, counts as
// complete even if TLS was cut off without its close_notify; a malformed chunk is a connection_lost; and a certificate
// whose issuer has a trusted name but another key is, with OpenSSL, a connect_failed rather than a tls_verification.
//
// Threads: a CurlTransport serves one thread at a time and may move between threads. libcurl initializes itself when
// the first handle is made; that is safe in any thread if curl_version_info says CURL_VERSION_THREADSAFE (7.84 and
// later on common systems). For older ones make a CurlGlobal in main() before the first thread starts.
//
// The only header that names libcurl.
#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/transport.hpp"
#include "healthlake/transport/checks.hpp"

#if LIBCURL_VERSION_NUM < 0x075000
#error "healthlake/transport/curl.hpp needs libcurl 7.80 or later (CURLOPT_PREREQFUNCTION)"
#endif

namespace healthlake {

/// Holds libcurl initialized while it lives; calls nest. See "Threads" above for who needs it.
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

/// HTTP/2 is offered in the TLS handshake only; header names of its responses are in lower case.
enum class CurlHttpVersion : std::uint8_t { http_1_1, http_2 };

/// Every member has a default that suits HealthLake. A time below one millisecond counts as one millisecond.
struct CurlOptions {
  /// Name resolution, TCP, proxy and TLS together. 10 s. (A libcurl without asynchronous resolver cannot end a look-up
  /// in time; see CURL_VERSION_ASYNCHDNS.)
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  /// The whole exchange, connecting included. 60 s.
  std::chrono::milliseconds timeout = std::chrono::seconds{60};
  /// The most bytes of a response's body. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// The most bytes of all header lines, interim responses and trailers included. 64 KiB. (libcurl itself takes no
  /// line of more than 100 KiB.)
  std::size_t max_header_bytes = default_max_header_bytes;
  /// A file of PEM certificates, and a folder of them as c_rehash(1) makes it. Where either is set, only those are
  /// trusted; otherwise the ones of the system.
  std::string ca_file{};
  std::string ca_path{};
  /// `http://host:port`; always used as a tunnel (CONNECT). Empty: none.
  std::string proxy{};
  /// Sent unless the request has a User-Agent. Empty: none is sent.
  std::string user_agent{default_user_agent};
  CurlHttpVersion http_version = CurlHttpVersion::http_1_1;
};

namespace detail {

// What the callbacks of one exchange collect.
class CurlExchange {
 public:
  CurlExchange(std::size_t max_body, std::size_t max_header) : max_body_(max_body), max_header_(max_header) {}

  // A line that libcurl hands on, be it of an interim response, of the response or of its trailer.
  bool take_line(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_header_)
      return stop(TransportReason::response_too_large,
                  "the header is larger than the limit of " + std::to_string(max_header_) + " bytes");
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    // RFC 9110, 15.2: any number of interim responses may precede the one that counts.
    if (response.status < 200 && line.starts_with("HTTP/")) return take_status(line);
    if (head_complete_) return true;
    if (line.empty()) {
      keep_field();
      return head_complete_ = true;
    }
    return take_field(line);
  }

  bool take_body(std::string_view bytes) {
    if (bytes.size() > max_body_ - response.body.size())
      return stop(TransportReason::response_too_large,
                  "the body is larger than the limit of " + std::to_string(max_body_) + " bytes");
    response.body.append(bytes);
    return true;
  }

  // libcurl is about to send the request; a second time it would be a retry of its own.
  bool begin_request() {
    if (!std::exchange(sent, true)) return true;
    return stop(TransportReason::connection_lost, "the server closed the kept connection without an answer");
  }

  bool stop(TransportReason reason, std::string why) {
    if (!stopped) stopped = TransportError{reason, std::move(why), sent};
    return false;
  }

  // Whether the empty line after the header was there.
  [[nodiscard]] bool head_complete() const noexcept { return head_complete_; }

  HttpResponse response{};
  // Why a callback broke off, if one did.
  std::optional<TransportError> stopped{};
  // Whether a connection was made and handed the request.
  bool sent = false;

 private:
  bool take_status(std::string_view line) {
    std::size_t const blank = std::min(line.find(' '), line.size() - 1);
    response = {};
    field_.reset();
    head_complete_ = false;
    std::from_chars(line.data() + blank + 1, line.data() + line.size(), response.status);
    // RFC 9110, 15.2.2: an answer to Upgrade, which nobody sent.
    return response.status != 101 || stop(TransportReason::not_http, "the status is 101");
  }

  bool take_field(std::string_view line) {
    // RFC 9112, 5.2: a folded line continues the value, joined by a blank.
    if ((line.front() == ' ' || line.front() == '\t') && field_) {
      std::string_view const more = trim_blanks(line);
      if (!field_->second.empty() && !more.empty()) field_->second += ' ';
      field_->second += more;
      return !forbidden_field_value(more) || not_a_field();
    }
    keep_field();
    std::size_t const colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return not_a_field();
    std::string_view const value = trim_blanks(line.substr(colon + 1));
    if (forbidden_field_value(value)) return not_a_field();
    field_.emplace(line.substr(0, colon), value);
    return true;
  }

  void keep_field() {
    if (field_) response.headers.add(field_->first, field_->second);
    field_.reset();
  }

  bool not_a_field() { return stop(TransportReason::not_http, "a line of the header is not `name: value`"); }

  std::size_t max_body_;
  std::size_t max_header_;
  std::size_t header_bytes_ = 0;
  bool head_complete_ = false;
  // A field line waits here for its continuation.
  std::optional<std::pair<std::string, std::string>> field_{};
};

// Nothing may be thrown through libcurl: false in place of an exception ends the transfer.
template <class F>
bool curl_guard(CurlExchange& exchange, F&& step) noexcept {
  try {
    return step();
  } catch (...) {
    exchange.stopped = TransportError{TransportReason::response_too_large, {}, true};
    return false;
  }
}

// The three callbacks, with the signatures of libcurl.
inline std::size_t curl_on_line(char* data, std::size_t size, std::size_t count, void* exchange) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.take_line({data, size * count}); }) ? size * count : ~std::size_t{0};
}
inline std::size_t curl_on_body(char* data, std::size_t size, std::size_t count, void* exchange) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.take_body({data, size * count}); }) ? size * count : ~std::size_t{0};
}
inline int curl_on_connected(void* exchange, char*, char*, int, int) noexcept {
  auto& to = *static_cast<CurlExchange*>(exchange);
  return curl_guard(to, [&] { return to.begin_request(); }) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// `sent` is false until a connection is made, so whatever fails before is a failure to connect.
constexpr TransportReason curl_reason(CURLcode code, bool sent) noexcept {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return TransportReason::tls_verification;
    case CURLE_OPERATION_TIMEDOUT: return sent ? TransportReason::read_timeout : TransportReason::connect_timeout;
    case CURLE_FILESIZE_EXCEEDED: return TransportReason::response_too_large;
    // What libcurl before 8.6 says of a header line that outgrows its own limit; later ones say CURLE_TOO_LARGE.
    case CURLE_OUT_OF_MEMORY:
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
      return sent ? TransportReason::response_too_large : TransportReason::connect_failed;
    // The first of these is an answer without a status line, taken for HTTP/0.9.
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return sent ? TransportReason::not_http : TransportReason::connect_failed;
    default: return sent ? TransportReason::connection_lost : TransportReason::connect_failed;
  }
}

struct CurlFree {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// Sets options one after the other and keeps the first failure.
struct CurlSetup {
  CURL* handle;
  CURLcode code = CURLE_OK;

  template <class V>
  void set(CURLoption option, V value) noexcept {
    if (code == CURLE_OK) code = curl_easy_setopt(handle, option, value);
  }
};

class CurlLines {
 public:
  void add(std::string const& line) {
    curl_slist* const longer = curl_slist_append(list_.get(), line.c_str());
    complete_ = complete_ && longer != nullptr;
    if (longer == nullptr) return;
    static_cast<void>(list_.release());
    list_.reset(longer);
  }
  [[nodiscard]] curl_slist* get() const noexcept { return list_.get(); }
  // False if there was no memory for one of them.
  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  std::unique_ptr<curl_slist, CurlFree> list_{};
  bool complete_ = true;
};

}  // namespace detail

/// The transport. Movable, not copyable; a moved-from one fails every `send` with connect_failed.
class CurlTransport {
 public:
  using Options = CurlOptions;

  CurlTransport() : CurlTransport(Options{}) {}
  explicit CurlTransport(Options options) : options_(std::move(options)), handle_(curl_easy_init()) {}

  /// Sends the request and waits for the whole response, for Options::timeout at most. Sends method, target and
  /// headers as they are (a header Host stands in for the authority), and `Content-Length` from the body. Returns a
  /// response whatever its status, field lines in the order of the wire.
  ///
  /// Errors: not_http for a request that cannot be sent (see checks.hpp) and for an answer that is not HTTP; the
  /// others as TransportReason describes them. may_have_reached_server is false until a connection is made.
  [[nodiscard]] HttpReply send(HttpRequest const& request) {
    try {
      return exchange(request);
    } catch (std::exception const& e) {
      return Unexpected{TransportError{TransportReason::connection_lost, e.what(), true}};
    }
  }

 private:
  HttpReply exchange(HttpRequest const& request) {
    if (auto refused = detail::check_sendable(request)) return Unexpected{*std::move(refused)};
    if (handle_ == nullptr)
      return Unexpected{TransportError{TransportReason::connect_failed, "there is no libcurl handle", false}};
    detail::CurlExchange exchange{options_.max_response_bytes, options_.max_header_bytes};
    std::array<char, CURL_ERROR_SIZE> text{};
    detail::CurlLines const lines = header_lines(request);
    // Connections, TLS sessions and resolved names outlive the reset.
    curl_easy_reset(handle_.get());
    detail::CurlSetup setup{handle_.get(), lines.complete() ? CURLE_OK : CURLE_OUT_OF_MEMORY};
    setup.set(CURLOPT_ERRORBUFFER, text.data());
    set_rules(setup);
    set_trust(setup);
    set_request(setup, request, lines);
    set_receiver(setup, exchange);
    CURLcode const code = setup.code == CURLE_OK ? curl_easy_perform(handle_.get()) : setup.code;
    // The handle keeps no pointer to what ends with this function.
    curl_easy_reset(handle_.get());
    if (exchange.stopped) return Unexpected{*std::move(exchange.stopped)};
    if (code != CURLE_OK) {
      std::string const why = text[0] != '\0' ? text.data() : curl_easy_strerror(code);
      return Unexpected{TransportError{detail::curl_reason(code, exchange.sent), why, exchange.sent}};
    }
    // libcurl takes a header that the connection's end cuts off for a whole one.
    if (!exchange.head_complete())
      return Unexpected{TransportError{TransportReason::connection_lost, "the connection ended in the header", true}};
    if (exchange.response.status < 200)
      return Unexpected{TransportError{TransportReason::not_http, "there is no final status line", true}};
    return std::move(exchange.response);
  }

  static detail::CurlLines header_lines(HttpRequest const& request) {
    detail::CurlLines lines;
    // libcurl's way to suppress a header of its own is a name without a value, and to send an empty one a semicolon.
    for (std::string const name : {"Accept", "Content-Type", "Expect"})
      if (!request.headers.find(name)) lines.add(name + ":");
    for (auto const& [name, value] : request.headers)
      lines.add(std::string{name}.append(trim_blanks(value).empty() ? ";" : ": ").append(trim_blanks(value)));
    return lines;
  }

  void set_rules(detail::CurlSetup& setup) const noexcept {
    constexpr long longest = std::numeric_limits<int>::max();
    auto milliseconds = [](auto time) { return static_cast<long>(std::clamp<long long>(time.count(), 1, longest)); };
    setup.set(CURLOPT_NOSIGNAL, 1L);
    setup.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options_.connect_timeout));
    setup.set(CURLOPT_TIMEOUT_MS, milliseconds(options_.timeout));
    setup.set(CURLOPT_FOLLOWLOCATION, 0L);
    setup.set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
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
    // An empty text keeps libcurl from asking the environment.
    setup.set(CURLOPT_PROXY, options_.proxy.c_str());
    setup.set(CURLOPT_HTTPPROXYTUNNEL, options_.proxy.empty() ? 0L : 1L);
    setup.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  }

  void set_trust(detail::CurlSetup& setup) const noexcept {
    setup.set(CURLOPT_SSL_VERIFYPEER, 1L);
    setup.set(CURLOPT_SSL_VERIFYHOST, 2L);
    setup.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (options_.ca_file.empty() && options_.ca_path.empty()) return;
    // Both, so that the one that is not given does not keep the system's.
    setup.set(CURLOPT_CAINFO, options_.ca_file.empty() ? nullptr : options_.ca_file.c_str());
    setup.set(CURLOPT_CAPATH, options_.ca_path.empty() ? nullptr : options_.ca_path.c_str());
  }

  void set_request(detail::CurlSetup& setup, HttpRequest const& request, detail::CurlLines const& lines) const {
    // libcurl copies the texts, but not the body.
    setup.set(CURLOPT_URL, (request.scheme + "://" + request.authority + "/").c_str());
    setup.set(CURLOPT_PATH_AS_IS, 1L);
    setup.set(CURLOPT_REQUEST_TARGET, request.target.c_str());
    if (!options_.user_agent.empty()) setup.set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    setup.set(CURLOPT_HTTPHEADER, lines.get());
    if (request.method == "HEAD") return setup.set(CURLOPT_NOBODY, 1L);
    if (detail::sends_content_length(request)) {
      setup.set(CURLOPT_POST, 1L);
      setup.set(CURLOPT_POSTFIELDS, request.body.data());
      setup.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    setup.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }

  void set_receiver(detail::CurlSetup& setup, detail::CurlExchange& exchange) const noexcept {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<curl_off_t>::max());
    // Refuses by Content-Length; 0 would mean no limit, and there the callback refuses.
    setup.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::min(options_.max_response_bytes, most)));
    setup.set(CURLOPT_HEADERFUNCTION, &detail::curl_on_line);
    setup.set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    setup.set(CURLOPT_WRITEFUNCTION, &detail::curl_on_body);
    setup.set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
    setup.set(CURLOPT_PREREQFUNCTION, &detail::curl_on_connected);
    setup.set(CURLOPT_PREREQDATA, static_cast<void*>(&exchange));
  }

  Options options_;
  std::unique_ptr<CURL, detail::CurlFree> handle_;
};

static_assert(Transport<CurlTransport>);

}  // namespace healthlake
