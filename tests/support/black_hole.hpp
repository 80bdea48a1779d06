// A port of 127.0.0.1 where connections are never made: packets to it are dropped, as by a firewall.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace healthlake::testing {

// A listener whose queue is full, and nobody accepts: Linux then drops what asks for a connection.
class BlackHole {
 public:
  BlackHole() : listener_(socket(AF_INET, SOCK_STREAM, 0)), filler_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (bind(listener_, raw, size) != 0 || listen(listener_, 0) != 0 || getsockname(listener_, raw, &size) != 0 ||
        connect(filler_, raw, size) != 0)
      throw std::runtime_error{"no loopback port whose queue is full"};
    port_ = ntohs(address.sin_port);
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
