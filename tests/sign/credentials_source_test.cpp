// Invariant: only an error of the service about the credentials themselves means that they were refused.
#include "healthlake/sign/credentials_source.hpp"

#include <doctest/doctest.h>

using namespace healthlake;

TEST_CASE("which errors say that credentials have expired or were revoked") {
  for (char const* code :
       {"ExpiredToken", "ExpiredTokenException", "InvalidToken", "InvalidClientTokenId", "UnrecognizedClientException"})
    CHECK(refused_credentials(ServiceError{.code = code}));
  for (char const* code :
       {"", "AccessDeniedException", "ExpiredTokenExceptions", "ThrottlingException", "InvalidSignatureException"})
    CHECK(!refused_credentials(ServiceError{.code = code}));
  CHECK(!refused_credentials(SetupError{SetupPhase::credentials, "ExpiredToken"}));
  CHECK(!refused_credentials(TransportError{TransportReason::connection_lost, "ExpiredToken"}));
}
