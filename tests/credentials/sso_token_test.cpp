// Invariant: the token is that of the file of the session or start URL, read anew each time and still valid; any other
// file is a failure that says how to log in and does not quote the file.
#include "healthlake/credentials/sso_token.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "../support/test_machine.hpp"

using namespace healthlake;

namespace {
constexpr Timestamp now = Timestamp::from_seconds(1'795'564'800);  // 2026-11-25T00:00:00Z
SsoPlan const older{.start_url = "https://a.awsapps.com/start", .source = "profile l"};
SsoPlan const newer{.session = "corp", .start_url = "https://b.awsapps.com/start", .source = "profile l"};
std::string const older_file = "/home/me/.aws/sso/cache/254784cd8283bad6d3651b7b0e6d75a70cc632ab.json";
std::string const newer_file = "/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

TestMachine machine_with(std::string const& path, std::string_view text) {
  TestMachine machine;
  machine.variables["HOME"] = "/home/me";
  machine.files[path] = text;
  return machine;
}

std::string message_of(TestMachine& machine, SsoPlan const& plan) {
  auto const token = read_sso_token(machine, plan, now);
  return token ? "no failure" : to_string(token.error().error);
}
}  // namespace

TEST_CASE("the file is named by the session, or by the start URL in the older form") {
  TestMachine machine;
  CHECK(sso_token_file(machine, older).empty());
  machine.variables["HOME"] = "/home/me";
  CHECK(sso_token_file(machine, older) == older_file);
  CHECK(sso_token_file(machine, newer) == newer_file);
}

TEST_CASE("fault 63: the time at which a token expires, in every form that was written") {
  for (std::string_view time : {"2099-01-01T00:00:00Z", "2099-01-01T00:00:00UTC", "2099-01-01T02:00:00+02:00"}) {
    auto machine =
        machine_with(older_file, concat({R"({"startUrl":"https://a.awsapps.com/start","region":"us-east-1",)",
                                         R"("accessToken":"AT","expiresAt":")", time, R"("})"}));
    auto const token = read_sso_token(machine, older, now);
    REQUIRE(token);
    CHECK(token->access_token == Secret{"AT"});
    CHECK(to_iso8601(token->expiration) == "2099-01-01T00:00:00.000Z");
  }
}

TEST_CASE("fault 64: a new login is seen") {
  auto machine = machine_with(newer_file, R"({"accessToken":"OLD","expiresAt":"2001-01-01T00:00:00Z"})");
  CHECK(message_of(machine, newer) ==
        "credentials: profile l: the SSO token in " + newer_file +
            " expired at 2001-01-01T00:00:00.000Z; run `aws sso login --sso-session corp`");
  machine.files[newer_file] = R"({"accessToken":"NEW","expiresAt":"2099-01-01T00:00:00Z"})";
  CHECK(read_sso_token(machine, newer, now)->access_token == Secret{"NEW"});
}

TEST_CASE("a token that expires now has expired") {
  auto machine = machine_with(newer_file, R"({"accessToken":"T","expiresAt":"2026-11-25T00:00:00Z"})");
  CHECK(message_of(machine, newer).find("expired at") != std::string::npos);
  machine.files[newer_file] = R"({"accessToken":"T","expiresAt":"2026-11-25T00:00:01Z"})";
  CHECK(read_sso_token(machine, newer, now).has_value());
}

TEST_CASE("no file, or another one") {
  TestMachine machine;
  CHECK(message_of(machine, newer).find("there is no home folder") != std::string::npos);
  machine.variables["HOME"] = "/home/me";
  CHECK(message_of(machine, newer).find("there is no SSO token in " + newer_file) != std::string::npos);
  machine.locked_files = {newer_file};
  CHECK(message_of(machine, newer).find("cannot be read: Permission denied") != std::string::npos);
  machine.locked_files.clear();
  machine.files[newer_file] = std::string(max_sso_token_file_bytes + 1, ' ');
  CHECK(message_of(machine, newer).find("is larger than 65536 bytes") != std::string::npos);
}

TEST_CASE("a path is shown without control characters") {
  TestMachine machine;
  machine.variables["HOME"] = "/home/m\x1b[1m\xc3\xa9";
  std::string const shown = "/home/m\\x1b[1m\xc3\xa9/.aws/sso/cache/";
  CHECK(message_of(machine, newer).find("there is no SSO token in " + shown) != std::string::npos);
  machine.files[sso_token_file(machine, newer)] = "{";
  CHECK(message_of(machine, newer).find(shown) != std::string::npos);
}

TEST_CASE("a file that is not a token is not quoted") {
  for (std::string_view text :
       {"", "QQQQ", "[]", R"({"accessToken":"QQQQ"})", R"({"expiresAt":"2099-01-01T00:00:00Z"})",
        R"({"accessToken":"QQQQ","expiresAt":"2099-01-01T00:00:00"})",
        R"({"accessToken":"QQQQ","expiresAt":4070908800})", R"({"accessToken":"","expiresAt":"2099-01-01T00:00:00Z"})",
        R"({"accessToken":"QQ\r\nx-evil: QQ","expiresAt":"2099-01-01T00:00:00Z"})",
        R"({"accessToken":"QQQQ","expiresAt":"2099-01-01T00:00:00Z")"}) {
    CAPTURE(text);
    auto machine = machine_with(newer_file, text);
    auto const message = message_of(machine, newer);
    CHECK(message.find("is not an SSO token") != std::string::npos);
    CHECK(message.find("aws sso login") != std::string::npos);
    CHECK(message.find("QQ") == std::string::npos);
  }
}
