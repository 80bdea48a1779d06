// The connections of beast.hpp, and what the exchanges of one transport share: idle connections and the TLS context.
//
// Rules: an idle connection is reused only if it is quiet: no data and no end of the connection may be pending, in the
// socket or in what TLS has already read. An unsolicited response is therefore never taken for that of a later request.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "healthlake/transport/beast_options.hpp"
#include "healthlake/transport/beast_proxy.hpp"
#include "healthlake/transport/beast_tls.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

using BeastSocket = boost::asio::ip::tcp::socket;

// Fits into a time point, and longer than anybody waits.
inline constexpr std::chrono::milliseconds longest_time = std::chrono::hours{24 * 365};

constexpr std::chrono::milliseconds bounded(std::chrono::milliseconds time) {
  return std::clamp(time, std::chrono::milliseconds{1}, longest_time);
}

// The socket as TLS sees it. Exchanges use the asynchronous half. The synchronous half finds nothing to read, so that a
// read through TLS returns only what TLS has already read, and never waits.
class BeastWire {
 public:
  using executor_type = BeastSocket::executor_type;
  using lowest_layer_type = BeastSocket::lowest_layer_type;

  explicit BeastWire(BeastSocket& socket) : socket_(socket) {}

  executor_type get_executor() { return socket_.get_executor(); }
  lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }
  [[nodiscard]] lowest_layer_type const& lowest_layer() const { return socket_.lowest_layer(); }

  template <class Buffers>
  std::size_t read_some(Buffers const&, BeastError& error) {
    error = boost::asio::error::would_block;
    return 0;
  }
  // TLS would reply to something that it has read: the connection is not quiet.
  template <class Buffers>
  std::size_t write_some(Buffers const&, BeastError& error) {
    error = boost::asio::error::operation_not_supported;
    return 0;
  }
  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  BeastSocket& socket_;
};

struct BeastConnection {
  BeastConnection(boost::asio::any_io_executor const& executor, std::string its_origin)
      : origin(std::move(its_origin)), socket(executor) {}

  // Whether the peer has neither closed the connection nor sent unsolicited data.
  bool quiet();

  // Whether TLS has nothing buffered, not even part of a record.
  bool tls_quiet();

  // Scheme and authority.
  std::string origin;
  std::chrono::steady_clock::time_point idle_since{};
  BeastSocket socket;
  // Over `socket`, for https.
  std::optional<boost::asio::ssl::stream<BeastWire>> tls{};
};

class BeastExchange;

// What the exchanges of one transport share.
struct BeastShared {
  BeastShared(boost::asio::any_io_executor its_executor, BeastOptions its_options);

  boost::asio::any_io_executor executor;
  BeastOptions options;
  ProxyVariables variables{};
  // Created for the first https request.
  std::optional<boost::asio::ssl::context> tls{};
  std::vector<std::unique_ptr<BeastConnection>> idle{};
  std::vector<std::weak_ptr<BeastExchange>> running{};

  // A context that verifies, or null and the error.
  boost::asio::ssl::context* tls_context(BeastError& error);

  // An idle connection to `origin` that can still be used, or null.
  std::unique_ptr<BeastConnection> take_idle(std::string const& origin);

  // Closes it if there is no memory to keep it: the response that came over it is not lost for that.
  void keep(std::unique_ptr<BeastConnection> connection);
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/beast_connection.ipp"
#endif
