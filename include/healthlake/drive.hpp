// What every driver of a state machine needs, regardless of its event loop: signing a Send, and executing a step.
//
// Rules: the core never opens a socket and never reads a clock; the driver does both. Nothing here depends on an
// operation. An interrupted sleep cancels the machine.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/sign/signer.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The clock, sleep and randomness that a blocking client needs. runtime/system.hpp has those of the operating system.
/// `sleep` may return a bool: false means that the sleep was interrupted, and cancels the call or wait. Three sleeps in
/// a row that return too early do the same, since a loop around them would spin.
template <class R>
concept Runtime = requires(R& runtime, Milliseconds time) {
  { runtime.now() } -> std::same_as<Timestamp>;
  runtime.sleep(time);
  { runtime.random() } -> std::same_as<std::uint64_t>;
};

namespace detail {
// Replaces the secrets of the credentials in the message of a signer's error.
void redact(Error& error, Credentials const& credentials);
// Adds what a signer returned; returns an error, with nothing added, if the call itself sends one of these headers.
std::optional<Error> add_signature(Send const& send, Headers const& headers);
}  // namespace detail

/// Signs a request: adds the signer's headers for this attempt and returns them, or returns the signer's error. A
/// signer that returns a header that the request already has is a SetupError (signing): the next attempt would lack it.
/// In the signer's error the secrets of `credentials` are replaced by `***`.
template <Signer S>
Result<Headers> sign(Send const& send, S& signer, Credentials const& credentials, std::string_view region) {
  auto headers = signer.sign(send.request(), credentials, {.region = region, .time = send.date});
  if (!headers) {
    detail::redact(headers.error(), credentials);
    return headers;
  }
  if (auto refused = detail::add_signature(send, *headers)) return Unexpected{std::move(*refused)};
  return headers;
}

namespace detail {

// Signs a request; returns the signer's error, if there is one.
template <Signer S>
std::optional<Error> sign_step(Send const& send, S& signer, Credentials const& credentials, std::string_view region) {
  if constexpr (AddingSigner<S>) {
    auto added = signer.add_to(send.headers(), send.request(), credentials, {.region = region, .time = send.date});
    if (!added) {
      redact(added.error(), credentials);
      return std::move(added.error());
    }
    if (*added) return std::nullopt;
  }
  auto headers = sign(send, signer, credentials, region);
  if (!headers) return std::move(headers.error());
  return std::nullopt;
}

// Sleeps until `until`; returns false if the sleep was interrupted.
template <Runtime R>
bool sleep_until(R& runtime, Timestamp until) {
  // With a coarse clock or scheduler, a shorter sleep may appear to take no time; then a longer one is tried.
  constexpr Milliseconds longest_tick{100};
  Timestamp const begin = runtime.now();
  Milliseconds const length = until - begin;
  // The time may have passed since the step was returned; not every runtime accepts a negative sleep.
  if (length <= Milliseconds{0}) return true;
  unsigned early = 0;
  for (Milliseconds time = length;;) {
    if constexpr (std::same_as<decltype(runtime.sleep(time)), bool>) {
      if (!runtime.sleep(time)) return false;
    } else {
      runtime.sleep(time);
    }
    // A clock that was set back is not an interruption; the machine then returns the step for the new time. Nor is a
    // single sleep that seems too short, since the clock may have been set back by less than its length.
    Milliseconds const passed = runtime.now() - begin;
    if (passed < Milliseconds{0} || passed.count >= (std::max)(length.count / 2, std::int64_t{1})) return true;
    if (time < longest_tick) {
      time.count *= 2;
    } else {
      if (++early == 3) return false;
      time.count = (std::max)(length.count - passed.count, longest_tick.count);
    }
  }
}

template <Transport T>
HttpReply exchange(T& transport, Send const& send) {
  if constexpr (TimedTransport<T>) return transport.send(send.request(), SendOptions{.timeout = send.timeout});
  else return transport.send(send.request());
}

// Reports to the machine, unless disarmed, that the reply is lost: an exception is propagating.
template <class Machine>
struct Losing {
  Machine* machine;
  ~Losing() {
    if constexpr (requires { machine->lose(); })
      if (machine != nullptr) machine->lose();
  }
};

}  // namespace detail

/// Executes one step of a machine, blocking: sleeps, or signs, sends and passes the reply to the machine. Returns an
/// error if the request cannot be signed; the machine is then unchanged. An interrupted sleep cancels the machine. Done
/// and Page need no action. A TimedTransport is passed the time left. Exceptions of the signer, the transport and the
/// runtime propagate; if the request may have been sent by then, its reply counts as lost.
template <class Machine, class AnyStep, Transport T, Signer S, Runtime R>
std::optional<Error> take_step(Machine& machine, AnyStep const& step, T& transport, S& signer, R& runtime,
                               Credentials const& credentials, std::string_view region) {
  if (auto const* wait = std::get_if<Wait>(&step)) {
    if (!detail::sleep_until(runtime, wait->until)) machine.cancel();
    return std::nullopt;
  }
  auto const* send = std::get_if<Send>(&step);
  if (send == nullptr) return std::nullopt;
  if (auto refused = detail::sign_step(*send, signer, credentials, region)) return refused;
  detail::Losing<Machine> losing{&machine};
  // Two statements, since function arguments are evaluated in no particular order, and the time must be that of the
  // reply's arrival.
  auto const reply = detail::exchange(transport, *send);
  machine.receive(reply, runtime.now());
  losing.machine = nullptr;
  return std::nullopt;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/impl/drive.ipp"
#endif
