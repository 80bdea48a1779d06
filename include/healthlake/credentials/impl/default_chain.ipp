// The functions of credentials/default_chain.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/environment.hpp"
#include "healthlake/credentials/environment_plans.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/profile.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/shared_files.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// A service whose endpoint can be configured: its variable, and its name below a `services` section.
struct ServiceSettings {
  char const* variable;
  std::string_view name;
};
inline constexpr ServiceSettings healthlake_settings{"AWS_ENDPOINT_URL_HEALTHLAKE", "healthlake"};
inline constexpr ServiceSettings sts_settings{"AWS_ENDPOINT_URL_STS", "sts"};
inline constexpr ServiceSettings sso_settings{"AWS_ENDPOINT_URL_SSO", "sso"};

inline std::string configured_endpoint(LocalSystemRef system, SharedFiles const& files, std::string_view profile,
                                       ServiceSettings const& service) {
  auto const of_profile = [&](std::string_view property) {
    return files.value(SharedSectionKind::profile, profile, property);
  };
  std::string ignored{system.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")};
  if (ignored.empty()) ignored = of_profile("ignore_configured_endpoint_urls");
  if (equal_ignoring_case(ignored, "true")) return {};
  for (char const* name : {service.variable, "AWS_ENDPOINT_URL"})
    if (auto const value = system.variable(name); !value.empty()) return std::string{value};
  auto const of_service =
      files.nested(SharedSectionKind::services, of_profile("services"), service.name, "endpoint_url");
  return std::string{of_service.empty() ? of_profile("endpoint_url") : of_service};
}

inline std::string configured_region(LocalSystemRef system, SharedFiles const& files, std::string_view profile) {
  std::string region{system.variable("AWS_REGION")};
  if (region.empty()) region = files.value(SharedSectionKind::profile, profile, "region");
  return region;
}

// The chain while it is walked: what was not configured so far.
class ChainSearch {
 public:
  ChainSearch(LocalSystemRef system, CredentialsOptions const& options) : system_(system), options_(options) {}

  Provision<CredentialsPlan> search();

 private:
  // The outcome of one provider as that of the chain; nullopt if the next one is to be asked.
  template <class Base>
  std::optional<Provision<CredentialsPlan>> take(Provision<Base>&& found) {
    if (auto* none = std::get_if<NotConfigured>(&found)) {
      note(std::move(*none));
      return std::nullopt;
    }
    if (auto* failure = std::get_if<CredentialsFailure>(&found)) return std::move(*failure);
    if constexpr (std::is_same_v<Base, CredentialsPlan>) plan_ = std::get<Base>(std::move(found));
    else plan_.base = std::get<Base>(std::move(found));
    return complete();
  }
  void note(NotConfigured&& none);
  std::optional<Provision<CredentialsPlan>> take_profile(SharedFiles const& files);
  // Adds what STS and SSO need, and what the user should know.
  Provision<CredentialsPlan> complete();

  LocalSystemRef system_;
  CredentialsOptions const& options_;
  std::optional<SharedFiles> files_;
  std::string profile_;
  CredentialsPlan plan_;
  NotConfigured so_far_;
};

HEALTHLAKE_DECL void ChainSearch::note(NotConfigured&& none) {
  append(so_far_.looked_for, {so_far_.looked_for.empty() ? "" : "; ", none.looked_for});
  for (auto& warning : none.warnings) so_far_.warnings.push_back(std::move(warning));
}

HEALTHLAKE_DECL Provision<CredentialsPlan> ChainSearch::complete() {
  bool const web_identity = std::holds_alternative<WebIdentityPlan>(plan_.base);
  if (files_ && (web_identity || !plan_.roles.empty())) {
    plan_.region = configured_region(system_, *files_, profile_);
    // It becomes a part of a host name.
    if (!plan_.region.empty() && !is_host_label(plan_.region))
      return credentials_failure("AWS_REGION or the region of the profile: expected a region such as us-east-1");
    plan_.sts_endpoint_url = configured_endpoint(system_, *files_, profile_, sts_settings);
  }
  if (auto* sso = std::get_if<SsoPlan>(&plan_.base))
    sso->endpoint_url = configured_endpoint(system_, *files_, profile_, sso_settings);
  // First what was found before.
  for (auto& warning : plan_.warnings) so_far_.warnings.push_back(std::move(warning));
  if (files_)
    for (auto const& warning : files_->warnings()) so_far_.warnings.push_back(warning);
  plan_.warnings = std::move(so_far_.warnings);
  plan_.looked_for = std::move(so_far_.looked_for);
  return std::move(plan_);
}

HEALTHLAKE_DECL std::optional<Provision<CredentialsPlan>> ChainSearch::take_profile(SharedFiles const& files) {
  bool const named = !options_.profile.empty() || !system_.variable("AWS_PROFILE").empty();
  if (!named && !system_.variable("AWS_DEFAULT_PROFILE").empty())
    so_far_.warnings.emplace_back("AWS_DEFAULT_PROFILE is set, but not used; set AWS_PROFILE");
  if (named || files.has(SharedSectionKind::profile, profile_)) return take(plan_of_profile(files, profile_, system_));
  note({files.path(SharedFile::config).empty()
            ? std::string{"shared files, since there is no home folder"}
            : concat({"[default] in ", files.path(SharedFile::config), " and ", files.path(SharedFile::credentials)}),
        {}});
  return std::nullopt;
}

HEALTHLAKE_DECL Provision<CredentialsPlan> ChainSearch::search() {
  bool const by_program = !options_.profile.empty();
  if (!by_program)
    if (auto found = take(credentials_of_environment(system_))) return std::move(*found);
  auto files = read_shared_files(system_);
  if (!files) return std::move(files.error());
  files_ = std::move(*files);
  profile_ = selected_profile(system_, options_.profile);
  if (auto found = take_profile(*files_)) return std::move(*found);
  if (!by_program)
    if (auto found = take(web_identity_of_environment(system_))) return std::move(*found);
  if (auto found = take(container_of_environment(system_))) return std::move(*found);
  if (auto found = take(instance_of_system(system_, *files_, profile_))) return std::move(*found);
  return std::move(so_far_);
}

}  // namespace detail

HEALTHLAKE_DECL Provision<CredentialsPlan> plan_credentials(LocalSystemRef system, CredentialsOptions const& options) {
  return detail::ChainSearch{system, options}.search();
}

HEALTHLAKE_DECL Result<ProfileSettings, CredentialsFailure> profile_settings(LocalSystemRef system,
                                                                             CredentialsOptions const& options) {
  auto const files = read_shared_files(system);
  if (!files) return Unexpected{files.error()};
  auto const profile = selected_profile(system, options.profile);
  return ProfileSettings{detail::configured_region(system, *files, profile),
                         detail::configured_endpoint(system, *files, profile, detail::healthlake_settings)};
}

}  // namespace HEALTHLAKE_NAMESPACE
