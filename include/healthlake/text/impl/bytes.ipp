// The functions of text/bytes.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "healthlake/text/bytes.hpp"
#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail::bytes {

HEALTHLAKE_DECL std::uint64_t word_at(std::string_view text, std::size_t at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail::bytes
