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
#include "healthlake/json/decode.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/redactor.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The header with the number of the attempt; a signer's headers come after it.
inline constexpr std::string_view attempt_header = "amz-sdk-request";

/// Knows the secrets of a request as it was sent: those of the headers after attempt_header.
inline Redactor redactor_for(Headers const& sent) {
  Redactor redactor;
  bool added = false;
  for (Header const line : sent) {
    std::string_view secret = line.value;
    if (equal_ignoring_case(line.name, "authorization")) {
      // RFC 9110, 11.4: a scheme, a space, and the rest.
      std::size_t const signature = secret.starts_with("AWS4-") ? secret.rfind('=') : secret.find(' ');
      secret.remove_prefix(signature + 1);
    }
    if (added && !equal_ignoring_case(line.name, "x-amz-date")) redactor.add(secret);
    added = added || line.name == attempt_header;
  }
  return redactor;
}

namespace detail {

// Excerpts of the text without its secrets, since a cut could go through one.
inline std::string excerpt_at_start(std::string_view text, Redactor& redactor) {
  std::string clean;
  if (redactor.clean(text, clean)) text = clean;
  return excerpt_before(text, Malformed::excerpt_limit);
}

inline void redact(Malformed& fault, std::string_view body, Headers const& sent) {
  Redactor redactor = redactor_for(sent);
  redactor.clean(fault.message);
  redactor.clean(fault.path);
  redactor.clean(fault.request_id);
  std::string clean;
  std::size_t offset = fault.offset;
  if (!fault.excerpt.empty() && redactor.clean(body, clean, &offset)) fault.excerpt = excerpt_before(clean, offset);
}

// Whether this is a UUID and nothing else, as the request ids of AWS are: it has no room for a piece of a secret.
inline bool is_uuid(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  return text.size() == 36;
}

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE
