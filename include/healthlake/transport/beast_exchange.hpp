// What beast.hpp is made of: its options, connections, and one request and its response as a chain of Asio operations.
//
// Rules: those of beast.hpp, where users look. One exchange owns all that its operations touch, so that an operation
// that ends after its exchange finds everything in place. With beast.hpp the only header that names Boost.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "healthlake/http/transport.hpp"
#include "healthlake/transport/checks.hpp"

namespace healthlake {

/// Every member has a default that suits HealthLake. A time below one millisecond counts as one millisecond, one above
/// a year as a year.
struct BeastOptions {
  /// Name resolution, TCP and TLS together. 10 s. (A look-up of the system that hangs is left behind, not stopped: the
  /// io_context waits for it when it is destroyed.)
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  /// The whole exchange, connecting included. 60 s.
  std::chrono::milliseconds timeout = std::chrono::seconds{60};
  /// The most bytes of a response's body. 16 MiB.
  std::size_t max_response_bytes = default_max_response_bytes;
  /// The most bytes of the header, and of all interim responses together. 64 KiB.
  std::size_t max_header_bytes = default_max_header_bytes;
  /// A file of PEM certificates, and a folder of them as c_rehash(1) makes it. Where either is set, only those are
  /// trusted; otherwise the ones of the system.
  std::string ca_file{};
  std::string ca_path{};
  /// Sent unless the request has a User-Agent. Empty: none is sent.
  std::string user_agent{default_user_agent};
  /// How many idle connections are kept for later requests. 4.
  std::size_t max_idle_connections = 4;
};

namespace detail {

using BeastError = boost::system::error_code;
using BeastSocket = boost::asio::ip::tcp::socket;

struct BeastConnection {
  BeastConnection(boost::asio::any_io_executor const& executor, std::string its_origin)
      : origin(std::move(its_origin)), socket(executor) {}

  // Whether the peer has neither closed nor said anything unasked.
  bool quiet() {
    BeastError error;
    socket.non_blocking(true, error);
    if (error) return false;
    char byte = 0;
    socket.receive(boost::asio::buffer(&byte, 1), BeastSocket::message_peek, error);
    return error == boost::asio::error::would_block;
  }

  // Scheme and authority.
  std::string origin;
  BeastSocket socket;
  // Over `socket`, for https.
  std::optional<boost::asio::ssl::stream<BeastSocket&>> tls{};
};

class BeastExchange;

// What the exchanges of one transport share.
struct BeastShared {
  boost::asio::any_io_executor executor;
  BeastOptions options;
  // Made for the first https request.
  std::optional<boost::asio::ssl::context> tls{};
  std::vector<std::unique_ptr<BeastConnection>> idle{};
  std::vector<std::weak_ptr<BeastExchange>> running{};

  // A context that verifies, or null and what is wrong.
  boost::asio::ssl::context* tls_context(BeastError& error) {
    if (tls) return &*tls;
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(boost::asio::ssl::verify_peer, error);
    if (!error && options.ca_file.empty() && options.ca_path.empty()) context.set_default_verify_paths(error);
    if (!error && !options.ca_file.empty()) context.load_verify_file(options.ca_file, error);
    if (!error && !options.ca_path.empty()) context.add_verify_path(options.ca_path, error);
    return error ? nullptr : &tls.emplace(std::move(context));
  }

  // A kept connection to `origin` that is still good, or null.
  std::unique_ptr<BeastConnection> take_idle(std::string const& origin) {
    std::erase_if(idle, [](auto const& kept) { return !kept->quiet(); });
    auto const found = std::find_if(idle.begin(), idle.end(), [&](auto const& kept) { return kept->origin == origin; });
    if (found == idle.end()) return nullptr;
    auto connection = std::move(*found);
    idle.erase(found);
    return connection;
  }

  void keep(std::unique_ptr<BeastConnection> connection) {
    if (options.max_idle_connections == 0) return;
    if (idle.size() >= options.max_idle_connections) idle.erase(idle.begin());
    idle.push_back(std::move(connection));
  }
};

// Whoever waits for a reply, without a type. Called once at most.
struct BeastCompletion {
  virtual ~BeastCompletion() = default;
  virtual void complete(HttpReply reply) = 0;
};

template <class Handler>
class BeastHandler final : public BeastCompletion {
 public:
  BeastHandler(Handler handler, boost::asio::any_io_executor const& executor)
      : work_(boost::asio::get_associated_executor(handler, executor)), handler_(std::move(handler)) {}

  void complete(HttpReply reply) override {
    boost::asio::post(work_.get_executor(), [handler = std::move(handler_), given = std::move(reply)]() mutable {
      std::move(handler)(std::move(given));
    });
    work_.reset();
  }

 private:
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>> work_;
  Handler handler_;
};

// One request and its response: resolve, connect, handshake, write, read header, read body. Each step starts the next
// from its handler. The first of response, failure, deadline and cancel() completes; whatever comes later is ignored.
class BeastExchange : public std::enable_shared_from_this<BeastExchange> {
 public:
  BeastExchange(std::shared_ptr<BeastShared> shared, HttpRequest request, std::unique_ptr<BeastCompletion> waiting)
      : shared_(std::move(shared)),
        request_(std::move(request)),
        waiting_(std::move(waiting)),
        resolver_(shared_->executor),
        timer_(shared_->executor) {}

  void start() {
    guarded([this] {
      if (auto refused = check_sendable(request_)) return finish(Unexpected{*std::move(refused)});
      std::erase_if(shared_->running, [](auto const& other) { return other.expired(); });
      shared_->running.push_back(weak_from_this());
      origin_ = *parse_origin(request_.scheme, request_.authority);
      head_ = request_head(request_, shared_->options.user_agent);
      auto const now = std::chrono::steady_clock::now();
      give_up_ = now + bounded(shared_->options.timeout);
      wait_until(std::min(now + bounded(shared_->options.connect_timeout), give_up_));
      connection_ = shared_->take_idle(key());
      if (connection_) return write();
      connection_ = std::make_unique<BeastConnection>(shared_->executor, key());
      resolve();
    });
  }

  void cancel() {
    guarded([this] { fail(TransportReason::cancelled, "cancel() was called"); });
  }

 private:
  // What a time point can take.
  static std::chrono::milliseconds bounded(std::chrono::milliseconds time) {
    return std::clamp<std::chrono::milliseconds>(time, std::chrono::milliseconds{1}, std::chrono::hours{24 * 365});
  }

  [[nodiscard]] std::string key() const { return request_.scheme + "://" + request_.authority; }

  // A handler that keeps this exchange alive, does nothing after the end, and lets no exception out.
  template <class F>
  auto on(F step) {
    return [ self = shared_from_this(), step ](BeastError error, auto const&... more)
      requires std::invocable<F, BeastError, decltype(more)...>
    {
      self->guarded([&] { step(error, more...); });
    };
  }
  template <class F>
  void guarded(F&& step) {
    if (!waiting_) return;
    try {
      step();
    } catch (std::exception const& e) {
      if (waiting_) fail(sent_ ? TransportReason::connection_lost : TransportReason::connect_failed, e.what());
    }
  }

  void wait_until(std::chrono::steady_clock::time_point when) {
    timer_.expires_at(when);
    timer_.async_wait(on([this](BeastError error) {
      // A wait that was over before it could be replaced still reports success; the new one will come.
      if (error || timer_.expiry() > std::chrono::steady_clock::now()) return;
      if (sent_) return fail(TransportReason::read_timeout, "no complete response from " + key() + " in time");
      fail(TransportReason::connect_timeout, "no connection to " + key() + " in time");
    }));
  }

  void resolve() {
    resolver_.async_resolve(origin_.host, origin_.port, boost::asio::ip::resolver_base::numeric_service,
                            on([this](BeastError error, boost::asio::ip::tcp::resolver::results_type const& found) {
                              if (error) return connect_failed("resolve", error);
                              connect(found);
                            }));
  }

  void connect(boost::asio::ip::tcp::resolver::results_type const& found) {
    boost::asio::async_connect(connection_->socket, found,
                               on([this](BeastError error, boost::asio::ip::tcp::endpoint const&) {
                                 if (error) return connect_failed("connect to", error);
                                 BeastError ignored;
                                 connection_->socket.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
                                 if (origin_.tls) return handshake();
                                 write();
                               }));
  }

  void handshake() {
    BeastError error;
    boost::asio::ssl::context* const context = shared_->tls_context(error);
    if (context == nullptr)
      return fail(TransportReason::tls_verification, "cannot load the CA certificates: " + error.message());
    auto& stream = connection_->tls.emplace(connection_->socket, *context);
    if (!expect_peer(stream.native_handle()))
      return fail(TransportReason::connect_failed, "cannot set up TLS for " + key());
    stream.async_handshake(boost::asio::ssl::stream_base::client, on([this](BeastError failed) {
                             if (!failed) return write();
                             long const verdict = SSL_get_verify_result(connection_->tls->native_handle());
                             if (verdict == X509_V_OK) return connect_failed("TLS handshake with", failed);
                             fail(TransportReason::tls_verification,
                                  "the certificate of " + key() + ": " + X509_verify_cert_error_string(verdict));
                           }));
  }

  // RFC 6066, 3: a server name is a DNS name, so an address is not announced. RFC 9110, 4.3.4: the certificate must be
  // for the host of the request.
  bool expect_peer(SSL* ssl) const {
    BeastError not_an_address;
    boost::asio::ip::make_address(origin_.host, not_an_address);
    if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), origin_.host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(ssl, origin_.host.c_str()) == 1 && SSL_set1_host(ssl, origin_.host.c_str()) == 1;
  }

  // Calls `f` with the stream to read from and write to.
  template <class F>
  void with_stream(F&& f) {
    if (connection_->tls) return f(*connection_->tls);
    f(connection_->socket);
  }

  void write() {
    sent_ = true;
    wait_until(give_up_);
    std::array<boost::asio::const_buffer, 2> const message{boost::asio::buffer(head_),
                                                           boost::asio::buffer(request_.body)};
    with_stream([&](auto& stream) {
      boost::asio::async_write(stream, message, on([this](BeastError error, std::size_t) {
                                 if (error) return broken("sending the request", error);
                                 read_header();
                               }));
    });
  }

  void read_header() {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(std::min(shared_->options.max_header_bytes, most)));
    parser_->body_limit(static_cast<std::uint64_t>(shared_->options.max_response_bytes));
    parser_->skip(request_.method == "HEAD");
    with_stream([&](auto& stream) {
      boost::beast::http::async_read_header(stream, buffer_, *parser_, on([this](BeastError error, std::size_t size) {
                                              if (error) return broken("reading the header", error);
                                              take_header(size);
                                            }));
    });
  }

  void take_header(std::size_t size) {
    auto const& header = parser_->get().base();
    int const status = static_cast<int>(header.result_int());
    // RFC 9110, 15.2: any number of interim responses may precede the one that counts. 101 cannot: nobody asked.
    if (status >= 100 && status < 200 && status != 101) {
      interim_bytes_ += size;
      if (interim_bytes_ > shared_->options.max_header_bytes)
        return fail(TransportReason::response_too_large, "the interim responses are larger than the limit of " +
                                                             std::to_string(shared_->options.max_header_bytes) +
                                                             " bytes");
      return read_header();
    }
    if (status < 200) return fail(TransportReason::not_http, "the status is " + std::to_string(status));
    response_.status = status;
    // Now, for the parser adds the trailer to its fields later.
    for (auto const& field : header)
      response_.headers.add({field.name_string().data(), field.name_string().size()},
                            trim_blanks({field.value().data(), field.value().size()}));
    if (parser_->is_done()) return take_body();
    with_stream([&](auto& stream) {
      boost::beast::http::async_read(stream, buffer_, *parser_, on([this](BeastError error, std::size_t) {
                                       if (error) return broken("reading the body", error);
                                       take_body();
                                     }));
    });
  }

  void take_body() {
    response_.body = std::move(parser_->get().body());
    if (parser_->keep_alive() && buffer_.size() == 0) shared_->keep(std::move(connection_));
    finish(std::move(response_));
  }

  void connect_failed(char const* what, BeastError error) {
    fail(TransportReason::connect_failed, std::string{what} + " " + key() + ": " + error.message());
  }

  void broken(char const* doing, BeastError error) {
    using Http = boost::beast::http::error;
    TransportReason reason = TransportReason::connection_lost;
    if (error == Http::header_limit || error == Http::body_limit || error == Http::buffer_overflow)
      reason = TransportReason::response_too_large;
    else if (error.category() == boost::beast::http::make_error_code(Http::bad_line_ending).category() &&
             error != Http::end_of_stream && error != Http::partial_message)
      reason = TransportReason::not_http;
    fail(reason, std::string{doing} + ": " + error.message());
  }

  void fail(TransportReason reason, std::string message) {
    finish(Unexpected{TransportError{reason, std::move(message), sent_}});
  }

  void finish(HttpReply reply) {
    auto const waiting = std::move(waiting_);
    BeastError ignored;
    if (connection_) connection_->socket.close(ignored);
    timer_.cancel(ignored);
    resolver_.cancel();
    waiting->complete(std::move(reply));
  }

  std::shared_ptr<BeastShared> shared_;
  HttpRequest request_;
  // Null after the end.
  std::unique_ptr<BeastCompletion> waiting_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  Origin origin_{};
  std::string head_{};
  std::chrono::steady_clock::time_point give_up_{};
  std::unique_ptr<BeastConnection> connection_{};
  // Whether a byte of the request may have been written.
  bool sent_ = false;
  boost::beast::flat_buffer buffer_{};
  std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> parser_{};
  std::size_t interim_bytes_ = 0;
  HttpResponse response_{};
};

}  // namespace detail

}  // namespace healthlake
