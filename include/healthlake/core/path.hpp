// Paths into a value: `OutputDataConfig.S3Configuration.S3Uri`, `Tags[3].Key`, `ProfileMapping["a"]`.
//
// Rules: a Path is a chain of steps on the walkers' stacks; it costs nothing until it is converted to a string.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

/// Appends one step to a path: a member name, after a dot unless it is the first step.
void append_member_step(std::string& path, std::string_view name);
/// `[3]`
inline void append_index_step(std::string& path, std::size_t index) { append(path, {"[", Decimal{index}, "]"}); }
/// `["key"]`, with the first 64 bytes of the key as `quoted` shows them; `[***]` if the key is sensitive.
void append_key_step(std::string& path, std::string_view key, bool sensitive);

/// One step of a path, on the stack of the function that walks the value at its end.
class Path {
 public:
  /// The value itself.
  static Path root(bool sensitive);
  static Path member(Path const& parent, std::string_view name, bool sensitive);
  static Path element(Path const& parent, std::size_t index, bool sensitive);
  static Path entry(Path const& parent, std::string_view key, bool sensitive_key, bool sensitive);

  /// True if this value or one that contains it is sensitive, so that it must not be shown.
  [[nodiscard]] bool sensitive() const noexcept { return sensitive_; }
  /// The number of steps from the root.
  [[nodiscard]] unsigned depth() const noexcept { return depth_; }

  [[nodiscard]] std::string text() const;

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

  void append_to(std::string& out) const;

  Path const* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  unsigned depth_ = 0;
  Step step_ = Step::root;
  bool sensitive_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/path.ipp"
#endif
