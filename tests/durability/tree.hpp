// The content of a folder as a value, and a folder that takes one such content after the other.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "healthlake/local/storage/posix_file.hpp"

namespace durability {

namespace fs = std::filesystem;

/// Files with their bytes, and directories, by path relative to the root.
using Tree = std::map<std::string, std::optional<std::string>>;

inline Tree read_tree(fs::path const& root) {
  Tree tree;
  for (auto const& entry : fs::recursive_directory_iterator{root}) {
    auto& content = tree[entry.path().lexically_relative(root).string()];
    if (entry.is_directory()) continue;
    std::ifstream file{entry.path(), std::ios::binary};
    content.emplace(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  return tree;
}

inline void write_tree(fs::path const& root, Tree const& tree) {
  fs::remove_all(root);
  fs::create_directories(root);
  for (auto const& [path, content] : tree) {
    if (!content) fs::create_directory(root / path);
    else std::ofstream{root / path, std::ios::binary} << *content;
  }
}

/// A folder that is made to contain one tree after the other, each by what has changed. Its calls cost nothing, and
/// note what a service changes in between.
class Copies final : public healthlake::FileCalls {
 public:
  void begin(fs::path root) {
    write_tree(root, {});
    root_ = fs::canonical(root);
  }

  /// Replaces what is there.
  void contain(Tree const& tree) {
    for (std::string const& path : touched_) drop(path);
    touched_.clear();
    std::vector<std::string> others;
    for (auto const& [path, content] : there_)
      if (auto const wanted = tree.find(path); wanted == tree.end() || wanted->second != content)
        others.push_back(path);
    for (std::string const& path : others) drop(path);
    for (auto const& [path, content] : tree) {
      if (there_.contains(path)) continue;
      if (!content) fs::create_directory(root_ / path);
      else std::ofstream{root_ / path, std::ios::binary} << *content;
      there_[path] = content;
    }
  }

  int create(int directory, char const* name, int flags, mode_t mode) const override {
    touch(directory, name);
    return FileCalls::create(directory, name, flags, mode);
  }
  int create_directory(int directory, char const* name) const override {
    int const result = FileCalls::create_directory(directory, name);
    if (result == 0) touch(directory, name);
    return result;
  }
  int rename(int directory, char const* from, char const* to) const override {
    touch(directory, to);
    return FileCalls::rename(directory, from, to);
  }
  int sync(int) const override { return 0; }

 private:
  // With what is in it.
  void drop(std::string const& path) {
    fs::remove_all(root_ / path);
    std::erase_if(there_,
                  [&](auto const& entry) { return entry.first == path || entry.first.starts_with(path + "/"); });
  }
  void touch(int directory, char const* name) const {
    touched_.insert((fs::read_symlink("/proc/self/fd/" + std::to_string(directory)).lexically_relative(root_) / name)
                        .lexically_normal()
                        .string());
  }

  fs::path root_{};
  Tree there_{};
  mutable std::set<std::string> touched_{};
};

}  // namespace durability
