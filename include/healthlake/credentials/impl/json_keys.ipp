// The functions of credentials/json_keys.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/credentials/expiration.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/json_keys.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string describe_fault(Malformed const& fault) {
  return concat({printable(fault.message, 128), " at byte ", Decimal{fault.offset}, fault.path.empty() ? "" : ", in ",
                 printable_ascii(fault.path)});
}

HEALTHLAKE_DECL Result<JsonKeys, std::string> read_json_keys(std::string_view body) {
  auto decoded = decode<JsonKeys>(body);
  if (decoded) return std::move(decoded->value);
  return Unexpected{describe_fault(decoded.error())};
}

HEALTHLAKE_DECL Result<ProvidedCredentials, std::string> credentials_of(JsonKeys const& keys) {
  auto const text = [](std::optional<std::string> const& member) {
    return member ? std::string_view{*member} : std::string_view{};
  };
  auto checked = checked_keys({text(keys.access_key_id), text(keys.secret_access_key), text(keys.token)},
                              {"AccessKeyId", "SecretAccessKey", "Token"});
  if (!checked) return Unexpected{std::move(checked.error())};
  ProvidedCredentials provided{std::move(*checked), parse_expiration(text(keys.expiration)), {}, {}};
  if (!provided.expiration)
    return Unexpected{concat({"expected a time with a zone as Expiration", keys.expiration ? "" : ", found nothing"})};
  return provided;
}

HEALTHLAKE_DECL std::string describe_json_error(int status, std::string_view body, std::string_view secret) {
  auto const keys = read_json_keys(body);
  if (!keys) return describe_answer(status, {}, {}, {});
  return describe_answer(status, keys->code(), keys->message(), {secret});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
