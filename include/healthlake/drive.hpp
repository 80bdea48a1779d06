// What every driver of a machine needs, whatever loop it runs in: sign a Send, and take a step.
//
// Rules: the core never opens a socket and never reads a clock; a driver brings both. Nothing here knows an operation.
// A sleep that is interrupted cancels the machine.
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
#include "healthlake/http/transport.hpp"
#include "healthlake/sign/signer.hpp"

namespace healthlake {

/// The clock, the sleep and the randomness a blocking client needs. runtime/system.hpp has the machine's own. `sleep`
/// may return a bool, whether to go on: false says that it was interrupted, and cancels what is waited for. So does a
/// sleep that returns before half of its time has passed, for a loop around it would spin.
template <class R>
concept Runtime = requires(R& runtime, Milliseconds time) {
  { runtime.now() } -> std::same_as<Timestamp>;
  runtime.sleep(time);
  { runtime.random() } -> std::same_as<std::uint64_t>;
};

/// Signs a request: adds the signer's headers for this attempt, and returns them, or the signer's error.
template <Signer S>
Result<Headers> sign(Send const& send, S& signer, Credentials const& credentials, std::string_view region) {
  auto headers = signer.sign(send.request(), credentials, {.region = region, .time = send.date});
  if (headers)
    for (auto const& header : *headers) send.headers().set(header.name, header.value);
  return headers;
}

namespace detail {

// Sleeps until then; false if the sleep was interrupted.
template <Runtime R>
bool sleep_until(R& runtime, Timestamp until) {
  // A shorter sleep may take no time at all by a clock, or a scheduler, of coarse ticks: then a longer one is tried.
  constexpr Milliseconds longest_tick{100};
  Timestamp const begin = runtime.now();
  Milliseconds const length = until - begin;
  // The time may have come since the step was asked for; not every runtime takes a negative sleep.
  if (length <= Milliseconds{0}) return true;
  for (Milliseconds time = length;; time.count *= 2) {
    if constexpr (std::same_as<decltype(runtime.sleep(time)), bool>) {
      if (!runtime.sleep(time)) return false;
    } else {
      runtime.sleep(time);
    }
    // A clock that was set back is no interruption; the machine asks for what is right now.
    Milliseconds const passed = runtime.now() - begin;
    if (passed < Milliseconds{0} || passed.count >= (std::max)(length.count / 2, std::int64_t{1})) return true;
    if (time >= longest_tick) return false;
  }
}

template <Transport T>
HttpReply exchange(T& transport, Send const& send) {
  if constexpr (TimedTransport<T>) return transport.send(send.request(), SendOptions{.timeout = send.timeout});
  else return transport.send(send.request());
}

// Tells a machine, unless it is disarmed, that no reply will come: an exception is on its way out.
template <class Machine>
struct Losing {
  Machine* machine;
  ~Losing() {
    if constexpr (requires { machine->lose(); })
      if (machine != nullptr) machine->lose();
  }
};

}  // namespace detail

/// Does what one step of a machine asks for, blocking: sleeps, or signs, sends and hands the reply over. An error if
/// the request cannot be signed; the machine is as it was then. A sleep that was interrupted cancels the machine.
/// Nothing is done for a Done or a Page. A TimedTransport gets the time that is left. What the signer, the transport or
/// the runtime throws comes out; if the request may have been sent by then, its reply counts as lost.
template <class Machine, class AnyStep, Transport T, Signer S, Runtime R>
std::optional<Error> take_step(Machine& machine, AnyStep const& step, T& transport, S& signer, R& runtime,
                               Credentials const& credentials, std::string_view region) {
  if (auto const* wait = std::get_if<Wait>(&step)) {
    if (!detail::sleep_until(runtime, wait->until)) machine.cancel();
    return std::nullopt;
  }
  auto const* send = std::get_if<Send>(&step);
  if (send == nullptr) return std::nullopt;
  if (auto signed_ = sign(*send, signer, credentials, region); !signed_) return std::move(signed_.error());
  detail::Losing<Machine> losing{&machine};
  // One after the other: the arguments of a call have no order, and the reply's time is when it came.
  auto const reply = detail::exchange(transport, *send);
  machine.receive(reply, runtime.now());
  losing.machine = nullptr;
  return std::nullopt;
}

}  // namespace healthlake
