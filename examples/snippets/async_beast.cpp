// A wait for an export job as a coroutine over Boost.Asio: async_beast DATASTORE-ID JOB-ID [ENDPOINT]
#include <utility>  // missing in awaitable.hpp of Boost 1.74
//
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>

#include "healthlake/core/print.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/transport/beast.hpp"

using namespace healthlake;
namespace asio = boost::asio;

/// Executes the steps of a waiter without blocking a thread.
template <WaiterShape W>
asio::awaitable<WaitResult<typename W::Operation::Output>> wait_for(Waiter<W> waiter, AsyncBeastTransport& transport,
                                                                    Credentials credentials) {
  using Outcome = typename Waiter<W>::Outcome;
  SigV4<OpensslSha256> signer;
  SystemRuntime runtime;
  asio::steady_timer timer{co_await asio::this_coro::executor};
  for (;;) {
    auto step = waiter.next(runtime.now());
    if (auto* done = std::get_if<Done<Outcome>>(&step)) {
      co_return std::move(done->result);
    } else if (auto const* wait = std::get_if<Wait>(&step)) {
      timer.expires_after(std::chrono::milliseconds{(wait->until - runtime.now()).count});
      co_await timer.async_wait(asio::use_awaitable);
    } else {
      auto const& send = std::get<Send>(step);
      if (auto signed_ = sign(send, signer, credentials, "us-east-1"); !signed_)
        co_return Outcome{.end = WaitEnd::call_failed, .error = signed_.error()};
      HttpReply const reply = co_await transport.async_send(send.request());
      waiter.receive(reply, runtime.now());
    }
  }
}

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: async_beast DATASTORE-ID JOB-ID [ENDPOINT]\n", stderr), 2;
  auto const credentials = credentials_from_environment();
  if (!credentials) return std::puts(to_string(credentials.error()).c_str()), 2;
  auto const endpoint = resolve_endpoint({.region = "us-east-1", .endpoint = argc > 3 ? argv[3] : ""});
  if (!endpoint) return std::puts(to_string(endpoint.error()).c_str()), 2;

  asio::io_context context;
  AsyncBeastTransport transport{context.get_executor()};
  Session session;
  SystemRuntime random;
  WaitOptions const options{.delay = Milliseconds{500}, .max_attempts = 0};
  Waiter<FHIRExportJobCompleted> waiter{
      {.datastore_id = argv[1], .job_id = argv[2]}, *endpoint, session, Entropy{random}, {}, options};

  int status = 1;
  asio::co_spawn(context, wait_for(std::move(waiter), transport, *credentials),
                 [&](std::exception_ptr const& thrown, auto const& result) {
                   if (thrown) return;
                   std::printf("%u polls\n", result.polls);
                   if (result.error) std::puts(to_string(*result.error).c_str());
                   if (result.last) std::puts(to_string(result.last->output).c_str());
                   status = result.end == WaitEnd::success ? 0 : 1;
                 });
  context.run();
  return status;
}
