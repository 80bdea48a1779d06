// A LocalSystem of a test: variables, files and programs in maps.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/credentials/local_system.hpp"
#include "healthlake/text/text.hpp"

/// What is not in the maps does not exist. Each variable is returned in the same buffer, as a system may do.
struct TestMachine {
  std::map<std::string, std::string> variables{};
  std::map<std::string, std::string> files{};
  /// Files that others can read, and files that cannot be read.
  std::vector<std::string> open_files{};
  std::vector<std::string> locked_files{};
  std::string user_home{};
  /// By the arguments with a space in between.
  std::map<std::string, healthlake::ProcessOutput> programs{};
  /// What was read and run, in order.
  std::vector<std::string> read{};
  std::vector<std::vector<std::string>> run_with{};

  std::string_view variable(char const* name) {
    auto const found = variables.find(name);
    buffer_ = found == variables.end() ? "" : found->second;
    return buffer_;
  }

  healthlake::FileContent read_file(std::string const& path, std::size_t max_bytes) {
    using healthlake::FileStatus;
    read.push_back(path);
    for (auto const& locked : locked_files)
      if (locked == path) return {FileStatus::unreadable, {}, "Permission denied", false};
    auto const found = files.find(path);
    if (found == files.end()) return {};
    if (found->second.size() > max_bytes) return {FileStatus::too_large, {}, {}, false};
    bool open = false;
    for (auto const& name : open_files) open = open || name == path;
    return {FileStatus::complete, healthlake::Secret{found->second}, {}, open};
  }

  std::string home_of_user() { return user_home; }

  healthlake::ProcessOutput run(std::span<std::string const> arguments, healthlake::ProcessLimits const&) {
    run_with.emplace_back(arguments.begin(), arguments.end());
    std::string line;
    for (auto const& argument : arguments) line += (line.empty() ? "" : " ") + argument;
    auto const found = programs.find(line);
    if (found != programs.end()) return found->second;
    healthlake::ProcessOutput none;
    none.reason = "No such file or directory";
    return none;
  }

 private:
  std::string buffer_;
};
