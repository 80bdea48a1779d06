// A disk that remembers what was done to it, and every content that it may have after a power failure.
//
// Rules of the disk, which are those of POSIX and weaker than those of ext4 or XFS:
// - the content of a file is durable after a successful sync of the file, the names in a directory after a successful
//   sync of the directory; the sync of one says nothing about the other;
// - a change of a directory that is not durable may be there or not, whatever happened before or after it;
// - each sector of 512 bytes of a file is as it was at some time since it was last durable, whatever the others are;
//   the same applies to the size; what was beyond the end then reads as zeros;
// - after a sync that failed, later ones do not make up for what was written before it: the kernel may have dropped it
//   (Linux marks the pages as clean), so it may still be there or not;
// - a rename is in its directory as a whole or not at all.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/local/storage/posix_file.hpp"
#include "tests/durability/tree.hpp"

namespace durability {

/// A change of a file's content or of a directory's entries.
struct Change {
  enum class Kind { write, truncate, link, unlink, rename };
  Kind kind{};
  /// When it was made, counted in calls.
  std::size_t at = 0;
  /// When it became durable.
  std::size_t durable = static_cast<std::size_t>(-1);
  /// Whether a sync failed that should have made it durable.
  bool doubtful = false;
  /// Of a write, its bytes; of a link or unlink, the name; of a rename, the new name.
  std::string text{};
  /// Of a rename, the old name.
  std::string from{};
  /// Of a write, where it begins; of a truncation, the size.
  std::size_t offset = 0;
  /// Of a link, what it names.
  std::size_t node = 0;
};

struct Node {
  bool directory = false;
  std::vector<Change> changes{};
};

using Entries = std::map<std::string, std::size_t>;

inline void make(std::string& bytes, Change const& change) {
  if (change.kind == Change::Kind::truncate) return bytes.resize(change.offset);
  if (bytes.size() < change.offset + change.text.size()) bytes.resize(change.offset + change.text.size());
  bytes.replace(change.offset, change.text.size(), change.text);
}

inline void make(Entries& entries, Change const& change) {
  if (change.kind == Change::Kind::link) entries[change.text] = change.node;
  else if (change.kind == Change::Kind::unlink) entries.erase(change.text);
  else {
    auto const moved = entries.find(change.from);
    if (moved == entries.end() && change.node == 0) return;
    entries[change.text] = moved == entries.end() ? change.node : moved->second;
    entries.erase(change.from);
  }
}

/// The disk below a folder. Calls are made and recorded, and may fail.
class Disk final : public healthlake::FileCalls {
 public:
  /// Which call fails, and how: `from` to `until`, counted in all calls.
  struct Failure {
    std::size_t from = static_cast<std::size_t>(-1);
    std::size_t until = 0;
    int code = 0;
  };

  /// `root` contains `tree`, all of it durable.
  Disk(fs::path root, Tree const& tree) : root_(fs::canonical(root)) {
    nodes_.push_back({.directory = true});
    for (auto const& [path, content] : tree) {
      std::size_t const node = nodes_.size();
      nodes_.push_back({.directory = !content});
      if (content && !content->empty())
        nodes_[node].changes.push_back({.kind = Change::Kind::write, .durable = 0, .text = *content});
      fs::path const at{path};
      nodes_[find(at.parent_path())].changes.push_back(
          {.kind = Change::Kind::link, .durable = 0, .text = at.filename(), .node = node});
    }
  }

  void fail(Failure failure) { failure_ = failure; }
  /// From this call on, nothing has an effect any more: the process has been killed. `thaw` ends that.
  void freeze(std::size_t from) { frozen_from_ = from; }
  void thaw() { frozen_from_ = static_cast<std::size_t>(-1); }
  /// Whether the process has been killed.
  [[nodiscard]] bool frozen() const noexcept { return calls_ >= frozen_from_; }
  /// Whether calls succeed from now on.
  [[nodiscard]] bool well() const noexcept { return calls_ + 1 >= failure_.until && !frozen(); }
  /// How many calls were made.
  [[nodiscard]] std::size_t calls() const noexcept { return calls_; }
  /// How many calls failed because they were to.
  [[nodiscard]] std::size_t failed() const noexcept { return failed_; }

  int create(int directory, char const* name, int flags, mode_t mode) const override {
    if (fails()) return -1;
    std::size_t const parent = node_of(directory);
    bool const there = entries(parent).contains(name);
    int const fd = FileCalls::create(directory, name, flags, mode);
    if (fd < 0 || there) return fd;
    link(parent, name, false);
    return fd;
  }
  ssize_t write(int fd, char const* bytes, std::size_t size) const override {
    bool const bad = fails();
    int const code = errno;
    // A full disk takes what fits.
    std::size_t const fits = bad ? (code == ENOSPC && size > 1 && calls_ % 2 == 0 ? size / 2 : 0) : size;
    if (fits != 0 && !frozen()) {
      ssize_t const written = FileCalls::write(fd, bytes, fits);
      if (written <= 0) return written;
      std::size_t const node = node_of(fd);
      auto const count = static_cast<std::size_t>(written);
      auto const offset = static_cast<std::size_t>(::lseek(fd, 0, SEEK_CUR)) - count;
      nodes_[node].changes.push_back(
          {.kind = Change::Kind::write, .at = calls_, .text = std::string{bytes, count}, .offset = offset});
      return written;
    }
    errno = code;
    return -1;
  }
  int sync(int fd) const override {
    bool const bad = fails();
    int const code = errno;
    if (frozen()) return -1;
    // The directory that contains the root is durable.
    if (is_above(fd)) return bad ? -1 : 0;
    for (Change& change : nodes_[node_of(fd)].changes) {
      if (change.durable <= calls_ || change.doubtful) continue;
      if (!bad) change.durable = calls_;
      else if (change.kind == Change::Kind::write) change.doubtful = true;
    }
    errno = code;
    return bad ? -1 : 0;
  }
  int rename(int directory, char const* from, char const* to) const override {
    if (fails()) return -1;
    int const result = FileCalls::rename(directory, from, to);
    if (result != 0) return result;
    std::size_t const parent = node_of(directory);
    nodes_[parent].changes.push_back(
        {.kind = Change::Kind::rename, .at = calls_, .text = to, .from = from, .node = entries(parent).at(from)});
    return result;
  }
  int remove(int directory, char const* name) const override {
    if (fails()) return -1;
    int const result = FileCalls::remove(directory, name);
    if (result == 0)
      nodes_[node_of(directory)].changes.push_back({.kind = Change::Kind::unlink, .at = calls_, .text = name});
    return result;
  }
  int create_directory(int directory, char const* name) const override {
    if (fails()) return -1;
    int const result = FileCalls::create_directory(directory, name);
    if (result == 0) link(node_of(directory), name, true);
    return result;
  }
  int truncate(int fd, off_t size) const override {
    if (fails()) return -1;
    int const result = FileCalls::truncate(fd, size);
    if (result == 0)
      nodes_[node_of(fd)].changes.push_back(
          {.kind = Change::Kind::truncate, .at = calls_, .offset = static_cast<std::size_t>(size)});
    return result;
  }
  int reserve(int fd, off_t from, off_t size) const override {
    if (fails()) return -1;
    if (!reserves) {
      errno = EOPNOTSUPP;
      return -1;
    }
    return FileCalls::reserve(fd, from, size);
  }
  /// Whether the file system can reserve space.
  bool reserves = true;

  /// What the folder contains now.
  [[nodiscard]] Tree live() const {
    Tree tree;
    build(
        0, {}, [](Change const&) { return true; }, {}, tree);
    return tree;
  }

  /// Calls `use` with each content that the disk may have if the power fails when `made` calls have been made, each
  /// once. Every combination, except that of more than `max_names` changes of names, and of more than `max_sectors`
  /// sectors of a file, only these are tried: none, all, each one alone, all but each one, and all up to each one.
  void for_each_crash(std::size_t made, std::function<void(Tree const&)> const& use) const {
    std::vector<std::pair<std::size_t, std::size_t>> names;
    std::vector<std::size_t> files;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      bool open = false;
      for (std::size_t i = 0; i < nodes_[node].changes.size(); ++i) {
        Change const& change = nodes_[node].changes[i];
        if (change.at > made || change.durable <= made) continue;
        if (nodes_[node].directory) names.emplace_back(node, i);
        else open = true;
      }
      if (open) files.push_back(node);
    }
    std::set<Tree> seen;
    for (auto const& chosen : subsets(names.size(), max_names)) {
      std::set<std::pair<std::size_t, std::size_t>> kept;
      for (std::size_t i = 0; i < names.size(); ++i)
        if (chosen[i]) kept.insert(names[i]);
      std::map<std::size_t, std::string> contents;
      vary(files, 0, made, contents, kept, [&](Tree const& tree) {
        if (seen.insert(tree).second) use(tree);
      });
    }
  }

  static constexpr std::size_t max_names = 8;
  static constexpr std::size_t max_sectors = 6;
  static constexpr std::size_t sector = 512;

 private:
  using Kept = std::set<std::pair<std::size_t, std::size_t>>;

  // Which of `count` things: all subsets if there are few.
  static std::vector<std::vector<bool>> subsets(std::size_t count, std::size_t most) {
    std::set<std::vector<bool>> found;
    if (count <= most) {
      for (std::size_t bits = 0; bits < std::size_t{1} << count; ++bits) {
        std::vector<bool> chosen(count);
        for (std::size_t i = 0; i < count; ++i) chosen[i] = (bits >> i & 1U) != 0;
        found.insert(chosen);
      }
    } else {
      for (std::size_t i = 0; i <= count; ++i) {
        std::vector<bool> first(count), one(count), others(count, true);
        for (std::size_t j = 0; j < i; ++j) first[j] = true;
        if (i < count) one[i] = true, others[i] = false;
        found.insert({first, one, others});
      }
    }
    return {found.begin(), found.end()};
  }

  bool fails() const {
    ++calls_;
    if (frozen()) {
      errno = EIO;
      return true;
    }
    if (calls_ < failure_.from || calls_ >= failure_.until) return false;
    ++failed_;
    errno = failure_.code;
    return true;
  }

  void link(std::size_t parent, std::string name, bool directory) const {
    nodes_.push_back({.directory = directory});
    nodes_[parent].changes.push_back(
        {.kind = Change::Kind::link, .at = calls_, .text = std::move(name), .node = nodes_.size() - 1});
  }
  [[nodiscard]] Entries entries(std::size_t node) const {
    Entries all;
    for (Change const& change : nodes_[node].changes) make(all, change);
    return all;
  }
  [[nodiscard]] std::size_t find(fs::path const& path) const {
    std::size_t node = 0;
    for (auto const& name : path)
      if (!name.empty() && name != ".") node = entries(node).at(name);
    return node;
  }
  [[nodiscard]] fs::path path_of(int fd) const {
    return fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).lexically_relative(root_);
  }
  [[nodiscard]] bool is_above(int fd) const { return *path_of(fd).begin() == ".."; }
  [[nodiscard]] std::size_t node_of(int fd) const { return find(path_of(fd)); }

  // The tree below a directory, with the changes that `there` accepts, and `contents` in place of the files' own.
  template <class There>
  void build(std::size_t directory, fs::path const& at, There const& there,
             std::map<std::size_t, std::string> const& contents, Tree& tree) const {
    Entries all;
    for (Change const& change : nodes_[directory].changes)
      if (there(change)) make(all, change);
    for (auto const& [name, node] : all) {
      auto& content = tree[(at / name).string()];
      if (nodes_[node].directory) {
        build(node, at / name, there, contents, tree);
        continue;
      }
      content.emplace();
      if (auto const given = contents.find(node); given != contents.end()) content = given->second;
      else
        for (Change const& change : nodes_[node].changes)
          if (there(change)) make(*content, change);
    }
  }
  [[nodiscard]] Tree tree_of(std::size_t made, Kept const& kept,
                             std::map<std::size_t, std::string> const& contents = {}) const {
    std::set<Change const*> chosen;
    for (auto const& [node, i] : kept) chosen.insert(&nodes_[node].changes[i]);
    Tree tree;
    build(
        0, {}, [&](Change const& change) { return change.durable <= made || chosen.contains(&change); }, contents,
        tree);
    return tree;
  }

  // Every combination of the contents of `files`, from `index` on.
  template <class Use>
  void vary(std::vector<std::size_t> const& files, std::size_t index, std::size_t made,
            std::map<std::size_t, std::string>& contents, Kept const& kept, Use const& use) const {
    if (index == files.size()) return use(tree_of(made, kept, contents));
    for (auto const& bytes : contents_of(files[index], made)) {
      contents[files[index]] = bytes;
      vary(files, index + 1, made, contents, kept, use);
    }
    contents.erase(files[index]);
  }

  // What a file may contain: of each sector, what it was at some time since it was last durable; and any of the sizes.
  [[nodiscard]] std::set<std::string> contents_of(std::size_t node, std::size_t made) const {
    auto const times = contents_since_durable(nodes_[node].changes, made);
    std::size_t least = times[0].size();
    std::size_t most = 0;
    std::set<std::string> found;
    for (std::string const& content : times) {
      least = (std::min)(least, content.size());
      most = (std::max)(most, content.size());
      found.insert(content);
    }
    for (std::size_t const cut : cuts(least, most)) found.insert(times.back().substr(0, cut));
    // The sectors that were not the same at all times.
    std::vector<std::size_t> sectors;
    for (std::size_t begin = 0; begin < most; begin += sector)
      for (std::string const& content : times)
        if (sector_of(content, begin) != sector_of(times[0], begin)) {
          sectors.push_back(begin);
          break;
        }
    for (std::string const& before : times)
      for (std::string const& after : times)
        for (auto const& later : subsets(sectors.size(), max_sectors)) {
          std::string mixed = after;
          for (std::size_t i = 0; i < sectors.size(); ++i)
            if (!later[i] && sectors[i] < mixed.size())
              mixed.replace(sectors[i], sector,
                            sector_of(before, sectors[i]).substr(0, (std::min)(sector, mixed.size() - sectors[i])));
          found.insert(mixed);
        }
    return found;
  }

  // What the file contained after its last change that is durable, and after each one since, with and without those of
  // which it is not known.
  static std::vector<std::string> contents_since_durable(std::vector<Change> const& changes, std::size_t made) {
    std::size_t durable = 0;
    for (std::size_t i = 0; i < changes.size(); ++i)
      if (changes[i].durable <= made) durable = i + 1;
    std::vector<std::string> times;
    for (bool const doubtful : {false, true}) {
      std::string bytes;
      for (std::size_t i = 0; i <= changes.size(); ++i) {
        if (i >= durable) times.push_back(bytes);
        if (i == changes.size() || changes[i].at > made) break;
        if (doubtful || !changes[i].doubtful) make(bytes, changes[i]);
      }
    }
    return times;
  }
  // One sector, with zeros after the end of the file.
  static std::string sector_of(std::string const& bytes, std::size_t begin) {
    std::string one = begin < bytes.size() ? bytes.substr(begin, sector) : std::string{};
    one.resize(sector, '\0');
    return one;
  }
  // Sizes between two: the first and the last one, the middle, and the ends of sectors.
  static std::set<std::size_t> cuts(std::size_t least, std::size_t most) {
    if (most < least + 2) return {};
    std::set<std::size_t> sizes{least + 1, (least + most) / 2, most - 1};
    for (std::size_t end = (least / sector + 1) * sector; end < most; end += sector) sizes.insert(end);
    return sizes;
  }

  fs::path root_;
  mutable std::vector<Node> nodes_{};
  mutable std::size_t calls_ = 0;
  mutable std::size_t failed_ = 0;
  Failure failure_{};
  std::size_t frozen_from_ = static_cast<std::size_t>(-1);
};

}  // namespace durability
