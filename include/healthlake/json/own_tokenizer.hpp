// The default tokenizer: it does not recurse, and does not copy strings without escapes.
//
// Rules: accepts and rejects the same as json/nlohmann_tokenizer.hpp (the differential tests prove it): JSON text (RFC
// 8259) in valid UTF-8 (RFC 3629), without a byte order mark, trailing characters, unpaired surrogates, and numbers
// out of the range of a double.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/json/shape_builder.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// 2^1024 - 2^970 in decimal: from here on a number rounds to infinity (IEEE 754, 4.3.1). Two digits per byte, to save
// flash.
inline constexpr std::size_t overflow_size = 309;
inline constexpr auto overflow_digits = [] {
  constexpr std::string_view digits =
      "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070963302864166"
      "9288791094655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962"
      "2842914819860834936475292719074168444365510704342711559699508093042880177904174497792";
  static_assert(digits.size() == overflow_size);
  std::array<std::uint8_t, (overflow_size + 1) / 2> packed{};
  for (std::size_t i = 0; i < overflow_size; ++i)
    packed[i / 2] = static_cast<std::uint8_t>(packed[i / 2] | digit_value(digits[i]) << (i % 2 == 0 ? 4 : 0));
  return packed;
}();
constexpr int overflow_digit(std::size_t i) noexcept { return overflow_digits[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15; }

// Whether a JSON number is too large for a double.
bool overflows_double(std::string_view number) noexcept;

class OwnTokenizer {
 public:
  OwnTokenizer(std::string_view text, ShapeBuilder& builder) : text_(text), builder_(builder) {}

  std::size_t run();

 private:
  bool fail();

  [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() noexcept;

  // Reads a value, or the beginning of an object or array.
  bool read_value();

  bool open(char bracket);

  // Reads the next member of the innermost object or array, or its end.
  bool read_next();

  bool read_key();

  bool read_word(std::string_view word);

  bool skip_digits();

  // RFC 8259, 6: [ minus ] int [ frac ] [ exp ]
  bool read_number();

  // The number of following ASCII characters that need no unescaping and do not end the string.
  [[nodiscard]] std::size_t plain_run() const noexcept;

  // Reads a string without its quotation marks: a view of the input if it has no escapes, otherwise of the scratch
  // buffer.
  bool read_string(std::string_view& result);

  bool read_escape();

  bool read_hex(std::uint32_t& unit);

  // RFC 8259, 7: a character outside the Basic Multilingual Plane is escaped as its UTF-16 surrogate pair.
  bool read_unicode_escape();

  std::string_view text_;
  ShapeBuilder& builder_;
  std::size_t at_ = 0;
  // The open brackets, outermost first.
  std::string open_;
  // Whether the innermost object or array is still empty.
  bool first_ = false;
  std::string scratch_;
};

}  // namespace detail

/// The default Tokenizer.
std::size_t own_tokenizer(std::string_view text, ShapeBuilder& builder);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/own_tokenizer.ipp"
#endif
