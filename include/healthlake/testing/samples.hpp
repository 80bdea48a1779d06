// Generates strings that match a pattern of the service model.
//
// Rules: the same bytes produce the same string on every platform; nothing reads a clock or a random device. Strings
// are valid UTF-8. Not for keys or tokens: everything here is predictable.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/model/patterns.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Draws one character of a sample.
using Draw = char32_t (*)(ByteSource&);

char32_t draw_from(ByteSource& source, std::string_view alphabet) noexcept;
inline char32_t draw_digit(ByteSource& source) { return draw_from(source, decimal_digits); }
inline char32_t draw_hex(ByteSource& source) { return draw_from(source, lower_hex_digits); }
inline char32_t draw_lower(ByteSource& source) { return draw_from(source, lower_letters); }
inline char32_t draw_lower_or_digit(ByteSource& source) { return draw_from(source, "abcxyz0189"); }
inline char32_t draw_bucket(ByteSource& source) { return draw_from(source, "abcxyz0189.-"); }
inline char32_t draw_region(ByteSource& source) { return draw_from(source, "abcxyz0189-"); }
inline char32_t draw_token(ByteSource& source) { return draw_from(source, "abyzABYZ0189-"); }
inline char32_t draw_word(ByteSource& source) { return draw_from(source, "abyzABYZ0189-_"); }
inline char32_t draw_function(ByteSource& source) { return draw_from(source, "abyzABYZ0189-_."); }
inline char32_t draw_alias(ByteSource& source) { return draw_from(source, "abyzABYZ0189-_:/"); }
inline char32_t draw_ascii(ByteSource& source) { return static_cast<char32_t>(source.below(0x80)); }

// `.`
char32_t draw_dot(ByteSource& source);
// `[^:]`
char32_t draw_no_colon(ByteSource& source);
// A letter, separator or number of any script, or one of `_.:/=+-@`.
char32_t draw_tag(ByteSource& source);
inline char32_t draw_identifier(ByteSource& source) { return source.one_in(32) ? U'%' : draw_tag(source); }

// A sample under construction, of `least` to `most` code points. A plain one has no optional parts and is as short as
// its limits allow.
class Draft {
 public:
  Draft(ByteSource& source, std::size_t least, std::size_t most, bool plain)
      : source_(source), least_(least), most_(most), plain_(plain) {}

  [[nodiscard]] std::string& text() noexcept { return text_; }
  [[nodiscard]] std::size_t size() const noexcept { return count_code_points(text_); }

  // Whether to write an optional part.
  bool optional() noexcept { return !plain_ && source_.one_in(2); }
  // Which of `n` alternatives to write.
  std::size_t choice(std::size_t n) noexcept { return plain_ ? 0 : static_cast<std::size_t>(source_.below(n)); }

  void literal(std::string_view part) { text_ += part; }
  // `least` to `most` characters; those beyond 32 are repeats, so that a long string does not exhaust the source.
  void run(Draw draw, std::size_t least, std::size_t most);
  // At least `least` characters, such that the string and `reserve` more are within the limits; often the maximum.
  void tail(Draw draw, std::size_t least = 0, std::size_t reserve = 0);

 private:
  ByteSource& source_;
  std::size_t least_;
  std::size_t most_;
  bool plain_;
  std::string text_;
};

// `arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?` and then `service`.
void write_arn(Draft& draft, std::string_view service);
void write_bucket(Draft& draft);
void write_s3_uri(Draft& draft, std::size_t least_key, std::size_t least);
void write_iam_role(Draft& draft);
void write_datastore_arn(Draft& draft);
void write_resource_arn(Draft& draft);
void write_region(Draft& draft, bool third_part);
void write_kms_key(Draft& draft);
void write_lambda(Draft& draft);

struct PatternWriter {
  Pattern const* pattern;
  void (*write)(Draft& draft, std::size_t least);
};

inline constexpr std::array<PatternWriter, 15> pattern_writers{{
    {&patterns::identifier, [](Draft& draft, std::size_t) { draft.tail(&draw_identifier); }},
    {&patterns::tag, [](Draft& draft, std::size_t) { draft.tail(&draw_tag); }},
    {&patterns::client_token, [](Draft& draft, std::size_t) { draft.tail(&draw_token, 1); }},
    {&patterns::profile_id, [](Draft& draft, std::size_t) { draft.run(&draw_hex, 32, 32); }},
    {&patterns::ascii, [](Draft& draft, std::size_t) { draft.tail(&draw_ascii); }},
    {&patterns::any_text, [](Draft& draft, std::size_t) { draft.tail(&any_code_point); }},
    {&patterns::bounded_text, [](Draft& draft, std::size_t) { draft.tail(&any_code_point, 1); }},
    {&patterns::s3_uri, [](Draft& draft, std::size_t least) { write_s3_uri(draft, 0, least); }},
    {&patterns::sample_data_s3_uri, [](Draft& draft, std::size_t least) { write_s3_uri(draft, 0, least); }},
    {&patterns::transformation_s3_uri, [](Draft& draft, std::size_t least) { write_s3_uri(draft, 1, least); }},
    {&patterns::iam_role_arn, [](Draft& draft, std::size_t) { write_iam_role(draft); }},
    {&patterns::datastore_arn, [](Draft& draft, std::size_t) { write_datastore_arn(draft); }},
    {&patterns::resource_arn, [](Draft& draft, std::size_t) { write_resource_arn(draft); }},
    {&patterns::kms_key_id, [](Draft& draft, std::size_t) { write_kms_key(draft); }},
    {&patterns::lambda_arn, [](Draft& draft, std::size_t) { write_lambda(draft); }},
}};

}  // namespace detail

/// A string of `least` to `most` arbitrary code points.
std::string sample_text(ByteSource& source, std::size_t least, std::size_t most);

/// A string of `least` to `most` code points that matches `pattern`. If the pattern matches no string of such a length,
/// the result still matches and is as close to the limits as possible. For a pattern that is not in patterns::all, the
/// result is lower-case letters, which may not match.
std::string sample(Pattern const& pattern, ByteSource& source, std::size_t least, std::size_t most);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/samples.ipp"
#endif
