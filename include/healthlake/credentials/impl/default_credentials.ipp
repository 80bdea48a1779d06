// The functions of credentials/default_credentials.hpp.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/container.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/process.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/sso.hpp"
#include "healthlake/credentials/sts.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void DefaultCredentials::begin(Timestamp now) {
  plan_ = {};
  auto planned = plan_credentials(tools_.system, options_);
  if (auto* none = std::get_if<NotConfigured>(&planned)) return end(std::move(*none));
  if (auto* failure = std::get_if<CredentialsFailure>(&planned)) return end(std::move(*failure));
  plan_ = std::move(*std::get_if<CredentialsPlan>(&planned));
  roles_assumed_ = 0;
  state_ = State::asking;
  // The plan's base outlives the call: what it asks for changes nothing in it.
  std::visit([this, now](auto const& base) { ask(base, now); }, plan_.base);
}

HEALTHLAKE_DECL void DefaultCredentials::ask(ProvidedCredentials const& provided, Timestamp) { take(provided); }

HEALTHLAKE_DECL void DefaultCredentials::ask(ProcessPlan const& plan, Timestamp now) {
  take(credentials_of_process(tools_.system, plan, now));
}

HEALTHLAKE_DECL void DefaultCredentials::ask(ContainerPlan const& plan, Timestamp) {
  machine_ = std::make_unique<ContainerCredentials>(tools_.system, tools_.entropy, plan);
}

HEALTHLAKE_DECL void DefaultCredentials::ask(WebIdentityPlan const& plan, Timestamp) {
  machine_ = std::make_unique<WebIdentityCredentials>(tools_.system, tools_.entropy, sts(), plan);
}

HEALTHLAKE_DECL void DefaultCredentials::ask(SsoPlan const& plan, Timestamp) {
  machine_ = std::make_unique<SsoCredentials>(tools_.system, tools_.entropy, plan);
}

HEALTHLAKE_DECL void DefaultCredentials::ask(InstancePlan const& plan, Timestamp) {
  if (instance_ && instance_->plan() == plan) instance_->restart();
  else instance_.emplace(tools_.entropy, plan);
  at_instance_ = true;
}

HEALTHLAKE_DECL void DefaultCredentials::take(CredentialsOutcome outcome) {
  at_instance_ = false;
  auto* provided = std::get_if<ProvidedCredentials>(&outcome);
  if (provided == nullptr || roles_assumed_ == plan_.roles.size()) return end(std::move(outcome));
  for (auto& warning : provided->warnings) plan_.warnings.push_back(std::move(warning));
  Credentials with = std::move(provided->credentials);
  machine_ = std::make_unique<AssumeRoleCredentials>(tools_.signer, tools_.entropy, sts(),
                                                     plan_.roles[roles_assumed_++], std::move(with));
}

HEALTHLAKE_DECL void DefaultCredentials::end(CredentialsOutcome outcome) {
  state_ = State::done;
  machine_.reset();
  outcome_ = std::move(outcome);
  auto* provided = std::get_if<ProvidedCredentials>(&outcome_);
  auto* none = std::get_if<NotConfigured>(&outcome_);
  if (none != nullptr && !plan_.looked_for.empty())
    none->looked_for = concat({plan_.looked_for, "; ", none->looked_for});
  if (auto* const warnings = provided != nullptr ? &provided->warnings : none != nullptr ? &none->warnings : nullptr)
    warnings->insert(warnings->begin(), plan_.warnings.begin(), plan_.warnings.end());
}

HEALTHLAKE_DECL Step<CredentialsOutcome> DefaultCredentials::next(Timestamp now) {
  if (state_ == State::ready) begin(now);
  while (state_ == State::asking) {
    auto step = machine()->next(now);
    auto* done = std::get_if<Done<CredentialsOutcome>>(&step);
    if (done == nullptr) return step;
    take(std::move(done->result));
  }
  if (state_ == State::taken) return detail::already_taken();
  state_ = State::taken;
  return Done<CredentialsOutcome>{std::move(outcome_)};
}

HEALTHLAKE_DECL void DefaultCredentials::receive(HttpReply const& reply, Timestamp now) {
  if (state_ == State::asking) machine()->receive(reply, now);
}

HEALTHLAKE_DECL void DefaultCredentials::lose() noexcept {
  if (state_ == State::asking) machine()->lose();
}

HEALTHLAKE_DECL void DefaultCredentials::cancel() {
  // The machine may be done already, but what comes after it is not.
  if (state_ != State::taken)
    end(CredentialsFailure{TransportError{TransportReason::cancelled, "the fetch was cancelled", false}, true});
}

HEALTHLAKE_DECL void DefaultCredentials::restart() noexcept {
  machine_.reset();
  at_instance_ = false;
  state_ = State::ready;
}

}  // namespace HEALTHLAKE_NAMESPACE
