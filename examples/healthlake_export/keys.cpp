#include "keys.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "common/credential_warnings.hpp"
#include "common/remembering_signer.hpp"
#include "connection.hpp"
#include "healthlake/credentials/blocking.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/system.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;
using namespace healthlake_examples;

// The time that a run has left.
struct TimeLeft {
  Settings const& settings;
  Progress const& progress;

  [[nodiscard]] Milliseconds at_most(Milliseconds time) const {
    return std::min(time, progress.left_of(settings.timeout).value_or(time));
  }
};

// This machine, on which no program runs longer than the run.
struct System : ThisSystem {
  explicit System(TimeLeft const& left) : time_left(left) {}

  [[nodiscard]] ProcessOutput run(std::span<std::string const> arguments, ProcessLimits limits) const {
    limits.timeout = time_left.at_most(limits.timeout);
    return ThisSystem::run(arguments, limits);
  }

  TimeLeft time_left;
};

// Whom providers ask. What they send may be repeated by whoever answers, then or later.
struct Services {
  CurlTransport transport;
  Secrets& secrets;
  TimeLeft time_left;
  /// Whether anything was sent in this fetch.
  bool asked = false;

  HttpReply send(HttpRequest const& request) { return send(request, {}); }
  HttpReply send(HttpRequest const& request, SendOptions options) {
    secrets.add_sent(request);
    asked = true;
    constexpr Milliseconds longest{60'000};
    options.timeout = time_left.at_most(options.timeout.value_or(longest));
    return transport.send(request, options);
  }
};

// The chain; notes how each fetch ends.
class Chain {
 public:
  Chain(CredentialsTools const& tools, CredentialsOptions options, Services& services, bool& failed)
      : chain_(tools, std::move(options)), services_(&services), failed_(&failed) {}

  Step<CredentialsOutcome> next(Timestamp now) {
    auto step = chain_.next(now);
    if (auto const* done = std::get_if<Done<CredentialsOutcome>>(&step))
      *failed_ = std::holds_alternative<CredentialsFailure>(done->result);
    return step;
  }
  void receive(HttpReply const& reply, Timestamp now) { chain_.receive(reply, now); }
  void lose() noexcept { chain_.lose(); }
  void cancel() { chain_.cancel(); }
  void restart() noexcept {
    services_->asked = false;
    chain_.restart();
  }

 private:
  DefaultCredentials chain_;
  Services* services_;
  bool* failed_;
};

}  // namespace

struct Keys::Connected {
  Connected(Settings const& given, Secrets& secrets_, Output& out_, Progress& progress)
      : settings(given), secrets(secrets_), out(out_), time_left{given, progress}, runtime(progress) {}

  Settings const& settings;
  Secrets& secrets;
  Output& out;
  TimeLeft time_left;
  CurlGlobal global{};
  System system{time_left};
  Services services{CurlTransport{curl_options(settings)}, secrets, time_left};
  RememberingSigner signer{.secrets = secrets};
  TickingRuntime runtime;
  bool failed = false;
  BlockingCredentials<Chain, Services, TickingRuntime> credentials{
      Chain{{system, runtime, signer, &read_xml_with_expat}, {settings.profile, settings.region}, services, failed},
      services, runtime};
  std::string source{};
  CredentialWarnings warnings{};
};

Keys::Keys(Settings const& settings, healthlake_examples::Secrets& secrets, Output& out, Progress& progress)
    : connected_(std::make_unique<Connected>(settings, secrets, out, progress)) {}
Keys::~Keys() = default;

Result<Credentials> Keys::get() {
  auto provided = connected_->credentials.provide();
  if (!provided) return Unexpected{std::move(provided.error())};
  connected_->secrets.add(provided->credentials);
  connected_->warnings.after_fetch(*provided, connected_->credentials.last_failure(),
                                   [this](std::string const& text) { connected_->out.message("warning: " + text); });
  connected_->source = std::move(provided->source);
  return std::move(provided->credentials);
}

void Keys::reject(std::string_view access_key_id) { connected_->credentials.reject(access_key_id); }

std::string const& Keys::source() const noexcept { return connected_->source; }

Keys::Fault Keys::fault() const noexcept {
  if (!connected_->failed) return Fault::nothing_configured;
  return connected_->services.asked ? Fault::service : Fault::configuration;
}

}  // namespace healthlake_export
