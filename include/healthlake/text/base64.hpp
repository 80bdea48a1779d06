// Base64 (RFC 4648, section 4), the encoding of a blob in JSON.
//
// Rules: the alphabet with `+` and `/`; padding is written, and required when decoding; line breaks and non-zero pad
// bits (RFC 4648, 3.5) are invalid.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Appends bytes, encoded as base64.
void append_base64(std::string& out, std::string_view bytes);

/// Decodes base64 into `out`. Returns false if `text` is not valid base64; `out` is then unspecified.
bool parse_base64(std::string_view text, std::string& out);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/base64.ipp"
#endif
