// AsyncBeastTransport for `disagreement` (wire_exchange.hpp): the peer plays between the operations of the context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/transport/beast.hpp"
#include "tests/support/stepped_peer.hpp"
#include "tests/support/wire_exchange.hpp"

namespace healthlake::testing {

class BeastStack {
 public:
  BeastStack(SteppedPeer& peer, bool cancels)
      : peer_(peer), cancels_(cancels), transport_(context_.get_executor(), options(peer)) {}

  HttpReply send(HttpRequest const& request, SendOptions const& limits) {
    std::optional<HttpReply> came;
    transport_.async_send(request, limits, [&came](HttpReply reply) { came.emplace(std::move(reply)); });
    while (!came) {
      context_.restart();
      bool const busy = context_.poll() != 0;
      if (peer_.step() || busy) continue;
      if (peer_.waits() && cancels_) transport_.cancel();
      else context_.run_one_for(std::chrono::milliseconds{1});
    }
    return *std::move(came);
  }

  static bool decides(HttpReply const&, WireCase const&, std::optional<HttpReply> const&) { return false; }

 private:
  static BeastOptions options(SteppedPeer const& peer) {
    BeastOptions options;
    options.timeout = wire_timeout;
    options.max_response_bytes = wire_limits.body;
    options.max_header_bytes = wire_limits.header;
    // That of the system has a thread.
    options.resolver = [port = peer.port()](std::string const&, std::string const&) {
      return std::vector<boost::asio::ip::tcp::endpoint>{{boost::asio::ip::address_v4::loopback(), port}};
    };
    return options;
  }

  SteppedPeer& peer_;
  bool cancels_;
  boost::asio::io_context context_{1};
  AsyncBeastTransport transport_;
};

}  // namespace healthlake::testing
