// A server on 127.0.0.1 that plays one script without threads: its client calls `step` whenever it has nothing to do.
// Thousands of scripts a second, and each runs the same way every time.
//
// The first connection gets the script, in pieces, one for each step. After `finish`, every request is answered with
// `marker`, on whichever connection it comes.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopback.hpp"

namespace healthlake::testing {

// How a script ends: the connection is closed in order, reset, or stays open.
enum class ScriptEnd { close, reset, open };

struct SteppedScript {
  std::deque<std::string> pieces{};
  ScriptEnd end = ScriptEnd::close;
  // Begins as soon as there is a connection, without waiting for a request.
  bool early = false;
};

class SteppedPeer {
 public:
  static constexpr std::string_view marker = "HTTP/1.1 299 Marker\r\nContent-Length: 6\r\n\r\nmarker";

  SteppedPeer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    port_ = bind_to_loopback(listener_);
    if (port_ == 0 || listen(listener_, 64) != 0) throw std::runtime_error{"no loopback socket to listen on"};
  }
  ~SteppedPeer() {
    drop();
    close(listener_);
  }
  SteppedPeer(SteppedPeer const&) = delete;
  SteppedPeer& operator=(SteppedPeer const&) = delete;

  [[nodiscard]] unsigned short port() const noexcept { return port_; }
  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

  // Forgets all connections and begins a script.
  void begin(SteppedScript script) {
    drop();
    script_ = std::move(script);
    finished_ = false;
    accepted_ = requests_ = 0;
  }

  // Does what can be done without waiting. False if that is nothing.
  bool step() {
    busy_ = false;
    accept_all();
    for (auto& each : connections_) read(each);
    if (finished_)
      for (auto& each : connections_) answer(each);
    else if (!connections_.empty() && !ended_ && (script_.early || connections_.front().requests != 0))
      play(connections_.front());
    return busy_;
  }
  // Whether the script was played and the connection is still open.
  [[nodiscard]] bool waits() const noexcept { return ended_ && !finished_ && script_.end == ScriptEnd::open; }

  // The rest of the script at once.
  void finish() {
    accept_all();
    while (!connections_.empty() && !ended_) play(connections_.front());
    for (auto& each : connections_) each.answered = each.requests;
    finished_ = true;
  }

  // How many connections there were.
  [[nodiscard]] std::size_t accepted() const noexcept { return accepted_; }
  // How many whole requests were read.
  [[nodiscard]] std::size_t requests() const noexcept { return requests_; }

 private:
  struct Connection {
    int fd = -1;
    std::string unread{};
    std::size_t requests = 0;
    std::size_t answered = 0;
  };

  void accept_all() {
    for (;;) {
      int const fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      int const on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connections_.push_back({.fd = fd});
      busy_ = true;
      ++accepted_;
    }
  }

  void read(Connection& from) {
    char buffer[16384];
    while (from.fd >= 0) {
      auto const size = recv(from.fd, buffer, sizeof buffer, 0);
      if (size <= 0) break;
      busy_ = busy_ || !ended_;
      from.unread.append(buffer, static_cast<std::size_t>(size));
    }
    while (take_request(from)) {
      ++from.requests;
      ++requests_;
    }
  }

  static bool take_request(Connection& from) {
    std::size_t const head = from.unread.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    std::size_t size = head + 4;
    if (std::size_t const at = from.unread.find("\r\nContent-Length: "); at < head) {
      std::size_t body = 0;
      std::from_chars(from.unread.data() + at + 18, from.unread.data() + head, body);
      size += body;
    }
    if (from.unread.size() < size) return false;
    from.unread.erase(0, size);
    return true;
  }

  void play(Connection& to) {
    if (!script_.pieces.empty()) {
      std::string& piece = script_.pieces.front();
      auto const sent = to.fd < 0 ? -1 : send(to.fd, piece.data(), piece.size(), MSG_NOSIGNAL);
      // What a client does not read any more is not sent. A full socket takes the rest in the next step.
      bool const waits = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && !finishing(to);
      if (waits) return;
      busy_ = true;
      if (sent < 0 || static_cast<std::size_t>(sent) == piece.size()) script_.pieces.pop_front();
      else piece.erase(0, static_cast<std::size_t>(sent));
      // That it stays open does not wake up the client.
      ended_ = script_.pieces.empty() && script_.end == ScriptEnd::open;
      return;
    }
    ended_ = true;
    busy_ = busy_ || script_.end != ScriptEnd::open;
    if (script_.end == ScriptEnd::close) shut(to, false);
    if (script_.end == ScriptEnd::reset) shut(to, true);
  }
  // Whether nobody reads any more.
  static bool finishing(Connection const& to) {
    char byte = 0;
    return recv(to.fd, &byte, 1, MSG_PEEK) == 0;
  }

  void answer(Connection& to) {
    for (; to.answered < to.requests; ++to.answered)
      if (to.fd >= 0) static_cast<void>(send(to.fd, marker.data(), marker.size(), MSG_NOSIGNAL));
  }

  static void shut(Connection& which, bool reset) {
    if (which.fd < 0) return;
    if (reset) {
      linger const at_once{.l_onoff = 1, .l_linger = 0};
      setsockopt(which.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    close(std::exchange(which.fd, -1));
  }

  // By a reset, which leaves no connection in TIME_WAIT.
  void drop() {
    accept_all();
    for (auto& each : connections_) shut(each, true);
    connections_.clear();
    ended_ = false;
  }

  int listener_;
  unsigned short port_ = 0;
  SteppedScript script_{};
  std::vector<Connection> connections_{};
  std::size_t accepted_ = 0;
  std::size_t requests_ = 0;
  bool busy_ = false;
  bool ended_ = false;
  bool finished_ = false;
};

}  // namespace healthlake::testing
