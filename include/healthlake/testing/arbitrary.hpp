// Generates values of any shape from bytes, for property tests and fuzzing: one non-template walker over the member
// table, as for printing and validating.
//
// Rules: the same bytes and options produce the same value on every platform. Depth and size are limited by the
// options. Every value can be encoded, and decodes to an equal value (except NaN, with `non_finite`, since NaN is not
// equal to itself). A broken value violates one rule on purpose, and comes with the violation that a validator reports
// first.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "healthlake/core/path.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/testing/rule_breaker.hpp"
#include "healthlake/testing/samples.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Which values are generated.
enum class ArbitraryMode : std::uint8_t {
  /// Only values without violations; for open enumerations and unions see ArbitraryOptions.
  valid,
  /// Any value that the C++ types and JSON can represent, valid or not.
  wild,
};

/// What `arbitrary` generates, and how much of it.
struct ArbitraryOptions {
  /// Whether only valid values are generated.
  ArbitraryMode mode = ArbitraryMode::valid;
  /// Below this depth optional members are absent, lists and maps are as short as allowed, and unions have a member
  /// that does not nest, if possible. Default 6; with more than 48 a value may be nested too deeply to be encoded.
  unsigned max_depth = 6;
  /// The maximum number of elements of all lists and maps together, unless rules require more. Default 64.
  std::size_t max_elements = 64;
  /// The maximum number of code points of a string or bytes of a blob, unless a rule requires more. Default 64.
  std::size_t max_text = 64;
  /// Whether NaN and the infinities are generated, where no range trait excludes them. Default false.
  bool non_finite = false;
  /// Whether unknown spellings of enumerations are generated. Default true.
  bool unknown_enum_values = true;
  /// Whether unknown members of unions are generated. Default true.
  bool unknown_union_members = true;
};

/// A value that violates one rule, and which.
template <Shape T>
struct Broken {
  /// Invalid by that rule alone, but see arbitrary_broken.
  T value{};
  /// What `violations(value)` reports first.
  BrokenRule broken{};
};

namespace detail {

class Filler {
 public:
  Filler(ByteSource& source, ArbitraryOptions const& options, RuleBreaker* breaker = nullptr)
      : source_(source), options_(options), breaker_(breaker), elements_left_(options.max_elements) {}

  // Fills in a default-constructed value.
  void fill(Type const& type, void* value, Rules const* rules, unsigned depth);

 private:
  struct Sizes {
    std::size_t least = 0;
    std::size_t most = 0;
  };

  // Fills in a part of a value. `path_from` makes its path from that of the whole.
  template <class PathFrom>
  void fill_part(PathFrom const& path_from, Type const& type, void* value, Rules const* rules, unsigned depth) {
    if (!breaker_) return fill(type, value, rules, depth);
    Path const path = path_from(breaker_->at());
    Path const* const whole = breaker_->enter(&path);
    fill(type, value, rules, depth);
    breaker_->enter(whole);
  }
  void fill_number(Type const& type, void* value, Rules const* bounds);

  // The size that the rules allow, at most `limit` unless they require more.
  static Sizes sizes(Rules const* bounds, std::size_t limit) noexcept;
  void fill_structure(Type const& type, void* object, unsigned depth);
  void fill_union(Type const& type, void* object, unsigned depth);

  // The first member that has no members of its own; or else the unknown one; or else the first.
  [[nodiscard]] std::size_t shallow_member(Type const& type) const;
  void fill_unknown(Type const& type, UnknownMember& unknown);

  // The number of elements of the next list or map.
  std::size_t element_count(Rules const* bounds, unsigned depth);

  // A null element and a document whose value is null are the same on the wire, so a list of documents gets no nulls.
  bool null_element(Type const& element) { return element.kind != Kind::document && source_.one_in(4); }

  void fill_list(ListOps const& list, void* value, Rules const* bounds, unsigned depth);
  void fill_map(MapOps const& map, void* value, Rules const* bounds, unsigned depth);

  // The value of a member; `text` is also that of a key.
  std::string string(Rules const* bounds);
  std::string text(Rules const* bounds) { return text(bounds, source_); }
  [[nodiscard]] std::string text(Rules const* bounds, ByteSource& source) const;
  void fill_enum(EnumTable const& table, EnumValue& value);

  template <class I>
  I integer(Rules const* bounds) {
    using Limits = std::numeric_limits<I>;
    std::int64_t const low = bounds ? (std::max<std::int64_t>)(bounds->min, (Limits::min)()) : (Limits::min)();
    std::int64_t const high = bounds ? (std::min<std::int64_t>)(bounds->max, (Limits::max)()) : (Limits::max)();
    auto number = static_cast<I>(integer_between(low, high));
    if (breaker_) breaker_->number(number, bounds);
    return number;
  }
  // The bounds and numbers around zero are likelier than others.
  std::int64_t integer_between(std::int64_t low, std::int64_t high);

  // Any bit pattern, or a small decimal number; clamped to the range.
  template <class F, class Bits>
  F real(Rules const* bounds) {
    F number = source_.one_in(2) ? std::bit_cast<F>(static_cast<Bits>(source_.number(sizeof(Bits))))
                                 : static_cast<F>(integer_between(-1000, 1000)) / 8;
    bool const low = bounds && bounds->min != Rules::no_min;
    bool const high = bounds && bounds->max != Rules::no_max;
    if (!std::isfinite(number) && (low || high || !options_.non_finite)) number = 0;
    if (low && number < static_cast<F>(bounds->min)) number = static_cast<F>(bounds->min);
    if (high && number > static_cast<F>(bounds->max)) number = static_cast<F>(bounds->max);
    if (breaker_) breaker_->number(number, bounds);
    return number;
  }

  std::int64_t time();
  void fill_blob(std::string& bytes, Rules const* bounds);

  // A JSON value as a decoder would keep it: compact, with numbers in their shortest form, and with the members of
  // objects sorted so that it also survives a DOM.
  std::string json(unsigned depth);
  std::string json_array(unsigned depth);
  std::string json_object(unsigned depth);

  ByteSource& source_;
  ArbitraryOptions const& options_;
  RuleBreaker* breaker_;
  std::size_t elements_left_;
};

}  // namespace detail

/// Generates a value. In valid mode `violations(value)` is empty, provided that the rules of the shape can be satisfied
/// and its patterns are in patterns::all. Precondition: a recursive shape is recursive only through optional members,
/// lists and maps that may be empty, or unions with another member.
template <Shape T>
T arbitrary(ByteSource& source, ArbitraryOptions const& options = {}) {
  T value{};
  detail::Filler{source, options}.fill(type_of<T>(), &value, nullptr, 0);
  return value;
}

/// Generates a value that violates one rule, at its edge: a length or number one below the least or one above the most
/// that is allowed, a string that does not match its pattern in one place, a byte that is not UTF-8, a union without a
/// member, a time outside of the years 1 to 9999. With `unknown_enum_values` or `unknown_union_members` off, also an
/// unknown spelling or member. Everything else is valid; but a string that is too short or too long may not match its
/// pattern either. Such a value can be encoded, unless the rule is Rule::utf8 or concerns a time.
///
/// Returns nullopt if the value that the source produces has no rule to break. `options.mode` is ignored. A value may
/// be as large as its limit is: up to 102,401 characters or 501 entries in this model.
template <Shape T>
std::optional<Broken<T>> arbitrary_broken(ByteSource& source, ArbitraryOptions const& options = {}) {
  ArbitraryOptions valid_only = options;
  valid_only.mode = ArbitraryMode::valid;
  auto const number = static_cast<std::size_t>(source.number(4));
  detail::Path const root = detail::Path::root(type_of<T>().sensitive);
  // The rules are counted first, in a value from a copy of the source.
  auto fill = [&](T& value, ByteSource& from, detail::RuleBreaker& breaker) {
    breaker.enter(&root);
    detail::Filler{from, valid_only, &breaker}.fill(type_of<T>(), &value, nullptr, 0);
  };
  detail::RuleBreaker count{(std::numeric_limits<std::size_t>::max)()};
  ByteSource copy = source;
  T valid{};
  fill(valid, copy, count);
  if (count.met() == 0) return std::nullopt;
  detail::RuleBreaker breaker{number % count.met()};
  Broken<T> result;
  fill(result.value, source, breaker);
  result.broken = *breaker.broken();
  return result;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/arbitrary.ipp"
#endif
