// The functions of credentials/cached.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/cached.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// From `least` to twice that.
inline Milliseconds some_time(std::int64_t least, Entropy const& entropy) {
  return {least + random_part(entropy, least)};
}

HEALTHLAKE_DECL bool RefreshSchedule::valid(Timestamp now) const noexcept {
  return keys_ && (!keys_->expiration || now + margin_ < *keys_->expiration);
}

HEALTHLAKE_DECL bool RefreshSchedule::due(Timestamp now) noexcept {
  bool const wanted = !keys_ || rejected_ || (keys_->expiration && now + window_ >= *keys_->expiration);
  return wanted && !pause_.left(now);
}

HEALTHLAKE_DECL void RefreshSchedule::reject(std::string_view access_key_id) noexcept {
  rejected_ = rejected_ || (keys_ && keys_->credentials.access_key_id == access_key_id);
}

HEALTHLAKE_DECL void RefreshSchedule::take(CredentialsOutcome outcome, Timestamp now, Entropy const& entropy) {
  if (auto* failure = std::get_if<CredentialsFailure>(&outcome))
    return fail(std::move(failure->error), failure->transient, now, entropy);
  if (auto* none = std::get_if<NotConfigured>(&outcome)) {
    std::string message = concat({"no credentials found; looked for ", none->looked_for});
    for (auto const& warning : none->warnings) append(message, {"; ", warning});
    return fail(SetupError{SetupPhase::credentials, std::move(message)}, true, now, entropy);
  }
  auto& provided = *std::get_if<ProvidedCredentials>(&outcome);
  Milliseconds const lifetime = provided.expiration ? *provided.expiration - now : Milliseconds{};
  if (provided.expiration && lifetime <= Milliseconds{0})
    return fail(SetupError{SetupPhase::credentials, concat({"the credentials of ", provided.source, " expired at ",
                                                            to_iso8601(*provided.expiration)})},
                true, now, entropy);
  margin_ = (std::min)(last_seconds, Milliseconds{lifetime.count / 10});
  // A provider that has nothing else must not be asked at every use, as long as they can be used.
  constexpr std::int64_t half_a_minute = 30'000;
  bool const the_same = rejected_ && keys_->credentials == provided.credentials;
  Milliseconds pause = the_same ? some_time(half_a_minute, entropy) : Milliseconds{0};
  if (provided.expiration) pause = (std::min)(pause, Milliseconds{lifetime.count - margin_.count});
  pause_.begin(now, pause);
  window_ = refresh_window(lifetime);
  keys_ = std::move(provided);
  failure_.reset();
  rejected_ = false;
}

HEALTHLAKE_DECL void RefreshSchedule::fail(Error error, bool transient, Timestamp now, Entropy const& entropy) {
  constexpr std::int64_t second = 1000;
  bool const in_use = valid(now) && !rejected_;
  Milliseconds delay = some_time((transient ? 1 : 10) * second, entropy);
  if (error.cancelled()) {
    delay = {};
  } else if (in_use) {
    // Sooner if there is less time, so that there is another try before they expire; and at the latest when they cannot
    // be used any more.
    Milliseconds const left = keys_->expiration.value_or(now) - now;
    Milliseconds const usable{left.count - margin_.count};
    delay = (std::min)({some_time(300 * second, entropy), (std::max)(Milliseconds{left.count / 2}, delay), usable});
  }
  pause_.begin(now, delay);
  failure_ = std::move(error);
}

HEALTHLAKE_DECL Result<ProvidedCredentials const*> RefreshSchedule::outcome(Timestamp now) const {
  if (valid(now)) return &*keys_;
  if (failure_) return Unexpected{*failure_};
  return Unexpected{Error{SetupError{SetupPhase::credentials, "the credentials have expired"}}};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
