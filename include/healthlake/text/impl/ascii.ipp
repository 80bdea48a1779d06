// The functions of text/ascii.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void append_lower(std::string& out, std::string_view text) {
  for (; bytes::words_pay && text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t const word = bytes::lower(bytes::word_at(text, 0));
    char lower[8];
    std::memcpy(lower, &word, sizeof lower);
    out.append(lower, sizeof lower);
  }
  for (char const c : text) out.push_back(ascii_lower(c));
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
