// Removes a request's credentials from everything that is reported about its reply: services quote the request that
// they reject, session token included, and so may anything on the way to them.
//
// Rules: secret is what a signer added, whichever signer it is: the value of every header except X-Amz-Date, and of
// Authorization only what follows the scheme (for SigV4, the signature). The secret access key is never sent, so it
// cannot be repeated. A string is redacted before it is truncated. The output of a success is the service's data and is
// not changed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/text/redactor.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The header with the number of the attempt; a signer's headers come after it.
inline constexpr std::string_view attempt_header = "amz-sdk-request";

/// Knows the secrets of a request as it was sent: those of the headers after attempt_header.
Redactor redactor_for(Headers const& sent);

namespace detail {

// Excerpts of the text without its secrets, since a cut could go through one.
std::string excerpt_at_start(std::string_view text, Redactor& redactor);

void redact(Malformed& fault, std::string_view body, Headers const& sent);

// Whether this is a UUID and nothing else, as the request ids of AWS are: it has no room for a piece of a secret.
bool is_uuid(std::string_view text) noexcept;

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/protocol/impl/redact.ipp"
#endif
