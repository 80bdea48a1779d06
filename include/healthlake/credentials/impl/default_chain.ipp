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

// A setting, and where it is from; both empty if it is not set.
struct Configured {
  std::string value{};
  std::string source{};
};

// What the environment and one profile say beside credentials.
class ConfiguredSettings {
 public:
  ConfiguredSettings(LocalSystemRef system, SharedFiles const& files, std::string_view profile)
      : system_(system), files_(files), profile_(profile) {}

  // `by_program` comes first.
  Configured region(std::string const& by_program) const;
  Result<Configured, CredentialsFailure> endpoint(ServiceSettings const& service) const;

 private:
  Configured of_variable(char const* name) const {
    auto const value = system_.variable(name);
    return value.empty() ? Configured{} : Configured{std::string{value}, name};
  }
  Configured of_property(std::string_view name, SharedProperty const& found) const {
    return found.empty() ? Configured{}
                         : Configured{std::string{found.value()}, concat({name, " in ", files_.place(found)})};
  }
  Configured of_profile(std::string_view name) const {
    return of_property(name, files_.find(SharedSectionKind::profile, profile_, name));
  }

  LocalSystemRef system_;
  SharedFiles const& files_;
  std::string_view profile_;
};

HEALTHLAKE_DECL Configured ConfiguredSettings::region(std::string const& by_program) const {
  if (!by_program.empty()) return {by_program, {}};
  auto variable = of_variable("AWS_REGION");
  return variable.value.empty() ? of_profile("region") : variable;
}

HEALTHLAKE_DECL Result<Configured, CredentialsFailure> ConfiguredSettings::endpoint(
    ServiceSettings const& service) const {
  auto ignored = of_variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  if (ignored.value.empty()) ignored = of_profile("ignore_configured_endpoint_urls");
  if (equal_ignoring_case(ignored.value, "true")) return Configured{};
  if (!ignored.value.empty() && !equal_ignoring_case(ignored.value, "false"))
    return Unexpected{credentials_failure(concat({ignored.source, ": expected true or false"}))};
  for (char const* name : {service.variable, "AWS_ENDPOINT_URL"})
    if (auto variable = of_variable(name); !variable.value.empty()) return variable;
  if (auto const services = of_profile("services"); !services.value.empty()) {
    // Without the section, the requests would go to another endpoint than the one that somebody chose.
    if (!files_.has(SharedSectionKind::services, services.value))
      return Unexpected{
          credentials_failure(concat({services.source, ": there is no section [services ",
                                      printable_ascii(services.value, 64), "] in ", files_.path(SharedFile::config)}))};
    auto found = of_property("endpoint_url",
                             files_.nested(SharedSectionKind::services, services.value, service.name, "endpoint_url"));
    if (!found.value.empty()) return found;
  }
  return of_profile("endpoint_url");
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
    ConfiguredSettings const settings{system_, *files_, profile_};
    auto region = settings.region(options_.region);
    // It becomes a part of a host name.
    if (!region.value.empty() && !is_host_label(region.value))
      return credentials_failure(concat({region.source.empty() ? "the region of the program" : region.source,
                                         ": expected a region such as us-east-1"}));
    auto endpoint = settings.endpoint(sts_settings);
    if (!endpoint) return std::move(endpoint.error());
    plan_.region = std::move(region.value);
    plan_.sts_endpoint_url = std::move(endpoint->value);
  }
  if (auto* sso = std::get_if<SsoPlan>(&plan_.base)) {
    auto endpoint = ConfiguredSettings{system_, *files_, profile_}.endpoint(sso_settings);
    if (!endpoint) return std::move(endpoint.error());
    sso->endpoint_url = std::move(endpoint->value);
  }
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
  detail::ConfiguredSettings const settings{system, *files, profile};
  auto region = settings.region(options.region);
  auto endpoint = settings.endpoint(detail::healthlake_settings);
  if (!endpoint) return Unexpected{std::move(endpoint.error())};
  return ProfileSettings{std::move(region.value), std::move(endpoint->value), std::move(region.source),
                         std::move(endpoint->source)};
}

}  // namespace HEALTHLAKE_NAMESPACE
