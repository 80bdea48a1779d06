// Where in a value something is: `OutputDataConfig.S3Configuration.S3Uri`, `Tags[3].Key`, `ProfileMapping["a"]`.
//
// Rules: a Path is a chain of steps on the walkers' stacks and costs nothing until somebody asks for its text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/text/text.hpp"

namespace healthlake::detail {

/// Appends one step to the text of a path: a member's name, behind a dot unless it is the first step.
inline void append_member_step(std::string& path, std::string_view name) {
  if (!path.empty()) path.push_back('.');
  path += name;
}
/// `[3]`
inline void append_index_step(std::string& path, std::size_t index) { append(path, {"[", Decimal{index}, "]"}); }
/// `["key"]`, as `quoted` shows the first 64 bytes of the key; `[***]` if it is sensitive.
inline void append_key_step(std::string& path, std::string_view key, bool sensitive) {
  append(path, {"[", sensitive ? "***" : quoted(key, 64), "]"});
}

/// One step of a path, on the stack of the function that walks the value it leads to.
class Path {
 public:
  /// The value itself.
  static Path root(bool sensitive) {
    Path path;
    path.sensitive_ = sensitive;
    return path;
  }
  static Path member(Path const& parent, std::string_view name, bool sensitive) {
    return {&parent, Step::member, name, 0, sensitive};
  }
  static Path element(Path const& parent, std::size_t index, bool sensitive) {
    return {&parent, Step::element, {}, index, sensitive};
  }
  static Path entry(Path const& parent, std::string_view key, bool sensitive_key, bool sensitive) {
    return {&parent, sensitive_key ? Step::secret_entry : Step::entry, key, 0, sensitive};
  }

  /// True if this value or one around it is sensitive: then nothing of it may be shown.
  [[nodiscard]] bool sensitive() const noexcept { return sensitive_; }
  /// How many steps lead here.
  [[nodiscard]] unsigned depth() const noexcept { return depth_; }

  [[nodiscard]] std::string text() const {
    std::string out;
    append_to(out);
    return out;
  }

 private:
  enum class Step : unsigned char { root, member, element, entry, secret_entry };

  Path() = default;
  Path(Path const* parent, Step step, std::string_view name, std::size_t index, bool sensitive)
      : parent_(parent),
        name_(name),
        index_(index),
        depth_(parent->depth_ + 1),
        step_(step),
        sensitive_(sensitive || parent->sensitive_) {}

  void append_to(std::string& out) const {
    if (parent_) parent_->append_to(out);
    if (step_ == Step::member) append_member_step(out, name_);
    if (step_ == Step::element) append_index_step(out, index_);
    if (step_ == Step::entry || step_ == Step::secret_entry) append_key_step(out, name_, step_ == Step::secret_entry);
  }

  Path const* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  unsigned depth_ = 0;
  Step step_ = Step::root;
  bool sensitive_ = false;
};

}  // namespace healthlake::detail
