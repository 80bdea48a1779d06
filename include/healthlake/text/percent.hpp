// Percent-encoding (RFC 3986, 2.1).
//
// Rules: every byte except the unreserved characters (2.3) is encoded, with upper-case digits; digits of either case
// are decoded; a `%` that does not begin a valid escape is left as it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

/// RFC 3986, 2.3.
constexpr bool is_unreserved(char c) noexcept { return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

/// Calls `put` with each character of the encoded string. `kept` is not encoded either.
template <class Put>
constexpr void percent_encode(std::string_view text, char kept, Put&& put) {
  for (char const c : text) {
    if (is_unreserved(c) || c == kept) {
      put(c);
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    put('%');
    put(upper_hex_digits[byte >> 4]);
    put(upper_hex_digits[byte & 15U]);
  }
}

/// The byte that the escape at `at` encodes; -1 if there is none.
constexpr int percent_escape(std::string_view text, std::size_t at) noexcept {
  if (text.size() < 3 || at > text.size() - 3 || text[at] != '%') return -1;
  int const high = hex_value(text[at + 1]);
  int const low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

/// Encodes each byte except the unreserved characters (RFC 3986, 2.3) and `kept`: in a path, keep `/`.
std::string percent_encode(std::string_view text, char kept = '-');

/// Decodes percent-encoding (RFC 3986, 2.1), in the result of any bytes. What is not a valid escape is left as it is.
std::string percent_decode(std::string_view text);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/percent.ipp"
#endif
