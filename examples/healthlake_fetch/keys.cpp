#include "keys.hpp"

#include <utility>

#include "common/credential_warnings.hpp"
#include "common/remembering_signer.hpp"
#include "common/strict_curl.hpp"
#include "healthlake/credentials/blocking.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/system.hpp"

namespace healthlake_fetch {
namespace {

using namespace healthlake;
using namespace healthlake_examples;

// Whom providers ask. What they send may be repeated by whoever answers, then or later.
struct Services {
  CurlTransport transport{strict_curl_options()};
  Secrets& secrets;

  HttpReply send(HttpRequest const& request) { return send(request, {}); }
  HttpReply send(HttpRequest const& request, SendOptions const& options) {
    secrets.add_sent(request);
    return transport.send(request, options);
  }
};

}  // namespace

struct Keys::Connected {
  Connected(std::string region, SystemRuntime& runtime, Secrets& secrets, std::function<void(std::string const&)> warn_)
      : warn(std::move(warn_)),
        services{.secrets = secrets},
        signer{.secrets = secrets},
        credentials{DefaultCredentials{{system, runtime, signer, &read_xml_with_expat}, {.region = std::move(region)}},
                    services, runtime} {}

  std::function<void(std::string const&)> warn;
  ThisSystem system;
  Services services;
  RememberingSigner signer;
  BlockingCredentials<DefaultCredentials, Services, SystemRuntime> credentials;
  CredentialWarnings warnings{};
};

Keys::Keys(std::string region, SystemRuntime& runtime, Secrets& secrets, std::function<void(std::string const&)> warn)
    : connected_(std::make_unique<Connected>(std::move(region), runtime, secrets, std::move(warn))) {}
Keys::~Keys() = default;

Result<Credentials> Keys::get() {
  auto provided = connected_->credentials.provide();
  if (!provided) return Unexpected{std::move(provided.error())};
  connected_->warnings.after_fetch(*provided, connected_->credentials.last_failure(), connected_->warn);
  return std::move(provided->credentials);
}

void Keys::reject(std::string_view access_key_id) { connected_->credentials.reject(access_key_id); }

}  // namespace healthlake_fetch
