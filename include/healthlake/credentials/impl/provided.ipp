// The functions of credentials/provided.hpp.
#pragma once

#include <string>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/step.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL CredentialsFailure credentials_failure(std::string message) {
  return {SetupError{SetupPhase::credentials, std::move(message)}, false};
}

HEALTHLAKE_DECL CredentialsFailure passing_failure(std::string message) {
  return {SetupError{SetupPhase::credentials, std::move(message)}, true};
}

HEALTHLAKE_DECL Done<CredentialsOutcome> already_taken() {
  return {CredentialsFailure{SetupError{SetupPhase::usage, "the credentials were already taken; call restart first"}}};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
