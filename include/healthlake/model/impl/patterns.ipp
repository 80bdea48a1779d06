// The functions of model/patterns.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/model/patterns.hpp"
#include "healthlake/model/unicode_table.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::patterns::detail {

HEALTHLAKE_DECL bool dots(std::string_view text) noexcept {
  return text.find('\n') == std::string_view::npos && valid_utf8(text);
}

HEALTHLAKE_DECL bool unicode_words(AsciiSet const& ascii, std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (ascii.has(text[at])) {
      ++at;
      continue;
    }
    DecodedCodePoint const c = decode_utf8(text, at);
    if (c.length < 2 || !unicode::letter_separator_or_number(c.value)) return false;
    at += c.length;
  }
  return true;
}

HEALTHLAKE_DECL bool match_ascii(std::string_view text) noexcept {
  return text.size() <= 8192 && healthlake::detail::all_are(healthlake::detail::is_ascii, text);
}

HEALTHLAKE_DECL bool match_any_text(std::string_view text) noexcept {
  return text.size() <= 4 * 10000 && count_code_points(text) <= 10000 && valid_utf8(text);
}

HEALTHLAKE_DECL bool match_bounded_text(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 4 * 5000 && count_code_points(text) <= 5000 && valid_utf8(text);
}

HEALTHLAKE_DECL bool match_s3_uri(std::string_view text) noexcept {
  Cursor cursor{text};
  return bucket(cursor) && (cursor.at_end() || (cursor.literal("/") && dots(cursor.rest)));
}

HEALTHLAKE_DECL bool match_transformation_s3_uri(std::string_view text) noexcept {
  Cursor cursor{text};
  return bucket(cursor) && (cursor.at_end() || (cursor.literal("/") && some_dots(cursor.rest)));
}

HEALTHLAKE_DECL bool match_iam_role_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  if (!cursor.literal("arn:aws")) return false;
  if (cursor.literal("-")) {
    std::size_t const colon = cursor.rest.find(':');
    if (colon == 0 || colon == std::string_view::npos || !valid_utf8(cursor.rest.substr(0, colon))) return false;
    cursor.rest.remove_prefix(colon);
  }
  return cursor.literal(":iam::") && cursor.run(digits, 12, 12) && cursor.literal(":role/") && some_dots(cursor.rest);
}

HEALTHLAKE_DECL bool match_datastore_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  return aws_arn(cursor, ":healthlake:") && cursor.run(token, 1) && cursor.literal(":") && cursor.run(digits, 12, 12) &&
         cursor.literal(":datastore/") && some_dots(cursor.rest);
}

HEALTHLAKE_DECL bool match_resource_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  bool const head = aws_arn(cursor, ":healthlake:") && cursor.run(lower_region, 1) && cursor.literal(":") &&
                    cursor.run(digits, 12, 12) && cursor.literal(":");
  if (!head) return false;
  if (cursor.literal("datastore/fhir/")) return count_code_points(cursor.rest) == 32 && dots(cursor.rest);
  return cursor.literal("dataTransformationProfile/") && cursor.rest.size() == 32 && only(lower_hex, cursor.rest);
}

HEALTHLAKE_DECL bool match_kms_key_id(std::string_view text) noexcept {
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

HEALTHLAKE_DECL bool match_lambda_arn(std::string_view text) noexcept {
  Cursor cursor{text};
  bool const head = cursor.literal("arn:aws:lambda:") && region_stem(cursor) && dash_digit(cursor) &&
                    cursor.literal(":") && cursor.run(digits, 12, 12) && cursor.literal(":function:") &&
                    cursor.run(function_name, 1);
  if (!head || cursor.at_end()) return head;
  return cursor.literal(":") && (cursor.rest == "$LATEST" || only(word, cursor.rest));
}

}  // namespace HEALTHLAKE_NAMESPACE::patterns::detail
