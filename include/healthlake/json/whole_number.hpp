// The integer that a JSON number equals: `22`, `22.0` and `2.2e1` are the same number (RFC 8259, 6), and services send
// integers in all three forms.
//
// Rules: integer arithmetic only, so that no integer loses digits; the length of a number is not limited here.
#pragma once

#include <string_view>

#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Precondition: `number` is a JSON number. `size` is 0 if it has a fraction, else all of it.
ParsedInteger parse_whole_number(std::string_view number) noexcept;

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/whole_number.ipp"
#endif
