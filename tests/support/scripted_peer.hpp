// A TCP server on 127.0.0.1 that plays scripts: each connection it accepts gets the next one, in a thread of its own.
//
// It never sleeps. Whatever waits for the client is bounded (5 s) so that a client that hangs fails its test instead
// of stopping the run. A script's end closes the connection in order.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "loopback.hpp"

namespace healthlake::testing {

// One step of a script; made by one of the types below.
struct Step {
  enum class Kind {
    start_tls,
    read_request,
    read_until,
    read_byte,
    write,
    write_together,
    write_forever,
    hold,
    await_requests,
    await_signal,
    reset,
    cut_tls
  };
  Kind kind = Kind::hold;
  std::string bytes{};
  std::size_t count = 0;
  std::vector<std::string> parts{};
  SSL_CTX* tls = nullptr;
};
// Goes on over TLS, as a server: what a tunnel leads to.
struct StartTls : Step {
  explicit StartTls(SSL_CTX* context) : Step{.kind = Kind::start_tls, .tls = context} {}
};
// Reads one request: head, and as much body as its Content-Length says.
struct ReadRequest : Step {
  ReadRequest() : Step{.kind = Kind::read_request} {}
};
// Reads until these bytes came, whatever they belong to.
struct ReadUntil : Step {
  explicit ReadUntil(std::string text) : Step{.kind = Kind::read_until, .bytes = std::move(text)} {}
};
// Reads no more than the head's first byte.
struct ReadByte : Step {
  ReadByte() : Step{.kind = Kind::read_byte} {}
};
struct Write : Step {
  explicit Write(std::string text) : Step{.kind = Kind::write, .bytes = std::move(text)} {}
};
// Writes each part by itself (over TLS: as a record of its own), but sends all of them in one segment.
struct WriteTogether : Step {
  explicit WriteTogether(std::vector<std::string> texts)
      : Step{.kind = Kind::write_together, .parts = std::move(texts)} {}
};
// Writes the bytes over and over until the client goes away.
struct WriteForever : Step {
  explicit WriteForever(std::string text) : Step{.kind = Kind::write_forever, .bytes = std::move(text)} {}
};
// Waits until the client closes the connection.
struct Hold : Step {
  Hold() : Step{.kind = Kind::hold} {}
};
// Waits until so many requests were read, on all connections together.
struct AwaitRequests : Step {
  explicit AwaitRequests(std::size_t many) : Step{.kind = Kind::await_requests, .count = many} {}
};
// Waits until the test called signal() so many times.
struct AwaitSignal : Step {
  explicit AwaitSignal(std::size_t many = 1) : Step{.kind = Kind::await_signal, .count = many} {}
};
// Closes with RST.
struct Reset : Step {
  Reset() : Step{.kind = Kind::reset} {}
};
// Closes the socket under TLS, without close_notify.
struct CutTls : Step {
  CutTls() : Step{.kind = Kind::cut_tls} {}
};

using Script = std::vector<Step>;

// The usual script: a request, then these bytes.
inline Script answer(std::string bytes) { return {ReadRequest{}, Write{std::move(bytes)}}; }

class ScriptedPeer {
 public:
  // With `tls`, each connection begins with a handshake; a client that refuses it ends its script.
  explicit ScriptedPeer(std::vector<Script> scripts, SSL_CTX* tls = nullptr)
      : scripts_(std::move(scripts)), tls_(tls), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    port_ = bind_to_loopback(listener_);
    if (port_ == 0 || listen(listener_, 16) != 0) throw std::runtime_error{"no loopback socket to listen on"};
    acceptor_ = std::thread{[this] { accept_all(); }};
  }
  ~ScriptedPeer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      std::lock_guard const lock{mutex_};
      for (int const fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }
  ScriptedPeer(ScriptedPeer const&) = delete;
  ScriptedPeer& operator=(ScriptedPeer const&) = delete;

  [[nodiscard]] std::string authority(std::string const& host = "127.0.0.1") const {
    return host + ":" + std::to_string(port_);
  }
  [[nodiscard]] int port() const noexcept { return port_; }
  // What ReadRequest read, in the order in which it was complete.
  [[nodiscard]] std::vector<std::string> requests() const {
    std::lock_guard const lock{mutex_};
    return requests_;
  }
  // How many connections were accepted.
  [[nodiscard]] std::size_t connections() const {
    std::lock_guard const lock{mutex_};
    return accepted_;
  }
  // Lets the next AwaitSignal go on.
  void signal() {
    std::lock_guard const lock{mutex_};
    ++signals_;
    changed_.notify_all();
  }
  // Waits until so many connections were served to their end and closed; false if they were not in time.
  bool wait_until_closed(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return closed_ >= count; });
  }

 private:
  static constexpr std::chrono::seconds patience{5};

  // One connection, over TLS or not.
  struct Wire {
    int fd = -1;
    SSL* ssl = nullptr;

    [[nodiscard]] bool accept_tls() const { return SSL_set_fd(ssl, fd) == 1 && SSL_accept(ssl) == 1; }
    long read(char* to, std::size_t size) const {
      return ssl != nullptr ? SSL_read(ssl, to, static_cast<int>(size)) : recv(fd, to, size, 0);
    }
    bool write(std::string_view bytes) const {
      while (!bytes.empty()) {
        long const done = ssl != nullptr ? SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size()))
                                         : send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (done <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
      }
      return true;
    }
  };

  void accept_all() {
    for (auto const& script : scripts_) {
      int const fd = accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      timeval const bound{.tv_sec = patience.count(), .tv_usec = 0};
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
      // What was written is on its way at once, even if the connection is reset next.
      int const on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      std::lock_guard const lock{mutex_};
      ++accepted_;
      open_.push_back(fd);
      threads_.emplace_back([this, fd, &script] { serve(fd, script); });
    }
  }

  void serve(int fd, Script const& script) {
    // OpenSSL writes without MSG_NOSIGNAL; the signal goes to the thread that wrote.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    Wire wire{.fd = fd, .ssl = tls_ != nullptr ? SSL_new(tls_) : nullptr};
    bool orderly = wire.ssl == nullptr || wire.accept_tls();
    std::string unread;
    if (orderly)
      for (auto const& step : script) {
        orderly = play(step, wire, unread);
        if (!orderly) break;
      }
    if (wire.ssl != nullptr && orderly) SSL_shutdown(wire.ssl);
    SSL_free(wire.ssl);
    std::lock_guard const lock{mutex_};
    std::erase(open_, fd);
    close(fd);
    ++closed_;
    changed_.notify_all();
  }

  // False when the script is over.
  bool play(Step const& step, Wire& wire, std::string& unread) {
    char buffer[4096];
    switch (step.kind) {
      case Step::Kind::start_tls: wire.ssl = SSL_new(step.tls); return wire.accept_tls();
      case Step::Kind::read_request: return read_request(wire, unread);
      case Step::Kind::read_until:
        while (unread.find(step.bytes) == std::string::npos)
          if (!more(wire, unread)) return false;
        return true;
      case Step::Kind::read_byte: return wire.read(buffer, 1) == 1;
      case Step::Kind::write: return wire.write(step.bytes);
      case Step::Kind::write_together: return write_together(step.parts, wire);
      case Step::Kind::write_forever:
        while (wire.write(step.bytes)) continue;
        return false;
      case Step::Kind::hold:
        while (wire.read(buffer, sizeof buffer) > 0) continue;
        return true;
      case Step::Kind::await_requests: {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, patience, [&] { return requests_.size() >= step.count; });
      }
      case Step::Kind::await_signal: {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, patience, [&] { return signals_ >= step.count; });
      }
      case Step::Kind::reset: {
        linger const at_once{.l_onoff = 1, .l_linger = 0};
        setsockopt(wire.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        return false;
      }
      case Step::Kind::cut_tls: return false;
    }
    return false;
  }

  static bool write_together(std::vector<std::string> const& parts, Wire const& wire) {
    auto cork = [&](int on) { setsockopt(wire.fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on); };
    cork(1);
    bool whole = true;
    for (auto const& part : parts) whole = whole && wire.write(part);
    cork(0);
    return whole;
  }

  bool read_request(Wire const& wire, std::string& unread) {
    std::size_t end = std::string::npos;
    while ((end = unread.find("\r\n\r\n")) == std::string::npos)
      if (!more(wire, unread)) return false;
    std::size_t size = end + 4;
    if (std::size_t const at = unread.find("\r\nContent-Length: "); at < end) {
      std::size_t body = 0;
      std::from_chars(unread.data() + at + 18, unread.data() + end, body);
      size += body;
    }
    while (unread.size() < size)
      if (!more(wire, unread)) return false;
    std::lock_guard const lock{mutex_};
    requests_.push_back(unread.substr(0, size));
    unread.erase(0, size);
    changed_.notify_all();
    return true;
  }
  static bool more(Wire const& wire, std::string& unread) {
    char buffer[65536];
    long const size = wire.read(buffer, sizeof buffer);
    if (size > 0) unread.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }

  std::vector<Script> const scripts_;
  SSL_CTX* tls_;
  int listener_;
  int port_ = 0;
  std::thread acceptor_{};
  mutable std::mutex mutex_{};
  // What follows is guarded by the mutex.
  std::vector<int> open_{};
  std::vector<std::string> requests_{};
  std::size_t accepted_ = 0;
  std::size_t signals_ = 0;
  std::size_t closed_ = 0;
  std::condition_variable changed_{};
  std::list<std::thread> threads_{};
};

// A port of 127.0.0.1 that is taken but not listened on: whoever connects is refused.
class ClosedPort {
 public:
  ClosedPort() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    port_ = bind_to_loopback(socket_);
    if (port_ == 0) throw std::runtime_error{"no loopback port"};
  }
  ~ClosedPort() { close(socket_); }
  ClosedPort(ClosedPort const&) = delete;
  ClosedPort& operator=(ClosedPort const&) = delete;

  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

}  // namespace healthlake::testing
