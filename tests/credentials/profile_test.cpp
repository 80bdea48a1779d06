// Invariant: a profile leads to one plan, by the rules of the SDKs, or to a failure that names the profile and the
// property; never to half a key, to keys of two sets, or to the keys of a profile that wanted something else.
#include "healthlake/credentials/profile.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/test_machine.hpp"
#include "healthlake/credentials/shared_files.hpp"

using namespace healthlake;

namespace {
std::string const role_arn = "arn:aws:iam::123456789012:role/R";

struct Setup {
  TestMachine machine{};

  Setup(std::string_view config, std::string_view credentials) {
    machine.variables["HOME"] = "/home/me";
    machine.files = {{"/home/me/.aws/config", std::string{config}},
                     {"/home/me/.aws/credentials", std::string{credentials}}};
  }
  Provision<CredentialsPlan> plan(std::string_view profile) {
    auto const files = read_shared_files(machine);
    REQUIRE(files);
    return plan_of_profile(*files, profile, machine);
  }
};

Provision<CredentialsPlan> plan_of(std::string_view config, std::string_view credentials, std::string_view profile) {
  return Setup{config, credentials}.plan(profile);
}

template <class Base>
Base base_of(Provision<CredentialsPlan> const& planned) {
  auto const* plan = std::get_if<CredentialsPlan>(&planned);
  if (auto const* failure = std::get_if<CredentialsFailure>(&planned)) FAIL(to_string(failure->error));
  REQUIRE(plan != nullptr);
  REQUIRE(std::holds_alternative<Base>(plan->base));
  return std::get<Base>(plan->base);
}

// `id/secret/token`
std::string keys(Provision<CredentialsPlan> const& planned) {
  auto const keys = base_of<ProvidedCredentials>(planned).credentials;
  return concat({keys.access_key_id, "/", keys.secret_access_key.reveal(), "/", keys.session_token.reveal()});
}

// The names of the roles, in order: `B, A`.
std::string roles(Provision<CredentialsPlan> const& planned) {
  std::string out;
  for (auto const& role : std::get<CredentialsPlan>(planned).roles)
    out += (out.empty() ? "" : ", ") + role.role_arn.substr(role.role_arn.rfind('/') + 1);
  return out;
}

std::string message_of(Provision<CredentialsPlan> const& planned) {
  auto const* failure = std::get_if<CredentialsFailure>(&planned);
  return failure == nullptr ? "no failure" : to_string(failure->error);
}

std::string role_profile(std::string_view rest) { return concat({"[profile p]\nrole_arn = ", role_arn, "\n", rest}); }
constexpr std::string_view base_keys = "[base]\naws_access_key_id=BASE\naws_secret_access_key=s\n";
}  // namespace

TEST_CASE("keys of one file, and of both") {
  CHECK(keys(plan_of("", "[p]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=t\n", "p")) == "A/s/t");
  CHECK(keys(plan_of("[profile p]\naws_access_key_id=A\naws_secret_access_key=s\n", "", "p")) == "A/s/");
  CHECK(keys(plan_of("[profile p]\naws_secret_access_key=s\n", "[p]\naws_access_key_id=A\n", "p")) == "A/s/");
  CHECK(keys(plan_of("[profile p]\naws_access_key_id=A\naws_secret_access_key=s\n",
                     "[p]\naws_access_key_id=B\naws_secret_access_key=r\n", "p")) == "B/r/");
  CHECK(keys(plan_of("", "[p]\naws_access_key_id=A\naws_secret_access_key=s\naws_security_token=t\n", "p")) == "A/s/");
}

TEST_CASE("fault 15: the token and the secret of one key are never joined to another one") {
  CHECK(keys(plan_of("[profile p]\naws_session_token=t\n", "[p]\naws_access_key_id=A\naws_secret_access_key=s\n",
                     "p")) == "A/s/t");
  CHECK(keys(plan_of("[profile p]\naws_access_key_id=B\naws_secret_access_key=r\naws_session_token=t\n",
                     "[p]\naws_access_key_id=A\naws_secret_access_key=s\n", "p")) == "A/s/");
  CHECK(message_of(
            plan_of("[profile p]\naws_access_key_id=B\naws_secret_access_key=r\n", "[p]\naws_access_key_id=A\n", "p"))
            .find("no aws_secret_access_key") != std::string::npos);
  CHECK(keys(plan_of("[profile p]\naws_access_key_id=A\naws_secret_access_key=r\naws_session_token=t\n",
                     "[p]\naws_access_key_id=A\naws_secret_access_key=s\n", "p")) == "A/s/t");
}

TEST_CASE("keys say which profile of which file they are from: that of the access key id") {
  std::string_view const id = "aws_access_key_id=A\n";
  std::string_view const secret = "aws_secret_access_key=s\n";
  auto const source = [](std::string const& config, std::string const& credentials) {
    return base_of<ProvidedCredentials>(plan_of(config, credentials, "p")).source;
  };
  CHECK(source("", concat({"[p]\n", id, secret})) == "profile p of /home/me/.aws/credentials");
  CHECK(source(concat({"[profile p]\n", id, secret}), "") == "profile p of /home/me/.aws/config");
  CHECK(source(concat({"[profile p]\n", id}), concat({"[p]\n", secret})) == "profile p of /home/me/.aws/config");
}

TEST_CASE("half an access key is a failure; a secret or a token alone is none") {
  CHECK(message_of(plan_of("", "[p]\naws_access_key_id=A\n", "p")) ==
        "credentials: profile p has an aws_access_key_id in /home/me/.aws/credentials:2, but no "
        "aws_secret_access_key");
  CHECK(message_of(plan_of("", "[p]\naws_access_key_id=A\naws_secret_access_key= \n", "p")) != "no failure");
  CHECK(message_of(plan_of("", "[p]\naws_access_key_id=A\naws_secret_access_key =\n  abc=\n", "p")) != "no failure");
  for (std::string_view credentials :
       {"[p]\naws_access_key_id=\naws_secret_access_key=s\n", "[p]\naws_secret_access_key=s\n"}) {
    auto const planned = plan_of("", credentials, "p");
    REQUIRE(std::holds_alternative<NotConfigured>(planned));
    CHECK(std::get<NotConfigured>(planned).warnings.size() == 1);
  }
  CHECK(std::holds_alternative<NotConfigured>(plan_of("", "[p]\naws_session_token=t\n", "p")));
}

TEST_CASE("an access key id or a token that no header can carry is a failure that does not quote it") {
  for (std::string_view credentials :
       {"[p]\naws_access_key_id=QQ QQ\naws_secret_access_key=s\n",
        "[p]\naws_access_key_id=QQ\n QQ\naws_secret_access_key=s\n",
        "[p]\naws_access_key_id=QQ\xc3\xa4QQ\naws_secret_access_key=s\n",
        "[p]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=Q\x01Q\n"}) {
    auto const message = message_of(plan_of("", credentials, "p"));
    CHECK(message.find("/home/me/.aws/credentials:") != std::string::npos);
    CHECK(message.find('Q') == std::string::npos);
  }
}

TEST_CASE("fault 2: a comment behind a secret, and a secret of two lines, come with a warning") {
  auto const provided =
      base_of<ProvidedCredentials>(plan_of("", "[p]\naws_access_key_id=A\naws_secret_access_key=s # x\n", "p"));
  CHECK(provided.credentials.secret_access_key == Secret{"s"});
  REQUIRE(provided.warnings.size() == 1);
  CHECK(provided.warnings[0].starts_with("/home/me/.aws/credentials:3: "));
  auto const two = base_of<ProvidedCredentials>(
      plan_of("", "[p]\naws_access_key_id=A\naws_secret_access_key=first\n  second\n", "p"));
  CHECK(two.credentials.secret_access_key == Secret{"first\nsecond"});
  CHECK(two.warnings.size() == 1);
}

TEST_CASE("fault 32: a role in config with keys in credentials") {
  auto const planned = plan_of(role_profile("source_profile = base\nrole_session_name = a@b\nexternal_id = e:/x\n"
                                            "duration_seconds = 900\n"),
                               base_keys, "p");
  CHECK(keys(planned) == "BASE/s/");
  auto const& plan = std::get<CredentialsPlan>(planned);
  REQUIRE(plan.roles.size() == 1);
  CHECK(plan.roles[0] == AssumeRolePlan{role_arn, "a@b", "e:/x", 900, "profile p"});
}

TEST_CASE("fault 18: source_profile without role_arn has no meaning") {
  CHECK(keys(plan_of("[default]\nsource_profile = default\n",
                     "[default]\naws_access_key_id=A\naws_secret_access_key=s\n", "default")) == "A/s/");
}

TEST_CASE("fault 28: a chain is resolved the same way each time") {
  Setup setup{
      "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/A\nsource_profile = b\n"
      "[profile b]\nrole_arn = arn:aws:iam::123456789012:role/B\nsource_profile = base\n",
      base_keys};
  for (int i = 0; i < 2; ++i) {
    auto const planned = setup.plan("a");
    CHECK(keys(planned) == "BASE/s/");
    CHECK(roles(planned) == "B, A");
  }
}

TEST_CASE("fault 27: a chain that comes back is a failure that lists the path") {
  std::string_view const config =
      "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/A\nsource_profile = b\n"
      "[profile b]\nrole_arn = arn:aws:iam::123456789012:role/B\nsource_profile = c\n"
      "[profile c]\nrole_arn = arn:aws:iam::123456789012:role/C\nsource_profile = b\n";
  CHECK(message_of(plan_of(config, "", "a")).find("a -> b -> c -> b") != std::string::npos);
  CHECK(message_of(plan_of(role_profile("source_profile = p\n"), "", "p")).find("p -> p") != std::string::npos);
  // Its own keys are what a profile that names itself means, and the keys of a source come before its role.
  std::string_view const own = "[p]\naws_access_key_id=A\naws_secret_access_key=s\n";
  CHECK(roles(plan_of(role_profile("source_profile = p\n"), own, "p")) == "R");
  auto const ended = plan_of(config, "[c]\naws_access_key_id=C\naws_secret_access_key=s\n", "a");
  CHECK(keys(ended) == "C/s/");
  CHECK(roles(ended) == "B, A");
}

TEST_CASE("half an access key of a profile that names itself, or of a source profile with a role, is a failure") {
  std::string_view const role_q = "[profile q]\nrole_arn = arn:aws:iam::123456789012:role/Q\nsource_profile = base\n";
  CHECK(message_of(plan_of(role_profile("source_profile = p\n"), "[p]\naws_access_key_id=A\n", "p")) ==
        "credentials: profile p has an aws_access_key_id in /home/me/.aws/credentials:2, but no aws_secret_access_key");
  CHECK(message_of(plan_of(role_profile(concat({"source_profile = q\n", role_q})),
                           concat({base_keys, "[q]\naws_access_key_id=A\n"}), "p")) ==
        "credentials: profile q has an aws_access_key_id in /home/me/.aws/credentials:5, but no aws_secret_access_key");
}

TEST_CASE("the longest chain") {
  auto const chain = [](std::size_t profiles) {
    std::string config;
    for (std::size_t i = 1; i < profiles; ++i)
      config +=
          concat({"[profile p", Decimal{i}, "]\nrole_arn = ", role_arn, "\nsource_profile = p", Decimal{i + 1}, "\n"});
    return config + concat({"[profile p", Decimal{profiles}, "]\naws_access_key_id=A\naws_secret_access_key=s\n"});
  };
  CHECK(keys(plan_of(chain(max_source_profiles), "", "p1")) == "A/s/");
  CHECK(message_of(plan_of(chain(max_source_profiles + 1), "", "p1")).find("longer than 16 profiles") !=
        std::string::npos);
}

TEST_CASE("fault 29: a source profile of any kind, and none without credentials") {
  std::string_view const sso =
      "sso_start_url = https://a\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = Ops\n";
  auto const source = [&](std::string_view rest) {
    return plan_of(role_profile(concat({"source_profile = q\n[profile q]\n", rest})), "", "p");
  };
  CHECK(base_of<ProcessPlan>(source("credential_process = /opt/c q\n")) == ProcessPlan{{"/opt/c", "q"}, "profile q"});
  CHECK(base_of<SsoPlan>(source(sso)).role_name == "Ops");
  auto const web = source("role_arn = arn:aws:iam::123456789012:role/W\nweb_identity_token_file = ~/tok\n");
  CHECK(base_of<WebIdentityPlan>(web) ==
        WebIdentityPlan{"arn:aws:iam::123456789012:role/W", "", "/home/me/tok", "profile q"});
  CHECK(roles(web) == "R");
  CHECK(message_of(source("region = us-east-1\n"))
            .find("profile q: it has no credentials, but is the source_profile of "
                  "profile p") != std::string::npos);
  CHECK(message_of(plan_of(role_profile("source_profile = gone\n"), "", "p")).find("there is no profile gone") !=
        std::string::npos);
  CHECK(message_of(source("aws_access_key_id = A\n")).find("no aws_secret_access_key") != std::string::npos);
}

TEST_CASE("fault 30: a source profile is resolved under its own name, with its own session") {
  auto const planned = plan_of(
      "[sso-session s]\nsso_start_url = https://m/start\nsso_region = eu-west-1\n"
      "[profile first]\nsso_session = s\nsso_account_id = 000000000000\nsso_role_name = MyRole\n"
      "[profile second]\nsource_profile = first\nrole_arn = arn:aws:iam::000000000000:role/Another\n"
      "sso_account_id = 1\nsso_role_name = Other\n",
      "", "second");
  CHECK(base_of<SsoPlan>(planned) == SsoPlan{.session = "s",
                                             .start_url = "https://m/start",
                                             .region = "eu-west-1",
                                             .account_id = "000000000000",
                                             .role_name = "MyRole",
                                             .source = "profile first"});
}

TEST_CASE("fault 31: credential_source") {
  auto const source = [](std::string_view name) {
    return Setup{role_profile(concat({"credential_source = ", name, "\n"})), ""};
  };
  auto environment = source("Environment");
  CHECK(message_of(environment.plan("p")).find("did not find AWS_ACCESS_KEY_ID") != std::string::npos);
  environment.machine.variables["AWS_ACCESS_KEY_ID"] = "ENV";
  CHECK(message_of(environment.plan("p")) != "no failure");
  environment.machine.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  CHECK(keys(environment.plan("p")) == "ENV/s/");

  auto container = source("EcsContainer");
  CHECK(message_of(container.plan("p")).find("did not find AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") !=
        std::string::npos);
  container.machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  container.machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/var/run/token";
  CHECK(base_of<ContainerPlan>(container.plan("p")) ==
        ContainerPlan{"", "http://169.254.170.23/v1/credentials", "/var/run/token", {}});

  auto instance = source("Ec2InstanceMetadata");
  CHECK(base_of<InstancePlan>(instance.plan("p")) == InstancePlan{"", false, true});
  instance.machine.variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  CHECK(message_of(instance.plan("p")).find("AWS_EC2_METADATA_DISABLED") != std::string::npos);

  for (std::string_view name : {"environment", "Elsewhere", "Environment EcsContainer"})
    CHECK(message_of(source(name).plan("p")).find("expected Environment, EcsContainer or Ec2InstanceMetadata") !=
          std::string::npos);
  CHECK(message_of(source(std::string(64, 'n')).plan("p")).ends_with(", found \"" + std::string(64, 'n') + "\""));
  CHECK(message_of(source(std::string(65, 'n')).plan("p")).ends_with(", found \"" + std::string(64, 'n') + "\"..."));
}

TEST_CASE("a role that is not complete is a failure, whatever keys stand beside it") {
  std::string_view const own =
      "[p]\naws_access_key_id=A\naws_secret_access_key=s\n[base]\n"
      "aws_access_key_id=B\naws_secret_access_key=s\n";
  CHECK(message_of(plan_of(role_profile(""), own, "p")) ==
        "credentials: profile p: it has a role_arn, but neither source_profile, credential_source nor "
        "web_identity_token_file");
  CHECK(message_of(plan_of(role_profile("source_profile = base\ncredential_source = Environment\n"), own, "p"))
            .find("both source_profile and credential_source") != std::string::npos);
  CHECK(message_of(plan_of("[profile p]\nweb_identity_token_file = /tok\n", own, "p")).find("no role_arn") !=
        std::string::npos);
  CHECK(message_of(plan_of(role_profile("source_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n"), own, "p"))
            .find("MFA") != std::string::npos);
  CHECK(message_of(plan_of("[profile p]\nsource_profile = base\nrole_arn = Admin\n", own, "p")) ==
        "credentials: profile p, role_arn in /home/me/.aws/config:3: expected an ARN such as "
        "arn:aws:iam::111122223333:role/name");
}

TEST_CASE("fault 34: what STS would refuse is refused before") {
  auto const failed = [](std::string_view line) {
    return message_of(plan_of(role_profile(concat({"source_profile = base\n", line, "\n"})), base_keys, "p"));
  };
  std::string const longest(64, 'n');
  CHECK(failed(concat({"role_session_name = ", longest})) == "no failure");
  for (std::string_view name : {"a/b", "a", "a b", "\xc3\xa4\xc3\xa4"})
    CHECK(failed(concat({"role_session_name = ", name})).find("role_session_name in /home/me/.aws/config:4") !=
          std::string::npos);
  CHECK(failed(concat({"role_session_name = ", longest, "n"})) != "no failure");
  for (std::size_t const size : {2U, 1224U})
    CHECK(failed(concat({"external_id = ", std::string(size, 'x')})) == "no failure");
  for (std::string const& id : {std::string{"x"}, std::string{"a b"}, std::string{"a#b"}, std::string(1225, 'x')})
    CHECK(failed(concat({"external_id = ", id})).find("external_id in") != std::string::npos);
  CHECK(failed("duration_seconds = 43200") == "no failure");
  // The last one is 2^64 + 900.
  for (std::string_view duration :
       {"1h", "899", "43201", "-900", "3600.5", "99999999999999999999", "0x384", "18446744073709552516"})
    CHECK(failed(concat({"duration_seconds = ", duration})).find("duration_seconds in") != std::string::npos);
}

TEST_CASE("fault 38: keys come before SSO and credential_process, with a warning") {
  auto const planned = plan_of("[profile p]\ncredential_process = /opt/c\nsso_account_id = 1\n",
                               "[p]\naws_access_key_id=A\naws_secret_access_key=s\n", "p");
  CHECK(keys(planned) == "A/s/");
  auto const& warnings = std::get<CredentialsPlan>(planned).warnings;
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0] == "profile p has an access key, so its credential_process in /home/me/.aws/config:2 is not used");
}

TEST_CASE("a source profile without a role provides what it would provide alone, with the same warnings") {
  auto const planned = [](std::string_view rest, std::string_view credentials) {
    return plan_of(role_profile(concat({"source_profile = q\n[profile q]\ncredential_process = /opt/c\n", rest})),
                   credentials, "p");
  };
  auto const warnings = [](Provision<CredentialsPlan> const& plan) { return std::get<CredentialsPlan>(plan).warnings; };
  auto const with_keys = planned("", "[q]\naws_access_key_id=A\naws_secret_access_key=s\n");
  CHECK(keys(with_keys) == "A/s/");
  CHECK(warnings(with_keys) == std::vector<std::string>{"profile q has an access key, so its credential_process in "
                                                        "/home/me/.aws/config:5 is not used"});
  auto const with_half = planned("aws_access_key_id=A\n", "");
  CHECK(base_of<ProcessPlan>(with_half) == ProcessPlan{{"/opt/c"}, "profile q"});
  CHECK(warnings(with_half).size() == 1);
}

TEST_CASE("half an access key beside SSO or credential_process") {
  std::string_view const half = "aws_access_key_id=A\n";
  std::string_view const process = "[profile p]\ncredential_process = /opt/c\n";
  auto const run = plan_of(concat({process, half}), "", "p");
  CHECK(base_of<ProcessPlan>(run).arguments == std::vector<std::string>{"/opt/c"});
  CHECK(std::get<CredentialsPlan>(run).warnings.size() == 1);
  CHECK(message_of(plan_of(process, concat({"[p]\n", half}), "p")).find("no aws_secret_access_key") !=
        std::string::npos);
  auto const sso = plan_of(
      "[profile p]\nsso_start_url = https://a\nsso_region = us-east-1\nsso_account_id = 1\n"
      "sso_role_name = R\n",
      concat({"[p]\n", half}), "p");
  CHECK(base_of<SsoPlan>(sso).role_name == "R");
  CHECK(std::get<CredentialsPlan>(sso).warnings.size() == 1);
}

TEST_CASE("a web identity of a source profile comes before its access key") {
  auto const planned = plan_of(role_profile("source_profile = base\n[profile base]\nweb_identity_token_file = /tok\n"
                                            "role_arn = arn:aws:iam::123456789012:role/W\n"),
                               base_keys, "p");
  CHECK(base_of<WebIdentityPlan>(planned).token_file == "/tok");
}

TEST_CASE("SSO by a session or in the older form") {
  auto const failed = [](std::string_view config) { return message_of(plan_of(config, "", "p")); };
  std::string_view const session = "[sso-session s]\nsso_start_url = https://s\nsso_region = eu-west-1\n";
  std::string_view const by_session = "[profile p]\nsso_session = s\nsso_account_id = 1\nsso_role_name = R\n";
  CHECK(base_of<SsoPlan>(plan_of(concat({session, by_session}), "", "p")).region == "eu-west-1");
  CHECK(base_of<SsoPlan>(plan_of(concat({session, by_session, "sso_region = eu-west-1\n"}), "", "p")).start_url ==
        "https://s");
  CHECK(failed(concat({session, by_session, "sso_region = us-east-1\n"})).find("differs") != std::string::npos);
  CHECK(failed(concat({session, by_session, "sso_start_url = https://t\n"})).find("differs") != std::string::npos);
  CHECK(failed(by_session).find("there is no [sso-session s]") != std::string::npos);
  CHECK(failed(concat({"[sso-session s]\nsso_region = eu-west-1\n", by_session}))
            .find("it has no sso_start_url, nor has its sso-session") != std::string::npos);
  CHECK(base_of<SsoPlan>(
            plan_of(concat({"[sso-session s]\nsso_region = eu-west-1\n", by_session, "sso_start_url = https://own\n"}),
                    "", "p"))
            .start_url == "https://own");
  // Account and role ask for credentials; a session alone is for other uses.
  CHECK(std::holds_alternative<NotConfigured>(plan_of(concat({session, "[profile p]\nsso_session = s\n"}), "", "p")));
  CHECK(failed(concat({session, "[profile p]\nsso_session = s\nsso_account_id = 1\n"})).find("no sso_role_name") !=
        std::string::npos);
  CHECK(failed(concat({session, "[profile p]\nsso_session = s\nsso_role_name = R\n"})).find("no sso_account_id") !=
        std::string::npos);
  CHECK(failed("[profile p]\nsso_account_id = 1\nsso_role_name = R\nsso_start_url = https://a\n")
            .find("it has no sso_region or sso_session") != std::string::npos);
  // The region becomes a part of a host name.
  for (std::string_view region : {"us-east-1.evil.example", "evil/", "a@b", "-"})
    CHECK(failed(concat({"[profile p]\nsso_account_id = 1\nsso_role_name = R\nsso_start_url = https://a\nsso_region = ",
                         region, "\n"}))
              .find("expected a region") != std::string::npos);
}

TEST_CASE("credential_process that a comment cuts") {
  auto const message =
      message_of(plan_of("[profile p]\ncredential_process = /opt/c --team \"team #1\" --json\n", "", "p"));
  CHECK(message.find("credential_process in /home/me/.aws/config:2") != std::string::npos);
  CHECK(message.find("comment") != std::string::npos);
  CHECK(message.find("team") == std::string::npos);
}

TEST_CASE("a profile that does not exist, and a name that is printed safely") {
  CHECK(message_of(plan_of("[plain]\n", "", "plain")) ==
        "credentials: there is no profile plain: looked for [profile plain] in /home/me/.aws/config and [plain] in "
        "/home/me/.aws/credentials; the section in /home/me/.aws/config:1 is ignored: write [profile plain]");
  CHECK(message_of(plan_of("", "", "a\nb")).find("a\\x0ab") != std::string::npos);
}
