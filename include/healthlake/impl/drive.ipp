// The functions of drive.hpp.
#pragma once

#include <optional>

#include "healthlake/core/error.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/redactor.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void redact(Error& error, Credentials const& credentials) {
  auto* setup = error.as<SetupError>();
  if (!setup) return;
  Redactor redactor;
  redactor.add(credentials.secret_access_key.reveal());
  redactor.add(credentials.session_token.reveal());
  redactor.clean(setup->message);
}

HEALTHLAKE_DECL std::optional<Error> add_signature(Send const& send, Headers const& headers) {
  for (Header const line : headers)
    if (send.has_own(line.name))
      return SetupError{SetupPhase::signing,
                        concat({"the signer returned the header ", line.name, ", which the request has"})};
  for (Header const line : headers) send.headers().set(line.name, line.value);
  return std::nullopt;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
