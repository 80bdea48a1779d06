// An exchange over a socket of its own: poll.cpp has one for each export that sends.
//
// The library does HTTP by HttpExchange, a machine as well; this file moves bytes between it and the socket. Plain
// HTTP: for https, put a TLS library in between.
#pragma once

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "healthlake/transport/exchange.hpp"

namespace loops {

/// The connection of an exchange that is under way.
class Flight {
 public:
  /// `time` is that of the exchange, connecting included.
  Flight(healthlake::HttpRequest const& request, addrinfo const& to, healthlake::Milliseconds time)
      : exchange(request), address(to), time_(time) {
    socket_ = socket(address.ai_family, address.ai_socktype, address.ai_protocol);
    if (socket_ < 0 || fcntl(socket_, F_SETFL, O_NONBLOCK) != 0 || fcntl(socket_, F_SETFD, FD_CLOEXEC) != 0) lose();
    else if (connect(socket_, address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS) lose();
  }
  ~Flight() {
    if (socket_ >= 0) close(socket_);
  }
  Flight(Flight const&) = delete;
  Flight& operator=(Flight const&) = delete;

  [[nodiscard]] pollfd interest() const {
    return {.fd = socket_,
            .events = static_cast<short>(exchange.to_write().empty() ? POLLIN : POLLIN | POLLOUT),
            .revents = 0};
  }

  /// Reads before it writes: a server that refuses a request may have closed the connection after its response.
  void move_bytes(short events) {
    std::array<char, 16'384> buffer;
    while ((events & ~POLLOUT) != 0 && !exchange.done()) {
      auto const size = recv(socket_, buffer.data(), buffer.size(), 0);
      if (size > 0) exchange.read({buffer.data(), static_cast<std::size_t>(size)});
      else if (size == 0) exchange.closed();
      else if (errno == EAGAIN || errno == EINTR) break;
      else lose();
    }
    while ((events & POLLOUT) != 0 && !exchange.to_write().empty()) {
      auto const bytes = exchange.to_write();
      auto const size = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size >= 0) written(static_cast<std::size_t>(size));
      else if (errno == EAGAIN || errno == EINTR) break;
      else lose();
    }
  }

  /// How long to wait now: connecting has a part of the time, and a connection what is left of it. 0: the time is up.
  healthlake::Milliseconds take_time() {
    auto const part = std::min(time_.count, connected_ ? time_.count : std::exchange(to_connect_, 0));
    time_.count -= part;
    return {part};
  }

  void time_is_up() {
    exchange.fail(connected_ ? healthlake::TransportReason::read_timeout : healthlake::TransportReason::connect_timeout,
                  "no response in time");
  }

  /// Whether nothing could be written yet: the address may be at fault.
  [[nodiscard]] bool not_connected() const noexcept { return !connected_; }

  healthlake::HttpExchange exchange;
  addrinfo const& address;

 private:
  void written(std::size_t size) {
    connected_ = true;
    exchange.wrote(size);
  }
  void lose() {
    auto const reason =
        connected_ ? healthlake::TransportReason::connection_lost : healthlake::TransportReason::connect_failed;
    exchange.fail(reason, std::strerror(errno));
  }

  healthlake::Milliseconds time_;
  std::int64_t to_connect_ = 10'000;  // milliseconds
  int socket_ = -1;
  bool connected_ = false;
};

}  // namespace loops
