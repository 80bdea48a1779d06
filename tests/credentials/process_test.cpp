// Invariant: a program provides credentials only if it exits with 0 and prints exactly what is documented; a message
// has what it said about its failure, and nothing that it printed.
#include "healthlake/credentials/process.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../support/test_machine.hpp"

using namespace healthlake;

namespace {
constexpr Timestamp now = Timestamp::from_seconds(1'795'564'800);  // 2026-11-25T00:00:00Z
ProcessPlan const plan{{"/opt/creds", "a b"}, "profile dev"};

TestMachine machine_printing(std::string_view output) {
  TestMachine machine;
  machine.programs["/opt/creds a b"] = {ProcessStatus::exited, 0, Secret{output}, {}, {}};
  return machine;
}

CredentialsOutcome outcome_of(std::string_view output) {
  auto machine = machine_printing(output);
  return credentials_of_process(machine, plan, now);
}

std::string message_of(CredentialsOutcome const& outcome) {
  auto const* failure = std::get_if<CredentialsFailure>(&outcome);
  return failure == nullptr ? "no failure" : to_string(failure->error);
}

std::string split(std::string_view command) {
  auto const words = split_command(command);
  if (!words) return "error: " + words.error();
  std::string out;
  for (auto const& word : *words) out += "<" + word + ">";
  return out;
}
}  // namespace

TEST_CASE("fault 39: a command is split like a command of a POSIX shell") {
  CHECK(split("/opt/get-creds --for p") == "</opt/get-creds><--for><p>");
  CHECK(split(" \t/opt/c  a\n") == "</opt/c><a>");
  CHECK(split(R"("/opt/my tool/creds" --name "a b")") == "</opt/my tool/creds><--name><a b>");
  CHECK(split(R"('a b' 'a\b' 'a"b')") == R"(<a b><a\b><a"b>)");
  CHECK(split(R"('a\\b' 'a\"b' 'a\')") == R"(<a\\b><a\"b><a\>)");
  CHECK(split(R"("a\"b" "a\\b" "a\b" "a'b")") == R"(<a"b><a\b><a\b><a'b>)");
  CHECK(split(R"("a\\" "b")") == R"(<a\><b>)");
  CHECK(split(R"(a\ b \"a \\)") == R"(<a b><"a><\>)");
  CHECK(split(R"(a"b c"d'e f'g)") == "<ab cde fg>");
  CHECK(split(R"(a "" '')") == "<a><><>");
  CHECK(split("/opt/c [x] $HOME ~ * | ;") == "</opt/c><[x]><$HOME><~><*><|><;>");
  CHECK(split("c #1") == "<c><#1>");
}

TEST_CASE("a command that cannot be split") {
  CHECK(split("") == "error: no command");
  CHECK(split("  ") == "error: no command");
  CHECK(split("a 'b") == "error: a ' that is not closed");
  CHECK(split("a \"b'") == "error: a \" that is not closed");
  CHECK(split("a \"b\\\"") == "error: a \" that is not closed");
  CHECK(split("a \"b\\") == "error: a \" that is not closed");
  CHECK(split("a\\") == "error: a backslash at the end");
  CHECK(split(std::string_view("a\0b", 3)) == "error: a NUL character");
}

TEST_CASE("credentials with and without an expiration") {
  auto machine = machine_printing(R"({"Version": 1, "AccessKeyId": "ASIA-P", "SecretAccessKey": "s"})");
  auto const plain = std::get<ProvidedCredentials>(credentials_of_process(machine, plan, now));
  CHECK(plain.credentials == Credentials{"ASIA-P", Secret{"s"}, {}});
  CHECK(!plain.expiration);
  CHECK(plain.source == "credential_process of profile dev");
  CHECK(machine.run_with == std::vector<std::vector<std::string>>{{"/opt/creds", "a b"}});

  auto const expiring = std::get<ProvidedCredentials>(
      outcome_of(R"({"SessionToken":"t","Expiration":"2099-05-01T12:00:00.5+02:00","SecretAccessKey":"s",)"
                 R"("AccessKeyId":"A","Version":1,"AccountId":"1","More":{}})"));
  CHECK(expiring.credentials.session_token == Secret{"t"});
  REQUIRE(expiring.expiration);
  CHECK(to_iso8601(*expiring.expiration) == "2099-05-01T10:00:00.500Z");

  auto const nulls = std::get<ProvidedCredentials>(
      outcome_of(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":null,"Expiration":null})"));
  CHECK(!nulls.expiration);
  CHECK(nulls.credentials.session_token.empty());
}

TEST_CASE("fault 36: the version is the number 1") {
  for (std::string_view version : {R"("1")", R"("1what")", "2", "0", "-1", "1.5", "true", "null", "[1]"}) {
    CAPTURE(version);
    auto const text = concat({R"({"Version":)", version, R"(,"AccessKeyId":"A","SecretAccessKey":"s"})"});
    CHECK(message_of(outcome_of(text)).find("Version") != std::string::npos);
  }
  CHECK(message_of(outcome_of(R"({"AccessKeyId":"A","SecretAccessKey":"s"})")).find("Version is missing") !=
        std::string::npos);
}

TEST_CASE("fault 37: an expiration that cannot be read is never no expiration") {
  for (std::string_view expiration :
       {R"("soon")", R"("")", R"("2099-05-01T10:00:00")", "4070908800", R"("2099-06-30T23:59:60Z")", "{}"}) {
    CAPTURE(expiration);
    auto const text =
        concat({R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","Expiration":)", expiration, "}"});
    CHECK(message_of(outcome_of(text)).find("Expiration") != std::string::npos);
  }
}

TEST_CASE("output that is not as documented is a failure that does not quote it") {
  for (std::string_view output :
       {"", "QQQQ", "Password: QQQQ", "[]", "null", R"({"Version":1})",
        R"({"Version":1,"AccessKeyId":"","SecretAccessKey":"QQQQ"})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":""})",
        R"({"Version":1,"AccessKeyId":"QQ\nQQ","SecretAccessKey":"QQQQ"})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"QQQQ","SessionToken":"QQ\r\nQQ"})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"QQQQ","SessionToken":7})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"QQQQ"} QQQQ)",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"QQQQ")"}) {
    CAPTURE(output);
    auto const message = message_of(outcome_of(output));
    CHECK(message.starts_with("credentials: credential_process of profile dev: the output is not as expected: "));
    CHECK(message.find("QQ") == std::string::npos);
  }
}

TEST_CASE("a message says which member has the wrong type, and what was expected") {
  auto const wrong = [](std::string_view output) {
    auto const message = message_of(outcome_of(output));
    return message.substr(message.find("expected: ") + 10);
  };
  CHECK(wrong(R"({"Version":"1"})") == "expected the number 1 as Version");
  CHECK(wrong(R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"s"})") == "expected the number 1 as Version");
  CHECK(wrong(R"({"AccessKeyId":7})") == "expected a string as AccessKeyId");
  CHECK(wrong(R"({"SecretAccessKey":true})") == "expected a string as SecretAccessKey");
  CHECK(wrong(R"({"SessionToken":[]})") == "expected a string as SessionToken");
  CHECK(wrong(R"({"Expiration":{}})") == "expected a string as Expiration");
}

TEST_CASE("512 bytes of standard error are part of the message") {
  auto machine = machine_printing("");
  auto& ran = machine.programs["/opt/creds a b"];
  ran.exit_code = 1;
  ran.errors = Secret{std::string(512, 'e')};
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("status 1: " + std::string(512, 'e')));
  ran.errors = Secret{std::string(513, 'e')};
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("status 1: " + std::string(512, 'e') + "..."));
}

TEST_CASE("the exit status decides, and standard error is part of the message") {
  auto machine = machine_printing(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"})");
  auto& ran = machine.programs["/opt/creds a b"];
  ran.errors = Secret{"a note"};
  CHECK(std::holds_alternative<ProvidedCredentials>(credentials_of_process(machine, plan, now)));
  ran.exit_code = 3;
  ran.errors = Secret{"please log in\x1b[2J"};
  auto const message = message_of(credentials_of_process(machine, plan, now));
  CHECK(message ==
        "credentials: credential_process of profile dev: the program ended with exit status 3: please log in\\x1b[2J");
  ran.errors = {};
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("exit status 3"));
}

TEST_CASE("standard error that repeats a secret") {
  auto machine =
      machine_printing(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"QQQQQQQQ","SessionToken":"RRRRRRRR"})");
  auto& ran = machine.programs["/opt/creds a b"];
  ran.exit_code = 1;
  ran.errors = Secret{"got QQQQQQQQ and RRRRRRRR"};
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("got *** and ***"));
  ran.output = Secret{"SECRETSECRETSECRET"};
  ran.errors = Secret{"got SECRETSECRETSECRET"};
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("got ***"));
}

TEST_CASE("a program that was not started or did not end is a failure that may be over soon") {
  TestMachine machine;
  auto outcome = credentials_of_process(machine, plan, now);
  CHECK(message_of(outcome).ends_with("the program could not be started: No such file or directory"));
  CHECK(std::get<CredentialsFailure>(outcome).transient);
  machine = machine_printing("");
  auto& ran = machine.programs["/opt/creds a b"];
  ran.status = ProcessStatus::killed;
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("was ended by a signal"));
  ran.status = ProcessStatus::timed_out;
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("did not end within 60 seconds"));
  ran.status = ProcessStatus::too_large;
  CHECK(message_of(credentials_of_process(machine, plan, now)).ends_with("printed more than 65536 bytes"));
}

TEST_CASE("a program that prints expired credentials runs once more, then it is a failure") {
  for (std::string_view expiration : {"2001-01-01T00:00:00Z", "2026-11-25T00:00:00Z"}) {
    auto machine = machine_printing(
        concat({R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","Expiration":")", expiration, R"("})"}));
    auto const message = message_of(credentials_of_process(machine, plan, now));
    CHECK(message.find("expired at") != std::string::npos);
    CHECK(machine.run_with.size() == 2);
  }
  CHECK(std::holds_alternative<ProvidedCredentials>(
      outcome_of(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"2026-11-25T00:00:00.001Z"})")));
}
