// The default chain as a provider: it finds out what is configured on this machine, as every AWS SDK does, and fetches
// the credentials.
//
//   ThisSystem system;
//   SystemRuntime runtime;
//   SigV4<Sha256> signer;
//   DefaultCredentials provider{{system, runtime, signer, &read_xml_with_expat}, {.profile = "dev"}};
//
// Rules: at each fetch, `plan_credentials` reads the environment and the files again; then one provider is asked, and
// the roles are assumed one after the other. A provider that is configured and fails ends the fetch: nobody else is
// asked. Only an instance's metadata shows when it is asked whether it is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/instance_metadata.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/signer_ref.hpp"
#include "healthlake/credentials/sts.hpp"
#include "healthlake/credentials/xml_reader.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/transport.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// What the providers work with. Everything that is referred to must outlive them.
struct CredentialsTools {
  /// Where variables, files and programs are looked for: ThisSystem, or one of a test or a device.
  LocalSystemRef system;
  /// For jitter; a Runtime is one.
  Entropy entropy;
  /// Signs AssumeRole.
  SignerRef signer;
  /// Reads the replies of STS. Null: a role that has to be assumed is a failure.
  XmlReader xml = nullptr;
};

/// The provider.
class DefaultCredentials {
 public:
  /// Reads nothing yet: environment and files are read when a fetch begins, each time anew.
  DefaultCredentials(CredentialsTools tools, CredentialsOptions options)
      : tools_(tools), options_(std::move(options)) {}

  /// As CredentialsProvider says. The environment, the files and a credential process are asked within this call, so it
  /// can take as long as ProcessLimits::timeout.
  Step<CredentialsOutcome> next(Timestamp now);
  /// Takes the reply to the last Send; ignored if none is due.
  void receive(HttpReply const& reply, Timestamp now);
  /// Reports that the last Send will not get a reply: it counts as a lost connection.
  void lose() noexcept;
  /// Ends the fetch with a failure; has no effect on one that is done.
  void cancel();
  /// Begins another fetch, whatever the last one came to.
  void restart() noexcept;

 private:
  enum class State : std::uint8_t { ready, asking, done, taken };

  void begin(Timestamp now);
  // Makes the machine of the plan's base, or ends with what needs none.
  void ask(ProvidedCredentials const& provided, Timestamp now);
  void ask(ProcessPlan const& plan, Timestamp now);
  void ask(ContainerPlan const& plan, Timestamp now);
  void ask(WebIdentityPlan const& plan, Timestamp now);
  void ask(SsoPlan const& plan, Timestamp now);
  void ask(InstancePlan const& plan, Timestamp now);
  // Takes the outcome of the base or of a role: assumes the next role, or ends.
  void take(CredentialsOutcome outcome);
  void end(CredentialsOutcome outcome);
  [[nodiscard]] StsOptions sts() const { return {plan_.region, plan_.sts_endpoint_url, tools_.xml}; }
  // The machine that is asked. Precondition: the state is `asking`.
  [[nodiscard]] detail::HttpProvider* machine() noexcept { return at_instance_ ? &*instance_ : machine_.get(); }

  CredentialsTools tools_;
  CredentialsOptions options_;
  CredentialsPlan plan_{};
  std::size_t roles_assumed_ = 0;
  std::unique_ptr<detail::HttpProvider> machine_{};
  // Kept from one fetch to the next, for its session token and its last credentials.
  std::optional<InstanceCredentials> instance_{};
  bool at_instance_ = false;
  CredentialsOutcome outcome_{NotConfigured{}};
  State state_ = State::ready;
};

static_assert(CredentialsProvider<DefaultCredentials>);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/default_credentials.ipp"
#endif
