// A set of ASCII characters in 16 bytes, made by the compiler.
//
// Rules: bytes beyond ASCII are in none. Includes the standard library only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace healthlake {

/// A set of ASCII characters, spelled as inside the brackets of a regular expression ('-' first or last is itself).
class AsciiSet {
 public:
  explicit consteval AsciiSet(std::string_view spelled) {
    for (std::size_t i = 0; i < spelled.size(); ++i) {
      bool const range = i + 2 < spelled.size() && spelled[i + 1] == '-';
      for (char c = spelled[i]; c <= spelled[range ? i + 2 : i]; ++c) words_[c / 32] |= std::uint32_t{1} << (c % 32);
      if (range) i += 2;
    }
  }
  /// False for every byte beyond ASCII.
  [[nodiscard]] constexpr bool has(char c) const noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x80 && ((words_[byte / 32] >> (byte % 32)) & 1u) != 0;
  }

 private:
  std::uint32_t words_[4] = {0, 0, 0, 0};
};

}  // namespace healthlake
