// Invariants of what is read of a user's machine. The input is ~/.aws/config up to a line `----`, then
// ~/.aws/credentials; all of it is also what a program prints, a command, and a time:
// - a file that parses is written in one plain form that parses to the same; one that does not names a line of it;
// - a plan is the same if it is made again; its keys can be signed with and sent, and its roles are ARNs; a failure is
//   about credentials, and neither it nor a warning has a character that a terminal obeys;
// - what a program prints provides credentials that can be sent and have not expired, or a failure;
// - the words of a command, quoted, are split into the same words; a time that parses is written as it was read.
#include <algorithm>
#include <variant>

#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/expiration.hpp"
#include "healthlake/credentials/ini.hpp"
#include "healthlake/credentials/process.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/test_machine.hpp"

namespace {
using namespace healthlake;

constexpr Timestamp now = Timestamp::from_seconds(1'795'564'800);  // 2026-11-25T00:00:00Z

// Up to a line `----`.
std::string_view take_part(std::string_view& text) {
  std::size_t const end = text.find("----\n");
  auto const part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 5);
  return part;
}

std::string plain(std::vector<IniSection> const& sections) {
  std::string out;
  auto const add = [&](IniProperty const& property, std::string_view indent) {
    append(out, {indent, property.name, "="});
    for (char const c : property.value.reveal()) append(out, {std::string_view{&c, 1}, c == '\n' ? " " : ""});
    out += '\n';
  };
  for (auto const& section : sections) {
    append(out, {"[", section.name, "]\n"});
    for (auto const& property : section.properties) {
      add(property, "");
      for (auto const& nested : property.nested) add(nested, " ");
    }
  }
  return out;
}

void check_file(std::string_view text) {
  auto const sections = parse_ini(text);
  if (!sections) {
    auto const lines = std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }) + 1;
    FUZZ_REQUIRE(sections.error().line >= 1 && sections.error().line <= static_cast<std::size_t>(lines),
                 "a refusal names a line", text);
    return;
  }
  auto const written = plain(*sections);
  auto const again = parse_ini(written);
  FUZZ_REQUIRE(again && plain(*again) == written, "the plain form reads back", written);
}

bool can_be_sent(Credentials const& keys) {
  return !keys.access_key_id.empty() && !keys.secret_access_key.empty() &&
         detail::all_are(detail::is_visible, keys.access_key_id) &&
         detail::all_are(detail::is_visible, keys.session_token.reveal());
}

void check_message(std::string_view text) {
  FUZZ_REQUIRE(std::none_of(text.begin(), text.end(), detail::is_control), "no control character", text);
}

void check_failure(CredentialsFailure const& failure) {
  auto const* setup = failure.error.as<SetupError>();
  FUZZ_REQUIRE(setup != nullptr && setup->phase == SetupPhase::credentials, "a failure is about credentials", "");
  check_message(setup->message);
}

void check_plan(TestMachine& machine, std::string const& profile) {
  auto const planned = plan_credentials(machine, {profile});
  FUZZ_REQUIRE(planned == plan_credentials(machine, {profile}), "a plan depends on the machine only", profile);
  if (auto const* failure = std::get_if<CredentialsFailure>(&planned)) return check_failure(*failure);
  auto const* plan = std::get_if<CredentialsPlan>(&planned);
  if (plan == nullptr) return;
  for (auto const& warning : plan->warnings) check_message(warning);
  for (auto const& role : plan->roles)
    FUZZ_REQUIRE(role.role_arn.starts_with("arn:"), "a role is an ARN", role.role_arn);
  if (auto const* keys = std::get_if<ProvidedCredentials>(&plan->base))
    FUZZ_REQUIRE(can_be_sent(keys->credentials), "keys can be sent", keys->credentials.access_key_id);
  if (auto const* process = std::get_if<ProcessPlan>(&plan->base))
    FUZZ_REQUIRE(!process->arguments.empty(), "there is a program", profile);
}

void check_process(std::string_view printed) {
  TestMachine machine;
  machine.programs["program"] = {ProcessStatus::exited, 0, Secret{printed}, {}, {}};
  auto const outcome = credentials_of_process(machine, {{"program"}, "profile p"}, now);
  if (auto const* provided = std::get_if<ProvidedCredentials>(&outcome)) {
    FUZZ_REQUIRE(can_be_sent(provided->credentials), "keys can be sent", printed);
    FUZZ_REQUIRE(!provided->expiration || *provided->expiration > now, "they have not expired", printed);
  } else {
    auto const* failure = std::get_if<CredentialsFailure>(&outcome);
    FUZZ_REQUIRE(failure != nullptr, "a program that is configured fails or provides", printed);
    check_failure(*failure);
  }
}

void check_command(std::string_view command) {
  auto const words = split_command(command);
  if (!words) return check_message(words.error());
  std::string quoted;
  for (auto const& word : *words) {
    quoted += '\'';
    for (char const c : word) append(quoted, {c == '\'' ? "'\\''" : std::string_view{&c, 1}});
    quoted += "' ";
  }
  auto const again = split_command(quoted);
  FUZZ_REQUIRE(again && *again == *words, "words split as they were quoted", command);
}

void check_time(std::string_view text) {
  if (auto const time = parse_expiration(text))
    FUZZ_REQUIRE(parse_expiration(to_iso8601(*time)) == time, "a time reads back", text);
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view text = fuzz::as_text(data, size);
  check_command(text);
  check_time(text);
  check_process(text);
  auto const config = take_part(text);
  auto const credentials = take_part(text);
  check_file(config);
  check_file(credentials);
  TestMachine machine;
  machine.variables["HOME"] = "/home/me";
  machine.files = {{"/home/me/.aws/config", std::string{config}},
                   {"/home/me/.aws/credentials", std::string{credentials}}};
  for (char const* profile : {"", "a", "b"}) check_plan(machine, profile);
  return 0;
}
