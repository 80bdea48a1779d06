// The HTTP server of healthlake-local: a handler that throws ends no more than its request, and clients that are slow
// keep nobody out.
#include "examples/healthlake_local/http_server.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using Socket = asio::ip::tcp::socket;

// A server on a thread of its own.
class Running {
 public:
  explicit Running(http_server::Handler handler) : server_(context_, std::move(handler)) {
    REQUIRE_FALSE(server_.listen({asio::ip::make_address("127.0.0.1"), 0}));
    at_ = server_.endpoint();
    thread_ = std::thread{[this] { context_.run(); }};
  }
  ~Running() {
    context_.stop();
    thread_.join();
  }
  Running(Running const&) = delete;
  Running& operator=(Running const&) = delete;

  Socket connect() {
    Socket socket{clients_};
    socket.connect(at_);
    return socket;
  }

 private:
  asio::io_context context_;
  asio::io_context clients_;
  http_server::Server server_;
  asio::ip::tcp::endpoint at_;
  std::thread thread_;
};

void say(Socket& socket, std::string const& bytes) { asio::write(socket, asio::buffer(bytes)); }
// All that comes until the server closes the connection.
std::string rest_of(Socket& socket) {
  std::string bytes;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(bytes), end);
  return bytes;
}
std::string ask(Running& server, std::string const& target = "/") {
  Socket socket = server.connect();
  say(socket, "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return rest_of(socket);
}
http_server::Answer ok() { return {healthlake::HttpResponse{.status = 200, .body = "fine"}}; }

}  // namespace

TEST_CASE("a handler that throws is an InternalServerException, and the server lives on") {
  Running server{[](healthlake::HttpRequest const& request) -> http_server::Answer {
    if (request.target == "/throw") throw std::runtime_error{"secret"};
    if (request.target == "/odd") throw 1;
    return ok();
  }};
  for (std::string const target : {"/throw", "/odd"}) {
    std::string const answer = ask(server, target);
    CHECK(answer.starts_with("HTTP/1.1 500 "));
    CHECK(answer.find("InternalServerException") != std::string::npos);
    CHECK(answer.find("secret") == std::string::npos);
    CHECK(ask(server).ends_with("fine"));
  }
}

// Whatever a handler returns, for example by a fault script, is sent or replaced, and does not end the server.
TEST_CASE("a response that HTTP or Beast does not allow is sent without what is not allowed, or as an error") {
  Running server{[](healthlake::HttpRequest const& request) -> http_server::Answer {
    healthlake::HttpResponse response{.status = std::stoi(request.target.substr(1)), .body = "content"};
    if (response.status == 200) response.headers.add("X-Long", std::string(70'000, 'x'));
    return {std::move(response)};
  }};
  for (std::string const status : {"204", "304"}) {
    std::string const answer = ask(server, "/" + status);
    CHECK(answer.starts_with("HTTP/1.1 " + status + " "));
    CHECK(answer.find("content\r\n") == std::string::npos);
    CHECK(answer.ends_with("\r\n\r\n"));
  }
  for (std::string const status : {"200", "1000", "-1"}) CHECK(ask(server, "/" + status).starts_with("HTTP/1.1 500 "));
  CHECK(ask(server, "/503").ends_with("content"));
}

TEST_CASE("a target may be in absolute form") {
  Running server{[](healthlake::HttpRequest const& request) {
    return http_server::Answer{healthlake::HttpResponse{.status = 200, .body = "target " + request.target}};
  }};
  CHECK(ask(server, "http://x/a?b").ends_with("target /a?b"));
  CHECK(ask(server, "https://x").ends_with("target /"));
  CHECK(ask(server, "/http://x/").ends_with("target /http://x/"));
}

TEST_CASE("an answer may be late, or be no answer at all") {
  Running server{[](healthlake::HttpRequest const& request) -> http_server::Answer {
    if (request.target == "/none") return {};
    http_server::Answer late = ok();
    late.delay = std::chrono::milliseconds{20};
    return late;
  }};
  CHECK(ask(server, "/none").empty());
  CHECK(ask(server).ends_with("fine"));
}

TEST_CASE("where slow clients have all connections, the one that waits for the longest time gives way") {
  Running server{[](healthlake::HttpRequest const&) { return ok(); }};
  std::vector<Socket> slow;
  for (std::size_t i = 0; i < http_server::Server::max_connections; ++i) {
    slow.push_back(server.connect());
    say(slow.back(), "GET / HTT");
  }
  CHECK(ask(server).ends_with("fine"));
  CHECK(ask(server).ends_with("fine"));
  CHECK(rest_of(slow[0]).empty());
  // The youngest is still served.
  say(slow.back(), "P/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(rest_of(slow.back()).ends_with("fine"));
}

// As above, where the process may open fewer files than there may be connections. The clients of this test are in the
// same process, so exactly one more file can be opened: the last client's.
TEST_CASE("where no more files can be opened, the connection that waits for the longest time gives way") {
  Running server{[](healthlake::HttpRequest const&) { return ok(); }};
  std::vector<Socket> idle;
  for (int i = 0; i < 5; ++i) {
    idle.push_back(server.connect());
    say(idle.back(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string bytes;
    asio::read_until(idle.back(), asio::dynamic_buffer(bytes), "fine");
  }
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  std::vector<int> fillers{::dup(0)};
  for (int i = 0; i < 100; ++i) fillers.push_back(::dup(0));
  rlimit const few{static_cast<rlim_t>(fillers.back()) + 1, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  ::close(fillers.back());
  std::string const answer = ask(server);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  fillers.pop_back();
  for (int const filler : fillers) ::close(filler);
  CHECK(answer.ends_with("fine"));
  CHECK(rest_of(idle[0]).empty());
}
