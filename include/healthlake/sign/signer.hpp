// What this library asks of a signer, and the signer that does nothing.
//
// Rules: a signer is given the time, reads no clock, changes no request and sends nothing; it returns headers. Whoever
// drives a call adds each with Headers::set, so that signing an attempt again replaces the headers of the attempt
// before. Every attempt is signed afresh, since the date is part of a signature.
#pragma once

#include <concepts>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"

namespace healthlake {

/// What a signature is good for. The views must outlive the call only.
struct SigningContext {
  std::string_view region{};
  /// The signing name; of every operation of this service `healthlake`.
  std::string_view service = "healthlake";
  /// The current time; a server refuses a signature whose date is more than minutes off.
  Timestamp time{};
};

/// See the head of this file for the meaning. The error is SetupError{signing} or SetupError{credentials}.
template <class S>
concept Signer =
    requires(S& signer, HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
      { signer.sign(request, credentials, context) } -> std::same_as<Result<Headers>>;
    };

/// Adds no header: for a stack that signs by itself (libcurl's CURLOPT_AWS_SIGV4, a sidecar), or a server that asks
/// for no signature.
struct NoSigner {
  Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) { return Headers{}; }
};

static_assert(Signer<NoSigner>);

}  // namespace healthlake
