// Generates strings that match a pattern of the service model.
//
// Rules: the same bytes produce the same string on every platform; nothing reads a clock or a random device. Strings
// are valid UTF-8. Not for keys or tokens: everything here is predictable.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/model/patterns.hpp"
#include "healthlake/model/unicode_table.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// Draws one character of a sample.
using Draw = char32_t (*)(ByteSource&);

inline char32_t draw_from(ByteSource& source, std::string_view alphabet) noexcept {
  return static_cast<char32_t>(static_cast<unsigned char>(alphabet[source.below(alphabet.size())]));
}
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
inline char32_t draw_dot(ByteSource& source) {
  char32_t const c = any_code_point(source);
  return c == '\n' ? U' ' : c;
}
// `[^:]`
inline char32_t draw_no_colon(ByteSource& source) {
  char32_t const c = any_code_point(source);
  return c == ':' ? U';' : c;
}
// A letter, separator or number of any script, or one of `_.:/=+-@`.
inline char32_t draw_tag(ByteSource& source) {
  constexpr std::array<char32_t, 10> known{0xE9, 0xDF, 0x416, 0x4E2D, 0x1D49C, 0xA0, 0x2028, 0x663, 0x2167, 0xBD};
  if (source.one_in(8)) return known[source.below(known.size())];
  char32_t const c = any_code_point(source);
  if (unicode::letter_separator_or_number(c)) return c;
  return draw_from(source, "abyzABYZ0189 _.:/=+-@");
}
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
  void run(Draw draw, std::size_t least, std::size_t most) {
    std::size_t const size = plain_ ? least : static_cast<std::size_t>(source_.between(least, most));
    std::array<char32_t, 32> drawn{};
    for (std::size_t i = 0; i < size; ++i) {
      if (i < drawn.size()) drawn[i] = draw(source_);
      append_utf8(text_, drawn[i % drawn.size()]);
    }
  }
  // At least `least` characters, such that the string and `reserve` more are within the limits; often the maximum.
  void tail(Draw draw, std::size_t least = 0, std::size_t reserve = 0) {
    std::size_t const used = size() + reserve;
    std::size_t const low = (std::max)(least, least_ - (std::min)(least_, used));
    std::size_t const high = (std::max)(low, most_ - (std::min)(most_, used));
    if (!plain_ && source_.one_in(8)) return run(draw, high, high);
    run(draw, low, (std::min)(high, low + 24));
  }

 private:
  ByteSource& source_;
  std::size_t least_;
  std::size_t most_;
  bool plain_;
  std::string text_;
};

// `arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?` and then `service`.
inline void write_arn(Draft& draft, std::string_view service) {
  constexpr std::array<std::string_view, 5> partitions{"", "-us-gov", "-iso", "-iso-b", "-cn"};
  draft.literal("arn:aws");
  draft.literal(partitions[draft.choice(partitions.size())]);
  draft.literal(service);
}
inline void write_bucket(Draft& draft) {
  draft.literal("s3://");
  draft.run(&draw_lower_or_digit, 1, 1);
  draft.run(&draw_bucket, 1, draft.optional() ? 61 : 12);
  draft.run(&draw_lower_or_digit, 1, 1);
}
inline void write_s3_uri(Draft& draft, std::size_t least_key, std::size_t least) {
  write_bucket(draft);
  if (!draft.optional() && draft.size() >= least) return;
  draft.literal("/");
  draft.tail(&draw_dot, least_key);
}
inline void write_iam_role(Draft& draft) {
  draft.literal("arn:aws");
  if (draft.optional()) {
    draft.literal("-");
    draft.run(&draw_no_colon, 1, 8);
  }
  draft.literal(":iam::");
  draft.run(&draw_digit, 12, 12);
  draft.literal(":role/");
  draft.tail(&draw_dot, 1);
}
inline void write_datastore_arn(Draft& draft) {
  write_arn(draft, ":healthlake:");
  draft.run(&draw_token, 1, 14);
  draft.literal(":");
  draft.run(&draw_digit, 12, 12);
  draft.literal(":datastore/");
  draft.tail(&draw_dot, 1);
}
inline void write_resource_arn(Draft& draft) {
  write_arn(draft, ":healthlake:");
  bool const profile = draft.optional();
  std::string_view const resource = profile ? ":dataTransformationProfile/" : ":datastore/fhir/";
  draft.tail(&draw_region, 1, 1 + 12 + resource.size() + 32);
  draft.literal(":");
  draft.run(&draw_digit, 12, 12);
  draft.literal(resource);
  draft.run(profile ? &draw_hex : &draw_dot, 32, 32);
}
inline void write_region(Draft& draft, bool third_part) {
  draft.run(&draw_lower, 2, 2);
  draft.literal("-");
  draft.run(&draw_lower, 1, 7);
  if (third_part) {
    draft.literal("-");
    draft.run(&draw_lower, 1, 7);
  }
  draft.literal("-");
  draft.run(&draw_digit, 1, 1);
  draft.literal(":");
}
inline void write_kms_key(Draft& draft) {
  if (draft.optional()) write_arn(draft, ":kms:");
  if (draft.optional()) write_region(draft, draft.optional());
  if (draft.optional()) {
    draft.run(&draw_digit, 12, 12);
    draft.literal(":");
  }
  constexpr std::array<std::string_view, 3> heads{"", "key/", "alias/"};
  std::size_t const head = draft.choice(heads.size());
  draft.literal(heads[head]);
  draft.tail(head == 2 ? &draw_alias : &draw_word, 1);
}
inline void write_lambda(Draft& draft) {
  draft.literal("arn:aws:lambda:");
  write_region(draft, false);
  draft.run(&draw_digit, 12, 12);
  draft.literal(":function:");
  std::size_t const version = draft.choice(3);
  draft.tail(&draw_function, 1, version * 4);
  if (version == 1) {
    draft.literal(":");
    draft.run(&draw_word, 3, 3);
  }
  if (version == 2) draft.literal(":$LATEST");
}

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
inline std::string sample_text(ByteSource& source, std::size_t least, std::size_t most) {
  detail::Draft draft{source, least, most, false};
  draft.tail(&any_code_point);
  return std::move(draft.text());
}

/// A string of `least` to `most` code points that matches `pattern`. If the pattern matches no string of such a length,
/// the result still matches and is as close to the limits as possible. For a pattern that is not in patterns::all, the
/// result is lower-case letters, which may not match.
inline std::string sample(Pattern const& pattern, ByteSource& source, std::size_t least, std::size_t most) {
  auto const* writer = std::find_if(detail::pattern_writers.begin(), detail::pattern_writers.end(),
                                    [&](auto const& candidate) { return candidate.pattern == &pattern; });
  auto const write = [&](detail::Draft& draft) {
    if (writer == detail::pattern_writers.end()) return draft.tail(&detail::draw_lower);
    writer->write(draft, least);
  };
  detail::Draft draft{source, least, most, false};
  write(draft);
  if (std::size_t const size = draft.size(); size >= least && size <= most) return std::move(draft.text());
  // The optional parts made it too long; the plain form fits, if any does.
  detail::Draft plain{source, least, most, true};
  write(plain);
  return std::move(plain.text());
}

}  // namespace HEALTHLAKE_NAMESPACE
