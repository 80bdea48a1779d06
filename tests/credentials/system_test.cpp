// Invariant: what is read of the machine is complete or a status that says why not; a program ends within its limits,
// and nothing of it is left.
#include "healthlake/credentials/system.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "../support/temporary_folder.hpp"

using namespace healthlake;

namespace {
// The open file descriptors of this process; or those of them that a program inherits.
std::vector<int> descriptors(bool inherited = false) {
  std::vector<int> found;
  for (int number = 0; number < 256; ++number) {
    int const flags = ::fcntl(number, F_GETFD);
    if (flags >= 0 && !(inherited && (flags & FD_CLOEXEC) != 0)) found.push_back(number);
  }
  return found;
}

// Runs it and checks that nothing of it is left.
ProcessOutput run(std::vector<std::string> const& arguments, ProcessLimits const& limits = {}) {
  auto const before = descriptors();
  auto ran = ThisSystem{}.run(arguments, limits);
  bool const waited_for = ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
  CHECK(waited_for);
  CHECK(descriptors() == before);
  return ran;
}

ProcessOutput run_shell(std::string const& script, ProcessLimits const& limits = {}) {
  return run({"sh", "-c", script}, limits);
}

std::string message_of(int error) { return std::generic_category().message(error); }

// How this process handles a signal while the object lives. A handler interrupts system calls.
class Handler {
 public:
  Handler(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    REQUIRE(::sigaction(signal, &action, &before_) == 0);
  }
  ~Handler() { ::sigaction(signal_, &before_, nullptr); }
  Handler(Handler const&) = delete;
  Handler& operator=(Handler const&) = delete;

 private:
  int signal_;
  struct sigaction before_ {};
};

// Standard streams that are closed while the object lives: bit 0 for number 0, and so on.
class ClosedStreams {
 public:
  explicit ClosedStreams(unsigned which) : which_(which) {
    for (int i = 0; i < 3; ++i) {
      kept_[static_cast<std::size_t>(i)] = ::fcntl(i, F_DUPFD_CLOEXEC, 100);
      if ((which_ >> i & 1U) != 0) ::close(i);
    }
  }
  ~ClosedStreams() {
    for (int i = 0; i < 3; ++i) {
      int const kept = kept_[static_cast<std::size_t>(i)];
      if ((which_ >> i & 1U) != 0) ::dup2(kept, i);
      ::close(kept);
    }
  }
  ClosedStreams(ClosedStreams const&) = delete;
  ClosedStreams& operator=(ClosedStreams const&) = delete;

 private:
  unsigned which_;
  std::array<int, 3> kept_{};
};
}  // namespace

TEST_CASE("environment variables") {
  ::setenv("HEALTHLAKE_TEST_VARIABLE", "value", 1);
  ThisSystem const system;
  CHECK(system.variable("HEALTHLAKE_TEST_VARIABLE") == "value");
  ::unsetenv("HEALTHLAKE_TEST_VARIABLE");
  CHECK(system.variable("HEALTHLAKE_TEST_VARIABLE").empty());
}

TEST_CASE("the home folder is the user database's") {
  auto const* const entry = ::getpwuid(::getuid());
  std::string const expected = entry == nullptr ? "" : entry->pw_dir;
  CHECK(ThisSystem{}.home_of_user() == expected);
  // The database may be read already.
  with_few_descriptors([&](rlim_t) {
    auto const home = ThisSystem{}.home_of_user();
    CHECK((home.empty() || home == expected));
  });
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
  CHECK(!ThisSystem{}.read_file(path, 0).others_can_read);  // too large
  ::chmod(path.c_str(), 0641);
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
  CHECK(directory.reason == "it is not a regular file");
  CHECK(!directory.others_can_read);
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

TEST_CASE("a file that cannot be opened or read") {
  TemporaryFolder const folder;
  ThisSystem const system;
  auto const path = (folder.path / "file").string();
  std::ofstream{path} << "x";
  auto const before = descriptors();
  with_few_descriptors([&](rlim_t spare) {
    auto const file = system.read_file(path, 10);
    CHECK(file.status == (spare == 0 ? FileStatus::unreadable : FileStatus::complete));
    CHECK(file.reason == (spare == 0 ? message_of(EMFILE) : ""));
  });
  // A regular file of Linux whose first byte cannot be read. Whatever failed earlier does not matter.
  if (std::filesystem::exists("/proc/self/mem")) {
    errno = EINTR;
    auto const memory = system.read_file("/proc/self/mem", 10);
    CHECK(memory.status == FileStatus::unreadable);
    CHECK(memory.reason == message_of(EIO));
    CHECK(memory.content.empty());
  }
  errno = EINTR;
  CHECK(system.read_file(path, 10).content == Secret{"x"});
  CHECK(descriptors() == before);
}

TEST_CASE("a program's output, errors and exit status") {
  auto const ran = run_shell("printf out; printf err >&2; exit 3");
  CHECK(ran.status == ProcessStatus::exited);
  CHECK(ran.exit_code == 3);
  CHECK(ran.output == Secret{"out"});
  CHECK(ran.errors == Secret{"err"});
  CHECK(run_shell("true").exit_code == 0);
  // Most likely in three reads.
  CHECK(run_shell("printf a; sleep 0.01; printf b; sleep 0.01; printf cd").output == Secret{"abcd"});
}

TEST_CASE("arguments are passed as they are, without a shell") {
  std::vector<std::string> const arguments{"printf", "%s|", "a b", "$HOME", "~", "*", ""};
  auto const ran = run(arguments);
  CHECK(ran.output == Secret{"a b|$HOME|~|*||"});
}

TEST_CASE("a program inherits this process's user, but none of the library's files") {
  // As root, it can be seen which of the user ids a program has.
  uid_t const user = ::geteuid();
  REQUIRE(::seteuid(user == 0 ? 1 : user) == 0);
  auto const identified = ThisSystem{}.run(std::vector<std::string>{"id", "-u"}, ProcessLimits{});
  auto const expected = std::to_string(::geteuid()) + "\n";
  REQUIRE(::seteuid(user) == 0);
  CHECK(identified.output == Secret{expected});

  std::string inherited;
  for (int const number : descriptors(true)) inherited += std::to_string(number) + " ";
  auto const listed =
      run_shell("i=0; while [ $i -lt 256 ]; do if [ -e /dev/fd/$i ]; then printf '%s ' $i; fi; i=$((i+1)); done");
  // Some systems have only the first three there.
  CHECK((listed.output == Secret{inherited} || listed.output == Secret{"0 1 2 "}));
}

TEST_CASE("a process whose standard streams are closed") {
  for (unsigned which = 0; which < 8; ++which) {
    CAPTURE(which);
    ProcessOutput ran;
    FileContent file;
    std::vector<int> before;
    std::vector<int> after;
    {
      ClosedStreams const closed{which};
      before = descriptors();
      ran = ThisSystem{}.run(std::vector<std::string>{"sh", "-c", "printf out; printf err >&2"}, ProcessLimits{});
      file = ThisSystem{}.read_file("/dev/null", 10);
      after = descriptors();
    }
    CHECK(ran.output == Secret{"out"});
    CHECK(ran.errors == Secret{"err"});
    CHECK(file.status == FileStatus::complete);
    CHECK(before == after);
  }
}

TEST_CASE("a program that cannot be started") {
  for (auto const& [arguments, error] :
       std::vector<std::pair<std::vector<std::string>, int>>{{{"/nowhere/program"}, ENOENT},
                                                             {{"no-such-program-in-path"}, ENOENT},
                                                             {{"/"}, EACCES},
                                                             {{""}, ENOENT},
                                                             {{}, ENOENT},
                                                             {{"sh", "-c", std::string(4'000'000, ' ')}, E2BIG}}) {
    auto const ran = run(arguments);
    CHECK(ran.status == ProcessStatus::not_started);
    CHECK(ran.reason == message_of(error));
  }
  // Four for two pipes.
  with_few_descriptors([](rlim_t spare) {
    auto const ran = run_shell("printf out");
    CHECK(ran.status == (spare < 4 ? ProcessStatus::not_started : ProcessStatus::exited));
    CHECK(ran.reason == (spare < 4 ? message_of(EMFILE) : ""));
  });
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
  // One that ignores whatever can be ignored, and waits for a writer.
  TemporaryFolder const folder;
  auto const pipe = (folder.path / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  auto const ignoring = "trap '' FPE INT HUP QUIT TERM USR1 USR2 PIPE ALRM; read line <" + pipe;
  CHECK(run_shell(ignoring, {.timeout = Milliseconds{50}}).status == ProcessStatus::timed_out);
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

TEST_CASE("signals that this process handles while a program runs") {
  {
    Handler const handler{SIGUSR1, [](int) {}};
    auto const ran = run_shell("for i in 1 2 3 4 5 6 7 8; do kill -USR1 $PPID; printf $i; done");
    CHECK(ran.status == ProcessStatus::exited);
    CHECK(ran.output == Secret{"12345678"});
    auto const endless = run_shell("kill -USR1 $PPID; exec sleep 600", {.timeout = Milliseconds{50}});
    CHECK(endless.status == ProcessStatus::timed_out);
  }
  // A handler that returns when the program has ended: what it printed is read after its exit.
  Handler const handler{SIGUSR1, [](int) {
                          siginfo_t facts;
                          ::waitid(P_ALL, 0, &facts, WEXITED | WNOWAIT);
                        }};
  auto const script = "kill -USR1 $PPID; printf 0123456789; printf error >&2; exit 3";
  auto const ran = run_shell(script, {.max_output_bytes = 10});
  CHECK(ran.status == ProcessStatus::exited);
  CHECK(ran.exit_code == 3);
  CHECK(ran.output == Secret{"0123456789"});
  CHECK(ran.errors == Secret{"error"});
  CHECK(run_shell(script, {.max_output_bytes = 9}).status == ProcessStatus::too_large);
}

TEST_CASE("signals that this process blocks are not blocked in a program") {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &blocked, &before) == 0);
  auto const ran = run_shell("kill -TERM $$; printf alive");
  REQUIRE(::pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
  CHECK(ran.status == ProcessStatus::killed);
}

TEST_CASE("a process that ignores SIGCHLD and SIGPIPE") {
  {
    Handler const ignored{SIGCHLD, SIG_IGN};
    auto const lost = run_shell("printf out");
    CHECK(lost.status == ProcessStatus::killed);
    CHECK(lost.reason == "ended with an unknown exit status, since this process ignores SIGCHLD");
    auto const endless = run_shell("exec sleep 600", {.timeout = Milliseconds{50}});
    CHECK(endless.status == ProcessStatus::timed_out);
    CHECK(endless.reason.empty());
  }
  Handler const ignored{SIGPIPE, SIG_IGN};
  // Were it inherited, the signal would not end the shell.
  auto const ran = run_shell("(kill -PIPE $$; printf alive) 2>/dev/null");
  CHECK(ran.status == ProcessStatus::killed);
  CHECK(ran.reason.empty());
}
