// Credentials that are fetched once, used by everybody, and renewed before they expire.
//
// Rules: one fetch at a time, begun ahead of the expiration by a window that follows the lifetime. While there are
// credentials that have not expired, nobody waits for others and no failure is returned: a failed refresh is repeated
// later, and changes nothing. A failure is returned only where there are none, and remembered for some seconds, so that
// a hundred users do not ask a hundred times. Every outcome is followed by another try. Not thread-safe:
// credentials/blocking.hpp is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/time_limit.hpp"
#include "healthlake/http/transport.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How long before they expire credentials are renewed: half of a lifetime below 10 minutes, 5 minutes up to 20, 15 up
/// to 90, and otherwise an hour.
constexpr Milliseconds refresh_window(Milliseconds lifetime) noexcept {
  constexpr std::int64_t minute = 60'000;
  std::int64_t const length = lifetime.count;
  if (length < 10 * minute) return {(std::max)(length, std::int64_t{0}) / 2};
  return {(length <= 20 * minute ? 5 : length < 90 * minute ? 15 : 60) * minute};
}

namespace detail {

// What does not depend on the provider: the credentials, and when to look for others.
class RefreshSchedule {
 public:
  // Whether there are credentials that have not expired.
  [[nodiscard]] bool valid(Timestamp now) const noexcept;
  [[nodiscard]] bool due(Timestamp now) noexcept;
  void take(CredentialsOutcome outcome, Timestamp now, Entropy const& entropy);
  void reject(std::string_view access_key_id) noexcept;
  [[nodiscard]] Result<ProvidedCredentials const*> outcome(Timestamp now) const;
  [[nodiscard]] std::optional<Error> const& failure() const noexcept { return failure_; }

 private:
  void fail(Error error, bool transient, Timestamp now, Entropy const& entropy);

  std::optional<ProvidedCredentials> keys_;
  // The last failure since the credentials arrived.
  std::optional<Error> failure_;
  Milliseconds window_{};
  Milliseconds margin_{};
  // No fetch before it is over.
  Pause pause_;
  bool rejected_ = false;
};

}  // namespace detail

/// A cache over a provider. Asked before each request, it returns:
/// - Done with the credentials to sign with (valid until the next call), or with the reason why there are none;
/// - Send: whoever gets it sends the request and passes the reply to `receive`, while others go on;
/// - Wait: there are no credentials yet; somebody else has a Send, or the provider waits for its next attempt. Ask
///   again then, or as soon as `receive` was called.
template <CredentialsProvider P>
class CachedCredentials {
 public:
  /// The credentials, valid until the next call, or why there are none.
  using Outcome = Result<ProvidedCredentials const*>;

  /// How long others wait for a Send that is under way before they ask again.
  static constexpr Milliseconds poll_interval{50};
  /// The time of a Send if the provider gives it none.
  static constexpr Milliseconds longest_send{60'000};

  /// `entropy` refers to what must outlive this object.
  CachedCredentials(P provider, Entropy entropy) : provider_(std::move(provider)), entropy_(entropy) {}

  /// Returns what to do. A Send is returned once. If neither its reply nor `lose` is reported within its time, the next
  /// caller gets another one.
  Step<Outcome> next(Timestamp now) {
    if (sent_) {
      if (time_left_.left(now)->count > 0) return elsewhere(now);
      provider_.lose();
      sent_ = false;
    }
    if (!fetching_) {
      if (!schedule_.due(now)) return Done<Outcome>{schedule_.outcome(now)};
      if (std::exchange(used_, true)) provider_.restart();
      fetching_ = true;
    }
    auto step = provider_.next(now);
    if (auto* send = std::get_if<Send>(&step)) {
      sent_ = true;
      time_left_ = detail::TimeLimit{send->timeout.value_or(longest_send)};
      static_cast<void>(time_left_.left(now));
      return *send;
    }
    if (auto* wait = std::get_if<Wait>(&step)) {
      if (schedule_.valid(now)) return Done<Outcome>{schedule_.outcome(now)};
      return *wait;
    }
    fetching_ = false;
    schedule_.take(std::move(std::get_if<Done<CredentialsOutcome>>(&step)->result), now, entropy_);
    return Done<Outcome>{schedule_.outcome(now)};
  }

  /// Takes the reply to the Send.
  void receive(HttpReply const& reply, Timestamp now) {
    if (!sent_) return;
    provider_.receive(reply, now);
    sent_ = false;
  }
  /// The reply to the Send will not arrive.
  void lose() noexcept {
    if (std::exchange(sent_, false)) provider_.lose();
  }
  /// Ends a fetch in progress; the next call of `next` begins another one.
  void cancel() {
    if (!fetching_) return;
    provider_.cancel();
    sent_ = false;
  }

  /// Reports that a service refused a request signed with this access key (see `refused_credentials`): others are
  /// fetched soon, unless that has happened since. The credentials stay in use until then.
  void reject(std::string_view access_key_id) noexcept { schedule_.reject(access_key_id); }

  /// What `next` would return as Done, without a fetch: credentials that have not expired, or null.
  [[nodiscard]] ProvidedCredentials const* peek(Timestamp now) const {
    if (!schedule_.valid(now)) return nullptr;
    auto const outcome = schedule_.outcome(now);
    return outcome ? *outcome : nullptr;
  }
  /// Why the last fetch failed; nullopt if it did not. For logs: while there are credentials, nothing else shows it.
  [[nodiscard]] std::optional<Error> const& last_failure() const noexcept { return schedule_.failure(); }

 private:
  // The Send is somebody else's.
  Step<Outcome> elsewhere(Timestamp now) {
    if (schedule_.valid(now)) return Done<Outcome>{schedule_.outcome(now)};
    return Wait{detail::later(now, poll_interval)};
  }

  P provider_;
  Entropy entropy_;
  detail::RefreshSchedule schedule_{};
  detail::TimeLimit time_left_{longest_send};
  bool used_ = false;
  bool fetching_ = false;
  bool sent_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/cached.ipp"
#endif
