// Validates a value against the constraint traits of its shape, and reports every violation with its path.
//
// Rules: lengths count Unicode code points; a pattern must match the entire string; a string that is not valid UTF-8 is
// one violation only. Sensitive values are never shown. A value nested deeper than ValidateOptions::max_depth is a
// violation, so that no value can exhaust the stack.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How strict a validation is.
struct ValidateOptions {
  /// The maximum number of violations; validation stops there. Default 100.
  std::size_t max_violations = 100;
  /// The maximum nesting depth, in steps from the root. Default 64.
  unsigned max_depth = 64;
  /// Whether spellings of an enumeration that this library does not know are accepted. A client accepts them, since the
  /// service adds values; a server that implements a fixed model does not. Default true.
  bool unknown_enum_values = true;
  /// Whether unknown members of a union are accepted. Default true.
  bool unknown_union_members = true;
  /// Asked about each string that does not match its pattern: returning true accepts it. Such as `any_partition`
  /// (http/any_partition.hpp), for ARNs of partitions that the service model does not know. Default none.
  bool (*also_accept)(Pattern const& pattern, std::string_view text) = nullptr;
};

namespace detail {

// The one validator of the program; every typed function calls it. Appends to `violations`, up to the maximum.
void find_violations(Type const& type, void const* value, ValidateOptions const& options,
                     std::vector<Violation>& violations);
}  // namespace detail

/// The violations of a value, in the order of the members; empty if it is valid.
template <Shape T>
std::vector<Violation> violations(T const& value, ValidateOptions const& options = {}) {
  std::vector<Violation> found;
  detail::find_violations(type_of<T>(), &value, options, found);
  return found;
}

/// The same as a Result: InvalidInput if there are violations.
template <Shape T>
Result<Unit> validate(T const& value, ValidateOptions const& options = {}) {
  auto found = violations(value, options);
  if (found.empty()) return Unit{};
  return Unexpected{InvalidInput{std::move(found)}};
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/validate.ipp"
#endif
