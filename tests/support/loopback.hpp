// Ports of 127.0.0.1 for peers of a test.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

namespace healthlake::testing {

inline sockaddr_in loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Binds a socket to a free port of 127.0.0.1 and returns the port; 0 if that is not possible.
inline std::uint16_t bind_to_loopback(int socket) {
  sockaddr_in address = loopback_address(0);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (socket < 0 || bind(socket, raw, size) != 0 || getsockname(socket, raw, &size) != 0) return 0;
  return ntohs(address.sin_port);
}

}  // namespace healthlake::testing
