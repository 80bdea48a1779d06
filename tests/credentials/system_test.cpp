// Invariant: what is read of the machine is complete or a status that says why not; a program ends within its limits,
// and nothing of it is left.
#include "healthlake/credentials/system.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../support/temporary_folder.hpp"

using namespace healthlake;

namespace {
ProcessOutput run_shell(std::string const& script, ProcessLimits const& limits = {}) {
  std::vector<std::string> const arguments{"sh", "-c", script};
  return ThisSystem{}.run(arguments, limits);
}
}  // namespace

TEST_CASE("environment variables") {
  ::setenv("HEALTHLAKE_TEST_VARIABLE", "value", 1);
  ThisSystem const system;
  CHECK(system.variable("HEALTHLAKE_TEST_VARIABLE") == "value");
  ::unsetenv("HEALTHLAKE_TEST_VARIABLE");
  CHECK(system.variable("HEALTHLAKE_TEST_VARIABLE").empty());
}

TEST_CASE("the user database knows an absolute home folder") {
  auto const home = ThisSystem{}.home_of_user();
  CHECK((home.empty() || home[0] == '/'));
}

TEST_CASE("a file is read whole up to the limit") {
  TemporaryFolder const folder;
  auto const path = (folder.path / "file").string();
  std::ofstream{path} << "0123456789";
  ThisSystem const system;
  for (std::size_t const limit : {std::size_t{10}, std::size_t{11}, std::size_t{1000}}) {
    auto const file = system.read_file(path, limit);
    CHECK(file.status == FileStatus::complete);
    CHECK(file.content == Secret{"0123456789"});
  }
  for (std::size_t const limit : {std::size_t{0}, std::size_t{9}}) {
    auto const file = system.read_file(path, limit);
    CHECK(file.status == FileStatus::too_large);
    CHECK(file.content.empty());
  }
  std::ofstream{path}.flush();
  CHECK(system.read_file(path, 0).status == FileStatus::complete);
}

TEST_CASE("whether others can read a file") {
  TemporaryFolder const folder;
  auto const path = (folder.path / "file").string();
  std::ofstream{path} << "x";
  ::chmod(path.c_str(), 0600);
  CHECK(!ThisSystem{}.read_file(path, 10).others_can_read);
  ::chmod(path.c_str(), 0640);
  CHECK(!ThisSystem{}.read_file(path, 10).others_can_read);
  ::chmod(path.c_str(), 0644);
  CHECK(ThisSystem{}.read_file(path, 10).others_can_read);
}

TEST_CASE("what is not a file") {
  TemporaryFolder const folder;
  ThisSystem const system;
  CHECK(system.read_file((folder.path / "absent").string(), 10).status == FileStatus::absent);
  CHECK(system.read_file((folder.path / "absent" / "file").string(), 10).status == FileStatus::absent);
  std::ofstream{folder.path / "file"} << "x";
  CHECK(system.read_file((folder.path / "file" / "file").string(), 10).status == FileStatus::absent);

  auto const directory = system.read_file(folder.path.string(), 10);
  CHECK(directory.status == FileStatus::unreadable);
  CHECK(!directory.reason.empty());
  auto const loop = (folder.path / "loop").string();
  std::filesystem::create_symlink(loop, loop);
  CHECK(system.read_file(loop, 10).status == FileStatus::unreadable);
  CHECK(system.read_file(std::string("/dev/null\0x", 11), 10).status == FileStatus::unreadable);
  // Opening a pipe that nobody writes to would wait.
  auto const pipe = (folder.path / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(system.read_file(pipe, 10).status == FileStatus::unreadable);

  auto const null = system.read_file("/dev/null", 10);
  CHECK(null.status == FileStatus::complete);
  CHECK(null.content.empty());
  CHECK(!null.others_can_read);
  CHECK(system.read_file("/dev/zero", 10).status == FileStatus::too_large);
}

TEST_CASE("a program's output, errors and exit status") {
  auto const ran = run_shell("printf out; printf err >&2; exit 3");
  CHECK(ran.status == ProcessStatus::exited);
  CHECK(ran.exit_code == 3);
  CHECK(ran.output == Secret{"out"});
  CHECK(ran.errors == Secret{"err"});
  CHECK(run_shell("true").exit_code == 0);
}

TEST_CASE("arguments are passed as they are, without a shell") {
  std::vector<std::string> const arguments{"printf", "%s|", "a b", "$HOME", "~", "*", ""};
  auto const ran = ThisSystem{}.run(arguments, ProcessLimits{});
  CHECK(ran.output == Secret{"a b|$HOME|~|*||"});
}

TEST_CASE("a program that cannot be started") {
  for (std::vector<std::string> const& arguments :
       {std::vector<std::string>{"/nowhere/program"}, {"no-such-program-in-path"}, {"/"}, {""}, {}}) {
    auto const ran = ThisSystem{}.run(arguments, ProcessLimits{});
    CHECK(ran.status == ProcessStatus::not_started);
    CHECK(!ran.reason.empty());
  }
}

TEST_CASE("a program that prints too much, to either output") {
  auto const large = run_shell("while :; do echo 0123456789; done", {.max_output_bytes = 100'000});
  CHECK(large.status == ProcessStatus::too_large);
  CHECK(large.output.empty());
  auto const exact = run_shell("printf 0123456789", {.max_output_bytes = 10});
  CHECK(exact.status == ProcessStatus::exited);
  CHECK(exact.output == Secret{"0123456789"});
  CHECK(run_shell("printf 0123456789", {.max_output_bytes = 9}).status == ProcessStatus::too_large);

  auto const noisy = run_shell("i=0; while [ $i -lt 20000 ]; do echo 0123456789 >&2; i=$((i+1)); done; printf done");
  CHECK(noisy.status == ProcessStatus::exited);
  CHECK(noisy.output == Secret{"done"});
  CHECK(noisy.errors.reveal().size() == ProcessLimits{}.max_error_bytes);
}

TEST_CASE("a program that does not end is killed, also one that has closed its outputs") {
  CHECK(run_shell("exec sleep 600", {.timeout = Milliseconds{50}}).status == ProcessStatus::timed_out);
  CHECK(run_shell("exec >&- 2>&-; exec sleep 600", {.timeout = Milliseconds{50}}).status == ProcessStatus::timed_out);
}

TEST_CASE("a program that leaves another one with its outputs behind has ended") {
  auto const ran = run_shell("sleep 5 & printf out", {.timeout = Milliseconds{60'000}});
  CHECK(ran.status == ProcessStatus::exited);
  CHECK(ran.output == Secret{"out"});
}

TEST_CASE("a program ended by a signal") {
  auto const ran = run_shell("kill -9 $$");
  CHECK(ran.status == ProcessStatus::killed);
  CHECK(ran.output.empty());
}

TEST_CASE("no program is left to wait for") {
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("a process that ignores SIGCHLD and SIGPIPE") {
  auto* const child_before = std::signal(SIGCHLD, SIG_IGN);
  auto const lost = run_shell("printf out");
  std::signal(SIGCHLD, child_before);
  CHECK(lost.status == ProcessStatus::killed);
  CHECK(lost.reason.find("SIGCHLD") != std::string::npos);

  auto* const pipe_before = std::signal(SIGPIPE, SIG_IGN);
  // Were it inherited, the signal would not end the shell.
  auto const ran = run_shell("(kill -PIPE $$; printf alive) 2>/dev/null");
  std::signal(SIGPIPE, pipe_before);
  CHECK(ran.status == ProcessStatus::killed);
}
