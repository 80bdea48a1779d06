// The functions of json/own_tokenizer.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/json/own_tokenizer.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

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
HEALTHLAKE_DECL bool overflows_double(std::string_view number) noexcept {
  constexpr auto limit = static_cast<std::ptrdiff_t>(overflow_size);
  // The power of ten just above the first significant digit.
  std::ptrdiff_t magnitude = 0;
  // The number of significant digits, and how they compare with as many of the limit.
  std::ptrdiff_t count = 0;
  int order = 0;
  bool fraction = false;
  std::size_t at = number.starts_with('-') ? 1 : 0;
  for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
    char const c = number[at];
    if (c == '.') {
      fraction = true;
    } else if (c == '0' && count == 0) {
      if (fraction) --magnitude;
    } else {
      if (!fraction) ++magnitude;
      if (order == 0 && count < limit) order = digit_value(c) - overflow_digit(static_cast<std::size_t>(count));
      ++count;
    }
  }
  if (count == 0) return false;
  std::ptrdiff_t exponent = 0;
  if (at < number.size()) {
    bool const negative = number[at + 1] == '-';
    for (at += negative || number[at + 1] == '+' ? 2U : 1U; at < number.size(); ++at)
      if (exponent < 100'000'000) exponent = exponent * 10 + digit_value(number[at]);
    if (negative) exponent = -exponent;
  }
  magnitude += exponent;
  // The limit does not end in a zero, so a shorter prefix of it is below it.
  return magnitude != limit ? magnitude > limit : order != 0 ? order > 0 : count >= limit;
}

class OwnTokenizer {
 public:
  OwnTokenizer(std::string_view text, ShapeBuilder& builder)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), builder_(builder) {}
  OwnTokenizer(OwnTokenizer const&) = delete;
  OwnTokenizer& operator=(OwnTokenizer const&) = delete;

  // Returns the number of bytes read.
  std::size_t run();

 private:
  void read_text();

  bool fail();

  [[nodiscard]] std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }

  [[nodiscard]] char peek() const noexcept { return at_ != end_ ? *at_ : '\0'; }

  // Skips white space and returns the character after it; NUL, which no token begins with, at the end.
  char next() noexcept;

  // Reads a value, or the beginning of an object or array.
  bool read_value();

  bool open(char closing);

  void grow();

  // Reads the next member of the innermost object or array, or its end.
  bool read_next();

  bool close();

  bool read_key();

  bool read_word(std::string_view word);

  // RFC 8259, 6: [ minus ] int [ frac ] [ exp ]
  bool read_number();

  // Reads a string without its quotation marks: a view of the input if it has no escapes, otherwise of the scratch
  // buffer. Its data is null after a fault.
  std::string_view read_string();

  // The rest of a string that has an escape or a non-ASCII character at `at_`, and begins at `begin`.
  std::string_view read_marked_string(char const* begin);

  bool read_escape();

  bool read_hex(std::uint32_t& unit);

  // RFC 8259, 7: a character outside the Basic Multilingual Plane is escaped as its UTF-16 surrogate pair.
  bool read_unicode_escape();

  char const* begin_;
  char const* at_;
  char const* end_;
  ShapeBuilder& builder_;
  // What closes the innermost object or array; NUL outside all. Then the same for those around it, outermost first: in
  // `own_`, or in `heap_` if they are too many.
  char closing_ = '\0';
  char own_[16];
  char* outer_ = own_;
  std::size_t depth_ = 0;
  std::size_t capacity_ = sizeof own_;
  std::string heap_;
  // Whether the innermost object or array is still empty.
  bool first_ = false;
  std::string scratch_;
};

HEALTHLAKE_DECL std::size_t OwnTokenizer::run() {
  read_text();
  return static_cast<std::size_t>(at_ - begin_);
}

HEALTHLAKE_DECL void OwnTokenizer::read_text() {
  if (rest().starts_with("\xEF\xBB\xBF")) {
    builder_.fail("unexpected byte order mark");
    return;
  }
  if (!read_value()) return;
  while (closing_ != '\0')
    if (!read_next()) return;
  next();
  if (at_ != end_) builder_.fail("trailing characters after the JSON value");
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool OwnTokenizer::fail() {
  return builder_.fail(at_ == end_ ? "unexpected end of JSON text" : "unexpected byte in JSON text");
}

HEALTHLAKE_DECL char OwnTokenizer::next() noexcept {
  for (; at_ != end_; ++at_)
    if (!is_white_space(*at_)) return *at_;
  return '\0';
}

HEALTHLAKE_DECL bool OwnTokenizer::read_value() {
  switch (next()) {
    case '"': {
      std::string_view const text = read_string();
      return text.data() && builder_.string(text);
    }
    case '{': return open('}') && builder_.begin_object();
    case '[': builder_.bytes_left(rest().size()); return open(']') && builder_.begin_array();
    case 't': return read_word("true") && builder_.boolean(true);
    case 'f': return read_word("false") && builder_.boolean(false);
    case 'n': return read_word("null") && builder_.null();
    default: return read_number();
  }
}

HEALTHLAKE_DECL bool OwnTokenizer::open(char closing) {
  ++at_;
  if (depth_ == capacity_) grow();
  outer_[depth_++] = closing_;
  closing_ = closing;
  first_ = true;
  return true;
}

HEALTHLAKE_DECL void OwnTokenizer::grow() {
  if (heap_.empty()) heap_.assign(own_, depth_);
  heap_.resize(2 * depth_);
  outer_ = heap_.data();
  capacity_ = heap_.size();
}

HEALTHLAKE_DECL bool OwnTokenizer::read_next() {
  char const c = next();
  if (c == closing_) return close();
  if (!first_) {
    if (c != ',') return fail();
    ++at_;
  }
  first_ = false;
  if (closing_ == ']') builder_.bytes_left(rest().size());
  else if (!read_key()) return false;
  return read_value();
}

HEALTHLAKE_DECL bool OwnTokenizer::close() {
  bool const object = closing_ == '}';
  ++at_;
  closing_ = outer_[--depth_];
  first_ = false;
  return object ? builder_.end_object() : builder_.end_array();
}

HEALTHLAKE_DECL bool OwnTokenizer::read_key() {
  if (next() != '"') return fail();
  std::string_view const name = read_string();
  if (!name.data() || !builder_.key(name)) return false;
  if (peek() != ':' && next() != ':') return fail();
  ++at_;
  return true;
}

HEALTHLAKE_DECL bool OwnTokenizer::read_word(std::string_view word) {
  for (char const c : word) {
    if (peek() != c) return fail();
    ++at_;
  }
  return true;
}

HEALTHLAKE_DECL bool OwnTokenizer::read_number() {
  char const* at = at_;
  auto const skip = [&](char c) {
    bool const found = at != end_ && *at == c;
    if (found) ++at;
    return found;
  };
  auto const skip_digits = [&] {
    char const* const digits = at;
    while (at != end_ && is_digit(*at)) ++at;
    return at != digits;
  };
  skip('-');
  bool complete = skip('0') || skip_digits();
  if (complete && skip('.')) complete = skip_digits();
  bool const exponent = complete && (skip('e') || skip('E'));
  if (exponent) {
    if (!skip('+')) skip('-');
    complete = skip_digits();
  }
  std::string_view const number{at_, static_cast<std::size_t>(at - at_)};
  at_ = at;
  if (!complete) return fail();
  bool const in_double = !exponent && number.size() < overflow_size;
  if (!in_double && overflows_double(number)) return builder_.fail("number out of range");
  return builder_.number(number);
}

HEALTHLAKE_DECL std::string_view OwnTokenizer::read_string() {
  char const* const begin = ++at_;
  std::size_t const size = bytes::plain_json(rest(), 0);
  at_ += size;
  if (peek() != '"') return read_marked_string(begin);
  ++at_;
  return {begin, size};
}

HEALTHLAKE_DECL std::string_view OwnTokenizer::read_marked_string(char const* begin) {
  bool copied = false;
  auto const read = [&] { return std::string_view{begin, static_cast<std::size_t>(at_ - begin)}; };
  for (;; at_ += bytes::plain_json(rest(), 0)) {
    char const c = peek();
    if (c == '"') break;
    if (!is_ascii(c)) {
      auto const code_point = decode_utf8(rest());
      if (code_point.length == 0) return builder_.fail("invalid UTF-8"), std::string_view{};
      at_ += code_point.length;
      continue;
    }
    if (c != '\\') return fail(), std::string_view{};
    if (!copied) scratch_.clear();
    copied = true;
    scratch_.append(read());
    ++at_;
    if (!read_escape()) return {};
    begin = at_;
  }
  std::string_view const last = read();
  ++at_;
  if (!copied) return last;
  scratch_.append(last);
  return scratch_;
}

HEALTHLAKE_DECL bool OwnTokenizer::read_escape() {
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (peek() == 'u') return read_unicode_escape();
  auto const index = at_ != end_ ? names.find(*at_) : std::string_view::npos;
  if (index == std::string_view::npos) return fail();
  ++at_;
  scratch_.push_back(meanings[index]);
  return true;
}

HEALTHLAKE_DECL bool OwnTokenizer::read_hex(std::uint32_t& unit) {
  ++at_;
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    int const digit = hex_value(peek());
    if (digit < 0) return fail();
    unit = unit << 4 | static_cast<std::uint32_t>(digit);
  }
  return true;
}

HEALTHLAKE_DECL bool OwnTokenizer::read_unicode_escape() {
  std::uint32_t code_point = 0;
  if (!read_hex(code_point)) return false;
  if (code_point >= 0xDC00 && code_point <= 0xDFFF) return builder_.fail("unpaired surrogate");
  if (code_point >= 0xD800 && code_point <= 0xDBFF) {
    std::uint32_t low = 0;
    if (!rest().starts_with("\\u")) return builder_.fail("unpaired surrogate");
    ++at_;
    if (!read_hex(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return builder_.fail("unpaired surrogate");
    code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
  }
  append_utf8(scratch_, code_point);
  return true;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::size_t own_tokenizer(std::string_view text, ShapeBuilder& builder) {
  return detail::OwnTokenizer{text, builder}.run();
}

}  // namespace HEALTHLAKE_NAMESPACE
