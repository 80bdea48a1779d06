// A server on a loopback socket that plays the bytes it is given, in pieces, and closes the connection.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// What one connection gets after its request.
struct Play {
  std::vector<std::string> pieces{};
  /// Before each piece but the first.
  std::chrono::milliseconds pause{};
};

/// Serves one connection at a time, in a thread of its own.
class LoopbackServer {
 public:
  LoopbackServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, raw, size) != 0 || listen(listener_, 8) != 0 || getsockname(listener_, raw, &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
  }
  ~LoopbackServer() {
    wait();
    close(listener_);
  }
  LoopbackServer(LoopbackServer const&) = delete;
  LoopbackServer& operator=(LoopbackServer const&) = delete;

  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Serves the next connection.
  void play(Play what) {
    wait();
    thread_ = std::thread{[this, play = std::move(what)] { serve(play); }};
  }
  /// Until the connection was served. A client that does not connect is waited for no longer than a second.
  void wait() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  void serve(Play const& play) const {
    pollfd ready{.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, 1000) != 1) return;
    int const connection = accept(listener_, nullptr, nullptr);
    int const on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    timeval const longest{.tv_sec = 2, .tv_usec = 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    std::string request;
    // Requests of JSON end with a brace.
    while (!request.ends_with('}') && more(connection, request)) continue;
    for (auto const& piece : play.pieces) {
      if (&piece != &play.pieces.front()) std::this_thread::sleep_for(play.pause);
      for (std::string_view rest = piece; !rest.empty();) {
        auto const sent = send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
    shutdown(connection, SHUT_WR);
    // Closing while the client still sends would reset the connection.
    while (more(connection, request)) continue;
    close(connection);
  }
  static bool more(int connection, std::string& to) {
    char buffer[4096];
    auto const size = recv(connection, buffer, sizeof buffer, 0);
    if (size > 0) to.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }

  int listener_;
  int port_ = 0;
  std::thread thread_{};
};
