// The functions of credentials/system.hpp.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/system.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"

// POSIX leaves the declaration to the program, though some systems have it in a header.
extern "C" char** environ;  // NOLINT(readability-redundant-declaration)

namespace HEALTHLAKE_NAMESPACE::detail {

// An entry of the user database.
constexpr std::size_t max_user_entry_bytes = 65'536;

inline std::string message_of(int error) { return std::generic_category().message(error); }

// A file descriptor that is closed with this object.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept { *this = std::move(other); }
  Descriptor& operator=(Descriptor&& other) noexcept {
    number_ = std::exchange(other.number_, number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  void close() noexcept { Descriptor const closed{std::move(*this)}; }
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] bool open() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

// Memory for what is read, wiped when it is destroyed.
class WipedBuffer {
 public:
  explicit WipedBuffer(std::size_t size) : bytes_(std::make_unique<char[]>(size)), size_(size) {}
  WipedBuffer(WipedBuffer const&) = delete;
  WipedBuffer& operator=(WipedBuffer const&) = delete;
  ~WipedBuffer() { wipe(bytes_.get(), used_); }

  [[nodiscard]] std::string_view text() const noexcept { return {bytes_.get(), used_}; }
  [[nodiscard]] bool full() const noexcept { return used_ == size_; }
  // One read(2) that no signal interrupted; returns its result. Reads into nothing once the buffer is full.
  ssize_t read_from(int descriptor) noexcept {
    std::array<char, 512> dropped;
    ssize_t count;
    do {
      count = full() ? ::read(descriptor, dropped.data(), dropped.size())
                     : ::read(descriptor, bytes_.get() + used_, size_ - used_);
    } while (count < 0 && errno == EINTR);
    if (full()) wipe(dropped.data(), dropped.size());
    else if (count > 0) used_ += static_cast<std::size_t>(count);
    return count;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
  std::size_t used_ = 0;
};

inline FileContent unreadable_file(std::string reason) {
  return {FileStatus::unreadable, {}, std::move(reason), false};
}

// Both ends of a pipe, not inherited by other programs.
struct Pipe {
  Descriptor out;
  Descriptor in;

  // Returns an errno, or 0.
  int make() noexcept {
    std::array<int, 2> ends;
    if (::pipe(ends.data()) != 0) return errno;
    out = Descriptor{ends[0]};
    in = Descriptor{ends[1]};
    for (int const end : ends)
      if (::fcntl(end, F_SETFD, FD_CLOEXEC) != 0) return errno;
    return 0;
  }
};

// Starts the program with both pipes as its outputs. Returns an errno, or 0.
inline int spawn(std::span<std::string const> arguments, Pipe const& output, Pipe const& errors, pid_t& child) {
  std::vector<char*> pointers;
  // The parameter's type has no const, but POSIX promises that nothing is written.
  for (auto const& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (int const error = posix_spawn_file_actions_init(&actions); error != 0) return error;
  int error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = posix_spawn_file_actions_adddup2(&actions, output.in.number(), STDOUT_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, errors.in.number(), STDERR_FILENO);
    // That this process blocks signals or ignores a broken pipe is not the program's business.
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (error == 0) error = posix_spawnp(&child, pointers[0], &actions, &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// How long to wait for output, and for the exit of a program that has closed its outputs, before looking at the clock.
constexpr int output_tick = 50;  // milliseconds
constexpr int exit_tick = 2;     // milliseconds

// A program that runs, until it ended and was waited for.
class Child {
 public:
  Child(pid_t id, ProcessLimits const& limits)
      : id_(id),
        end_(std::chrono::steady_clock::now() + std::chrono::milliseconds{limits.timeout.count}),
        // One byte more, to notice what is too much.
        output_(limits.max_output_bytes + 1),
        errors_(limits.max_error_bytes) {}

  ProcessOutput collect(Descriptor output, Descriptor errors);

 private:
  // Looks whether it ended, without waiting.
  void look();
  void kill(ProcessStatus why);

  pid_t id_;
  std::chrono::steady_clock::time_point end_;
  WipedBuffer output_;
  WipedBuffer errors_;
  bool ended_ = false;
  ProcessOutput result_{};
};

HEALTHLAKE_DECL void Child::look() {
  int status{};
  pid_t const found = ::waitpid(id_, &status, WNOHANG);
  if (found == 0) return;
  ended_ = true;
  result_.status = ProcessStatus::killed;
  if (found != id_) {
    result_.reason = "ended with an unknown exit status, since this process ignores SIGCHLD";
  } else if (WIFEXITED(status)) {
    result_.status = ProcessStatus::exited;
    result_.exit_code = WEXITSTATUS(status);
  }
}

HEALTHLAKE_DECL void Child::kill(ProcessStatus why) {
  ::kill(id_, SIGKILL);
  while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  result_.status = why;
}

HEALTHLAKE_DECL ProcessOutput Child::collect(Descriptor output, Descriptor errors) {
  // A program may end while another one, which it started, keeps the pipes open: its exit counts.
  while (true) {
    std::array<pollfd, 2> ready{pollfd{output.number(), POLLIN, {}}, pollfd{errors.number(), POLLIN, {}}};
    int const tick = output.open() || errors.open() ? output_tick : exit_tick;
    int const count = ::poll(ready.data(), ready.size(), ended_ ? 0 : tick);
    // A signal interrupts poll only if there is nothing to read.
    bool const nothing_left = count <= 0;
    for (std::size_t i = 0; count > 0 && i < ready.size(); ++i) {
      if (ready[i].revents == 0) continue;
      if ((i == 0 ? output_ : errors_).read_from(ready[i].fd) <= 0) (i == 0 ? output : errors).close();
    }
    bool const late = std::chrono::steady_clock::now() >= end_;
    if (ended_ && (nothing_left || late)) break;
    if (!ended_) look();
    if (!ended_ && (late || output_.full())) kill(output_.full() ? ProcessStatus::too_large : ProcessStatus::timed_out);
    if (output_.full()) break;
  }
  if (output_.full()) result_.status = ProcessStatus::too_large;
  if (result_.status == ProcessStatus::exited) result_.output = Secret{output_.text()};
  result_.errors = Secret{errors_.text()};
  return std::move(result_);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string_view ThisSystem::variable(char const* name) const {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

HEALTHLAKE_DECL FileContent ThisSystem::read_file(std::string const& path, std::size_t max_bytes) const {
  if (path.find('\0') != std::string::npos) return detail::unreadable_file("its path contains a NUL character");
  // Nobody may write to a pipe of that name.
  detail::Descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file.open()) {
    int const error = errno;
    if (error == ENOENT || error == ENOTDIR) return {};
    return detail::unreadable_file(detail::message_of(error));
  }
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return detail::unreadable_file(detail::message_of(errno));
  if (!S_ISREG(facts.st_mode) && !S_ISCHR(facts.st_mode)) return detail::unreadable_file("it is not a regular file");

  detail::WipedBuffer buffer{max_bytes + 1};
  while (!buffer.full()) {
    ssize_t const count = buffer.read_from(file.number());
    if (count < 0) return detail::unreadable_file(detail::message_of(errno));
    if (count == 0) break;
  }
  if (buffer.full()) return {FileStatus::too_large, {}, {}, false};
  return {FileStatus::complete, Secret{buffer.text()}, {}, S_ISREG(facts.st_mode) && (facts.st_mode & S_IROTH) != 0};
}

HEALTHLAKE_DECL std::string ThisSystem::home_of_user() const {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> memory(detail::max_user_entry_bytes);
  // After an error, nothing is found.
  ::getpwuid_r(::getuid(), &entry, memory.data(), memory.size(), &found);
  return found != nullptr && found->pw_dir != nullptr ? found->pw_dir : std::string{};
}

HEALTHLAKE_DECL ProcessOutput ThisSystem::run(std::span<std::string const> arguments,
                                              ProcessLimits const& limits) const {
  ProcessOutput none;
  detail::Pipe output;
  detail::Pipe errors;
  pid_t child{};
  int error = arguments.empty() ? ENOENT : output.make();
  if (error == 0) error = errors.make();
  if (error == 0) error = detail::spawn(arguments, output, errors, child);
  if (error != 0) {
    none.reason = detail::message_of(error);
    return none;
  }
  output.in.close();
  errors.in.close();
  return detail::Child{child, limits}.collect(std::move(output.out), std::move(errors.out));
}

}  // namespace HEALTHLAKE_NAMESPACE
