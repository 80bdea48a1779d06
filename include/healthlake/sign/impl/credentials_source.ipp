// The functions of sign/credentials_source.hpp.
#pragma once

#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/sign/credentials_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool refused_credentials(Error const& error) noexcept {
  auto const* refused = error.as<ServiceError>();
  if (refused == nullptr) return false;
  for (std::string_view const code :
       {"ExpiredToken", "ExpiredTokenException", "InvalidToken", "InvalidClientTokenId", "UnrecognizedClientException"})
    if (refused->code == code) return true;
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE
