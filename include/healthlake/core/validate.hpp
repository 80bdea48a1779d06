// Validates a value against the constraint traits of its shape, and reports every violation with its path.
//
// Rules: lengths count Unicode code points; a pattern must match the entire string; a string that is not valid UTF-8 is
// one violation only. Sensitive values are never shown. A value nested deeper than ValidateOptions::max_depth is a
// violation, so that no value can exhaust the stack.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/path.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

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

class Validator {
 public:
  Validator(ValidateOptions const& options, std::vector<Violation>& violations)
      : options_(options), violations_(violations) {}

  // Checks one value; false once the list is full.
  bool check(Type const& type, void const* value, Rules const* rules, Path const& path);

 private:
  bool report(Path const& path, Rule rule, std::string_view expected, std::string_view found);

  bool report_utf8(Path const& path) { return report(path, Rule::utf8, "valid UTF-8", "invalid UTF-8"); }

  bool check_structure(Type const& type, void const* object, Path const& path);

  bool check_union(Type const& type, void const* object, Path const& path);

  bool check_list(ListOps const& list, void const* value, Rules const* rules, Path const& path);

  bool check_map(MapOps const& map, void const* value, Rules const* rules, Path const& path);

  bool check_string(std::string_view text, Rules const* rules, Path const& path);

  bool check_enum(EnumTable const& table, EnumValue const& value, Path const& path);

  bool check_number(std::int64_t number, Rules const* rules, Path const& path);

  bool check_real(RealOps const& real, void const* value, Rules const* rules, Path const& path);

  bool check_timestamp(Timestamp time, Path const& path);

  bool check_length(std::size_t length, Rules const* rules, std::string_view unit, Path const& path);

  // `unit` follows a number and includes the space before it.
  bool check_bounds(Rule rule, std::int64_t number, Rules const* rules, std::string_view unit, Path const& path);

  // "1 to 64", "at most 1024", "at least 20"
  static std::string bounds(Rules const& c, std::string_view unit);

  static std::string names_of(Type const& type);
  static void add_choice(std::string& choices, std::string_view name);

  ValidateOptions const& options_;
  std::vector<Violation>& violations_;
};

}  // namespace detail

/// The violations of a value, in the order of the members; empty if it is valid.
template <Shape T>
std::vector<Violation> violations(T const& value, ValidateOptions const& options = {}) {
  std::vector<Violation> found;
  Type const& type = type_of<T>();
  detail::Validator{options, found}.check(type, &value, nullptr, detail::Path::root(type.sensitive));
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
