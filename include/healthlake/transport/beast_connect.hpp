// Connects to the first of a host's addresses that answers (RFC 8305, "Happy Eyeballs").
//
// Rules: the next address is tried when the last one failed or took too long, while earlier attempts continue; the
// first connection wins and the others are closed. An address that drops packets therefore costs a short delay, never
// the whole connect timeout. The caller limits that time, and calls `stop` at its end.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "healthlake/transport/beast_connection.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

using BeastEndpoint = boost::asio::ip::tcp::endpoint;

// RFC 8305, 4: the address families alternate, beginning with that of the first address; within a family, the order is
// kept. At most max_beast_addresses.
std::vector<BeastEndpoint> in_turns(std::vector<BeastEndpoint> const& found);

class BeastConnector : public std::enable_shared_from_this<BeastConnector> {
 public:
  // Called once, with a connected socket or the last error, and how many addresses were tried; not after `stop`.
  using Done = std::function<void(BeastError, BeastSocket, std::size_t)>;

  // `time` is the time for all addresses, `delay` the longest wait for one before the next is tried.
  BeastConnector(boost::asio::any_io_executor const& executor, std::vector<BeastEndpoint> const& found,
                 std::chrono::milliseconds time, std::chrono::milliseconds delay, Done done)
      : executor_(executor),
        timer_(executor),
        addresses_(in_turns(found)),
        delay_(
            (std::min<std::chrono::steady_clock::duration>)(delay, std::chrono::steady_clock::duration{time} /
                                                                       (std::max<std::size_t>)(addresses_.size(), 1))),
        done_(std::move(done)) {}

  void start();
  void stop();

 private:
  void try_next();
  void ended(BeastSocket& socket, BeastError error);

  // Does nothing after the end, and lets no exception escape.
  template <class F>
  void guarded(F&& step) {
    if (!done_) return;
    try {
      step();
    } catch (std::exception const&) {
      if (done_) finish(boost::asio::error::no_memory, BeastSocket{executor_});
    }
  }

  void finish(BeastError error, BeastSocket socket);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  std::vector<BeastEndpoint> addresses_;
  std::chrono::steady_clock::duration delay_;
  Done done_;
  std::vector<std::shared_ptr<BeastSocket>> sockets_{};
  std::size_t tried_ = 0;
  std::size_t running_ = 0;
  BeastError error_ = boost::asio::error::host_not_found;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/beast_connect.ipp"
#endif
