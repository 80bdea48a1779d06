// A wait for an export job as a coroutine over Boost.Asio, signed with the credentials of the default chain, which are
// renewed meanwhile: async_beast DATASTORE-ID JOB-ID [ENDPOINT]
//
// Files are read, and a credential process is run, in the thread of the io_context, which stands still meanwhile.
#include <utility>  // missing in awaitable.hpp of Boost 1.74
//
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <optional>

#include "healthlake/core/chrono.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/credentials/cached.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/system.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/credentials_source.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/transport/beast.hpp"

using namespace healthlake;
namespace asio = boost::asio;

static asio::awaitable<void> sleep_until(Timestamp until) {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  timer.expires_after(to_chrono<asio::steady_timer::duration>(until - SystemRuntime{}.now()));
  co_await timer.async_wait(asio::use_awaitable);
}

/// The credentials of all coroutines of one thread. Whoever finds them due fetches them; the others wait if there are
/// none yet.
class AsyncCredentials {
 public:
  AsyncCredentials(DefaultCredentials provider, Entropy entropy, AsyncBeastTransport& transport)
      : cache_(std::move(provider), entropy), transport_(transport) {}

  asio::awaitable<Result<Credentials>> get() {
    SystemRuntime const clock;
    for (;;) {
      auto step = cache_.next(clock.now());
      if (auto* done = std::get_if<Done<Cache::Outcome>>(&step)) {
        if (!done->result) co_return Unexpected{std::move(done->result.error())};
        co_return (*done->result)->credentials;
      } else if (auto const* wait = std::get_if<Wait>(&step)) {
        co_await sleep_until(wait->until);
      } else {
        auto const& send = std::get<Send>(step);
        // A proxy's own metadata would answer in place of this machine's.
        SendOptions const options{.timeout = send.timeout, .direct = is_local_authority(send.request().authority)};
        Fetch const fetch{cache_};
        HttpReply reply = co_await transport_.async_send(send.request(), options);
        cache_.receive(reply, clock.now());
        if (reply) wipe(reply->body.data(), reply->body.size());
      }
    }
  }
  void reject(std::string_view access_key_id) { cache_.reject(access_key_id); }

 private:
  using Cache = CachedCredentials<DefaultCredentials>;
  // If its coroutine ends without the reply, another one may fetch. After the reply it has no effect.
  struct Fetch {
    Cache& cache;
    ~Fetch() { cache.lose(); }
  };

  Cache cache_;
  AsyncBeastTransport& transport_;
};

/// Executes the steps of a waiter without blocking a thread.
template <WaiterShape W>
asio::awaitable<WaitResult<typename W::Operation::Output>> wait_for(Waiter<W> waiter, AsyncBeastTransport& transport,
                                                                    AsyncCredentials& credentials, std::string region) {
  using Outcome = typename Waiter<W>::Outcome;
  SigV4<OpensslSha256> signer;
  SystemRuntime runtime;
  auto const failed = [&](Error const& error) {
    return Outcome{.end = WaitEnd::call_failed, .error = error, .polls = waiter.polls()};
  };
  std::optional<Credentials> keys;
  for (bool had_keys = false;;) {
    auto step = waiter.next(runtime.now());
    if (auto* done = std::get_if<Done<Outcome>>(&step)) {
      co_return std::move(done->result);
    } else if (auto const* wait = std::get_if<Wait>(&step)) {
      co_await sleep_until(wait->until);
    } else if (!keys) {
      auto found = co_await credentials.get();
      if (!found) {
        if (!had_keys) co_return failed(found.error());
        // A wait survives an outage of their provider as it survives one of the service.
        waiter.receive(Unexpected{TransportError{TransportReason::connect_failed, to_string(found.error()), false}},
                       runtime.now());
        continue;
      }
      had_keys = true;
      // They may have taken a while: the next step has the time that is left.
      keys = std::move(*found);
    } else {
      auto const& send = std::get<Send>(step);
      if (auto signed_ = sign(send, signer, *keys, region); !signed_) co_return failed(signed_.error());
      SendOptions const options{.timeout = send.timeout};
      HttpReply const reply = co_await transport.async_send(send.request(), options);
      waiter.receive(reply, runtime.now());
      if (auto const* error = waiter.trouble(); error && refused_credentials(*error))
        credentials.reject(keys->access_key_id);
      keys.reset();
    }
  }
}

static int fail(Error const& error) { return std::puts(to_string(error).c_str()), 2; }

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: async_beast DATASTORE-ID JOB-ID [ENDPOINT]\n", stderr), 2;
  ThisSystem system;
  SystemRuntime runtime;
  SigV4<OpensslSha256> signer;
  auto const settings = profile_settings(system, {});
  if (!settings) return fail(settings.error().error);
  auto const endpoint =
      resolve_endpoint({.region = settings->region, .endpoint = argc > 3 ? argv[3] : settings->endpoint_url});
  if (!endpoint) return fail(endpoint.error());

  asio::io_context context;
  AsyncBeastTransport transport{context.get_executor()};
  CredentialsTools const tools{system, runtime, signer, &read_xml_with_expat};
  AsyncCredentials credentials{DefaultCredentials{tools, {}}, Entropy{runtime}, transport};
  Session session;
  WaitOptions const options{.delay = Milliseconds{500}, .timeout = Milliseconds{3'600'000}};
  Waiter<FHIRExportJobCompleted> waiter{
      {.datastore_id = argv[1], .job_id = argv[2]}, *endpoint, session, Entropy{runtime}, {}, options};

  int status = 1;
  asio::co_spawn(context, wait_for(std::move(waiter), transport, credentials, settings->region),
                 [&](std::exception_ptr const& thrown, auto const& result) {
                   if (thrown) return static_cast<void>(std::puts("an exception ended the wait"));
                   std::printf("%u polls\n", result.polls);
                   if (result.error) std::puts(to_string(*result.error).c_str());
                   if (result.last) std::puts(to_string(result.last->output).c_str());
                   status = result.end == WaitEnd::success ? 0 : 1;
                 });
  context.run();
  return status;
}
