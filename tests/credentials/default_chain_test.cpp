// Invariant: the first provider that is configured is the plan; one that is configured and wrong ends the chain.
#include "healthlake/credentials/default_chain.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "../support/test_machine.hpp"

using namespace healthlake;

namespace {
std::string const config_path = "/home/me/.aws/config";
std::string const credentials_path = "/home/me/.aws/credentials";

TestMachine empty_machine() {
  TestMachine machine;
  machine.variables["HOME"] = "/home/me";
  return machine;
}

void set_keys(TestMachine& machine) {
  machine.variables["AWS_ACCESS_KEY_ID"] = "ENV";
  machine.variables["AWS_SECRET_ACCESS_KEY"] = "s";
}
void set_web_identity(TestMachine& machine) {
  machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/run/tok";
  machine.variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/Web";
}
void set_profile(TestMachine& machine) {
  machine.files[credentials_path] = "[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n";
}
void set_container(TestMachine& machine) { machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/rel"; }

// The kind of the plan's base, an access key id, or the message.
std::string found(TestMachine& machine, std::string const& profile = "") {
  auto const planned = plan_credentials(machine, {profile});
  if (std::holds_alternative<NotConfigured>(planned)) return "none";
  if (auto const* failure = std::get_if<CredentialsFailure>(&planned)) return to_string(failure->error);
  auto const& base = std::get<CredentialsPlan>(planned).base;
  if (auto const* keys = std::get_if<ProvidedCredentials>(&base)) return keys->credentials.access_key_id;
  if (std::holds_alternative<WebIdentityPlan>(base)) return "web identity";
  if (std::holds_alternative<ContainerPlan>(base)) return "container";
  if (std::holds_alternative<InstancePlan>(base)) return "instance";
  return "other";
}
}  // namespace

TEST_CASE("faults 24, 26, 51: environment, profile, web identity, container, instance") {
  auto machine = empty_machine();
  CHECK(found(machine) == "instance");
  set_container(machine);
  CHECK(found(machine) == "container");
  set_web_identity(machine);
  CHECK(found(machine) == "web identity");
  set_profile(machine);
  CHECK(found(machine) == "FILE");
  set_keys(machine);
  CHECK(found(machine) == "ENV");
}

TEST_CASE("a profile that the program names leaves out the environment") {
  auto machine = empty_machine();
  set_keys(machine);
  set_web_identity(machine);
  set_profile(machine);
  CHECK(found(machine, "default") == "FILE");
  machine.files[credentials_path] = "[default]\n";
  CHECK(found(machine, "default") == "instance");
  CHECK(found(machine, "gone").find("there is no profile gone") != std::string::npos);
  machine.variables["AWS_PROFILE"] = "gone";
  CHECK(found(machine) == "ENV");
  machine.variables.erase("AWS_ACCESS_KEY_ID");
  CHECK(found(machine).find("there is no profile gone") != std::string::npos);
}

TEST_CASE("fault 25: what is configured and wrong ends the chain") {
  auto machine = empty_machine();
  set_container(machine);
  machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/run/tok";
  CHECK(found(machine).find("AWS_ROLE_ARN, the role to assume with it, is not") != std::string::npos);
  machine.variables["AWS_ROLE_ARN"] = "web";
  CHECK(found(machine).find("AWS_ROLE_ARN in the environment: expected an ARN") != std::string::npos);
  set_web_identity(machine);
  machine.variables["AWS_ROLE_SESSION_NAME"] = "a/b";
  CHECK(found(machine).find("AWS_ROLE_SESSION_NAME") != std::string::npos);
  machine.files[credentials_path] = "[default]\naws_access_key_id=FILE\n";
  CHECK(found(machine).find("no aws_secret_access_key") != std::string::npos);
  machine.files[config_path] = "[default\n";
  CHECK(found(machine).find(config_path + ":1: ") != std::string::npos);
  machine.variables["AWS_ACCESS_KEY_ID"] = "a b";
  machine.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  CHECK(found(machine).find("in the environment, AWS_ACCESS_KEY_ID") != std::string::npos);
}

TEST_CASE("fault 57: only `true` switches the instance metadata off") {
  auto machine = empty_machine();
  for (char const* value : {"", "1", "false", "yes", "truee"}) {
    machine.variables["AWS_EC2_METADATA_DISABLED"] = value;
    CHECK(found(machine) == "instance");
  }
  for (char const* value : {"true", "TRUE", "True"}) {
    machine.variables["AWS_EC2_METADATA_DISABLED"] = value;
    CHECK(found(machine) == "none");
  }
  auto const none = std::get<NotConfigured>(plan_credentials(machine, {}));
  for (std::string_view const part :
       {"AWS_ACCESS_KEY_ID", "[default] in /home/me/.aws/config", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_EC2_METADATA_DISABLED"})
    CHECK(none.looked_for.find(part) != std::string::npos);
}

TEST_CASE("the address of the instance metadata") {
  auto machine = empty_machine();
  auto const instance = [&] {
    return std::get<InstancePlan>(std::get<CredentialsPlan>(plan_credentials(machine, {})).base);
  };
  CHECK(instance() == InstancePlan{});
  machine.files[config_path] =
      "[default]\nec2_metadata_service_endpoint_mode = ipv6\nec2_metadata_service_endpoint = http://file\n";
  CHECK(instance() == InstancePlan{"http://file", true, false});
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://variable";
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv4";
  CHECK(instance() == InstancePlan{"http://variable", false, false});
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "";
  machine.files.clear();
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "v6";
  CHECK(found(machine).find("expected IPv4 or IPv6, found \"v6\"") != std::string::npos);
}

TEST_CASE("fault 17: files are read at each plan") {
  auto machine = empty_machine();
  set_profile(machine);
  CHECK(found(machine) == "FILE");
  machine.files[credentials_path] = "[default]\naws_access_key_id=ROTATED\naws_secret_access_key=s\n";
  CHECK(found(machine) == "ROTATED");
}

TEST_CASE("warnings of everything on the way") {
  auto machine = empty_machine();
  machine.variables["AWS_ACCESS_KEY_ID"] = "HALF";
  machine.variables["AWS_DEFAULT_PROFILE"] = "python";
  set_profile(machine);
  machine.open_files = {credentials_path};
  auto const plan = std::get<CredentialsPlan>(plan_credentials(machine, {}));
  REQUIRE(plan.warnings.size() == 3);
  CHECK(plan.warnings[0].find("AWS_SECRET_ACCESS_KEY is not") != std::string::npos);
  CHECK(plan.warnings[1].find("AWS_DEFAULT_PROFILE") != std::string::npos);
  CHECK(plan.warnings[2].find("chmod 600") != std::string::npos);
}

TEST_CASE("warnings about the profile come after those about what was found before") {
  auto machine = empty_machine();
  machine.variables["AWS_DEFAULT_PROFILE"] = "python";
  machine.files[config_path] = "[default]\naws_access_key_id=HALF\ncredential_process=/opt/c\n";
  auto const plan = std::get<CredentialsPlan>(plan_credentials(machine, {}));
  CHECK(plan.base == PlanBase{ProcessPlan{{"/opt/c"}, "profile default"}});
  REQUIRE(plan.warnings.size() == 2);
  CHECK(plan.warnings[0].find("AWS_DEFAULT_PROFILE") != std::string::npos);
  CHECK(plan.warnings[1].find("no aws_secret_access_key; it is not used") != std::string::npos);
}

TEST_CASE("what only STS needs is neither read nor checked without a role") {
  auto machine = empty_machine();
  machine.files[credentials_path] =
      "[default]\naws_access_key_id=FILE\naws_secret_access_key=s\nregion=a.b\nservices=gone\n";
  CHECK(found(machine) == "FILE");
  machine.variables["AWS_REGION"] = "us-east-1";
  machine.variables["AWS_ENDPOINT_URL"] = "http://all";
  auto const plan = std::get<CredentialsPlan>(plan_credentials(machine, {}));
  CHECK(plan.region.empty());
  CHECK(plan.sts_endpoint_url.empty());
}

TEST_CASE("fault 33: region and endpoint of STS and SSO") {
  auto machine = empty_machine();
  machine.files[config_path] =
      "[profile r]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = base\nregion = cn-north-1\n"
      "services = here\n[services here]\nsts =\n  endpoint_url = http://127.0.0.1:1\nsso =\n  endpoint_url = "
      "http://127.0.0.1:2\n[profile base]\nsso_start_url = https://a\nsso_region = eu-west-1\nsso_account_id = 1\n"
      "sso_role_name = R\nregion = us-east-1\n";
  auto plan = std::get<CredentialsPlan>(plan_credentials(machine, {"r"}));
  CHECK(plan.region == "cn-north-1");
  CHECK(plan.sts_endpoint_url == "http://127.0.0.1:1");
  CHECK(std::get<SsoPlan>(plan.base).endpoint_url == "http://127.0.0.1:2");
  CHECK(std::get<SsoPlan>(plan.base).region == "eu-west-1");
  machine.variables["AWS_REGION"] = "us-gov-west-1";
  machine.variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:3";
  plan = std::get<CredentialsPlan>(plan_credentials(machine, {"r"}));
  CHECK(plan.region == "us-gov-west-1");
  CHECK(plan.sts_endpoint_url == "http://127.0.0.1:3");
  plan = std::get<CredentialsPlan>(plan_credentials(machine, {"r", "eu-north-1"}));
  CHECK(plan.region == "eu-north-1");
  machine.variables["AWS_REGION"] = "us-east-1.evil.example";
  CHECK(found(machine, "r") == "credentials: AWS_REGION: expected a region such as us-east-1");
  machine.variables.erase("AWS_REGION");
  machine.files[config_path] +=
      "[profile w]\nregion = a.b\nrole_arn = arn:aws:iam::123456789012:role/R\n"
      "source_profile = base\n";
  CHECK(found(machine, "w") == "credentials: region in " + config_path + ":18: expected a region such as us-east-1");
  auto const wrong = plan_credentials(machine, {"r", "a/b"});
  CHECK(to_string(std::get<CredentialsFailure>(wrong).error) ==
        "credentials: the region of the program: expected a region such as us-east-1");
}

TEST_CASE("region and endpoint of the profile") {
  auto machine = empty_machine();
  auto const settings = [&](std::string const& profile = "") {
    auto const read = profile_settings(machine, {profile});
    REQUIRE(read);
    return *read;
  };
  CHECK(settings() == ProfileSettings{});
  machine.files[config_path] =
      "[default]\nregion = us-east-1\nendpoint_url = http://all\n[profile p]\nregion = eu-west-1\nservices = s\n"
      "endpoint_url = http://all\n[services s]\nhealthlake =\n  endpoint_url = http://one\n[profile q]\noutput = "
      "json\n";
  auto const in_config = [](std::string const& property, int line) {
    return property + " in " + config_path + ":" + std::to_string(line);
  };
  CHECK(settings() == ProfileSettings{"us-east-1", "http://all", in_config("region", 2), in_config("endpoint_url", 3)});
  CHECK(settings("p") ==
        ProfileSettings{"eu-west-1", "http://one", in_config("region", 5), in_config("endpoint_url", 10)});
  CHECK(settings("q") == ProfileSettings{});
  CHECK(settings("gone") == ProfileSettings{});
  machine.variables["AWS_PROFILE"] = "p";
  machine.variables["AWS_DEFAULT_REGION"] = "sa-east-1";
  CHECK(settings().region == "eu-west-1");
  CHECK(settings().endpoint_url == "http://one");
  machine.variables["AWS_REGION"] = "ap-south-1";
  machine.variables["AWS_ENDPOINT_URL"] = "http://variable";
  CHECK(settings() == ProfileSettings{"ap-south-1", "http://variable", "AWS_REGION", "AWS_ENDPOINT_URL"});
  auto const by_program = profile_settings(machine, {"p", "eu-north-1"});
  REQUIRE(by_program);
  CHECK(by_program->region == "eu-north-1");
  CHECK(by_program->region_source.empty());
  machine.variables["AWS_ENDPOINT_URL_HEALTHLAKE"] = "http://healthlake";
  CHECK(settings().endpoint_url == "http://healthlake");
  machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "TRUE";
  CHECK(settings().endpoint_url.empty());
  machine.files[config_path] = "[p\n";
  CHECK(!profile_settings(machine, {}));
}

TEST_CASE("an endpoint that somebody chose and that cannot be found out is a failure, not another endpoint") {
  auto machine = empty_machine();
  std::string const role = "role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = base\n";
  std::string const base = "[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n";
  auto const failure = [&] {
    auto const read = profile_settings(machine, {"p"});
    auto const message = read ? std::string{} : to_string(read.error().error);
    // The endpoint of STS is looked for in the same way.
    CHECK(found(machine, "p") == (read ? "A" : message));
    return message;
  };
  machine.files[config_path] = "[profile p]\nservices = s\n" + role + base;
  CHECK(failure() ==
        "credentials: services in " + config_path + ":2: there is no section [services s] in " + config_path);
  for (std::size_t const size : {64U, 65U}) {
    machine.files[config_path] = "[profile p]\nservices = " + std::string(size, 's') + "\n" + role + base;
    CHECK(failure().find("[services " + std::string(64, 's') + (size == 64 ? "] in" : "...] in")) != std::string::npos);
  }
  machine.files[config_path] = "[profile p]\nservices = s\n" + role + base;
  machine.variables["AWS_ENDPOINT_URL"] = "http://variable";
  CHECK(failure().empty());
  machine.variables.clear();
  machine.variables["HOME"] = "/home/me";
  machine.files[config_path] += "[services s]\ns3 =\n  endpoint_url = http://s3\n";
  CHECK(failure().empty());
  for (auto const& [said, wrong] : {std::pair{"false", false}, {"TRUE", false}, {"1", true}, {"yes", true}}) {
    machine.files[config_path] =
        std::string{"[profile p]\nignore_configured_endpoint_urls = "} + said + "\n" + role + base;
    CHECK(
        failure() ==
        (wrong ? "credentials: ignore_configured_endpoint_urls in " + config_path + ":2: expected true or false" : ""));
    machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false";
    CHECK(failure().empty());
    machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "no";
    CHECK(failure() == "credentials: AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: expected true or false");
    machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "";
  }
}
