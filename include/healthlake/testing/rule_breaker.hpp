// Breaks one rule of a generated value, at its edge; for `arbitrary_broken` (testing/arbitrary.hpp).
//
// Rules: the same number breaks the same rule. What the rules of a shape are, only the tables say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/path.hpp"
#include "healthlake/core/type.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A rule that a value violates on purpose.
struct BrokenRule {
  /// The path of the member, as in Violation::path.
  std::string path{};
  /// Which rule of the member.
  Rule rule = Rule::missing;

  friend bool operator==(BrokenRule const&, BrokenRule const&) = default;
};

namespace detail {

// Meets every rule of a value that is filled in, in order, and breaks the one with the number `target`.
class RuleBreaker {
 public:
  explicit RuleBreaker(std::size_t target) : target_(target) {}

  // The number of rules that were met.
  [[nodiscard]] std::size_t met() const noexcept { return met_; }
  [[nodiscard]] std::optional<BrokenRule> const& broken() const noexcept { return broken_; }
  // The value that is being filled in. Returns the one before.
  Path const* enter(Path const* path) noexcept { return std::exchange(at_, path); }
  [[nodiscard]] Path const& at() const noexcept { return *at_; }

  // Whether to break this rule of the value.
  bool breaks(Rule rule);
  void string(std::string& text, Rules const* bounds);
  void key(std::string& key, Rules const* bounds, bool sensitive);
  // The number of bytes, members or entries.
  void size(std::size_t& count, Rules const* bounds);
  void time(std::int64_t& milliseconds);

  template <class N>
  void number(N& number, Rules const* bounds) {
    if (!bounds) return;
    auto const below = static_cast<N>(bounds->min);
    auto const above = static_cast<N>(bounds->max);
    bool const has_less = bounds->min != Rules::no_min && below > std::numeric_limits<N>::lowest();
    bool const has_more = bounds->max != Rules::no_max && above < (std::numeric_limits<N>::max)();
    if (has_less && breaks(Rule::range)) number = static_cast<N>(below - 1);
    if (has_more && breaks(Rule::range)) number = static_cast<N>(above + 1);
  }

 private:
  [[nodiscard]] std::string of_size(Rules const& bounds, std::size_t size) const;
  [[nodiscard]] std::optional<std::string> not_matching(std::string const& text, Rules const& bounds) const;

  std::size_t target_;
  std::size_t met_ = 0;
  Path const* at_ = nullptr;
  std::optional<BrokenRule> broken_{};
};

}  // namespace detail
}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/rule_breaker.ipp"
#endif
