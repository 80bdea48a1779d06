// The functions of drive.hpp.
#pragma once

#include "healthlake/core/error.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/redactor.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void redact(Error& error, Credentials const& credentials) {
  auto* setup = error.as<SetupError>();
  if (!setup) return;
  Redactor redactor;
  redactor.add(credentials.secret_access_key.reveal());
  redactor.add(credentials.session_token.reveal());
  redactor.clean(setup->message);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
