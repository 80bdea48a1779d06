// What every driver of a machine needs, whatever loop it runs in: sign a Send, and take a step.
//
// Rules: the core never opens a socket and never reads a clock; a driver brings both. Nothing here knows an operation.
#pragma once

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

/// The clock, the sleep and the randomness a blocking client needs. runtime/system.hpp has the machine's own.
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

/// Does what one step of a machine asks for, blocking: sleeps, or signs, sends and hands the reply over. An error if
/// the request cannot be signed; the machine is as it was then. Nothing is done for a Done or a Page.
template <class Machine, class AnyStep, Transport T, Signer S, Runtime R>
std::optional<Error> take_step(Machine& machine, AnyStep const& step, T& transport, S& signer, R& runtime,
                               Credentials const& credentials, std::string_view region) {
  if (auto const* wait = std::get_if<Wait>(&step)) {
    // The time may have come since the step was asked for; not every runtime takes a negative sleep.
    if (Milliseconds const time = wait->until - runtime.now(); time > Milliseconds{0}) runtime.sleep(time);
    return std::nullopt;
  }
  auto const* send = std::get_if<Send>(&step);
  if (send == nullptr) return std::nullopt;
  if (auto signed_ = sign(*send, signer, credentials, region); !signed_) return std::move(signed_.error());
  // One after the other: the arguments of a call have no order, and the reply's time is when it came.
  auto const reply = transport.send(send->request());
  machine.receive(reply, runtime.now());
  return std::nullopt;
}

}  // namespace healthlake
