// Credentials for blocking programs: a provider that is cached and driven over a Transport and a Runtime, for any
// number of threads.
//
//   CurlTransport transport;
//   BlockingCredentials credentials{DefaultCredentials{tools, {}}, transport, runtime};
//   Client client{transport, signer, runtime, {.region = "us-east-1"}, credentials};
//
// Rules: an adapter, since it locks. One thread at a time uses the provider, the transport and the runtime's `sleep`;
// others get the credentials that have not expired meanwhile, or wait if there are none. The lock is not held while a
// request is under way. A reply with credentials is wiped once it is read.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/cached.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/credentials_source.hpp"
#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A CredentialsSource for clients, which may be on other threads. `transport` and `runtime` must outlive it. A client
/// on the same thread may use the same ones; with threads, nobody else may use them, and `runtime.now()` must be
/// thread-safe.
template <CredentialsProvider P, Transport T, Runtime R>
class BlockingCredentials {
 public:
  /// Fetches nothing yet: the first `get` or `provide` does.
  BlockingCredentials(P provider, T& transport, R& runtime)
      : cached_(std::move(provider), Entropy{runtime}), transport_(transport), runtime_(runtime) {}
  BlockingCredentials(BlockingCredentials const&) = delete;
  BlockingCredentials& operator=(BlockingCredentials const&) = delete;

  /// Returns credentials that have not expired, and fetches them first if there are none or they are to be renewed.
  /// Exceptions of the transport and the runtime propagate; the fetch then counts as lost.
  Result<Credentials> get() {
    auto provided = provide();
    if (!provided) return Unexpected{std::move(provided.error())};
    return std::move(provided->credentials);
  }
  /// The same with their expiration, source and warnings.
  Result<ProvidedCredentials> provide() {
    std::unique_lock lock{mutex_};
    for (;;) {
      Timestamp const now = runtime_.now();
      if (busy_) {
        if (auto const* usable = cached_.peek(now)) return *usable;
        changed_.wait(lock);
        continue;
      }
      auto step = cached_.next(now);
      if (auto* done = std::get_if<Done<typename CachedCredentials<P>::Outcome>>(&step)) {
        if (!done->result) return Unexpected{std::move(done->result.error())};
        return **done->result;
      }
      Turn turn{*this, lock};
      if (auto const* wait = std::get_if<Wait>(&step)) turn.sleep(wait->until);
      else turn.exchange(*std::get_if<Send>(&step));
    }
  }

  /// Reports that a service refused a request signed with this access key; see CachedCredentials::reject.
  void reject(std::string_view access_key_id) {
    std::lock_guard const lock{mutex_};
    cached_.reject(access_key_id);
  }
  /// Why the last fetch failed, although there may be credentials in use; nullopt if it did not.
  [[nodiscard]] std::optional<Error> last_failure() const {
    std::lock_guard const lock{mutex_};
    return cached_.last_failure();
  }

 private:
  // One step, without the lock: nobody else touches the provider meanwhile.
  class Turn {
   public:
    Turn(BlockingCredentials& of, std::unique_lock<std::mutex>& lock) : of_(of), lock_(lock) {
      of_.busy_ = true;
      lock_.unlock();
    }
    Turn(Turn const&) = delete;
    Turn& operator=(Turn const&) = delete;
    ~Turn() {
      if (!lock_.owns_lock()) lock_.lock();
      // Has no effect once a reply was received.
      of_.cached_.lose();
      of_.busy_ = false;
      of_.changed_.notify_all();
    }

    void sleep(Timestamp until) {
      if (detail::sleep_until(of_.runtime_, until)) return;
      lock_.lock();
      of_.cached_.cancel();
    }
    void exchange(Send const& send) {
      auto reply = of_.send(send);
      Timestamp const now = of_.runtime_.now();
      lock_.lock();
      of_.cached_.receive(reply, now);
      if (reply) wipe(reply->body.data(), reply->body.size());
    }

   private:
    BlockingCredentials& of_;
    std::unique_lock<std::mutex>& lock_;
  };

  HttpReply send(Send const& send) {
    if constexpr (TimedTransport<T>)
      return transport_.send(
          send.request(), SendOptions{.timeout = send.timeout, .direct = is_local_authority(send.request().authority)});
    else return transport_.send(send.request());
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Whether a thread executes a step.
  bool busy_ = false;
  CachedCredentials<P> cached_;
  T& transport_;
  R& runtime_;
};

}  // namespace HEALTHLAKE_NAMESPACE
