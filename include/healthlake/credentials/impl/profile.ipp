// The functions of credentials/profile.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/environment.hpp"
#include "healthlake/credentials/environment_plans.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/process.hpp"
#include "healthlake/credentials/profile.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/shared_files.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// One profile while it is resolved.
class ProfileReader {
 public:
  ProfileReader(SharedFiles const& files, std::string_view name, LocalSystemRef system)
      : files_(files), name_(name), system_(system) {}

  std::string source() const { return concat({"profile ", printable_ascii(name_)}); }
  SharedProperty find(std::string_view property) const {
    return files_.find(SharedSectionKind::profile, name_, property);
  }
  std::string_view value(std::string_view property) const { return find(property).value(); }
  bool has(std::string_view property) const { return !value(property).empty(); }

  // A failure that names the profile, and the place of the property if there is one.
  CredentialsFailure failed(std::initializer_list<std::string_view> what) const {
    return credentials_failure(concat({source(), ": ", concat_pieces(what.begin(), what.size())}));
  }
  CredentialsFailure failed_at(std::string_view property, std::initializer_list<std::string_view> what) const {
    return credentials_failure(concat({source(), ", ", property, " in ", files_.place(find(property)), ": ",
                                       concat_pieces(what.begin(), what.size())}));
  }

  // The role, with its rules checked.
  Result<AssumeRolePlan, CredentialsFailure> role() const;
  Result<PlanBase, CredentialsFailure> web_identity() const;
  Result<PlanBase, CredentialsFailure> credential_source() const;
  // What the profile has besides a role.
  Provision<PlanBase> own_credentials(std::vector<std::string>& warnings) const;

 private:
  std::optional<CredentialsFailure> check_role() const;
  Provision<PlanBase> sso() const;
  Result<PlanBase, CredentialsFailure> process() const;

  SharedFiles const& files_;
  std::string_view name_;
  LocalSystemRef system_;
};

HEALTHLAKE_DECL std::optional<CredentialsFailure> ProfileReader::check_role() const {
  if (!plausible_role_arn(value("role_arn"))) return failed_at("role_arn", {role_arn_expected});
  if (!plausible_session_name(value("role_session_name")))
    return failed_at("role_session_name", {session_name_expected});
  return std::nullopt;
}

HEALTHLAKE_DECL Result<AssumeRolePlan, CredentialsFailure> ProfileReader::role() const {
  if (auto wrong = check_role()) return Unexpected{std::move(*wrong)};
  if (has("mfa_serial"))
    return Unexpected{failed_at("mfa_serial", {"the role needs the code of an MFA device, which nothing here asks for; "
                                               "use credential_process with a program that does"})};
  AssumeRolePlan plan{.role_arn = std::string{value("role_arn")},
                      .role_session_name = std::string{value("role_session_name")},
                      .external_id = std::string{value("external_id")},
                      .source = source()};
  constexpr AsciiSet allowed{"A-Za-z0-9_+=,.@:/-"};
  auto const& id = plan.external_id;
  if (!id.empty() && (id.size() < 2 || id.size() > 1224 || !all_are(allowed, id)))
    return Unexpected{failed_at("external_id", {"expected 2 to 1224 ASCII letters, digits or _+=,.@:/-"})};
  if (auto const text = value("duration_seconds"); !text.empty()) {
    auto const parsed = parse_integer(text);
    if (!all_are(is_digit, text) || !parsed.in_range || parsed.value < 900 || parsed.value > 43'200)
      return Unexpected{failed_at("duration_seconds", {"expected a number of seconds from 900 to 43200"})};
    plan.duration_seconds = static_cast<std::int32_t>(parsed.value);
  }
  return plan;
}

HEALTHLAKE_DECL Result<PlanBase, CredentialsFailure> ProfileReader::web_identity() const {
  if (!has("role_arn"))
    return Unexpected{failed_at("web_identity_token_file", {"the profile has no role_arn to assume with the token"})};
  if (auto wrong = check_role()) return Unexpected{std::move(*wrong)};
  auto file = expand_home(system_, std::string{value("web_identity_token_file")});
  if (file.empty()) return Unexpected{failed_at("web_identity_token_file", {"there is no home folder"})};
  return PlanBase{WebIdentityPlan{std::string{value("role_arn")}, std::string{value("role_session_name")},
                                  std::move(file), source()}};
}

HEALTHLAKE_DECL Result<PlanBase, CredentialsFailure> ProfileReader::credential_source() const {
  auto const name = value("credential_source");
  if (name == "Environment") {
    auto keys = credentials_of_environment(system_);
    if (auto* provided = std::get_if<ProvidedCredentials>(&keys)) return PlanBase{std::move(*provided)};
    if (auto* failure = std::get_if<CredentialsFailure>(&keys)) return Unexpected{std::move(*failure)};
    return Unexpected{failed_at("credential_source", {"did not find ", std::get<NotConfigured>(keys).looked_for})};
  }
  if (name == "EcsContainer") {
    auto container = container_of_environment(system_);
    if (auto* plan = std::get_if<ContainerPlan>(&container)) return PlanBase{std::move(*plan)};
    return Unexpected{failed_at("credential_source", {"did not find ", std::get<NotConfigured>(container).looked_for})};
  }
  if (name == "Ec2InstanceMetadata") {
    auto instance = instance_of_system(system_, files_, name_);
    if (auto* plan = std::get_if<InstancePlan>(&instance)) {
      plan->required = true;
      return PlanBase{std::move(*plan)};
    }
    if (auto* failure = std::get_if<CredentialsFailure>(&instance)) return Unexpected{std::move(*failure)};
    return Unexpected{failed_at("credential_source", {"AWS_EC2_METADATA_DISABLED switches it off"})};
  }
  return Unexpected{failed_at("credential_source",
                              {"expected Environment, EcsContainer or Ec2InstanceMetadata, found ", quoted(name, 64)})};
}

HEALTHLAKE_DECL Provision<PlanBase> ProfileReader::sso() const {
  bool const wanted = has("sso_account_id") || has("sso_role_name");
  if (!wanted) return NotConfigured{};
  SsoPlan plan{.session = std::string{value("sso_session")},
               .account_id = std::string{value("sso_account_id")},
               .role_name = std::string{value("sso_role_name")},
               .source = source()};
  struct Shared {
    std::string_view name;
    std::string* target;
  };
  Shared const settings[] = {{"sso_start_url", &plan.start_url}, {"sso_region", &plan.region}};
  for (auto const& [name, target] : settings) {
    *target = value(name);
    if (plan.session.empty()) continue;
    if (!files_.has(SharedSectionKind::sso_session, plan.session))
      return failed_at("sso_session",
                       {"there is no [sso-session ", printable_ascii(plan.session), "] in ",
                        files_.path(SharedFile::config), files_.hint(SharedSectionKind::sso_session, plan.session)});
    auto const own = files_.value(SharedSectionKind::sso_session, plan.session, name);
    if (!target->empty() && !own.empty() && own != *target)
      return failed_at(name, {"differs from that of [sso-session ", plan.session, "]"});
    if (!own.empty()) *target = own;
  }
  for (std::string_view const name : {"sso_account_id", "sso_role_name"})
    if (!has(name)) return failed({"it has no ", name});
  for (auto const& [name, target] : settings)
    if (target->empty())
      return failed({"it has no ", name, plan.session.empty() ? " or sso_session" : ", nor has its sso-session"});
  // It becomes a part of a host name.
  if (!is_host_label(plan.region)) return failed({"sso_region: expected a region such as us-east-1"});
  return PlanBase{std::move(plan)};
}

HEALTHLAKE_DECL Result<PlanBase, CredentialsFailure> ProfileReader::process() const {
  auto words = split_command(value("credential_process"));
  if (!words) {
    bool const cut = find("credential_process").property->has_comment;
    return Unexpected{
        failed_at("credential_process",
                  {words.error(), cut ? "; the value ends before the comment that ` #` or ` ;` begins" : ""})};
  }
  return PlanBase{ProcessPlan{std::move(*words), source()}};
}

HEALTHLAKE_DECL Provision<PlanBase> ProfileReader::own_credentials(std::vector<std::string>& warnings) const {
  auto keys = keys_of_profile(files_, name_);
  if (auto* provided = std::get_if<ProvidedCredentials>(&keys)) {
    for (std::string_view const hidden : {"credential_process", "sso_account_id"})
      if (has(hidden))
        warnings.push_back(concat(
            {source(), " has an access key, so its ", hidden, " in ", files_.place(find(hidden)), " is not used"}));
    return PlanBase{std::move(*provided)};
  }
  if (auto* none = std::get_if<NotConfigured>(&keys))
    std::move(none->warnings.begin(), none->warnings.end(), std::back_inserter(warnings));
  auto const* half = std::get_if<CredentialsFailure>(&keys);
  auto const pass_over_half = [&] {
    if (half != nullptr) warnings.push_back(concat({half->error.as<SetupError>()->message, "; it is not used"}));
  };
  auto sso_plan = sso();
  if (!std::holds_alternative<NotConfigured>(sso_plan)) {
    pass_over_half();
    return sso_plan;
  }
  // As in botocore, the access key of the credentials file comes before the process, and that of config after it.
  bool const in_credentials = find("aws_access_key_id").file == SharedFile::credentials;
  if (half != nullptr && (in_credentials || !has("credential_process"))) return *half;
  if (!has("credential_process")) return NotConfigured{};
  pass_over_half();
  auto run = process();
  if (!run) return std::move(run.error());
  return std::move(*run);
}

// The failure of a chain that comes back to `again`: `a -> b -> a`.
inline CredentialsFailure loop_failure(std::vector<std::string_view> const& visited, std::string_view again) {
  std::string path;
  for (auto const& name : visited) append(path, {printable_ascii(name), " -> "});
  return credentials_failure(concat({"the chain of source_profile comes back to a profile: ", path,
                                     printable_ascii(again), "; a profile that names itself needs an access key"}));
}

inline CredentialsFailure missing_profile(SharedFiles const& files, std::string_view name, std::string_view by) {
  bool const prefixed = name != "default";
  std::string_view const config = files.path(SharedFile::config);
  std::string_view const credentials = files.path(SharedFile::credentials);
  auto const spelled = printable_ascii(name);
  if (config.empty())
    return credentials_failure(concat({by, "there is no profile ", spelled, ": there is no home folder"}));
  return credentials_failure(
      concat({by, "there is no profile ", spelled, ": looked for [", prefixed ? "profile " : "", spelled, "] in ",
              config, " and [", spelled, "] in ", credentials, files.hint(SharedSectionKind::profile, name)}));
}

// The plan while the chain is followed.
class ChainResolver {
 public:
  ChainResolver(SharedFiles const& files, LocalSystemRef system) : files_(files), system_(system) {}

  Provision<CredentialsPlan> resolve(std::string_view name);

 private:
  // One profile. Returns true if the chain goes on with `next_`.
  bool step(std::string_view name);
  bool step_role(ProfileReader const& profile, std::string_view name);
  bool end(Provision<PlanBase>&& base);
  bool end(Result<PlanBase, CredentialsFailure>&& base);

  SharedFiles const& files_;
  LocalSystemRef system_;
  std::vector<std::string_view> visited_;
  std::string_view next_;
  CredentialsPlan plan_;
  Provision<PlanBase> base_;
};

HEALTHLAKE_DECL bool ChainResolver::end(Provision<PlanBase>&& base) {
  base_ = std::move(base);
  return false;
}

HEALTHLAKE_DECL bool ChainResolver::end(Result<PlanBase, CredentialsFailure>&& base) {
  if (base) base_ = std::move(*base);
  else base_ = std::move(base.error());
  return false;
}

HEALTHLAKE_DECL bool ChainResolver::step_role(ProfileReader const& profile, std::string_view name) {
  bool const by_profile = profile.has("source_profile");
  bool const by_source = profile.has("credential_source");
  if (by_profile && by_source)
    return end(Provision<PlanBase>{profile.failed({"it has both source_profile and credential_source; remove one"})});
  if (!by_profile && !by_source)
    return end(Provision<PlanBase>{profile.failed(
        {"it has a role_arn, but neither source_profile, credential_source nor web_identity_token_file"})});
  auto role = profile.role();
  if (!role) return end(Provision<PlanBase>{std::move(role.error())});
  plan_.roles.push_back(std::move(*role));
  if (by_source) return end(profile.credential_source());
  next_ = profile.value("source_profile");
  if (next_ == name) {
    auto keys = keys_of_profile(files_, name);
    if (auto* provided = std::get_if<ProvidedCredentials>(&keys)) return end(Provision<PlanBase>{std::move(*provided)});
    if (auto* failure = std::get_if<CredentialsFailure>(&keys)) return end(Provision<PlanBase>{std::move(*failure)});
    return end(Provision<PlanBase>{loop_failure(visited_, next_)});
  }
  if (std::find(visited_.begin(), visited_.end(), next_) != visited_.end())
    return end(Provision<PlanBase>{loop_failure(visited_, next_)});
  if (visited_.size() == max_source_profiles)
    return end(Provision<PlanBase>{
        profile.failed({"the chain of source_profile is longer than ", Decimal{max_source_profiles}, " profiles"})});
  return true;
}

HEALTHLAKE_DECL bool ChainResolver::step(std::string_view name) {
  bool const is_source = !visited_.empty();
  if (!files_.has(SharedSectionKind::profile, name)) {
    auto const by = is_source ? concat({"profile ", printable_ascii(visited_.back()), ", source_profile: "}) : "";
    return end(Provision<PlanBase>{missing_profile(files_, name, by)});
  }
  visited_.push_back(name);
  ProfileReader const profile{files_, name, system_};
  if (profile.has("web_identity_token_file")) return end(profile.web_identity());
  // Without a role, its keys are found below.
  if (is_source && profile.has("role_arn")) {
    auto keys = keys_of_profile(files_, name);
    if (auto* provided = std::get_if<ProvidedCredentials>(&keys)) return end(Provision<PlanBase>{std::move(*provided)});
    if (auto* failure = std::get_if<CredentialsFailure>(&keys)) return end(Provision<PlanBase>{std::move(*failure)});
  }
  if (profile.has("role_arn")) return step_role(profile, name);
  auto own = profile.own_credentials(plan_.warnings);
  if (is_source && std::holds_alternative<NotConfigured>(own))
    return end(Provision<PlanBase>{profile.failed({"it has no credentials, but is the source_profile of profile ",
                                                   printable_ascii(visited_[visited_.size() - 2])})});
  return end(std::move(own));
}

HEALTHLAKE_DECL Provision<CredentialsPlan> ChainResolver::resolve(std::string_view name) {
  for (next_ = name; step(next_);) {
  }
  if (auto* failure = std::get_if<CredentialsFailure>(&base_)) return std::move(*failure);
  if (std::holds_alternative<NotConfigured>(base_))
    return NotConfigured{concat({"credentials in profile ", printable_ascii(name), " of ",
                                 files_.path(SharedFile::config), " and ", files_.path(SharedFile::credentials)}),
                         std::move(plan_.warnings)};
  plan_.base = std::get<PlanBase>(std::move(base_));
  // Found from the last role to the first.
  std::reverse(plan_.roles.begin(), plan_.roles.end());
  return std::move(plan_);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Provision<ProvidedCredentials> keys_of_profile(SharedFiles const& files, std::string_view name) {
  auto const in = [&](SharedFile file, std::string_view property) {
    auto const found = files.find(SharedSectionKind::profile, name, property, file);
    return found.value().empty() ? SharedProperty{} : found;
  };
  constexpr std::string_view id_name = "aws_access_key_id";
  constexpr std::string_view secret_name = "aws_secret_access_key";
  constexpr std::string_view token_name = "aws_session_token";
  auto const source = concat({"profile ", printable_ascii(name)});

  auto id = in(SharedFile::credentials, id_name);
  auto const other_id = in(SharedFile::config, id_name);
  // The other file's secret and token belong to its own access key, if it has one.
  bool const one_set = id.empty() || other_id.empty() || id.value() == other_id.value();
  if (id.empty()) id = other_id;
  auto const joined = [&](std::string_view property) {
    auto const own = in(SharedFile::credentials, property);
    return own.empty() && one_set ? in(SharedFile::config, property) : own;
  };
  auto const secret = joined(secret_name);
  auto const token = joined(token_name);
  if (id.empty()) {
    NotConfigured none{concat({id_name, " in ", source})};
    if (!secret.empty())
      none.warnings.push_back(
          concat({source, " has an ", secret_name, " in ", files.place(secret), ", but no ", id_name}));
    return none;
  }
  if (secret.empty())
    return detail::credentials_failure(
        concat({source, " has an ", id_name, " in ", files.place(id), ", but no ", secret_name}));
  // They become values of headers. The secret does not, and is taken as it is.
  for (auto const& property : {id, token})
    if (!detail::all_are(detail::is_visible, property.value()))
      return detail::credentials_failure(concat(
          {source, ", ", property.property->name, " in ", files.place(property),
           " contains a space, a control or a non-ASCII character; an indented line continues the line before"}));

  ProvidedCredentials provided{
      {std::string{id.value()}, Secret{secret.value()}, Secret{token.value()}}, std::nullopt, {}, {}};
  provided.source = concat({source, " of ", files.path(id.file)});
  if (secret.property->has_comment)
    provided.warnings.push_back(concat({files.place(secret), ": what follows ` #` or ` ;` is a comment"}));
  if (!detail::all_are(detail::is_visible, secret.value()))
    provided.warnings.push_back(concat({files.place(secret), ": ", secret_name,
                                        " contains white space or other characters that no secret of AWS has"}));
  return provided;
}

HEALTHLAKE_DECL Provision<CredentialsPlan> plan_of_profile(SharedFiles const& files, std::string_view name,
                                                           LocalSystemRef system) {
  return detail::ChainResolver{files, system}.resolve(name);
}

}  // namespace HEALTHLAKE_NAMESPACE
