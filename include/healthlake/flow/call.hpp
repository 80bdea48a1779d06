// One call of one operation as a state machine: it says what to send and how long to wait, and takes the response.
//
// Rules: a machine never blocks and never reads the clock; its driver does both. `next(now)` returns Send, Wait or
// Done; after a Send, pass the reply to `receive` (until then, `next` returns the same Send). The input is validated,
// its idempotency token filled in and the body serialized once, before the first Send, so every attempt sends the same
// bytes and the same token. core/retry_kind.hpp defines which errors are retried, unless the operation's Repeat
// forbids it; flow/retry.hpp defines how, and flow/transitions.hpp the states and transitions. Machines are movable
// values. A step that throws (an allocation, the caller's random source) has no effect; `next` after a `receive` that
// threw treats the reply as lost.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/time_limit.hpp"
#include "healthlake/flow/transitions.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// State shared by calls: the retry quota and the clock skew. Must outlive its calls.
struct Session {
  /// What is left for retries.
  RetryQuota quota{};
  /// How far the local clock is off, as far as the calls have learned.
  ClockSkew skew{};
};

/// Options of a call.
struct CallOptions {
  /// The number of attempts and the delays between them. Default: three attempts, by the SDKs' rules 2.1.
  RetryPolicy retry{};
  /// The time limit for the whole call, from its first step: all attempts and the delays between them. With 0 or less,
  /// nothing is sent. Default: only the limits of the transport and of `retry` apply.
  std::optional<Milliseconds> timeout{};
  /// How much the Date header of a response may correct the clock.
  ClockBounds clock{};
  /// How the input is checked before it is sent.
  ValidateOptions validate{};
  /// How the response is read, and what it may lack.
  ReadOptions read{};
  /// False omits the host prefix of an operation (a local endpoint has no wildcard DNS).
  bool host_prefix = true;
  /// Compression of requests, for operations that allow it. Default: none.
  RequestCompression compression{};
};

namespace detail {

struct Probe;

// The error that takes the place of a result that was already taken or is not available yet.
void say_no_result(std::optional<Error>& error);

// The part of a call that does not depend on the types of its input and output.
class CallMachine {
 public:
  CallMachine(OperationInfo const& operation, void const* input, Endpoint const& endpoint, Session& session,
              Entropy entropy, CallOptions const& options, HttpRequest&& memory, Extras const& extras);
  // Defined once per program, since most files do nothing else with a machine.
  CallMachine(CallMachine const&);
  CallMachine(CallMachine&&) noexcept;
  CallMachine& operator=(CallMachine const&);
  CallMachine& operator=(CallMachine&&) noexcept;
  ~CallMachine();

  // Returns nullopt once the call is done.
  std::optional<Ask> ask(Timestamp now);

  // Takes the reply to the last Send; a success is written to `output` and `metadata`. Precondition: a reply is due. If
  // this throws, it may be called again with the same reply; if `ask` is called instead, the reply counts as lost.
  void receive(HttpReply const& reply, Timestamp now, void* output, ResponseMetadata& metadata);
  // The last Send will not get a reply.
  void lose() noexcept { lost_ = true; }

  // Ends the call with this error; it can be resumed.
  void cancel(TransportError why);
  bool resume();

  // Adds what is known about the attempts so far; `this_one` is true if the error ended an attempt that may have been
  // carried out.
  void annotate(Error& error, bool this_one) const;

  // Takes the result: returns its error, or null after a success.
  Error* take();
  // The same without taking the result. Precondition: done, and the result not taken.
  [[nodiscard]] Error* error() noexcept { return error_ ? &*error_ : nullptr; }

  [[nodiscard]] CallState state() const noexcept { return state_; }
  [[nodiscard]] bool done() const noexcept { return state_ >= CallState::cancelled; }
  [[nodiscard]] unsigned attempts() const noexcept { return attempt_; }
  [[nodiscard]] HttpRequest take_request() noexcept { return std::move(request_); }
  // The same into a request whose own memory is not needed.
  void give_request(HttpRequest& memory) noexcept { memory = std::move(request_); }

 private:
  // Changes only `output` and `metadata` until nothing can throw any more.
  void take_in(HttpReply const& reply, Timestamp now, void* output, ResponseMetadata& metadata);

  // Adds the headers of the request from `first` on.
  void add_lines(Headers& lines, std::size_t first) const;

  // Uses the input's idempotency token, or generates one if it is absent. An empty token is not absent: it may be one
  // that got lost, and validation rejects it.
  void find_token(Type const& type, void const* input);

  [[nodiscard]] bool must_not_repeat() const noexcept;

  // Stores the error that ended the last attempt.
  void keep(Error&& error, GaveUp why);

  void end_out_of_time();

  void finish(Error&& error, GaveUp why);

  void decide(Error&& error, RetryKind kind, std::optional<Milliseconds> hint, Timestamp now);

  OperationInfo const* operation_;
  Extras const* extras_;
  Session* session_;
  Entropy entropy_;
  CallOptions options_;
  TimeLimit limit_;
  HttpRequest request_;
  // How many of its header fields are the same for every attempt.
  std::size_t own_headers_ = 0;
  // Those that the signer added the time before; empty if it added none.
  Headers earlier_;
  // The idempotency token; empty if the operation has none.
  std::string token_;
  std::optional<Error> error_;
  // The time of the attempt's first Send, and the time used to sign it.
  Timestamp sent_{};
  Timestamp signed_{};
  Milliseconds correction_{};
  Pause pause_;
  std::int32_t last_cost_ = 0;
  unsigned attempt_ = 0;
  // Whether header fields were added to those for every attempt.
  bool added_ = false;
  // Whether an attempt may have been carried out.
  bool acted_ = false;
  // Whether a request was in flight when the call was cancelled.
  bool was_sent_ = false;
  // Whether an attempt was made because the previous one was delayed in transit.
  bool signed_again_ = false;
  // The reply to the last Send will not arrive, or could not be processed.
  bool lost_ = false;
  CallState state_ = CallState::ready;
};

// A call without its types, for drivers.
struct AnyCall {
  CallMachine& machine;
  void* output;
  ResponseMetadata& metadata;

  std::optional<Ask> ask(Timestamp now) { return machine.ask(now); }
  void receive(HttpReply const& reply, Timestamp now) { machine.receive(reply, now, output, metadata); }
  void lose() noexcept { machine.lose(); }
  void cancel() { machine.cancel({TransportReason::cancelled, ""}); }
};

}  // namespace detail

/// A call of `Op`.
template <Operation Op>
class Call {
 public:
  /// What a successful call returns.
  using Output = typename Op::Output;
  /// The output with its metadata, or the error that ended the call.
  using Outcome = Result<Response<Output>>;

  /// Validates and serializes the input immediately; with an invalid input, the first `next` returns Done. `session`
  /// and what `entropy` refers to must outlive the call.
  Call(typename Op::Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
       CallOptions const& options = {})
      : Call(input, endpoint, session, entropy, options, HttpRequest{}) {}
  /// `memory` is a request that is no longer needed, such as one from `take_request`: this call's request is written
  /// into it, which saves allocations.
  Call(typename Op::Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
       CallOptions const& options, HttpRequest&& memory)
      : machine_(operation_info<Op>, &input, endpoint, session, entropy, options, std::move(memory),
                 detail::extras_of<Op>) {}

  /// Returns the next step at time `now`.
  Step<Outcome> next(Timestamp now) {
    if (auto const step = ask(now)) return detail::step_of<Step<Outcome>>(*step);
    return Done<Outcome>{result()};
  }

  /// Takes the reply to the last Send; ignored if no reply is due. If this throws (a failed allocation, the random
  /// source), the call is unchanged: call `receive` again with the same reply, or continue with `next`, which treats
  /// the reply as lost.
  void receive(HttpReply const& reply, Timestamp now) {
    if (machine_.state() != CallState::sent) return;
    Undo undo{&response_};
    machine_.receive(reply, now, &response_.output, response_.metadata);
    undo.response = nullptr;
  }
  /// Reports that the last Send will not get a reply, for an unknown reason: retried like a lost connection.
  void lose() noexcept { machine_.lose(); }

  /// The state in the table of flow/transitions.hpp.
  [[nodiscard]] CallState state() const noexcept { return machine_.state(); }
  /// Ends the call: its result is an Error with `cancelled()`, and a reply that arrives later is ignored. Has no effect
  /// on a call that is done. A transport that returns TransportReason::cancelled has the same effect.
  void cancel() { machine_.cancel({TransportReason::cancelled, ""}); }
  /// Resumes a cancelled call: the token and the number of attempts are kept, CallOptions::timeout starts again, and an
  /// interrupted attempt is repeated. Returns false and changes nothing if the call is not cancelled, or if it must not
  /// run twice (Repeat::if_not_done) and may have been carried out.
  bool resume() { return machine_.resume(); }
  /// True once there is a result, even after it was taken, and while the call is cancelled.
  [[nodiscard]] bool done() const noexcept { return machine_.done(); }
  /// Adds to an error of the driver, such as a signing error, what the call knows: the ClientToken, and whether an
  /// earlier attempt may have been carried out.
  void annotate(Error& error) const { machine_.annotate(error, false); }
  /// The number of attempts so far.
  [[nodiscard]] unsigned attempts() const noexcept { return machine_.attempts(); }
  /// The result that `next` returns as Done. It is moved out, so use only one of the two, once: after that, and while
  /// the call is not done, the result is a SetupError (usage).
  [[nodiscard]] Outcome result() {
    if (Error* const error = machine_.take()) return Outcome{unexpect, std::move(*error)};
    return std::move(response_);
  }

  // For machines that own a call: the step and the result in parts, which are cheaper to move than the whole.

  /// What `next` returns while the call is not done; nullopt once it is.
  std::optional<Ask> ask(Timestamp now) { return machine_.ask(now); }
  /// Takes the result: returns null after a success, when `response` may be moved from; otherwise the error.
  [[nodiscard]] Error* take() { return machine_.take(); }
  /// What `take` would return, without taking the result. Precondition: `ask` returned nullopt, and the result was not
  /// taken.
  [[nodiscard]] Error* error() noexcept { return machine_.error(); }
  /// The response after a success; unspecified at any other time.
  [[nodiscard]] Response<Output>& response() noexcept { return response_; }
  /// Moves out the request, to reuse its memory; call it only when no Send is in use.
  [[nodiscard]] HttpRequest take_request() noexcept { return machine_.take_request(); }

 private:
  friend struct detail::Probe;
  // Machines move their result into the last step, which must not throw.
  static_assert(std::is_nothrow_move_constructible_v<Response<Output>>);

  // Discards a response whose processing was interrupted by an exception. Generates no code where nothing throws.
  struct Undo {
    Response<Output>* response;
    ~Undo() {
      if (response != nullptr) *response = Response<Output>{};
    }
  };

  detail::CallMachine machine_;
  Response<Output> response_{};
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/call.ipp"
#endif
