// 100 exports in one thread, each a coroutine over Boost.Asio that a std::stop_token cancels.
//
// Boost before 1.77 cannot cancel one operation of a coroutine, so the two things that a coroutine waits for are
// cancelled where they are: its timer by the stop callback, its request by the transport.
#include "asio_loop.hpp"
//
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <stop_token>
#include <utility>

#include "healthlake/core/chrono.hpp"
#include "run.hpp"

using namespace healthlake;
namespace asio = boost::asio;

/// Drives one export to its end, which is cancelled once `stop` is requested.
static asio::awaitable<void> drive(loops::Export& one, AsyncBeastTransport& transport, std::stop_token stop) {
  SystemRuntime const clock;
  asio::steady_timer timer{co_await asio::this_coro::executor};
  std::stop_callback const on_stop{stop, [&] {
                                     one.cancel();
                                     timer.cancel();
                                   }};
  while (auto const ask = one.next(clock.now())) {
    if (auto const* const wait = std::get_if<Wait>(&*ask)) {
      timer.expires_after(to_chrono<asio::steady_timer::duration>(wait->until - clock.now()));
      boost::system::error_code cancelled_or_not;  // `next` knows
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled_or_not));
    } else {
      auto const& send = std::get<Send>(*ask);
      SendOptions const limits{.timeout = send.timeout};
      HttpReply const reply = co_await transport.async_send(send.request(), limits);
      one.receive(reply, clock.now());
    }
  }
}

int main(int argc, char** argv) {
  loops::Run run{argc, argv};
  if (run.status) return *run.status;
  asio::io_context context{1};
  auto addresses = loops::look_up(context, run.common.endpoint);
  if (addresses.empty()) return 3;
  auto transport = loops::make_transport(context, std::move(addresses));
  std::stop_source stop;
  int signal = 0;
  asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&](boost::system::error_code done, int number) {
    if (done) return;
    signal = number;
    signals.clear();  // the second one has its usual effect
    stop.request_stop();
    transport.cancel();
  });

  std::size_t left = run.exports.size();
  for (auto& one : run.exports)
    asio::co_spawn(context, drive(one, transport, stop.get_token()), [&](std::exception_ptr const& thrown) {
      if (thrown) std::rethrow_exception(thrown);
      if (--left == 0) signals.cancel();
    });
  context.run();
  return run.report(signal);
}
