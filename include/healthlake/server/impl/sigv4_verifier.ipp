// The functions of server/sigv4_verifier.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Unexpected<VerifyFailure> incomplete_signature(std::string message) {
  return Unexpected{VerifyFailure{"IncompleteSignatureException", std::move(message), 400}};
}

HEALTHLAKE_DECL Unexpected<VerifyFailure> invalid_signature(std::string message) {
  return Unexpected{VerifyFailure{"InvalidSignatureException", std::move(message), 403}};
}

HEALTHLAKE_DECL Unexpected<VerifyFailure> unrecognized_client() {
  return Unexpected{VerifyFailure{"UnrecognizedClientException",
                                  "The access key or the session token of the request is invalid.", 403}};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Authorization, VerifyFailure> parse_authorization(std::string_view value) {
  value = trim_blanks(value);
  if (!value.starts_with(sigv4_algorithm) || value.size() == sigv4_algorithm.size() ||
      value[sigv4_algorithm.size()] != ' ')
    return detail::incomplete_signature("The Authorization header must begin with the algorithm AWS4-HMAC-SHA256.");
  value.remove_prefix(sigv4_algorithm.size());

  constexpr std::string_view names[] = {"Credential", "SignedHeaders", "Signature"};
  std::array<std::string_view, 3> parts{};
  bool good = true;
  detail::for_each_piece(value, ',', [&](std::string_view piece) {
    piece = trim_blanks(piece);
    std::size_t const equals = (std::min)(piece.find('='), piece.size());
    std::size_t const index =
        static_cast<std::size_t>(std::find(std::begin(names), std::end(names), piece.substr(0, equals)) - names);
    good = good && index < parts.size() && parts[index].empty() && equals + 1 < piece.size();
    if (good) parts[index] = piece.substr(equals + 1);
  });
  for (std::size_t i = 0; good && i < parts.size(); ++i) {
    if (!parts[i].empty()) continue;
    return detail::incomplete_signature("The Authorization header lacks the parameter " + std::string{names[i]} + ".");
  }
  if (!good)
    return detail::incomplete_signature(
        "The Authorization header must contain Credential, SignedHeaders and Signature, each once and not empty, as "
        "comma-separated key=value pairs.");

  Authorization authorization;
  if (!detail::parse_credential(parts[0], authorization))
    return detail::incomplete_signature("Credential must have the form KEY-ID/YYYYMMDD/REGION/SERVICE/aws4_request.");
  authorization.signed_headers = parts[1];
  authorization.signature = parts[2];
  return authorization;
}

}  // namespace HEALTHLAKE_NAMESPACE
