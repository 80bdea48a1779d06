// Where a driver gets credentials from before each request, if they change: a source, in place of the credentials
// themselves. credentials/blocking.hpp has one.
#pragma once

#include <concepts>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A source of credentials:
/// - `get()` returns credentials that have not expired, or the reason why there are none; it may take time;
/// - `reject(access_key_id)` reports that a service refused a request that was signed with this access key: see
///   `refused_credentials`.
template <class S>
concept CredentialsSource = requires(S& source, std::string_view access_key_id) {
  { source.get() } -> std::same_as<Result<Credentials>>;
  source.reject(access_key_id);
};

/// Whether the service refused a call because its credentials have expired or were revoked: the code is one of
/// ExpiredToken, ExpiredTokenException, InvalidToken, InvalidClientTokenId and UnrecognizedClientException.
bool refused_credentials(Error const& error) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/credentials_source.ipp"
#endif
