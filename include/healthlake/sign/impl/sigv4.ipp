// The functions of sign/sigv4.hpp.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/request_check.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/signing_key.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool SigningFailure::signing(std::string_view before, std::string_view text, std::string_view after) {
  error.phase = SetupPhase::signing;
  return refuse(error.message, before, text, after);
}

HEALTHLAKE_DECL bool SigningFailure::set(SetupPhase phase, std::initializer_list<std::string_view> text) {
  error.phase = phase;
  append(error.message, text);
  return false;
}

HEALTHLAKE_DECL bool check_key(Credentials const& credentials, SigningFailure& failure) {
  if (credentials.access_key_id.empty())
    return failure.credentials({"the access key id is empty; set it to sign requests"});
  if (!is_scope_part(credentials.access_key_id))
    return failure.credentials({"the access key id contains a slash, a comma or a character other than visible ASCII"});
  if (credentials.secret_access_key.empty())
    return failure.credentials({"the secret access key of ", credentials.access_key_id, " is empty"});
  return true;
}

HEALTHLAKE_DECL bool check_token(Credentials const& credentials, SigningFailure& failure) {
  return all_are(is_visible, credentials.session_token.reveal()) ||
         failure.credentials({"the session token of ", credentials.access_key_id,
                              " contains a space, a control or a non-ASCII character"});
}

HEALTHLAKE_DECL bool check_scope(SigningContext const& context, SigningFailure& failure) {
  if (!is_scope_part(context.region))
    return failure.signing("the region `", context.region,
                           "` is not valid in a signature; expected visible ASCII without slashes or commas");
  if (!is_scope_part(context.service))
    return failure.signing("the service `", context.service,
                           "` is not valid in a signature; expected visible ASCII without slashes or commas");
  return true;
}

HEALTHLAKE_DECL bool check_signable(HttpRequest const& request, SigningFailure& failure) {
  failure.error.phase = SetupPhase::signing;
  if (!check_well_formed(request, failure.error.message)) return false;
  bool const authority = !request.authority.empty() && !forbidden_field_value(request.authority);
  return authority || request.headers.find("host") ||
         failure.signing({"the authority is empty or contains CR, LF or NUL, and there is no Host header"});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
