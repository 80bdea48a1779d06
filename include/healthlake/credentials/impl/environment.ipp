// The functions of credentials/environment.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/credentials/environment.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL CredentialsOutcome credentials_of_environment(LocalSystemRef system) {
  constexpr char const* id_name = "AWS_ACCESS_KEY_ID";
  constexpr char const* secret_name = "AWS_SECRET_ACCESS_KEY";
  constexpr char const* token_name = "AWS_SESSION_TOKEN";

  bool const has_id = !system.variable(id_name).empty();
  bool const has_secret = !system.variable(secret_name).empty();
  if (!has_id || !has_secret) {
    NotConfigured none{concat({id_name, " and ", secret_name, " in the environment"})};
    if (has_id != has_secret)
      none.warnings.push_back(concat({has_id ? id_name : secret_name, " is set in the environment, but ",
                                      has_id ? secret_name : id_name, " is not, so the environment is not used"}));
    return none;
  }
  std::string wrong;
  // A value is copied or checked before the next one is read, since the system may reuse its buffer.
  auto read = [&](char const* name) -> std::string_view {
    auto const value = system.variable(name);
    if (detail::all_are(detail::is_visible, value)) return value;
    append(wrong, {wrong.empty() ? "" : ", ", name});
    return {};
  };
  ProvidedCredentials provided;
  provided.credentials.access_key_id = read(id_name);
  provided.credentials.secret_access_key = Secret{read(secret_name)};
  provided.credentials.session_token = Secret{read(token_name)};
  provided.source = "the environment";
  if (wrong.empty()) return provided;
  return detail::credentials_failure(concat(
      {"in the environment, ", wrong, " contains a space, a control or a non-ASCII character; set it without one"}));
}

}  // namespace HEALTHLAKE_NAMESPACE
