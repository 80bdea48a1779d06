// The functions of model/s3_location.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/model/s3_location.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::optional<S3Location> parse_s3_uri(std::string_view uri) {
  constexpr std::string_view scheme = "s3://";
  if (!uri.starts_with(scheme)) return std::nullopt;
  uri.remove_prefix(scheme.size());
  std::size_t const slash = (std::min)(uri.find('/'), uri.size());
  if (slash == 0) return std::nullopt;
  std::string_view const key = slash == uri.size() ? std::string_view{} : uri.substr(slash + 1);
  return S3Location{std::string{uri.substr(0, slash)}, std::string{key}};
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool looks_like_ip_address(std::string_view name) noexcept {
  std::size_t dots = 0;
  bool digit_before = false;
  for (char const c : name) {
    if (c == '.' ? !digit_before : !is_digit(c)) return false;
    digit_before = c != '.';
    dots += c == '.' ? 1 : 0;
  }
  return dots == 3 && digit_before;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string_view bucket_fault(std::string_view name) noexcept {
  constexpr detail::AsciiSet alphanumeric{"a-z0-9"};
  constexpr detail::AsciiSet allowed{"a-z0-9.-"};
  if (name.size() < 3 || name.size() > 63) return "a bucket name must have 3 to 63 characters";
  if (!detail::all_are(allowed, name))
    return "a bucket name must contain only lower-case letters, digits, dots and hyphens";
  if (!alphanumeric.has(name.front()) || !alphanumeric.has(name.back()))
    return "a bucket name must begin and end with a letter or a digit";
  if (name.find("..") != std::string_view::npos) return "a bucket name must not contain two adjacent dots";
  if (detail::looks_like_ip_address(name)) return "a bucket name must not be formatted as an IP address";
  for (std::string_view const prefix : {"xn--", "sthree-"})
    if (name.starts_with(prefix)) return "a bucket name must not begin with a prefix that S3 reserves";
  for (std::string_view const suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"})
    if (name.ends_with(suffix)) return "a bucket name must not end with a suffix that S3 reserves";
  return {};
}

HEALTHLAKE_DECL std::string_view key_fault(std::string_view key) noexcept {
  if (key.empty() || key.size() > 1024) return "a key must have 1 to 1024 bytes";
  if (!valid_utf8(key)) return "a key must be valid UTF-8";
  return {};
}

}  // namespace HEALTHLAKE_NAMESPACE
