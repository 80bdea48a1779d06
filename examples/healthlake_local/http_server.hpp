// HTTP/1.1 by Boost.Beast on one thread: hands requests to a function, and what that returns back to the client.
//
// Keeps connections alive, and bounds what a client can take: 64 KiB of header, 1 MiB of body, 256 connections,
// 30 seconds for a request to come in or a response to go out. What is not HTTP is answered with 400 (a long header
// with 431, a long body with 413), and the connection closed.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/message.hpp"
#include "healthlake/protocol/error_response.hpp"

namespace http_server {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Failure = boost::beast::error_code;

/// Nothing in place of a response closes the connection.
using Handler = std::function<std::optional<healthlake::HttpResponse>(healthlake::HttpRequest const&)>;

inline healthlake::HttpRequest from_beast(http::request<http::string_body>&& message) {
  healthlake::HttpRequest request{.method = std::string{message.method_string()},
                                  .scheme = "http",
                                  .authority = std::string{message[http::field::host]},
                                  .target = std::string{message.target()}};
  for (auto const& field : message) request.headers.add(std::string{field.name_string()}, std::string{field.value()});
  request.body = std::move(message.body());
  return request;
}

inline http::response<http::string_body> to_beast(healthlake::HttpResponse&& response) {
  http::response<http::string_body> message;
  message.result(static_cast<unsigned>(response.status));
  for (auto const& [name, value] : response.headers) message.insert(name, value);
  message.body() = std::move(response.body);
  return message;
}

/// One connection. It lives as long as one of its callbacks is outstanding.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, Handler const& handler, std::size_t& open)
      : stream_(std::move(socket)), handler_(handler), open_(open) {
    ++open_;
  }
  ~Connection() { --open_; }
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  void read_request() {
    parser_.emplace();
    parser_->header_limit(64 * 1024);
    parser_->body_limit(std::uint64_t{1024} * 1024);
    stream_.expires_after(std::chrono::seconds{30});
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](Failure failure, std::size_t) {
      if (failure) return self->refuse(failure);
      self->invite_body();
    });
  }

 private:
  // RFC 9110, 10.1.1: a client that expects `100-continue` holds its body back until it is asked for it.
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
    auto message = parser_->release();
    bool const keep_alive = message.keep_alive();
    bool const head = message.method() == http::verb::head;
    // RFC 9112, 3.2: a request of HTTP/1.1 has exactly one Host.
    if (message.version() >= 11 && message.count(http::field::host) != 1)
      return answer(400, "A request has exactly one Host header.");
    auto response = handler_(from_beast(std::move(message)));
    if (!response) return;
    if (head) response->body.clear();
    write(std::move(*response), keep_alive && !head);
  }

  // The connection cannot go on after this failure; the client is told why, if it said anything at all.
  void refuse(Failure failure) {
    if (failure == http::error::header_limit) return answer(431, "The header is longer than 64 KiB.");
    if (failure == http::error::body_limit) return answer(413, "The body is longer than 1 MiB.");
    bool const ended = failure == http::error::end_of_stream || failure == http::error::partial_message;
    if (!ended && failure.category() == http::make_error_code(http::error::bad_method).category())
      answer(400, "This is not HTTP/1.1: " + failure.message() + ".");
  }

  void answer(int status, std::string const& why) {
    std::string_view const code = status == 413 ? "RequestEntityTooLargeException" : "BadRequestException";
    write(healthlake::write_error(code, why, status), false);
  }

  void write(healthlake::HttpResponse response, bool keep_alive) {
    response_ = to_beast(std::move(response));
    response_.keep_alive(keep_alive);
    response_.prepare_payload();
    stream_.expires_after(std::chrono::seconds{30});
    http::async_write(stream_, response_, [self = shared_from_this(), keep_alive](Failure failure, std::size_t) {
      if (!failure && keep_alive) return self->read_request();
      self->close();
    });
  }

  // Closing while the client still sends would reset the connection, and the client might lose the response. So the
  // rest is read and dropped, for two seconds at most.
  void close() {
    Failure ignored;
    static_cast<void>(stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored));
    stream_.expires_after(std::chrono::seconds{2});
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
  Handler const& handler_;
  std::size_t& open_;
};

/// Accepts connections until `stop`. Outlives its io_context's work.
class Server {
 public:
  Server(asio::io_context& context, Handler handler) : acceptor_(context), handler_(std::move(handler)) {}

  Failure listen(asio::ip::tcp::endpoint const& at) {
    Failure failure;
    static_cast<void>(acceptor_.open(at.protocol(), failure));
    if (!failure) static_cast<void>(acceptor_.set_option(asio::socket_base::reuse_address{true}, failure));
    if (!failure) static_cast<void>(acceptor_.bind(at, failure));
    if (!failure) static_cast<void>(acceptor_.listen(asio::socket_base::max_listen_connections, failure));
    if (!failure) accept();
    return failure;
  }

  /// Where it listens, with the port that the system picked for port 0.
  [[nodiscard]] asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  void accept() {
    acceptor_.async_accept([this](Failure failure, asio::ip::tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!failure && open_ < 256) {
        Failure ignored;
        static_cast<void>(socket.set_option(asio::ip::tcp::no_delay{true}, ignored));
        std::make_shared<Connection>(std::move(socket), handler_, open_)->read_request();
      }
      accept();
    });
  }

  asio::ip::tcp::acceptor acceptor_;
  Handler handler_;
  std::size_t open_ = 0;
};

}  // namespace http_server
