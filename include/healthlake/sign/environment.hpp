// Credentials from the environment variables of the process.
//
// Rules: reads the environment on each call and keeps nothing. On a target without one, use credentials_from with a
// lookup function of your own.
#pragma once

#include <cstdlib>

#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// credentials_from over std::getenv. Not safe while another thread changes the environment.
inline Result<Credentials> credentials_from_environment() {
  return credentials_from([](char const* name) -> char const* { return std::getenv(name); },
                          "the environment of this process");
}

}  // namespace HEALTHLAKE_NAMESPACE
