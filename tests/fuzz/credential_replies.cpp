// Invariants of the providers that ask a service. The input is a line that names a provider, and then its replies, each
// up to a line `----`: a line with the status, field lines, an empty line, the body. After the last one the connection
// is lost.
// - a fetch ends, after few requests, and so does the next one;
// - what it provides can be signed with and sent, and has not expired;
// - a failure is about credentials; it has no secret that was sent, and no character that a terminal obeys;
// - no token is sent to an address that may not have it: the first line of a container's input is its URL.
#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "healthlake/credentials/container.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/instance_metadata.hpp"
#include "healthlake/credentials/sso.hpp"
#include "healthlake/credentials/sso_token.hpp"
#include "healthlake/credentials/sts.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/text/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/test_machine.hpp"

namespace {
using namespace healthlake;

constexpr Timestamp begin = Timestamp::from_seconds(1'795'564'800);  // 2026-11-25T00:00:00Z
// What is sent; no service may make it appear in a message.
constexpr std::string_view secret = "SECRET-THAT-WAS-SENT-0123456789";

struct Fixed {
  static std::uint64_t random() { return ~std::uint64_t{0}; }
};

// The signer of a test: it sends the token as it is.
struct TokenSigner {
  static Result<Headers> sign(HttpRequest const&, Credentials const& with, SigningContext const&) {
    return Headers{{"X-Amz-Security-Token", with.session_token.reveal()}};
  }
};

// `sent`: whether the secret was sent in this fetch, so that a service that repeats it does not know it by itself.
void check_message(std::string_view text, bool sent) {
  FUZZ_REQUIRE(std::none_of(text.begin(), text.end(), detail::is_control), "no control character", text);
  FUZZ_REQUIRE(!sent || text.find(secret) == std::string_view::npos, "no secret", text);
}

void check_keys(ProvidedCredentials const& provided, Timestamp now, bool sent) {
  auto const& keys = provided.credentials;
  for (auto const text :
       {std::string_view{keys.access_key_id}, keys.secret_access_key.reveal(), keys.session_token.reveal()})
    FUZZ_REQUIRE(!text.empty() && detail::all_are(detail::is_visible, text), "keys can be sent", text);
  FUZZ_REQUIRE(provided.expiration && *provided.expiration > now, "they have not expired", keys.access_key_id);
  check_message(provided.source, sent);
  for (auto const& warning : provided.warnings) check_message(warning, sent);
}

void check_outcome(CredentialsOutcome const& outcome, Timestamp now, bool sent) {
  if (auto const* provided = std::get_if<ProvidedCredentials>(&outcome)) return check_keys(*provided, now, sent);
  if (auto const* none = std::get_if<NotConfigured>(&outcome)) return check_message(none->looked_for, sent);
  auto const* setup = std::get<CredentialsFailure>(outcome).error.as<SetupError>();
  FUZZ_REQUIRE(setup != nullptr && setup->phase == SetupPhase::credentials, "a failure is about credentials", "");
  check_message(setup->message, sent);
}

// Returns whether it has the secret.
bool check_request(HttpRequest const& request) {
  bool has_secret = request.body.find(secret) != std::string::npos;
  for (auto const& header : request.headers) {
    FUZZ_REQUIRE(!forbidden_field_value(header.value), "a header can be sent", header.value);
    has_secret = has_secret || header.value == secret;
  }
  FUZZ_REQUIRE(detail::all_are(detail::is_visible, request.target) && request.target.starts_with('/'),
               "a target can be sent", request.target);
  detail::Authority parts;
  FUZZ_REQUIRE(detail::parse_authority(request.authority, parts) == detail::AuthorityFault::none, "an authority is one",
               request.authority);
  FUZZ_REQUIRE(request.scheme == "https" || is_local_authority(request.authority), "nothing is sent in the clear",
               request.authority);
  return has_secret;
}

// `ours`: whether the secret can only come from us. The token of an instance comes from the service, which may use the
// same string for its role.
template <class P>
void run(P provider, std::string_view replies, bool ours = true) {
  Timestamp now = begin;
  for (int fetch = 0; fetch < 2; ++fetch) {
    bool sent = false;
    for (int steps = 0;; ++steps) {
      FUZZ_REQUIRE(steps < 40, "a fetch ends", replies);
      auto step = provider.next(now);
      if (auto* done = std::get_if<Done<CredentialsOutcome>>(&step)) {
        check_outcome(done->result, now, sent);
        break;
      }
      if (auto const* wait = std::get_if<Wait>(&step)) {
        FUZZ_REQUIRE(wait->until > now, "a wait takes time", replies);
        now = wait->until;
        continue;
      }
      auto const& send = std::get<Send>(step);
      FUZZ_REQUIRE(send.timeout && *send.timeout > Milliseconds{0}, "an attempt has a time", replies);
      sent = (check_request(send.request()) && ours) || sent;
      if (replies.empty()) {
        provider.receive(Unexpected{TransportError{TransportReason::connection_lost, "no more replies", true}}, now);
        continue;
      }
      std::size_t const end = replies.find("----\n");
      provider.receive(fuzz::take_response(replies.substr(0, end)), now);
      replies = end == std::string_view::npos ? std::string_view{} : replies.substr(end + 5);
    }
    provider.restart();
  }
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view text = fuzz::as_text(data, size);
  auto const name = fuzz::take_line(text);
  Fixed fixed;
  TokenSigner signer;
  TestMachine machine;
  machine.variables["HOME"] = "/home/me";
  machine.files["/token"] = secret;
  StsOptions const sts{.region = "us-east-1", .xml = &read_xml_with_expat};
  std::string const arn = "arn:aws:iam::123456789012:role/R";
  if (name == "role") {
    Credentials const with{"AKID", Secret{secret}, Secret{secret}};
    run(AssumeRoleCredentials{signer, fixed, sts, {.role_arn = arn, .source = "profile p"}, with}, text);
  } else if (name == "web") {
    run(WebIdentityCredentials{machine, fixed, sts, {arn, "", "/token", "profile p"}}, text);
  } else if (name == "sso") {
    SsoPlan const plan{.session = "s", .region = "us-east-1", .account_id = "1", .role_name = "R", .source = "p"};
    machine.files[sso_token_file(machine, plan)] =
        concat({R"({"accessToken":")", secret, R"(","expiresAt":"2099-01-01T00:00:00Z"})"});
    run(SsoCredentials{machine, fixed, plan}, text);
  } else if (name == "instance") {
    run(InstanceCredentials{fixed, {}}, text, false);
    run(InstanceCredentials{fixed, {.required = true}}, text, false);
  } else if (name.find(secret) == std::string_view::npos) {
    run(ContainerCredentials{machine, fixed, {.full_uri = std::string{name}, .token_file = "/token"}}, text);
  }
  return 0;
}
