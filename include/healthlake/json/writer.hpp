// Writes JSON text (RFC 8259) piece by piece: commas, quotation marks and escapes; it does not know shapes.
//
// Rules: no whitespace; only what must be escaped is escaped (the quotation mark, the backslash, and U+0000 to U+001F:
// RFC 8259, 7). The caller passes valid UTF-8, and makes its calls in a well-formed order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Appends a JSON string with its quotation marks.
void append_json_string(std::string& out, std::string_view text);

// Appends an integer.
inline void append_json_integer(std::string& out, std::int64_t number) { out += Decimal{number}.view(); }

}  // namespace detail

/// Appends JSON values and their punctuation to a string.
class JsonWriter {
 public:
  /// Appends to `out`, which must outlive the writer.
  explicit JsonWriter(std::string& out) : out_(&out) {}

  /// Writes `{`, after a comma if one is due.
  void begin_object() { open('{'); }
  /// Writes `}`.
  void end_object() { close('}'); }
  /// Writes `[`, after a comma if one is due.
  void begin_array() { open('['); }
  /// Writes `]`.
  void end_array() { close(']'); }
  /// Writes the name of a member, escaped, and the colon after it.
  void key(std::string_view name);
  /// Writes a string, escaped where RFC 8259, 7 requires it.
  void string(std::string_view text);
  /// As `key`, for what is known to need no escapes.
  void plain_key(std::string_view name);
  /// As `string`, for what is known to need no escapes.
  void plain_string(std::string_view text);
  /// Writes a number in decimal digits.
  void integer(std::int64_t number);
  /// Writes `true` or `false`.
  void boolean(bool value) { raw(value ? "true" : "false"); }
  /// Writes `null`.
  void null() { raw("null"); }
  /// Writes a value that is JSON text already.
  void raw(std::string_view json);
  /// Returns the string to which the caller itself appends the next value.
  std::string& value();

 private:
  // A comma if there must be one, a string between quotation marks, and room for as many more characters.
  void put_plain(std::string_view text, std::size_t more);
  void separate();
  void open(char bracket);
  void close(char bracket);

  std::string* out_;
  bool comma_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/writer.ipp"
#endif
