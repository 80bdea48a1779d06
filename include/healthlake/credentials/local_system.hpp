// What providers read from the machine that they run on: environment variables, files, the user's home folder, and the
// output of programs.
//
// Rules: nothing in credentials/ but system.hpp touches the operating system; it is passed in as a LocalSystem, by a
// reference of two pointers. Whatever may contain a secret is a Secret. Every read has a limit.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Whether a file could be read.
enum class FileStatus : std::uint8_t {
  /// `content` is the entire file.
  complete,
  /// There is no file of this name, or no folder for it.
  absent,
  /// There is one, but it is not a file, access was denied or reading failed.
  unreadable,
  /// It is larger than the limit. Nothing was kept of it.
  too_large,
};

/// A file, as it was when it was read.
struct FileContent {
  /// Whether `content` is the file.
  FileStatus status = FileStatus::absent;
  /// The entire file, or empty unless the status is `complete`.
  Secret content{};
  /// For messages: why it is unreadable (`Permission denied`); otherwise empty.
  std::string reason{};
  /// Whether other users of the machine can read it. False where there are no such permissions.
  bool others_can_read = false;
};

/// How a program ended.
enum class ProcessStatus : std::uint8_t {
  /// It ended by itself, with `exit_code`.
  exited,
  /// It could not be started: no such file, no permission, or this system runs no programs.
  not_started,
  /// A signal ended it, or its exit status was lost.
  killed,
  /// It was ended because its time was up.
  timed_out,
  /// It was ended because it wrote more than the limit.
  too_large,
};

/// What a program wrote, and how it ended.
struct ProcessOutput {
  /// Whether `exit_code` and `output` count.
  ProcessStatus status = ProcessStatus::not_started;
  /// The exit status if the program exited, 0 to 255; 0 means success.
  int exit_code = 0;
  /// Its standard output; empty unless it exited.
  Secret output{};
  /// Its standard error, truncated. It may contain secrets as well.
  Secret errors{};
  /// For messages: why it was not started, or why its exit status was lost; otherwise empty.
  std::string reason{};
};

/// Limits of a program.
struct ProcessLimits {
  /// Standard output.
  std::size_t max_output_bytes = 65'536;
  /// What is kept of standard error; more is read and dropped.
  std::size_t max_error_bytes = 1024;
  /// The whole run. AWS's Go SDK allows a minute as well, since programs ask people.
  Milliseconds timeout{60'000};
};

/// The machine that a program runs on:
/// - `variable(name)` returns the value of an environment variable, valid until the next call; empty if it is not set;
/// - `read_file(path, max_bytes)` reads a file;
/// - `home_of_user()` returns the home folder of the user by the user database; empty if it is unknown. The variables
///   HOME and USERPROFILE are looked at before;
/// - `run(arguments, limits)` runs a program without a shell and waits for it; `arguments` are its path or name and its
///   arguments, at least one.
template <class S>
concept LocalSystem = requires(S& system, char const* name, std::string const& path, std::size_t max_bytes,
                               std::span<std::string const> arguments, ProcessLimits const& limits) {
  { system.variable(name) } -> std::convertible_to<std::string_view>;
  { system.read_file(path, max_bytes) } -> std::same_as<FileContent>;
  { system.home_of_user() } -> std::convertible_to<std::string>;
  { system.run(arguments, limits) } -> std::same_as<ProcessOutput>;
};

/// A reference to any LocalSystem, which must outlive it.
class LocalSystemRef {
 public:
  /// Refers to `system`, which must outlive every copy of the reference.
  template <LocalSystem S>
    requires(!std::same_as<S, LocalSystemRef>)
  LocalSystemRef(S& system) noexcept : system_(&system), table_(&table_of<S>) {}

  /// As LocalSystem says: valid until the next call, empty if the variable is not set.
  std::string_view variable(char const* name) const { return table_->variable(system_, name); }
  /// Reads a file of at most `max_bytes`.
  FileContent read_file(std::string const& path, std::size_t max_bytes) const {
    return table_->read_file(system_, path, max_bytes);
  }
  /// The home folder in the user database; empty if it is unknown.
  std::string home_of_user() const { return table_->home_of_user(system_); }
  /// Runs a program without a shell and waits for it, within `limits`.
  ProcessOutput run(std::span<std::string const> arguments, ProcessLimits const& limits) const {
    return table_->run(system_, arguments, limits);
  }

 private:
  struct Table {
    std::string_view (*variable)(void*, char const*);
    FileContent (*read_file)(void*, std::string const&, std::size_t);
    std::string (*home_of_user)(void*);
    ProcessOutput (*run)(void*, std::span<std::string const>, ProcessLimits const&);
  };

  template <class S>
  static constexpr Table table_of{
      [](void* system, char const* name) -> std::string_view { return static_cast<S*>(system)->variable(name); },
      [](void* system, std::string const& path, std::size_t max_bytes) {
        return static_cast<S*>(system)->read_file(path, max_bytes);
      },
      [](void* system) -> std::string { return static_cast<S*>(system)->home_of_user(); },
      [](void* system, std::span<std::string const> arguments, ProcessLimits const& limits) {
        return static_cast<S*>(system)->run(arguments, limits);
      }};

  void* system_;
  Table const* table_;
};

namespace detail {
// Why a file that is there cannot be used, after `what` it is; empty if it is complete or absent.
std::string file_fault(FileContent const& file, std::string_view what, std::size_t max_bytes);
}  // namespace detail

/// The home folder without a slash at its end: HOME, then USERPROFILE, then HOMEDRIVE and HOMEPATH (Windows), then the
/// user database. Empty if none of them is set. A path that is not absolute is passed over: it would lead to files of
/// whoever owns the working folder.
std::string home_folder(LocalSystemRef system);

/// Replaces `~` at the beginning of a path, alone or before a slash, by the home folder. Empty if the home folder is
/// needed and unknown.
std::string expand_home(LocalSystemRef system, std::string_view path);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/local_system.ipp"
#endif
