// An HTTP/1.1 server on Boost.Beast and one thread: passes requests to a function and sends what it returns.
//
// Keeps connections alive, and bounds what a client can use: 64 KiB of header, 1 MiB of body, 256 connections,
// 30 seconds to receive a request or to send a response. Invalid HTTP is answered with 400 (a long header with 431, a
// long body with 413), and the connection is closed. If all connections, or all files that the process may open, are in
// use, a new one replaces the one that has waited longest for a request or the rest of one. If the handler throws, the
// response is an InternalServerException.
#pragma once

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "handler.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/protocol/error_response.hpp"

namespace http_server {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Failure = boost::beast::error_code;

inline healthlake::HttpRequest from_beast(http::request<http::string_body>&& message) {
  healthlake::HttpRequest request{.method = std::string{message.method_string()},
                                  .scheme = "http",
                                  .authority = std::string{message[http::field::host]},
                                  .target = std::string{message.target()}};
  // RFC 9112, 3.2.2: a server must accept the absolute form of a target, too.
  for (std::string_view const scheme : {"http://", "https://"})
    if (std::string_view const target = request.target; target.starts_with(scheme))
      request.target = std::string{target.substr((std::min)(target.find('/', scheme.size()), target.size()))};
  if (request.target.empty()) request.target = "/";
  for (auto const& field : message) request.headers.add(std::string{field.name_string()}, std::string{field.value()});
  request.body = std::move(message.body());
  return request;
}

inline http::response<http::string_body> to_beast(healthlake::HttpResponse&& response) {
  http::response<http::string_body> message;
  message.result(static_cast<unsigned>(response.status));
  for (auto const& [name, value] : response.headers)
    message.insert(boost::beast::string_view{name.data(), name.size()},
                   boost::beast::string_view{value.data(), value.size()});
  // RFC 9110, 15.3.5 and 15.4.5: these have no content, and Beast throws if they do.
  if (response.status != 204 && response.status != 304) message.body() = std::move(response.body);
  message.prepare_payload();
  return message;
}

/// What all connections share. They own it together: an io_context destroys outstanding callbacks, and the connections
/// with them, when the server may already be gone.
class Connection;
struct Shared {
  Handler handler;
  std::size_t open = 0;
  /// Those that wait for their client, longest first.
  std::list<Connection*> waiting{};
};

/// A connection. It lives as long as one of its callbacks is outstanding.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  static constexpr std::uint32_t max_header_bytes = 64 * 1024;
  static constexpr std::uint64_t max_body_bytes = std::uint64_t{1024} * 1024;
  static constexpr std::chrono::seconds max_exchange_time{30};

  Connection(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), delay_(stream_.get_executor()), shared_(std::move(shared)) {
    ++shared_->open;
  }
  ~Connection() {
    if (!gives_way_) --shared_->open;
    stop_waiting();
  }
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  void read_request() {
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(max_body_bytes);
    wait_for_client();
    stream_.expires_after(max_exchange_time);
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](Failure failure, std::size_t) {
      if (failure) return self->refuse(failure);
      self->invite_body();
    });
  }

  /// Closes the connection to make room for another one.
  void give_way() {
    stop_waiting();
    // Its callbacks have yet to run; it no longer counts.
    gives_way_ = true;
    --shared_->open;
    Failure ignored;
    static_cast<void>(stream_.socket().close(ignored));
  }

 private:
  void wait_for_client() {
    stop_waiting();
    place_ = shared_->waiting.insert(shared_->waiting.end(), this);
  }
  void stop_waiting() {
    if (place_) shared_->waiting.erase(*place_);
    place_.reset();
  }

  // RFC 9110, 10.1.1: a client that expects `100-continue` does not send the body before this response.
  void invite_body() {
    if (!boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
    asio::async_write(stream_, asio::buffer(std::string_view{"HTTP/1.1 100 Continue\r\n\r\n"}),
                      [self = shared_from_this()](Failure failure, std::size_t) {
                        if (!failure) self->read_body();
                      });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](Failure failure, std::size_t) {
      if (failure) return self->refuse(failure);
      self->handle();
    });
  }

  void handle() {
    stop_waiting();
    auto message = parser_->release();
    bool const keep_alive = message.keep_alive();
    bool const head = message.method() == http::verb::head;
    // RFC 9112, 3.2: an HTTP/1.1 request must contain exactly one Host.
    if (message.version() >= 11 && message.count(http::field::host) != 1)
      return answer(400, "The request must contain exactly one Host header.");
    Answer answer = ask(from_beast(std::move(message)));
    if (answer.response && head) answer.response->body.clear();
    if (answer.delay.count() == 0) return give(std::move(answer), keep_alive && !head);
    stream_.expires_never();
    delay_.expires_after(answer.delay);
    delay_.async_wait(
        [self = shared_from_this(), answer = std::move(answer), keep_alive, head](Failure failure) mutable {
          if (!failure) self->give(std::move(answer), keep_alive && !head);
        });
  }

  void give(Answer answer, bool keep_alive) {
    if (answer.response) write(*std::move(answer.response), keep_alive);
  }

  // The result of `run`, or, if that throws, of `otherwise`: no exception must reach the event loop and end the server.
  template <class Run, class Otherwise>
  static auto guarded(Run run, Otherwise otherwise) -> decltype(run()) {
    try {
      return run();
    } catch (std::exception const& thrown) {
      std::fprintf(stderr, "ERROR: a request could not be handled: %s\n", thrown.what());
    } catch (...) {
      std::fprintf(stderr, "ERROR: a request could not be handled\n");
    }
    return otherwise();
  }
  static healthlake::HttpResponse failed() {
    return healthlake::write_error("InternalServerException", "The server failed while handling the request.", 500);
  }

  Answer ask(healthlake::HttpRequest const& request) {
    return guarded([&] { return shared_->handler(request); }, [] { return Answer{failed()}; });
  }

  // The connection is unusable after this failure; tells the client why, if it sent anything at all.
  void refuse(Failure failure) {
    stop_waiting();
    if (failure == http::error::header_limit) return answer(431, "The header is longer than 64 KiB.");
    if (failure == http::error::body_limit) return answer(413, "The body is longer than 1 MiB.");
    bool const ended = failure == http::error::end_of_stream || failure == http::error::partial_message;
    if (!ended && failure.category() == http::make_error_code(http::error::bad_method).category())
      answer(400, "The request is not valid HTTP/1.1: " + failure.message() + ".");
  }

  void answer(int status, std::string const& why) {
    std::string_view const code = status == 413 ? "RequestEntityTooLargeException" : "BadRequestException";
    write(healthlake::write_error(code, why, status), false);
  }

  void write(healthlake::HttpResponse response, bool keep_alive) {
    response_ = guarded([&] { return to_beast(std::move(response)); }, [] { return to_beast(failed()); });
    response_.keep_alive(keep_alive);
    stream_.expires_after(max_exchange_time);
    http::async_write(stream_, response_, [self = shared_from_this(), keep_alive](Failure failure, std::size_t) {
      if (!failure && keep_alive) return self->read_request();
      self->close();
    });
  }

  // Closing while the client is still sending would reset the connection, and the client might lose the response. The
  // rest is therefore read and dropped, for at most two seconds.
  void close() {
    Failure ignored;
    static_cast<void>(stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored));
    stream_.expires_after(std::chrono::seconds{2});
    wait_for_client();
    drain();
  }

  void drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(64 * 1024), [self = shared_from_this()](Failure failure, std::size_t) {
      if (!failure) self->drain();
    });
  }

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{128 * 1024};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  asio::steady_timer delay_;
  std::shared_ptr<Shared> shared_;
  // In Shared::waiting, while it waits.
  std::optional<std::list<Connection*>::iterator> place_{};
  bool gives_way_ = false;
};

/// Accepts connections while its io_context runs. The io_context must not run after this object is destroyed.
class Server {
 public:
  static constexpr std::size_t max_connections = 256;

  Server(asio::io_context& context, Handler handler)
      : acceptor_(context), retry_(context), shared_(std::make_shared<Shared>(Shared{.handler = std::move(handler)})) {}

  Failure listen(asio::ip::tcp::endpoint const& at) {
    Failure failure;
    static_cast<void>(acceptor_.open(at.protocol(), failure));
    if (!failure) static_cast<void>(acceptor_.set_option(asio::socket_base::reuse_address{true}, failure));
    if (!failure) static_cast<void>(acceptor_.bind(at, failure));
    if (!failure) static_cast<void>(acceptor_.listen(asio::socket_base::max_listen_connections, failure));
    if (!failure) accept();
    return failure;
  }

  /// Where it listens, with the port that the system selected for port 0.
  [[nodiscard]] asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  void accept() {
    acceptor_.async_accept([this](Failure failure, asio::ip::tcp::socket socket) {
      if (failure) {
        // The limit of open files may be lower than that of connections.
        if (failure == asio::error::no_descriptors && !shared_->waiting.empty()) shared_->waiting.front()->give_way();
        return accept_later();
      }
      if (shared_->open >= max_connections && !shared_->waiting.empty()) shared_->waiting.front()->give_way();
      if (shared_->open < max_connections) {
        Failure ignored;
        static_cast<void>(socket.set_option(asio::ip::tcp::no_delay{true}, ignored));
        std::make_shared<Connection>(std::move(socket), shared_)->read_request();
      }
      accept();
    });
  }

  // A connection that cannot be accepted (out of file descriptors, say) stays in the queue: retrying at once would be a
  // busy loop.
  void accept_later() {
    retry_.expires_after(std::chrono::milliseconds{100});
    retry_.async_wait([this](Failure stopped) {
      if (!stopped) accept();
    });
  }

  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace http_server
