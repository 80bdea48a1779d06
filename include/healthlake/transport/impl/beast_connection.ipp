// The functions of transport/beast_connection.hpp.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "healthlake/transport/beast_connection.hpp"
#include "healthlake/transport/beast_options.hpp"
#include "healthlake/transport/beast_proxy.hpp"
#include "healthlake/transport/beast_tls.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool BeastConnection::quiet() {
  BeastError error;
  socket.non_blocking(true, error);
  if (error) return false;
  char byte = 0;
  socket.receive(boost::asio::buffer(&byte, 1), BeastSocket::message_peek, error);
  if (error != boost::asio::error::would_block) return false;
  return !tls || tls_quiet();
}

HEALTHLAKE_DECL bool BeastConnection::tls_quiet() {
  char byte = 0;
  BeastError error;
  tls->read_some(boost::asio::buffer(&byte, 1), error);
  SSL* const ssl = tls->native_handle();
  return error == boost::asio::error::would_block && SSL_has_pending(ssl) == 0 &&
         BIO_ctrl_pending(SSL_get_rbio(ssl)) == 0;
}

HEALTHLAKE_DECL BeastShared::BeastShared(boost::asio::any_io_executor its_executor, BeastOptions its_options)
    : executor(std::move(its_executor)), options(std::move(its_options)) {
  if (options.proxy_from_environment && options.proxy.empty()) variables = proxy_variables();
}

HEALTHLAKE_DECL boost::asio::ssl::context* BeastShared::tls_context(BeastError& error) {
  if (!tls) tls = make_tls_context(options, error);
  return tls ? &*tls : nullptr;
}

HEALTHLAKE_DECL std::unique_ptr<BeastConnection> BeastShared::take_idle(std::string const& origin) {
  auto const now = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration const most =
      std::clamp(options.max_idle_age, std::chrono::milliseconds{0}, longest_time);
  std::erase_if(idle, [&](auto const& kept) { return now - kept->idle_since >= most || !kept->quiet(); });
  auto const found = std::find_if(idle.begin(), idle.end(), [&](auto const& kept) { return kept->origin == origin; });
  if (found == idle.end()) return nullptr;
  auto connection = std::move(*found);
  idle.erase(found);
  return connection;
}

HEALTHLAKE_DECL void BeastShared::keep(std::unique_ptr<BeastConnection> connection) {
  if (options.max_idle_connections == 0) return;
  if (idle.size() >= options.max_idle_connections) idle.erase(idle.begin());
  connection->idle_since = std::chrono::steady_clock::now();
  try {
    idle.push_back(std::move(connection));
  } catch (std::bad_alloc const&) {
    return;
  }
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
