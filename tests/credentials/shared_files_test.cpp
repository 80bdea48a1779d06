// Invariant: the view of both files has the profiles that the SDKs see, each with its own properties; a file that
// cannot be used is a failure that names it.
#include "healthlake/credentials/shared_files.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "../support/test_machine.hpp"

using namespace healthlake;

namespace {
std::string const config_path = "/home/me/.aws/config";
std::string const credentials_path = "/home/me/.aws/credentials";

TestMachine machine_with(std::string_view config, std::string_view credentials) {
  TestMachine machine;
  machine.variables["HOME"] = "/home/me";
  machine.files = {{config_path, std::string{config}}, {credentials_path, std::string{credentials}}};
  return machine;
}

SharedFiles files_of(std::string_view config, std::string_view credentials) {
  auto machine = machine_with(config, credentials);
  auto files = read_shared_files(machine);
  REQUIRE(files);
  return std::move(*files);
}

// The region of a profile; `none` if there is no such profile.
std::string region(SharedFiles const& files, std::string_view profile) {
  if (!files.has(SharedSectionKind::profile, profile)) return "none";
  return std::string{files.value(SharedSectionKind::profile, profile, "region")};
}

std::string message_of(TestMachine& machine) {
  auto const files = read_shared_files(machine);
  return files ? "no failure" : to_string(files.error().error);
}
}  // namespace

TEST_CASE("faults 9, 10: a prefix is needed in config and has no meaning in credentials") {
  auto const files = files_of(
      "[plain]\nregion=1\n[profilefoo]\nregion=2\n[profiles x]\nregion=3\n[profile\ttab]\nregion=4\n"
      "[profile]\nregion=5\n[ profile  blanks ]\nregion=6\n[default]\nregion=7\n[sso-session s]\nregion=8\n",
      "[services-prod]\nregion=9\n[profile y]\nregion=10\n[sso-session z]\nregion=11\n[profile]\nregion=12\n");
  CHECK(region(files, "plain") == "none");
  CHECK(region(files, "foo") == "none");
  CHECK(region(files, "x") == "none");
  CHECK(region(files, "tab") == "4");
  CHECK(region(files, "blanks") == "6");
  CHECK(region(files, "default") == "7");
  CHECK(region(files, "services-prod") == "9");
  CHECK(region(files, "y") == "none");
  CHECK(region(files, "profile") == "12");
  CHECK(files.has(SharedSectionKind::sso_session, "s"));
  CHECK(!files.has(SharedSectionKind::sso_session, "z"));
}

TEST_CASE("fault 8: [profile default] replaces [default], wherever it stands") {
  for (std::string_view config : {"[profile default]\nregion=1\n[default]\nregion=2\noutput=o\n",
                                  "[default]\nregion=2\noutput=o\n[profile default]\nregion=1\n"}) {
    auto const files = files_of(config, "");
    CHECK(region(files, "default") == "1");
    CHECK(files.value(SharedSectionKind::profile, "default", "output").empty());
  }
  CHECK(region(files_of("[DEFAULT]\nregion=1\n", ""), "default") == "none");
}

TEST_CASE("fault 6: sections of one name are merged; credentials come before config; an empty value is absent") {
  auto const files = files_of("[profile a]\nregion=1\nx=1\n[profile b]\n[profile a]\nregion=2\ny=2\n",
                              "[a]\nregion=3\n[a]\nz=3\n[b]\nregion=\n[c]\nregion=4\nregion=\n");
  CHECK(region(files, "a") == "3");
  CHECK(files.value(SharedSectionKind::profile, "a", "x") == "1");
  CHECK(files.value(SharedSectionKind::profile, "a", "y") == "2");
  CHECK(files.value(SharedSectionKind::profile, "a", "z") == "3");
  CHECK(region(files, "b").empty());
  CHECK(region(files, "c").empty());
  CHECK(region(files_of("[default]\nregion=1\n", "[default]\nregion=\n"), "default") == "1");
  for (auto const file : {SharedFile::config, SharedFile::credentials})
    CHECK(files.find(SharedSectionKind::profile, "b", "region", file).empty());
}

TEST_CASE("fault 11: names of profiles compare with case, names of properties without") {
  auto const files = files_of("[profile A]\nREGION=1\n[profile a]\nregion=2\n", "");
  CHECK(region(files, "A") == "1");
  CHECK(region(files, "a") == "2");
}

TEST_CASE("fault 13: a name in quotes or with a space is ignored, and a hint says so") {
  auto const files = files_of("[profile \"my dev\"]\n[profile \"dev\"]\n[plain]\n[sso-session 'FOO BAR']\n",
                              "[profile other]\n[m\xc3\xbcnchen]\n");
  auto const hint = [&](std::string_view name) { return files.hint(SharedSectionKind::profile, name); };
  CHECK(hint("my dev") ==
        "; the section in /home/me/.aws/config:1 is ignored, since a name consists of ASCII letters, "
        "digits and -/.%@_:+");
  CHECK(hint("dev") == "; the section in /home/me/.aws/config:2 is ignored: write [profile dev]");
  CHECK(hint("plain") == "; the section in /home/me/.aws/config:3 is ignored: write [profile plain]");
  CHECK(hint("other") == "; the section in /home/me/.aws/credentials:1 is ignored: write [other] in that file");
  CHECK(hint("m\xc3\xbcnchen").find("credentials:2 is ignored, since") != std::string::npos);
  CHECK(hint("none").empty());
  CHECK(files.hint(SharedSectionKind::sso_session, "FOO BAR").find("config:4 is ignored, since") != std::string::npos);
}

TEST_CASE("fault 13: a hint is about a pair of quotes with a name in between, and about nothing else") {
  auto const files =
      files_of("[abba]\n[profile \"dev]\n[profile dev']\n[profile \"a\"]\n[profile \"\"]\n[profile ']\n", "");
  auto const hint = [&](std::string_view name) { return files.hint(SharedSectionKind::profile, name); };
  CHECK(hint("abba").ends_with("config:1 is ignored: write [profile abba]"));
  CHECK(hint("a").ends_with("config:4 is ignored: write [profile a]"));
  for (std::string_view name : {"bb", "de", "dev", "ev", ""}) CHECK(hint(name).empty());
}

TEST_CASE("properties below a property") {
  auto const files = files_of(
      "[services s]\nhealthlake =\n  endpoint_url = http://one\n  Endpoint_URL = http://two\n"
      "[profile p]\nservices = s\nregion =\n  nested = x\n",
      "");
  CHECK(files.nested(SharedSectionKind::services, "s", "healthlake", "endpoint_url").value() == "http://two");
  CHECK(files.nested(SharedSectionKind::services, "s", "healthlake", "region").empty());
  CHECK(files.nested(SharedSectionKind::services, "s", "sts", "endpoint_url").empty());
  CHECK(region(files, "p").empty());
  // In one file, a property with others below it is found.
  CHECK(!files.find(SharedSectionKind::profile, "p", "region", SharedFile::config).empty());
  CHECK(files.find(SharedSectionKind::profile, "p", "region").empty());
  auto const cleared = files_of("[services s]\nsts =\n  endpoint_url = http://one\n  endpoint_url =\n", "");
  CHECK(cleared.nested(SharedSectionKind::services, "s", "sts", "endpoint_url").empty());
}

TEST_CASE("fault 22: where the files are; without a home folder there are none") {
  TestMachine machine;
  machine.files = {{".aws/credentials", "[default]\nregion=1\n"}, {"/.aws/credentials", "[default]\nregion=2\n"}};
  auto files = read_shared_files(machine);
  REQUIRE(files);
  CHECK(region(*files, "default") == "none");
  CHECK(machine.read.empty());

  machine.variables = {{"HOME", "/home/me"}, {"AWS_CONFIG_FILE", "~/alt/cfg"}, {"AWS_SHARED_CREDENTIALS_FILE", ""}};
  machine.files = {{"/home/me/alt/cfg", "[default]\nregion=3\n"}, {credentials_path, "[default]\nx=1\n"}};
  files = read_shared_files(machine);
  REQUIRE(files);
  CHECK(region(*files, "default") == "3");
  CHECK(files->value(SharedSectionKind::profile, "default", "x") == "1");
  CHECK(files->path(SharedFile::config) == "/home/me/alt/cfg");
}

TEST_CASE("fault 7: a file that cannot be read or parsed is not an absent one") {
  for (auto const& path : {config_path, credentials_path}) {
    auto machine = machine_with("", "");
    machine.locked_files = {path};
    CHECK(message_of(machine) == "credentials: " + path + " cannot be read: Permission denied");
    machine.locked_files.clear();
    machine.files[path] = std::string(max_shared_file_bytes + 1, '\n');
    CHECK(message_of(machine) == "credentials: " + path + " is larger than 1048576 bytes");
    machine.files[path] = std::string(max_shared_file_bytes, '\n');
    CHECK(message_of(machine) == "no failure");
    machine.files[path] = "[default]\nregion=1\n[b]\nnot a property\n";
    CHECK(message_of(machine) == "credentials: " + path + ":4: expected `name = value`; the line has no `=`");
  }
}

TEST_CASE("a path is shown without characters that a terminal obeys") {
  TestMachine machine;
  machine.variables = {{"AWS_CONFIG_FILE", "/tmp/\x1b[2Jx"}};
  machine.files["/tmp/\x1b[2Jx"] = "[default\n";
  CHECK(message_of(machine).starts_with("credentials: /tmp/\\x1b[2Jx:1: "));
}

TEST_CASE("fault 16: a file that is being rewritten is a failure that may be over soon") {
  auto machine = machine_with("", "[default]\naws_access_key_i");
  auto const files = read_shared_files(machine);
  REQUIRE(!files);
  CHECK(files.error().transient);
}

TEST_CASE("a file with an access key that others can read is used with a warning") {
  auto machine = machine_with("[default]\nregion=1\n", "[a]\nx=1\n[b]\naws_secret_access_key=s\n");
  machine.open_files = {config_path, credentials_path};
  auto files = read_shared_files(machine);
  REQUIRE(files);
  REQUIRE(files->warnings().size() == 1);
  CHECK(files->warnings()[0] == "other users of this machine can read /home/me/.aws/credentials; run chmod 600 on it");
  machine.files[config_path] = machine.files[credentials_path];
  files = read_shared_files(machine);
  REQUIRE(files);
  CHECK(files->warnings().size() == 2);
  machine.open_files.clear();
  CHECK(read_shared_files(machine)->warnings().empty());
}

TEST_CASE("faults 19, 20: the selected profile") {
  TestMachine machine;
  CHECK(selected_profile(machine, "") == "default");
  machine.variables = {{"AWS_PROFILE", ""}, {"AWS_DEFAULT_PROFILE", "python"}};
  CHECK(selected_profile(machine, "") == "default");
  machine.variables["AWS_PROFILE"] = "variable";
  CHECK(selected_profile(machine, "") == "variable");
  CHECK(selected_profile(machine, "program") == "program");
}
