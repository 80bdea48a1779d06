// What both loops over Boost.Asio need: a transport that starts no thread.
#pragma once

#include <utility>  // missing in awaitable.hpp of Boost 1.74
//
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "healthlake/transport/beast.hpp"
#include "run.hpp"

namespace loops {

using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

/// Looks the host up, before the loop begins: it blocks. Says on stderr why there are none.
inline Addresses look_up(boost::asio::io_context& context, healthlake::Endpoint const& endpoint) {
  auto const host = host_of(endpoint);
  Addresses addresses;
  boost::system::error_code fault;
  for (auto const& found : boost::asio::ip::tcp::resolver{context}.resolve(host.name, host.port, fault))
    addresses.push_back(found.endpoint());
  if (addresses.empty()) std::fprintf(stderr, "%s: %s\n", host.name.c_str(), fault.message().c_str());
  return addresses;
}

/// Asio would look up names in a thread of its own: this transport knows the addresses. Leave `resolver` out if a
/// thread does no harm.
inline healthlake::AsyncBeastTransport make_transport(boost::asio::io_context& context, Addresses addresses) {
  auto known = [addresses = std::move(addresses)](std::string const&, std::string const&) { return addresses; };
  return healthlake::AsyncBeastTransport{context.get_executor(), {.resolver = std::move(known)}};
}

}  // namespace loops
