// What both loops over Boost.Asio need: a transport that starts no thread.
#pragma once

#include <utility>  // missing in awaitable.hpp of Boost 1.74
//
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "healthlake/transport/beast.hpp"

namespace loops {

/// Asio resolves names in a thread of its own. This transport looks a host up itself, once, which blocks the loop for
/// that long; leave `resolver` out if a thread does no harm.
inline healthlake::AsyncBeastTransport make_transport(boost::asio::io_context& context) {
  using boost::asio::ip::tcp;
  auto known = std::make_shared<std::vector<tcp::endpoint>>();
  auto look_up = [known, &context](std::string const& host, std::string const& port) {
    if (known->empty())
      for (auto const& found : tcp::resolver{context}.resolve(host, port)) known->push_back(found.endpoint());
    return *known;
  };
  return healthlake::AsyncBeastTransport{context.get_executor(), {.resolver = std::move(look_up)}};
}

}  // namespace loops
