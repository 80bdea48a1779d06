// The functions of testing/samples.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/model/patterns.hpp"
#include "healthlake/model/unicode_table.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "healthlake/testing/samples.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL char32_t draw_from(ByteSource& source, std::string_view alphabet) noexcept {
  return static_cast<char32_t>(static_cast<unsigned char>(alphabet[source.below(alphabet.size())]));
}

HEALTHLAKE_DECL char32_t draw_dot(ByteSource& source) {
  char32_t const c = any_code_point(source);
  return c == '\n' ? U' ' : c;
}

HEALTHLAKE_DECL char32_t draw_no_colon(ByteSource& source) {
  char32_t const c = any_code_point(source);
  return c == ':' ? U';' : c;
}

HEALTHLAKE_DECL char32_t draw_tag(ByteSource& source) {
  constexpr std::array<char32_t, 10> known{0xE9, 0xDF, 0x416, 0x4E2D, 0x1D49C, 0xA0, 0x2028, 0x663, 0x2167, 0xBD};
  if (source.one_in(8)) return known[source.below(known.size())];
  char32_t const c = any_code_point(source);
  if (unicode::letter_separator_or_number(c)) return c;
  return draw_from(source, "abyzABYZ0189 _.:/=+-@");
}

HEALTHLAKE_DECL void Draft::run(Draw draw, std::size_t least, std::size_t most) {
  std::size_t const size = plain_ ? least : static_cast<std::size_t>(source_.between(least, most));
  std::array<char32_t, 32> drawn{};
  for (std::size_t i = 0; i < size; ++i) {
    if (i < drawn.size()) drawn[i] = draw(source_);
    append_utf8(text_, drawn[i % drawn.size()]);
  }
}

HEALTHLAKE_DECL void Draft::tail(Draw draw, std::size_t least, std::size_t reserve) {
  std::size_t const used = size() + reserve;
  std::size_t const low = (std::max)(least, least_ - (std::min)(least_, used));
  std::size_t const high = (std::max)(low, most_ - (std::min)(most_, used));
  if (!plain_ && source_.one_in(8)) return run(draw, high, high);
  run(draw, low, (std::min)(high, low + 24));
}

HEALTHLAKE_DECL void write_arn(Draft& draft, std::string_view service) {
  constexpr std::array<std::string_view, 5> partitions{"", "-us-gov", "-iso", "-iso-b", "-cn"};
  draft.literal("arn:aws");
  draft.literal(partitions[draft.choice(partitions.size())]);
  draft.literal(service);
}

HEALTHLAKE_DECL void write_bucket(Draft& draft) {
  draft.literal("s3://");
  draft.run(&draw_lower_or_digit, 1, 1);
  draft.run(&draw_bucket, 1, draft.optional() ? 61 : 12);
  draft.run(&draw_lower_or_digit, 1, 1);
}

HEALTHLAKE_DECL void write_s3_uri(Draft& draft, std::size_t least_key, std::size_t least) {
  write_bucket(draft);
  if (!draft.optional() && draft.size() >= least) return;
  draft.literal("/");
  draft.tail(&draw_dot, least_key);
}

HEALTHLAKE_DECL void write_iam_role(Draft& draft) {
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

HEALTHLAKE_DECL void write_datastore_arn(Draft& draft) {
  write_arn(draft, ":healthlake:");
  draft.run(&draw_token, 1, 14);
  draft.literal(":");
  draft.run(&draw_digit, 12, 12);
  draft.literal(":datastore/");
  draft.tail(&draw_dot, 1);
}

HEALTHLAKE_DECL void write_resource_arn(Draft& draft) {
  write_arn(draft, ":healthlake:");
  bool const profile = draft.optional();
  std::string_view const resource = profile ? ":dataTransformationProfile/" : ":datastore/fhir/";
  draft.tail(&draw_region, 1, 1 + 12 + resource.size() + 32);
  draft.literal(":");
  draft.run(&draw_digit, 12, 12);
  draft.literal(resource);
  draft.run(profile ? &draw_hex : &draw_dot, 32, 32);
}

HEALTHLAKE_DECL void write_region(Draft& draft, bool third_part) {
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

HEALTHLAKE_DECL void write_kms_key(Draft& draft) {
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

HEALTHLAKE_DECL void write_lambda(Draft& draft) {
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

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string sample_text(ByteSource& source, std::size_t least, std::size_t most) {
  detail::Draft draft{source, least, most, false};
  draft.tail(&any_code_point);
  return std::move(draft.text());
}

HEALTHLAKE_DECL std::string sample(Pattern const& pattern, ByteSource& source, std::size_t least, std::size_t most) {
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
