// A port of 127.0.0.1 where connections are never made: packets to it are dropped, as by a firewall.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

#include "loopback.hpp"

namespace healthlake::testing {

// A listener whose queue is full, and nobody accepts: Linux then drops what asks for a connection.
class BlackHole {
 public:
  BlackHole() : listener_(socket(AF_INET, SOCK_STREAM, 0)), filler_(socket(AF_INET, SOCK_STREAM, 0)) {
    port_ = bind_to_loopback(listener_);
    sockaddr_in const address = loopback_address(port_);
    if (port_ == 0 || listen(listener_, 0) != 0 ||
        connect(filler_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
      throw std::runtime_error{"no loopback port whose queue is full"};
  }
  ~BlackHole() {
    close(filler_);
    close(listener_);
  }
  BlackHole(BlackHole const&) = delete;
  BlackHole& operator=(BlackHole const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int listener_;
  int filler_;
  std::uint16_t port_ = 0;
};

}  // namespace healthlake::testing
