// Prints a value for people: `Tag{Key="ward", Value="7"}`, with `***` in place of sensitive values.
//
// Rules: the output is ASCII on one line; strings are quoted and truncated. It is meant for logs, not for parsing.
// Values nested deeper than 64 levels are printed as `...`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void print(Type const& type, void const* value, Rules const* rules, unsigned depth);

 private:
  static constexpr unsigned max_depth = 64;
  static constexpr std::size_t text_limit = 256;

  void print_number(std::int64_t number) { out_ += Decimal{number}.view(); }

  void print_members(Type const& type, void const* object, unsigned depth);

  void print_list(ListOps const& list, void const* value, Rules const* rules, unsigned depth);

  void print_map(MapOps const& map, void const* value, Rules const* rules, unsigned depth);

  void print_enum(EnumTable const& table, EnumValue const& value);

  void print_time(Timestamp time);

  std::string& out_;
};

}  // namespace detail

/// Prints a value for a log or a terminal, with sensitive members as `***`.
template <Shape T>
std::string to_string(T const& value) {
  std::string out;
  detail::Printer{out}.print(type_of<T>(), &value, nullptr, 0);
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/print.ipp"
#endif
