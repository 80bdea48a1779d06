// Prints a value for people: `Tag{Key="ward", Value="7"}`, with `***` in place of sensitive values.
//
// Rules: the output is ASCII on one line; strings are quoted and truncated. It is meant for logs, not for parsing.
// Values nested deeper than 64 levels are printed as `...`.
#pragma once

#include <string>

#include "healthlake/core/shape.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// The one printer of the program; every typed function calls it. Appends to `out`.
void print_to(std::string& out, Type const& type, void const* value);
}  // namespace detail

/// Prints a value for a log or a terminal, with sensitive members as `***`.
template <Shape T>
std::string to_string(T const& value) {
  std::string out;
  detail::print_to(out, type_of<T>(), &value);
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/print.ipp"
#endif
