// What a credentials provider returns, and what every provider is: a state machine that is asked for credentials.
//
// Rules: a provider is a machine as in flow/: it never blocks on the network and never reads the clock. There are three
// outcomes: credentials; "not configured", after which the next provider is asked; and a failure, after which nobody
// else is asked, since the caller would act as somebody else. A provider's requests are complete: whoever sends them
// does not sign them. No message contains a secret.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Credentials, how long they are valid, and where they are from.
struct ProvidedCredentials {
  /// The keys to sign with.
  Credentials credentials{};
  /// When they expire; nullopt if they are valid until they are revoked.
  std::optional<Timestamp> expiration{};
  /// For messages: `the environment`, `profile dev of ~/.aws/config`.
  std::string source{};
  /// What the user should know although it is not an error, such as a file that everybody can read.
  std::vector<std::string> warnings{};

  friend bool operator==(ProvidedCredentials const&, ProvidedCredentials const&) = default;
};

/// Nothing was configured for this provider, so the next one is asked.
struct NotConfigured {
  /// What was looked for and where, to be read after "not found": `AWS_ACCESS_KEY_ID in the environment`.
  std::string looked_for{};
  /// As in ProvidedCredentials, such as one half of an access key.
  std::vector<std::string> warnings{};

  friend bool operator==(NotConfigured const&, NotConfigured const&) = default;
};

/// A provider was configured and failed. No other provider is asked.
struct CredentialsFailure {
  /// SetupError (credentials): what is missing or invalid, where it was looked for, and how to fix it. If the provider
  /// was cancelled, a TransportError with `cancelled()`.
  Error error;
  /// Whether the same configuration may work soon (the service cannot be reached, is throttling or failing; a file is
  /// being rewritten), as opposed to an error that somebody must fix.
  bool transient = false;

  friend bool operator==(CredentialsFailure const&, CredentialsFailure const&) = default;
};

/// One of the three outcomes. Functions without requests return it for what they look up.
template <class T>
using Provision = std::variant<T, NotConfigured, CredentialsFailure>;

/// The result of a provider.
using CredentialsOutcome = Provision<ProvidedCredentials>;

/// A source of credentials. It is ready to be asked when it is made:
/// - `next(now)` returns Send, Wait or Done, as in flow/step.hpp, and `receive(reply, now)` takes the reply to the last
///   Send. A Send is sent as it is, unsigned, and not through a proxy if its host is a loopback or link-local address;
/// - `lose()` reports that the reply to the last Send will not arrive; `cancel()` ends the fetch, with an error that is
///   `cancelled()`;
/// - `restart()` begins another fetch, and abandons one in progress. Environment, files and processes are read again at
///   each fetch. What is worth keeping from one fetch to the next (a session token of the instance metadata) is kept.
template <class P>
concept CredentialsProvider = std::movable<P> && requires(P& provider, HttpReply const& reply, Timestamp now) {
  { provider.next(now) } -> std::same_as<Step<CredentialsOutcome>>;
  provider.receive(reply, now);
  provider.lose();
  provider.cancel();
  provider.restart();
};

namespace detail {

// In these, or in the last tenth of a shorter lifetime, credentials are not used any more: a request that is sent then
// would arrive too late.
inline constexpr Milliseconds last_seconds{10'000};

// A failure that somebody must fix: SetupError (credentials).
CredentialsFailure credentials_failure(std::string message);
// One that may be over soon.
CredentialsFailure passing_failure(std::string message);
// What a provider that is asked twice returns.
Done<CredentialsOutcome> already_taken();

// The machine of a provider that sends nothing: `Self::provide(now)` returns the outcome.
template <class Self>
class Unsent {
 public:
  Step<CredentialsOutcome> next(Timestamp now) {
    if (state_ == State::ready) {
      state_ = State::taken;
      return Done<CredentialsOutcome>{static_cast<Self&>(*this).provide(now)};
    }
    if (state_ == State::cancelled) {
      state_ = State::taken;
      return Done<CredentialsOutcome>{CredentialsFailure{TransportError{TransportReason::cancelled, "", false}, true}};
    }
    return already_taken();
  }
  void receive(HttpReply const&, Timestamp) noexcept {}
  void lose() noexcept {}
  void cancel() noexcept {
    if (state_ == State::ready) state_ = State::cancelled;
  }
  void restart() noexcept { state_ = State::ready; }

 private:
  enum class State : std::uint8_t { ready, cancelled, taken };

  State state_ = State::ready;
};

}  // namespace detail

/// Always the same credentials.
class StaticCredentials : public detail::Unsent<StaticCredentials> {
 public:
  /// The same, from `the program`.
  explicit StaticCredentials(Credentials credentials) : StaticCredentials(std::move(credentials), "the program") {}
  /// `source` says in messages where they are from.
  StaticCredentials(Credentials credentials, std::string source)
      : provided_{std::move(credentials), std::nullopt, std::move(source), {}} {}

  /// The credentials; they never expire.
  CredentialsOutcome provide(Timestamp) const { return provided_; }

 private:
  ProvidedCredentials provided_;
};

static_assert(CredentialsProvider<StaticCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/provided.ipp"
#endif
