// The patterns of the service model as hand-written matchers, each under the regular expression it implements.
//
// Rules, the same for every pattern:
// - The entire string must match, as in the service, whether or not the expression is spelled with ^ and $.
// - The string must be valid UTF-8 (RFC 3629); anything else never matches. U+0000 is an ordinary code point.
// - `.` matches any code point except U+000A; `[^...]` may match U+000A too. (In some engines, Java's among them, `.`
//   does not match U+000D, U+0085, U+2028 and U+2029 either. Those are accepted here: the service has the last word,
//   and a caller could not work around a string that it accepts and this library rejects.)
// - `\d` matches 0 to 9 only, as is usual unless Unicode classes are enabled. `\p{L}`, `\p{Z}` and `\p{N}` are those of
//   the Unicode version of model/unicode_table.hpp.
// - Quantifiers count code points and are exact; the length limits of a shape are separate constraints.
// A matcher takes linear time, does not allocate or recurse, and has no failure other than returning false. Where an
// expression has optional parts, a comment says why no backtracking is needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/model/unicode_table.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::patterns {

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

// The rest of the string. Each step removes its part from the front and returns whether it was there.
struct Cursor {
  std::string_view rest;

  // The string `expected`; if it is not there, nothing is removed.
  constexpr bool literal(std::string_view expected) noexcept {
    if (rest.size() < expected.size()) return false;
    // Few bytes, and most often not the first.
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (rest[i] != expected[i]) return false;
    rest.remove_prefix(expected.size());
    return true;
  }
  // The longest run of characters in `set`, at most `most`; false if it is shorter than `least`.
  constexpr bool run(AsciiSet const& set, std::size_t least, std::size_t most = std::string_view::npos) noexcept {
    std::size_t length = 0;
    while (length < rest.size() && length < most && set.has(rest[length])) ++length;
    rest.remove_prefix(length);
    return length >= least;
  }
  [[nodiscard]] constexpr bool at_end() const noexcept { return rest.empty(); }
};

// Whether the entire string is a non-empty run of characters in `set`.
constexpr bool only(AsciiSet const& set, std::string_view text) noexcept {
  Cursor cursor{text};
  return cursor.run(set, 1) && cursor.at_end();
}

// `.*`
bool dots(std::string_view text) noexcept;

// `.+`
inline bool some_dots(std::string_view text) noexcept { return !text.empty() && dots(text); }

// `arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?` and then `service`. Since `service` begins with a colon, only the longest
// partition that matches can be the right one.
constexpr bool aws_arn(Cursor& cursor, std::string_view service) noexcept {
  if (!cursor.literal("arn:aws")) return false;
  bool const known = !cursor.literal("-") || cursor.literal("us-gov") || cursor.literal("iso-b") ||
                     cursor.literal("iso") || cursor.literal("cn");
  return known && cursor.literal(service);
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
bool unicode_words(AsciiSet const& ascii, std::string_view text) noexcept;

inline bool match_identifier(std::string_view text) noexcept { return unicode_words(identifier_text, text); }

inline bool match_tag(std::string_view text) noexcept { return unicode_words(tag_text, text); }

inline bool match_client_token(std::string_view text) noexcept { return only(token, text); }

inline bool match_profile_id(std::string_view text) noexcept { return text.size() == 32 && only(lower_hex, text); }

bool match_ascii(std::string_view text) noexcept;

// The size is checked first so that a long string is rejected unread: no code point takes more than four bytes.
bool match_any_text(std::string_view text) noexcept;

bool match_bounded_text(std::string_view text) noexcept;

bool match_s3_uri(std::string_view text) noexcept;

bool match_transformation_s3_uri(std::string_view text) noexcept;

// `[^:]+` ends at the first colon, which must be there: the one choice is whether a hyphen follows `arn:aws`.
bool match_iam_role_arn(std::string_view text) noexcept;

bool match_datastore_arn(std::string_view text) noexcept;

bool match_resource_arn(std::string_view text) noexcept;

// Four optional parts before the key, none of which needs backtracking once it matches. A key id contains no colon or
// slash, and an alias only after `alias/`; so a string that begins with one of the first three parts, each of which
// contains a colon that no `alias/` precedes, cannot be parsed as a key there. The same applies to the slash of `key/`.
// A part that does not match leaves the cursor where it was.
bool match_kms_key_id(std::string_view text) noexcept;

// Only a colon can follow the function name, and the two forms of a version after it differ in their first character.
bool match_lambda_arn(std::string_view text) noexcept;

}  // namespace detail

/// Ids and names: shapes DatastoreId, DatastoreName, JobId, JobName, Message, and DataTransformationJobName (there
/// without the outer parentheses). Letters, separators and numbers in any script, and `_.:/=+-%@`; may be empty.
inline constexpr Pattern identifier{"identifier", R"(([\p{L}\p{Z}\p{N}_.:/=+\-%@]*))", &detail::match_identifier};

/// Tags: shapes TagKey, TagValue. As `identifier`, but without the percent sign.
inline constexpr Pattern tag{"tag", R"(([\p{L}\p{Z}\p{N}_.:/=+\-@]*))", &detail::match_tag};

/// Tokens: shapes ClientToken, ClientTokenString, DataTransformationJobId.
inline constexpr Pattern client_token{"client_token", R"([a-zA-Z0-9-]+)", &detail::match_client_token};

/// Ids of transformation profiles: shape ProfileIdString.
inline constexpr Pattern profile_id{"profile_id", R"([a-f0-9]{32})", &detail::match_profile_id};

/// Page tokens: shape NextToken. ASCII, control characters included.
inline constexpr Pattern ascii{"ascii", R"(\p{ASCII}{0,8192})", &detail::match_ascii};

/// Free text: shape HealthLakeString (String in the 2021-01-04 preview). Marks and non-marks, that is, any code point.
inline constexpr Pattern any_text{"any_text", R"([\P{M}\p{M}]{0,10000})", &detail::match_any_text};

/// Shorter, non-empty free text: shape BoundedLengthString.
inline constexpr Pattern bounded_text{"bounded_text", R"([\P{M}\p{M}]{1,5000})", &detail::match_bounded_text};

/// Input and output locations: shape S3Uri. The key may be missing or empty.
inline constexpr Pattern s3_uri{"s3_uri", R"(s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?)", &detail::match_s3_uri};

/// Sample data of a transformation: shape SampleDataS3Uri. Equivalent to `s3_uri`.
inline constexpr Pattern sample_data_s3_uri{"sample_data_s3_uri", R"(s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](/.*)?)",
                                            &detail::match_s3_uri};

/// Locations of a transformation job: shape DataTransformationS3Uri. A slash is followed by at least one code point.
inline constexpr Pattern transformation_s3_uri{
    "transformation_s3_uri", R"(s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](/.+)?)", &detail::match_transformation_s3_uri};

/// IAM roles: shapes IamRoleArn, DataTransformationIamRoleArn. Any partition of the form `aws-...`.
inline constexpr Pattern iam_role_arn{"iam_role_arn", R"(arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+)",
                                      &detail::match_iam_role_arn};

/// Data stores: shape DatastoreArn. (`.+?` is equivalent to `.+`, since the entire string must match.)
inline constexpr Pattern datastore_arn{
    "datastore_arn", R"(arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:healthlake:[a-zA-Z0-9-]+:[0-9]{12}:datastore/.+?)",
    &detail::match_datastore_arn};

/// Resources that can be tagged, data stores and transformation profiles: shape AmazonResourceName.
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

/// All patterns of the model, for tests and tools. Using it links all matchers.
inline constexpr std::array<Pattern const*, 15> all{
    &identifier,   &tag,           &client_token, &profile_id,         &ascii,
    &any_text,     &bounded_text,  &s3_uri,       &sample_data_s3_uri, &transformation_s3_uri,
    &iam_role_arn, &datastore_arn, &resource_arn, &kms_key_id,         &lambda_arn};

}  // namespace HEALTHLAKE_NAMESPACE::patterns

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/model/impl/patterns.ipp"
#endif
