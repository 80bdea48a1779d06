// The Signer concept, and a signer that does nothing.
//
// Rules: a signer is passed the time and returns headers; it does not read the clock, modify the request or send
// anything. The driver of a call adds each header with Headers::set, so that signing the next attempt replaces the
// headers of the previous one. Every attempt is signed again, since the date is part of the signature.
#pragma once

#include <concepts>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The scope and the time of a signature. The views need to be valid only during the call.
struct SigningContext {
  /// The region of the credential scope: `us-east-1`.
  std::string_view region{};
  /// The signing name; `healthlake` for every operation of this service.
  std::string_view service = "healthlake";
  /// The current time; a server rejects a signature whose date is off by more than a few minutes.
  Timestamp time{};
};

/// Signs requests; the rules are at the top of this file. The error is SetupError{signing} or SetupError{credentials}.
template <class S>
concept Signer =
    requires(S& signer, HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
      { signer.sign(request, credentials, context) } -> std::same_as<Result<Headers>>;
    };

/// A Signer that can add its headers to those of the request itself, which saves the Headers in between. `add_to` is
/// passed `request.headers` to write to; it returns true, or false with nothing changed if one of its headers is there
/// already, and `sign` has to decide.
template <class S>
concept AddingSigner = Signer<S> && requires(S& signer, Headers& headers, HttpRequest const& request,
                                             Credentials const& credentials, SigningContext const& context) {
  { signer.add_to(headers, request, credentials, context) } -> std::same_as<Result<bool>>;
};

/// Adds no headers: for a stack that signs by itself (libcurl's CURLOPT_AWS_SIGV4, a sidecar), or a server that does
/// not require signatures.
struct NoSigner {
  /// No headers.
  Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) { return Headers{}; }
  /// Nothing is added.
  Result<bool> add_to(Headers&, HttpRequest const&, Credentials const&, SigningContext const&) { return true; }
};

static_assert(AddingSigner<NoSigner>);

}  // namespace HEALTHLAKE_NAMESPACE
