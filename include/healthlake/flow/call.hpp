// One call of one operation as a machine: it says what to send and how long to wait, and takes what came back.
//
// Rules: a machine never blocks and never asks the time; whoever drives it does both. `next(now)` answers Send, Wait or
// Done; after Send, `receive` takes the reply (until then `next` repeats the Send). The input is checked, its
// idempotency token filled and the body written once, before the first Send, so every attempt carries the same bytes
// and the same token. What is retried is in protocol/retry_kind.hpp, how in flow/retry.hpp. Machines are values that
// move.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/model/waiter.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake {

/// What calls share: the quota of retries and the service's clock. Outlives its calls.
struct Session {
  RetryQuota quota{};
  ClockSkew skew{};
};

/// How calls are made.
struct CallOptions {
  RetryPolicy retry{};
  ValidateOptions validate{};
  ReadOptions read{};
  /// False leaves the host prefix of an operation off (a local endpoint has no wildcard DNS).
  bool host_prefix = true;
  /// Compresses requests of operations that allow it. By default none is.
  RequestCompression compression{};
};

/// Why a call stopped trying.
enum class GaveUp : std::uint8_t { not_yet, succeeded, not_retryable, max_attempts, quota };

namespace detail {

// That much later, or at the end of time; a negative time to come is none.
constexpr Timestamp later(Timestamp now, Milliseconds time) noexcept {
  return now + std::clamp(time, Milliseconds{0}, Timestamp{Timestamp::max_milliseconds} - now);
}

// A wait that is as long as it was meant to be even if the clock is set back in the middle of it.
class Pause {
 public:
  void begin(Timestamp now, Milliseconds length) noexcept {
    since_ = now;
    length_ = length;
  }
  // When it ends; nothing if it is over.
  [[nodiscard]] std::optional<Wait> left(Timestamp now) noexcept {
    since_ = std::min(since_, now);
    Timestamp const end = later(since_, length_);
    if (now < end) return Wait{end};
    return std::nullopt;
  }

 private:
  Timestamp since_{Timestamp::min_milliseconds};
  Milliseconds length_{};
};

// Everything of a call but the types of its input and output.
class CallMachine {
 public:
  CallMachine(OperationInfo const& operation, void const* input, Endpoint const& endpoint, Session& session,
              Entropy entropy, CallOptions const& options, HttpRequest memory, Extras const& extras)
      : operation_(&operation),
        extras_(&extras),
        session_(&session),
        entropy_(entropy),
        options_(options),
        request_(std::move(memory)) {
    options_.retry.max_attempts = std::max(options_.retry.max_attempts, 1U);
    WriteOptions write{extras, options_.validate, options_.compression, options_.host_prefix};
    Uuid token;
    if (lacks_token(operation.input(), input)) {
      token = random_uuid(entropy_);
      write.token = token.view();
    }
    if (std::optional<Error> error; !write_erased(request_, operation, input, endpoint, write, error)) {
      finish(std::move(*error), GaveUp::not_retryable);
      return;
    }
    request_.headers.add("amz-sdk-invocation-id", random_uuid(entropy_).view());
    own_headers_ = request_.headers.size();
  }

  // Send or Wait; nothing once the call is done.
  std::optional<std::variant<Send, Wait>> next(Timestamp now) {
    if (result_) return std::nullopt;
    if (!in_flight_) {
      if (auto const wait = pause_.left(now)) return *wait;
      in_flight_ = true;
      ++attempt_;
      sent_ = now;
    }
    // What the signer of an attempt before added goes: it may have had other credentials.
    request_.headers.truncate(own_headers_);
    request_.headers.add("amz-sdk-request",
                         {"attempt=", Decimal{attempt_}, "; max=", Decimal{options_.retry.max_attempts}});
    return Send{request_, attempt_, now + session_->skew.offset()};
  }

  // True between a Send and its reply.
  [[nodiscard]] bool in_flight() const noexcept { return in_flight_; }

  // Takes the reply to the last Send; `output` is where a success goes. Precondition: in_flight().
  void receive(HttpReply const& reply, Timestamp now, void* output) {
    in_flight_ = false;
    if (!reply) {
      RetryKind const kind = retry_kind(reply.error().reason);
      return decide(reply.error(), kind, std::nullopt, now);
    }
    ResponseMetadata metadata{.attempts = attempt_};
    std::optional<Error> error;
    if (read_erased(*operation_, *reply, output, *extras_, options_.read, metadata, error)) {
      session_->quota.give_back(last_cost_ > 0 ? last_cost_ : 1);
      gave_up_ = GaveUp::succeeded;
      result_.emplace(std::move(metadata));
      return;
    }
    RetryKind kind = RetryKind::none;
    if (auto* service = std::get_if<ServiceError>(&error->detail)) {
      if (auto const skew = clock_skew_of(service->code, reply->headers, sent_, now, session_->skew.offset())) {
        session_->skew.set(*skew);
        service->retry = RetryKind::transient;
      }
      kind = service->retry;
    }
    decide(std::move(*error), kind, retry_after_of(reply->headers), now);
  }

  [[nodiscard]] bool done() const noexcept { return result_.has_value(); }
  [[nodiscard]] Result<ResponseMetadata>& result() noexcept { return *result_; }
  [[nodiscard]] unsigned attempts() const noexcept { return attempt_; }
  [[nodiscard]] GaveUp gave_up() const noexcept { return gave_up_; }
  [[nodiscard]] HttpRequest take_request() noexcept { return std::move(request_); }

 private:
  // An empty token is not absent: it may be one that was lost, and validation says so.
  static bool lacks_token(Type const& type, void const* input) noexcept {
    for (auto const& member : type.members)
      if (member.is(idempotency_token) && !member.get(input)) return true;
    return false;
  }

  void finish(Error&& error, GaveUp why) {
    gave_up_ = why;
    result_.emplace(unexpect, std::move(error));
  }

  void decide(Error&& error, RetryKind kind, std::optional<Milliseconds> hint, Timestamp now) {
    if (kind == RetryKind::none) return finish(std::move(error), GaveUp::not_retryable);
    if (attempt_ >= options_.retry.max_attempts) return finish(std::move(error), GaveUp::max_attempts);
    std::int32_t const cost = retry_cost(options_.retry.spec, kind);
    if (!session_->quota.take(cost)) return finish(std::move(error), GaveUp::quota);
    last_cost_ = cost;
    Milliseconds const delay = backoff(options_.retry, kind, attempt_, entropy_);
    pause_.begin(now, with_retry_after(options_.retry, delay, hint));
  }

  OperationInfo const* operation_;
  Extras const* extras_;
  Session* session_;
  Entropy entropy_;
  CallOptions options_;
  HttpRequest request_;
  // How many of its header lines are the same for every attempt.
  std::size_t own_headers_ = 0;
  std::optional<Result<ResponseMetadata>> result_;
  Timestamp sent_{};
  Pause pause_;
  std::int32_t last_cost_ = 0;
  unsigned attempt_ = 0;
  bool in_flight_ = false;
  GaveUp gave_up_ = GaveUp::not_yet;
};

}  // namespace detail

/// A call of `Op`.
template <Operation Op>
class Call {
 public:
  using Output = typename Op::Output;
  using Outcome = Result<Response<Output>>;

  /// Checks and writes the input at once; an input that breaks rules makes the first `next` a Done. `session` and
  /// what `entropy` refers to outlive the call. `memory` is a request that is not needed any more, such as
  /// `take_request` gives: this call's is written over it, which saves the allocations.
  Call(typename Op::Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
       CallOptions const& options = {}, HttpRequest memory = {})
      : machine_(operation_info<Op>, &input, endpoint, session, entropy, options, std::move(memory),
                 detail::extras_of<Op>) {}

  /// What to do at this time.
  Step<Outcome> next(Timestamp now) {
    if (auto step = machine_.next(now)) {
      if (auto const* send = std::get_if<Send>(&*step)) return *send;
      return std::get<Wait>(*step);
    }
    return Done<Outcome>{result()};
  }

  /// The reply to the last Send. Ignored if there is none outstanding.
  void receive(HttpReply const& reply, Timestamp now) {
    if (!machine_.in_flight()) return;
    machine_.receive(reply, now, &response_.output);
  }

  [[nodiscard]] bool done() const noexcept { return machine_.done(); }
  /// How many requests were sent.
  [[nodiscard]] unsigned attempts() const noexcept { return machine_.attempts(); }
  [[nodiscard]] GaveUp gave_up() const noexcept { return machine_.gave_up(); }
  /// What `next` gives as Done, moved out: ask either, once. Precondition: done().
  [[nodiscard]] Outcome result() {
    auto& result = machine_.result();
    if (!result) return Outcome{unexpect, std::move(result.error())};
    response_.metadata = std::move(*result);
    return std::move(response_);
  }
  /// The request, for the memory it holds; once no Send of it is in use.
  [[nodiscard]] HttpRequest take_request() noexcept { return machine_.take_request(); }

 private:
  // Looks at the parts of its calls, which is less to copy than their results.
  template <WaiterShape W>
  friend class Waiter;

  detail::CallMachine machine_;
  Response<Output> response_{};
};

}  // namespace healthlake
