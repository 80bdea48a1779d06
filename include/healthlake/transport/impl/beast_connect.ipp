// The functions of transport/beast_connect.hpp.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "healthlake/transport/beast_connect.hpp"
#include "healthlake/transport/beast_connection.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void BeastConnector::start() {
  guarded([this] { try_next(); });
}

HEALTHLAKE_DECL void BeastConnector::stop() {
  done_ = nullptr;
  timer_.cancel();
  BeastError ignored;
  for (auto const& socket : sockets_) socket->close(ignored);
}

HEALTHLAKE_DECL void BeastConnector::try_next() {
  if (tried_ == addresses_.size()) {
    if (running_ == 0) finish(error_, BeastSocket{executor_});
    return;
  }
  sockets_.push_back(std::make_shared<BeastSocket>(executor_));
  ++running_;
  sockets_.back()->async_connect(addresses_[tried_++],
                                 [self = shared_from_this(), socket = sockets_.back()](BeastError error) {
                                   self->guarded([&] { self->ended(*socket, error); });
                                 });
  timer_.expires_after(delay_);
  timer_.async_wait([self = shared_from_this(), tried = tried_](BeastError error) {
    if (!error && tried == self->tried_) self->guarded([&] { self->try_next(); });
  });
}

HEALTHLAKE_DECL void BeastConnector::ended(BeastSocket& socket, BeastError error) {
  --running_;
  if (!error) return finish({}, std::move(socket));
  error_ = error;
  BeastError ignored;
  socket.close(ignored);
  try_next();
}

HEALTHLAKE_DECL void BeastConnector::finish(BeastError error, BeastSocket socket) {
  auto const done = std::move(done_);
  stop();
  done(error, std::move(socket), tried_);
}

HEALTHLAKE_DECL std::vector<BeastEndpoint> in_turns(std::vector<BeastEndpoint> const& found) {
  std::vector<BeastEndpoint> turns[2];
  for (auto const& address : found) turns[address.protocol() == found.front().protocol() ? 0 : 1].push_back(address);
  std::vector<BeastEndpoint> order;
  for (std::size_t i = 0; i < (std::max)(turns[0].size(), turns[1].size()); ++i)
    for (auto const& turn : turns)
      if (i < turn.size() && order.size() < max_beast_addresses) order.push_back(turn[i]);
  return order;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
