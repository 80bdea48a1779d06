// The functions of credentials/sso.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/json_keys.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/sso.hpp"
#include "healthlake/credentials/sso_token.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// What GetRoleCredentials returns.
struct SsoRoleCredentials {
  std::string access_key_id{};
  std::string secret_access_key{};
  std::string session_token{};
  std::int64_t expiration = 0;

  static consteval auto shape(auto...) {
    using Self = SsoRoleCredentials;
    return structure("RoleCredentials", field<&Self::access_key_id>("accessKeyId", required),
                     field<&Self::secret_access_key>("secretAccessKey", required),
                     field<&Self::session_token>("sessionToken", required),
                     field<&Self::expiration>("expiration", required));
  }
  SsoRoleCredentials() = default;
  SsoRoleCredentials(SsoRoleCredentials&&) = default;
  SsoRoleCredentials& operator=(SsoRoleCredentials&&) = default;
  ~SsoRoleCredentials() {
    wipe(secret_access_key.data(), secret_access_key.size());
    wipe(session_token.data(), session_token.size());
  }
};
struct SsoReply {
  SsoRoleCredentials credentials{};

  static consteval auto shape(auto...) {
    return structure("GetRoleCredentialsResponse", field<&SsoReply::credentials>("roleCredentials", required));
  }
};

// The credentials; or what is wrong with the body, without any of it.
inline Result<ProvidedCredentials, std::string> read_sso_reply(std::string_view body) {
  auto const decoded = decode<SsoReply>(body);
  if (!decoded) return Unexpected{describe_fault(decoded.error())};
  for (auto const& missing : decoded->missing) return Unexpected{concat({"the member ", missing.path, " is missing"})};
  auto const& said = decoded->value.credentials;
  auto keys = checked_keys({said.access_key_id, said.secret_access_key, said.session_token},
                           {"accessKeyId", "secretAccessKey", "sessionToken"});
  if (!keys) return Unexpected{std::move(keys.error())};
  Timestamp const expiration{said.expiration};
  if (!expiration.in_range() || expiration.milliseconds <= 0)
    return Unexpected{std::string{"expected a time in milliseconds as expiration"}};
  return ProvidedCredentials{std::move(*keys), expiration, {}, {}};
}

}  // namespace detail

HEALTHLAKE_DECL std::string SsoCredentials::who() const {
  return concat({"the role ", printable_ascii(plan_.role_name), " of account ", printable_ascii(plan_.account_id),
                 " by SSO for ", plan_.source});
}

HEALTHLAKE_DECL void SsoCredentials::begin(Timestamp now) {
  // The rules for a region are those of any service.
  auto endpoint = resolve_endpoint({.region = plan_.region, .endpoint = plan_.endpoint_url});
  if (!endpoint) return end(failed({"SSO has no endpoint: ", endpoint.error().as<SetupError>()->message}));
  auto token = read_sso_token(system_, plan_, now);
  if (!token) return end(std::move(token.error()));
  token_ = std::move(token->access_token);
  auto& to = request();
  to.method = "GET";
  to.scheme = endpoint->scheme;
  to.authority = !plan_.endpoint_url.empty()
                     ? endpoint->authority
                     : concat({"portal.sso.", plan_.region, ".", partition_of(plan_.region).dns_suffix});
  to.target = concat({endpoint->path, "/federation/credentials?role_name="});
  auto const put = [&](char c) { to.target += c; };
  detail::percent_encode(plan_.role_name, '-', put);
  to.target += "&account_id=";
  detail::percent_encode(plan_.account_id, '-', put);
  go();
}

HEALTHLAKE_DECL void SsoCredentials::prepare(Timestamp) {
  request().headers.set("Accept", "application/json");
  request().headers.set("x-amz-sso_bearer_token", token_.reveal());
}

HEALTHLAKE_DECL void SsoCredentials::take(HttpResponse const& response, Timestamp now) {
  if (response.status == 200) {
    auto provided = detail::read_sso_reply(response.body);
    if (!provided) return end(failed_for_now({"the reply is not credentials: ", provided.error()}));
    return end_with(std::move(*provided), now);
  }
  auto const text = detail::describe_json_error(response.status, response.body, token_.reveal());
  if (detail::is_passing_status(response.status))
    return again(failed_for_now({"the request failed", text}),
                 response.status == 429 ? RetryKind::throttling : RetryKind::transient, now);
  if (response.status == 401)
    return end(failed({"the access token is not valid any more", text, "; log in again with `aws sso login`"}));
  end(failed({"the request was refused", text}));
}

}  // namespace HEALTHLAKE_NAMESPACE
