// What the providers that ask a service have in common: attempts, time limits, and what becomes of a reply.
//
// Rules: a fetch makes at most `max_attempts` attempts that fail, over all of its requests together. An attempt that is
// not answered within its time has failed, whether or not the driver reports it, so that a driver that went away stops
// nobody. Redirects are not followed. Nothing that a service says is shown before the secrets that were sent to it are
// replaced in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/time_limit.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The largest reply that a provider reads; a larger one is a failure. STS's are a few KiB.
inline constexpr std::size_t max_credentials_reply_bytes = std::size_t{64} << 10;

/// The longest message of a service that a failure quotes; truncated.
inline constexpr std::size_t max_quoted_message_bytes = 512;

/// How a provider asks.
struct FetchLimits {
  /// How many attempts of a fetch may fail, the last one included; 0 counts as 1. Default 3.
  unsigned max_attempts = 3;
  /// The time of one attempt, connecting included; at least 1 ms. Default 10 s.
  Milliseconds timeout{10'000};
};

namespace detail {

// The parts of temporary credentials, as a service sent them.
struct KeyTexts {
  std::string_view access_key_id{};
  std::string_view secret_access_key{};
  std::string_view session_token{};
};

// The credentials, all of whose parts must be there and fit into a header; or what is wrong. `names` are the service's.
Result<Credentials, std::string> checked_keys(KeyTexts const& keys, KeyTexts const& names);

// A message of a service, without the secrets, for a failure.
std::string quoted_message(std::string_view message, std::initializer_list<std::string_view> secrets);

// `AccessDenied (status 403): not authorized`, with a colon and a space before it; what a failure says of an error.
std::string describe_answer(int status, std::string_view code, std::string_view message,
                            std::initializer_list<std::string_view> secrets);

// What was sent and must not be shown; views into the provider.
struct SentSecrets {
  std::string_view token{};
  std::string_view secret_key{};
};

// Overwrites the header values and the body, and empties both.
void wipe_request(HttpRequest& request) noexcept;

// The machine. A provider derives from it and says what to send and what to make of the response.
class HttpProvider {
 public:
  virtual ~HttpProvider() { wipe_request(request_); }
  Step<CredentialsOutcome> next(Timestamp now);
  void receive(HttpReply const& reply, Timestamp now);
  void lose() noexcept { lost_ = state_ == State::sent; }
  void cancel();
  void restart() noexcept;

 protected:
  HttpProvider(Entropy entropy, FetchLimits const& limits);
  HttpProvider(HttpProvider const&) = default;
  HttpProvider(HttpProvider&&) = default;
  HttpProvider& operator=(HttpProvider const&) = default;
  HttpProvider& operator=(HttpProvider&&) = default;

  // Begins a fetch: `go`, or `end`.
  virtual void begin(Timestamp now) = 0;
  // Completes request() before each attempt, with what must be new each time; or `end`.
  virtual void prepare(Timestamp now) = 0;
  // Takes a response of any status: `go` (another request), `again`, or `end`.
  virtual void take(HttpResponse const& response, Timestamp now) = 0;
  // Ends with the failure of the last attempt, or with what there is in its place.
  virtual void give_up(CredentialsFailure failure, Timestamp now);
  [[nodiscard]] virtual SentSecrets sent_secrets() const = 0;
  // `quoted_message` and `describe_answer` of somebody who may repeat what was sent.
  [[nodiscard]] std::string quote(std::string_view message) const;
  [[nodiscard]] std::string describe(int status, std::string_view code, std::string_view message) const;
  // For messages: who was asked for what. To be read before a colon.
  [[nodiscard]] virtual std::string who() const = 0;

  // The next request is to be sent at once.
  void go() noexcept { state_ = State::due; }
  // The attempt has failed, and may succeed if it is repeated: the same request, after a back-off.
  void again(CredentialsFailure failure, RetryKind kind, Timestamp now);
  void end(CredentialsOutcome outcome);
  // Ends with credentials from `who`, or with a failure if they have expired. Precondition: they have an expiration.
  void end_with(ProvidedCredentials provided, Timestamp now);
  // The same with a failure that `who` precedes.
  [[nodiscard]] CredentialsFailure failed(std::initializer_list<std::string_view> what) const;
  [[nodiscard]] CredentialsFailure failed_for_now(std::initializer_list<std::string_view> what) const;

  [[nodiscard]] HttpRequest& request() noexcept { return request_; }
  [[nodiscard]] HttpRequest const& request() const noexcept { return request_; }
  [[nodiscard]] Entropy const& entropy() const noexcept { return entropy_; }

 private:
  enum class State : std::uint8_t { ready, due, sent, done, taken };

  void take_error(TransportError const& error, Timestamp now);

  Entropy entropy_;
  FetchLimits limits_;
  TimeLimit limit_;
  Pause pause_;
  HttpRequest request_{};
  CredentialsOutcome outcome_{NotConfigured{}};
  unsigned failures_ = 0;
  unsigned attempt_ = 0;
  // Of the attempt that was sent last.
  bool lost_ = false;
  State state_ = State::ready;
};

// Whether a status says that the service may answer another time.
constexpr bool is_passing_status(int status) noexcept { return status == 429 || status >= 500; }

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/http_provider.ipp"
#endif
