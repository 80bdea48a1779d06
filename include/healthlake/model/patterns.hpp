// The patterns of the service model as hand-written matchers, each under the regular expression it implements.
//
// Rules, the same for every pattern:
// - The whole string must match, as the service has it, whether or not the expression is spelled with ^ and $.
// - The string must be well-formed UTF-8 (RFC 3629); anything else never matches. U+0000 is an ordinary code point.
// - `.` is any code point but U+000A; `[^...]` may match U+000A too. (Some engines, Java's among them, have `.` refuse
//   U+000D, U+0085, U+2028 and U+2029 as well. Those are let through: the service has the last word, and a caller
//   could do nothing about text that it takes and this library refuses.)
// - `\d` is 0 to 9 only, as everywhere unless Unicode classes are asked for. `\p{L}`, `\p{Z}` and `\p{N}` are those of
//   the Unicode version of model/unicode_table.hpp.
// - Quantifiers count code points and are exact; the length limits of a shape are constraints of their own.
// A matcher takes linear time, allocates nothing, recurses nowhere, and cannot fail but by answering false. Where an
// expression has optional parts, a comment says why no choice is ever taken back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/model/unicode_table.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace healthlake::patterns {

namespace detail {

using healthlake::detail::AsciiSet;

inline constexpr AsciiSet digits{"0-9"};
inline constexpr AsciiSet lower{"a-z"};
inline constexpr AsciiSet lower_or_digit{"a-z0-9"};
inline constexpr AsciiSet lower_hex{"a-f0-9"};
inline constexpr AsciiSet lower_region{"a-z0-9-"};
inline constexpr AsciiSet token{"a-zA-Z0-9-"};
inline constexpr AsciiSet word{"a-zA-Z0-9_-"};
inline constexpr AsciiSet function_name{"a-zA-Z0-9_.-"};
inline constexpr AsciiSet alias_name{"a-zA-Z0-9:/_-"};
inline constexpr AsciiSet bucket_name{"a-z0-9.-"};
// With the ASCII members of \p{L}, \p{Z} and \p{N}: the letters, the space and the digits.
inline constexpr AsciiSet tag_text{"a-zA-Z0-9 _.:/=+@-"};
inline constexpr AsciiSet identifier_text{"a-zA-Z0-9 _.:/=+%@-"};

// What is left of the text. Each step takes its part off the front and says whether it was there.
struct Cursor {
  std::string_view rest;

  // The text `expected`; if it is not there nothing is taken.
  constexpr bool literal(std::string_view expected) noexcept {
    if (!rest.starts_with(expected)) return false;
    rest.remove_prefix(expected.size());
    return true;
  }
  // The longest run of characters of `set`, but no more than `most`; false if it is shorter than `least`.
  constexpr bool run(AsciiSet const& set, std::size_t least, std::size_t most = std::string_view::npos) noexcept {
    std::size_t length = 0;
    while (length < rest.size() && length < most && set.has(rest[length])) ++length;
    rest.remove_prefix(length);
    return length >= least;
  }
  [[nodiscard]] constexpr bool at_end() const noexcept { return rest.empty(); }
};

// The whole text is a run of `set` and not empty.
constexpr bool only(AsciiSet const& set, std::string_view text) noexcept {
  Cursor cursor{text};
  return cursor.run(set, 1) && cursor.at_end();
}

// `.*`
inline bool dots(std::string_view text) noexcept {
  return text.find('\n') == std::string_view::npos && valid_utf8(text);
}

// `.+`
inline bool some_dots(std::string_view text) noexcept { return !text.empty() && dots(text); }

// `arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?` and then `service`. Since `service` begins with a colon, the longest
// partition that fits is the only one that can.
constexpr bool aws_arn(Cursor& cursor, std::string_view service) noexcept {
  if (!cursor.literal("arn:aws")) return false;
  static_cast<void>(cursor.literal("-us-gov") || cursor.literal("-iso-b") || cursor.literal("-iso") ||
                    cursor.literal("-cn"));
  return cursor.literal(service);
}

// `s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]`: 3 to 63 characters that neither begin nor end with a dot or a hyphen.
// What may follow is a slash or the end, neither of which is in the set, so the longest run is the only one.
constexpr bool bucket(Cursor& cursor) noexcept {
  if (!cursor.literal("s3://")) return false;
  std::string_view const text = cursor.rest;
  if (!cursor.run(bucket_name, 3, 63)) return false;
  char const last = text[text.size() - cursor.rest.size() - 1];
  return lower_or_digit.has(text.front()) && lower_or_digit.has(last);
}

// `[a-z]{2}-[a-z]+`
constexpr bool region_stem(Cursor& cursor) noexcept {
  return cursor.run(lower, 2, 2) && cursor.literal("-") && cursor.run(lower, 1);
}

// `-\d`
constexpr bool dash_digit(Cursor& cursor) noexcept { return cursor.literal("-") && cursor.run(digits, 1, 1); }

// `[\p{L}\p{Z}\p{N}...]*`, with the ASCII members in `ascii`.
inline bool unicode_words(AsciiSet const& ascii, std::string_view text) noexcept {
  for (std::size_t at = 0;;) {
    while (at < text.size() && ascii.has(text[at])) ++at;
    if (at == text.size()) return true;
    DecodedCodePoint const c = decode_utf8(text, at);
    if (c.length < 2 || !unicode::letter_separator_or_number(c.value)) return false;
    at += c.length;
  }
}

inline bool match_identifier(std::string_view text) noexcept { return unicode_words(identifier_text, text); }

inline bool match_tag(std::string_view text) noexcept { return unicode_words(tag_text, text); }

inline bool match_client_token(std::string_view text) noexcept { return only(token, text); }

inline bool match_profile_id(std::string_view text) noexcept { return text.size() == 32 && only(lower_hex, text); }

inline bool match_ascii(std::string_view text) noexcept {
  return text.size() <= 8192 && healthlake::detail::all_are(healthlake::detail::is_ascii, text);
}

// The sizes come first so that a long text is refused unread: no code point takes more than four bytes.
inline bool match_any_text(std::string_view text) noexcept {
  return text.size() <= 4 * 10000 && count_code_points(text) <= 10000 && valid_utf8(text);
}

inline bool match_bounded_text(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 4 * 5000 && count_code_points(text) <= 5000 && valid_utf8(text);
}

inline bool match_s3_uri(std::string_view text) noexcept {
  Cursor cursor{text};
  return bucket(cursor) && (cursor.at_end() || (cursor.literal("/") && dots(cursor.rest)));
}

inline bool match_transformation_s3_uri(std::string_view text) noexcept {
  Cursor cursor{text};
  return bucket(cursor) && (cursor.at_end() || (cursor.literal("/") && some_dots(cursor.rest)));
}

// `[^:]+` ends at the first colon, which must be there: the one choice is whether a hyphen follows `arn:aws`.
inline bool match_iam_role_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  if (!cursor.literal("arn:aws")) return false;
  if (cursor.literal("-")) {
    std::size_t const colon = cursor.rest.find(':');
    if (colon == 0 || colon == std::string_view::npos || !valid_utf8(cursor.rest.substr(0, colon))) return false;
    cursor.rest.remove_prefix(colon);
  }
  return cursor.literal(":iam::") && cursor.run(digits, 12, 12) && cursor.literal(":role/") && some_dots(cursor.rest);
}

inline bool match_datastore_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  return aws_arn(cursor, ":healthlake:") && cursor.run(token, 1) && cursor.literal(":") && cursor.run(digits, 12, 12) &&
         cursor.literal(":datastore/") && some_dots(cursor.rest);
}

inline bool match_resource_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  bool const head = aws_arn(cursor, ":healthlake:") && cursor.run(lower_region, 1) && cursor.literal(":") &&
                    cursor.run(digits, 12, 12) && cursor.literal(":");
  if (!head) return false;
  if (cursor.literal("datastore/fhir/")) return count_code_points(cursor.rest) == 32 && dots(cursor.rest);
  return cursor.literal("dataTransformationProfile/") && cursor.rest.size() == 32 && only(lower_hex, cursor.rest);
}

// Four optional parts before the key, none of which needs to be taken back once it fits. A key id has no colon and no
// slash, and an alias has them only behind `alias/`; so a text that begins with one of the first three parts, all of
// which hold a colon that no `alias/` precedes, cannot be read as a key from there. The same goes for the slash of
// `key/`. A part that does not fit leaves the cursor where it was.
inline bool match_kms_key_id(std::string_view text) noexcept {
  Cursor cursor{text};
  if (Cursor arn = cursor; aws_arn(arn, ":kms:")) cursor = arn;

  Cursor region = cursor;
  bool fits = region_stem(region);
  if (Cursor longer = region; fits && longer.literal("-") && longer.run(lower, 1)) region = longer;
  if (fits && dash_digit(region) && region.literal(":")) cursor = region;

  if (Cursor account = cursor; account.run(digits, 12, 12) && account.literal(":")) cursor = account;

  if (cursor.literal("alias/")) return only(alias_name, cursor.rest);
  static_cast<void>(cursor.literal("key/"));
  return only(word, cursor.rest);
}

// After the function's name only a colon can follow, and after the colon the two spellings of a version differ in
// their first character.
inline bool match_lambda_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  bool const head = cursor.literal("arn:aws:lambda:") && region_stem(cursor) && dash_digit(cursor) &&
                    cursor.literal(":") && cursor.run(digits, 12, 12) && cursor.literal(":function:") &&
                    cursor.run(function_name, 1);
  if (!head || cursor.at_end()) return head;
  return cursor.literal(":") && (cursor.rest == "$LATEST" || only(word, cursor.rest));
}

}  // namespace detail

/// Ids and names: shapes DatastoreId, DatastoreName, JobId, JobName, Message, and DataTransformationJobName (there
/// without the outer parentheses). Letters, separators and numbers of any script, and `_.:/=+-%@`; may be empty.
inline constexpr Pattern identifier{"identifier", R"(([\p{L}\p{Z}\p{N}_.:/=+\-%@]*))", &detail::match_identifier};

/// Tags: shapes TagKey, TagValue. As `identifier`, but without the percent sign.
inline constexpr Pattern tag{"tag", R"(([\p{L}\p{Z}\p{N}_.:/=+\-@]*))", &detail::match_tag};

/// Tokens: shapes ClientToken, ClientTokenString, DataTransformationJobId.
inline constexpr Pattern client_token{"client_token", R"([a-zA-Z0-9-]+)", &detail::match_client_token};

/// Ids of transformation profiles: shape ProfileIdString.
inline constexpr Pattern profile_id{"profile_id", R"([a-f0-9]{32})", &detail::match_profile_id};

/// Page tokens: shape NextToken. ASCII with all its control characters.
inline constexpr Pattern ascii{"ascii", R"(\p{ASCII}{0,8192})", &detail::match_ascii};

/// Free text: shape HealthLakeString (String in the 2021-01-04 preview). Marks and non-marks, so any code point at all.
inline constexpr Pattern any_text{"any_text", R"([\P{M}\p{M}]{0,10000})", &detail::match_any_text};

/// Shorter free text, not empty: shape BoundedLengthString.
inline constexpr Pattern bounded_text{"bounded_text", R"([\P{M}\p{M}]{1,5000})", &detail::match_bounded_text};

/// Places to read from and write to: shape S3Uri. The key may be missing or empty.
inline constexpr Pattern s3_uri{"s3_uri", R"(s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?)", &detail::match_s3_uri};

/// Sample data of a transformation: shape SampleDataS3Uri. Another spelling of what `s3_uri` matches.
inline constexpr Pattern sample_data_s3_uri{"sample_data_s3_uri", R"(s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](/.*)?)",
                                            &detail::match_s3_uri};

/// Places of a transformation job: shape DataTransformationS3Uri. After a slash at least one code point follows.
inline constexpr Pattern transformation_s3_uri{
    "transformation_s3_uri", R"(s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](/.+)?)", &detail::match_transformation_s3_uri};

/// Roles: shapes IamRoleArn, DataTransformationIamRoleArn. Any partition of the form `aws-...`.
inline constexpr Pattern iam_role_arn{"iam_role_arn", R"(arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+)",
                                      &detail::match_iam_role_arn};

/// Data stores: shape DatastoreArn. (`.+?` is `.+` when the whole string must match.)
inline constexpr Pattern datastore_arn{
    "datastore_arn", R"(arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:healthlake:[a-zA-Z0-9-]+:[0-9]{12}:datastore/.+?)",
    &detail::match_datastore_arn};

/// What can be tagged: shape AmazonResourceName. Data stores and transformation profiles.
inline constexpr Pattern resource_arn{"resource_arn",
                                      R"(arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:healthlake:[a-z0-9-]+:\d{12}:)"
                                      R"((datastore\/fhir\/.{32}|dataTransformationProfile\/[a-f0-9]{32}))",
                                      &detail::match_resource_arn};

/// KMS keys by id, alias or ARN: shape EncryptionKeyID.
inline constexpr Pattern kms_key_id{
    "kms_key_id",
    R"((arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:kms:)?([a-z]{2}-[a-z]+(-[a-z]+)?-\d:)?(\d{12}:)?)"
    R"((((key/)?[a-zA-Z0-9-_]+)|(alias/[a-zA-Z0-9:/_-]+)))",
    &detail::match_kms_key_id};

/// Lambda functions, with or without a version: shape LambdaArn. The partition `aws` only.
inline constexpr Pattern lambda_arn{
    "lambda_arn",
    R"(arn:aws:lambda:[a-z]{2}-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9\-_\.]+(:(\$LATEST|[a-zA-Z0-9\-_]+))?)",
    &detail::match_lambda_arn};

/// Every pattern of the model once, for tests and tools. Naming it links all matchers.
inline constexpr std::array<Pattern const*, 15> all{
    &identifier,   &tag,           &client_token, &profile_id,         &ascii,
    &any_text,     &bounded_text,  &s3_uri,       &sample_data_s3_uri, &transformation_s3_uri,
    &iam_role_arn, &datastore_arn, &resource_arn, &kms_key_id,         &lambda_arn};

}  // namespace healthlake::patterns
