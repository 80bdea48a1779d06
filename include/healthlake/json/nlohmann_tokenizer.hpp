// The tokenizer that uses nlohmann/json's SAX parser. Select it with `DecodeOptions{.tokenizer = nlohmann_tokenizer}`.
//
// Rules: accepts JSON text as RFC 8259 defines it, in valid UTF-8, without trailing characters. The parser does not
// recurse; the ShapeBuilder limits the depth. The parser's own messages are not used, since they quote the JSON text,
// which may be sensitive.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "healthlake/json/shape_builder.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Reads characters and records the position, which the parser itself reports only for its own errors.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = char const*;
  using reference = char const&;

  CountingIterator(char const* at, char const** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (reached_) *reached_ = at_;
    return *this;
  }
  friend bool operator==(CountingIterator const& a, CountingIterator const& b) { return a.at_ == b.at_; }

 private:
  char const* at_;
  char const** reached_;
};

// The names and signatures are nlohmann's (json_sax).
struct NlohmannEvents {
  ShapeBuilder& builder;

  bool null() { return builder.null(); }
  bool boolean(bool value) { return builder.boolean(value); }
  bool number_integer(std::int64_t value) { return integer(value); }
  bool number_unsigned(std::uint64_t value) { return integer(value); }
  bool number_float(double, std::string const& text) { return builder.number(text); }
  bool string(std::string& text) { return builder.string(text); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return builder.begin_object(); }
  bool key(std::string& name) { return builder.key(name); }
  bool end_object() { return builder.end_object(); }
  bool start_array(std::size_t) { return builder.begin_array(); }
  bool end_array() { return builder.end_array(); }
  template <class Exception>
  bool parse_error(std::size_t, std::string const&, Exception const& exception) {
    // The only one of its errors that is not a syntax error: a number larger than any double.
    constexpr int number_overflow = 406;
    return exception.id == number_overflow && builder.fail("number out of range");
  }

 private:
  template <class I>
  bool integer(I value) {
    char digits[20];
    return builder.number({digits, static_cast<std::size_t>(std::to_chars(digits, digits + 20, value).ptr - digits)});
  }
};

}  // namespace detail

/// nlohmann/json's parser, as a Tokenizer.
inline std::size_t nlohmann_tokenizer(std::string_view text, ShapeBuilder& builder) {
  // RFC 8259, 8.1, allows a parser to ignore the mark, as this one does; but then a value could not be embedded in
  // another one as it is.
  if (text.starts_with("\xEF\xBB\xBF")) {
    builder.fail("unexpected byte order mark");
    return 0;
  }
  char const* reached = text.data();
  detail::NlohmannEvents events{builder};
  bool const parsed = nlohmann::json::sax_parse(detail::CountingIterator{text.data(), &reached},
                                                detail::CountingIterator{text.data() + text.size(), nullptr}, &events);
  auto const offset = static_cast<std::size_t>(reached - text.data());
  // The parser takes a NUL byte for the end of the input.
  if (parsed && offset == text.size() && text.back() != '\0') return offset;
  if (offset == text.size() && !parsed) builder.fail("unexpected end of JSON text, or unexpected last byte");
  else builder.fail(parsed ? "trailing characters after the JSON value" : "unexpected byte in JSON text");
  return offset;
}

}  // namespace HEALTHLAKE_NAMESPACE
