// 100 exports in one thread, in callback style over Boost.Asio: every step ends by starting the next operation.
#include "asio_loop.hpp"
//
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <functional>
#include <utility>

#include "healthlake/core/chrono.hpp"
#include "run.hpp"

using namespace healthlake;
namespace asio = boost::asio;

/// Drives one export. It has at most one operation under way, whose callback takes the next step.
class Driver {
 public:
  Driver(loops::Export& one, asio::io_context& context, AsyncBeastTransport& transport, std::function<void()> on_done)
      : export_(one), timer_(context), transport_(transport), on_done_(std::move(on_done)) {}

  void step() {
    auto const ask = export_.next(clock_.now());
    if (!ask) return on_done_();
    if (auto const* const wait = std::get_if<Wait>(&*ask)) {
      timer_.expires_after(to_chrono<asio::steady_timer::duration>(wait->until - clock_.now()));
      // Whether the time is up or the timer was cancelled, `next` knows what to do.
      return timer_.async_wait([this](boost::system::error_code) { step(); });
    }
    auto const& send = std::get<Send>(*ask);
    transport_.async_send(send.request(), SendOptions{.timeout = send.timeout}, [this](HttpReply const& reply) {
      export_.receive(reply, clock_.now());
      step();
    });
  }

  /// Ends a wait; the transport ends the requests of all.
  void cancel() {
    export_.cancel();
    timer_.cancel();
  }

 private:
  loops::Export& export_;
  asio::steady_timer timer_;
  AsyncBeastTransport& transport_;
  std::function<void()> on_done_;
  SystemRuntime clock_{};
};

int main(int argc, char** argv) {
  loops::Run run{argc, argv};
  if (run.status) return *run.status;
  asio::io_context context{1};
  auto addresses = loops::look_up(context, run.common.endpoint);
  if (addresses.empty()) return 3;
  auto transport = loops::make_transport(context, std::move(addresses));
  asio::signal_set signals{context, SIGINT, SIGTERM};
  std::deque<Driver> drivers;  // callbacks refer to its elements, which stay where they are
  std::size_t left = run.exports.size();
  auto const on_done = [&] {
    if (--left == 0) signals.cancel();
  };
  int signal = 0;
  signals.async_wait([&](boost::system::error_code done, int number) {
    if (done) return;
    signal = number;
    signals.clear();  // the second one has its usual effect
    for (auto& driver : drivers) driver.cancel();
    transport.cancel();
  });

  for (auto& one : run.exports) drivers.emplace_back(one, context, transport, on_done).step();
  context.run();
  return run.report(signal);
}
