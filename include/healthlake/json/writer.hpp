// Writes JSON text (RFC 8259) piece by piece: commas, quotation marks and escapes; it does not know shapes.
//
// Rules: no whitespace; only what must be escaped is escaped (the quotation mark, the backslash, and U+0000 to U+001F:
// RFC 8259, 7). The caller passes valid UTF-8, and makes its calls in a well-formed order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Appends a JSON string with its quotation marks.
inline void append_json_string(std::string& out, std::string_view text) {
  // RFC 8259, 7: the characters that have a two-character escape, and its second character.
  constexpr std::string_view named = "\"\\\b\f\n\r\t";
  constexpr std::string_view names = "\"\\bfnrt";
  out.push_back('"');
  auto const escaped = [](char c) { return detail::is_c0_control(c) || c == '"' || c == '\\'; };
  auto const marks = [](std::uint64_t word) {
    return detail::bytes::below(word, 0x20) | detail::bytes::equal(word, '"') | detail::bytes::equal(word, '\\');
  };
  for (;;) {
    std::size_t const plain = detail::bytes::run(text, 0, marks, escaped);
    out.append(text, 0, plain);
    if (plain == text.size()) break;
    char const c = text[plain];
    text.remove_prefix(plain + 1);
    out.push_back('\\');
    if (auto const index = named.find(c); index != std::string_view::npos) {
      out.push_back(names[index]);
    } else {
      constexpr auto hex = detail::lower_hex_digits;
      char const digits[] = {'u', '0', '0', hex[static_cast<unsigned char>(c) >> 4], hex[c & 15]};
      out.append(digits, sizeof digits);
    }
  }
  out.push_back('"');
}

// Appends an integer.
inline void append_json_integer(std::string& out, std::int64_t number) { out += Decimal{number}.view(); }

}  // namespace detail

/// Appends JSON values and their punctuation to a string.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(&out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name) {
    separate();
    detail::append_json_string(*out_, name);
    out_->push_back(':');
    comma_ = false;
  }
  void string(std::string_view text) {
    separate();
    detail::append_json_string(*out_, text);
    comma_ = true;
  }
  void integer(std::int64_t number) {
    separate();
    detail::append_json_integer(*out_, number);
    comma_ = true;
  }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  /// Writes a value that is JSON text already.
  void raw(std::string_view json) {
    separate();
    *out_ += json;
    comma_ = true;
  }
  /// Returns the string to which the caller itself appends the next value.
  std::string& value() {
    separate();
    comma_ = true;
    return *out_;
  }

 private:
  void separate() {
    if (comma_) out_->push_back(',');
  }
  void open(char bracket) {
    separate();
    out_->push_back(bracket);
    comma_ = false;
  }
  void close(char bracket) {
    out_->push_back(bracket);
    comma_ = true;
  }

  std::string* out_;
  bool comma_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE
