// The functions of credentials/sso_token.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/expiration.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/sha1.hpp"
#include "healthlake/credentials/sso_token.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// The members of the file that matter here.
struct SsoTokenFile {
  std::string access_token{};
  std::string expires_at{};

  static consteval auto shape(auto...) {
    using Self = SsoTokenFile;
    return structure("SsoTokenFile", field<&Self::access_token>("accessToken", required),
                     field<&Self::expires_at>("expiresAt", required));
  }
  SsoTokenFile() = default;
  SsoTokenFile(SsoTokenFile&&) = default;
  SsoTokenFile& operator=(SsoTokenFile&&) = default;
  ~SsoTokenFile() { wipe(access_token.data(), access_token.size()); }
};

// How to get a new token.
inline std::string sso_login(SsoPlan const& plan) {
  if (!plan.session.empty()) return concat({"run `aws sso login --sso-session ", plan.session, "`"});
  return concat({"run `aws sso login` for ", plan.source});
}

}  // namespace detail

HEALTHLAKE_DECL std::string sso_token_file(LocalSystemRef system, SsoPlan const& plan) {
  std::string home = home_folder(system);
  if (home.empty()) return home;
  return concat(
      {home, "/.aws/sso/cache/", detail::sha1_hex(plan.session.empty() ? plan.start_url : plan.session), ".json"});
}

HEALTHLAKE_DECL Result<SsoToken, CredentialsFailure> read_sso_token(LocalSystemRef system, SsoPlan const& plan,
                                                                    Timestamp now) {
  auto const failed = [&](std::string_view what) {
    return Unexpected{detail::credentials_failure(concat({plan.source, ": ", what, "; ", detail::sso_login(plan)}))};
  };
  std::string path = sso_token_file(system, plan);
  if (path.empty()) return failed("there is no home folder to look for the SSO token in");
  auto const file = system.read_file(path, max_sso_token_file_bytes);
  // From here on, for messages.
  path = printable(path);
  if (file.status == FileStatus::absent) return failed(concat({"there is no SSO token in ", path}));
  if (auto const fault = detail::file_fault(file, concat({"the SSO token ", path}), max_sso_token_file_bytes);
      !fault.empty())
    return failed(fault);

  auto const decoded = decode<detail::SsoTokenFile>(file.content.reveal());
  // Not the message of the decoder, which may show an excerpt.
  if (!decoded)
    return failed(concat({path, " is not an SSO token: invalid JSON at byte ", Decimal{decoded.error().offset}}));
  auto const& token = decoded->value;
  // It becomes the value of a header.
  if (token.access_token.empty() || !detail::all_are(detail::is_visible, token.access_token))
    return failed(concat({path, " is not an SSO token: expected the member accessToken"}));
  auto const expiration = parse_expiration(token.expires_at);
  if (!expiration)
    return failed(concat({path, " is not an SSO token: expected a time with a zone in the member expiresAt"}));
  if (*expiration <= now) return failed(concat({"the SSO token in ", path, " expired at ", to_iso8601(*expiration)}));
  return SsoToken{Secret{token.access_token}, *expiration};
}

}  // namespace HEALTHLAKE_NAMESPACE
