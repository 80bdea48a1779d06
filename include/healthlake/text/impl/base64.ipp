// The functions of text/base64.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/base64.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void append_base64(std::string& out, std::string_view bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t const n = (std::min)(bytes.size() - i, std::size_t{3});
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out.push_back(k <= n ? alphabet[group >> (18 - 6 * k) & 63] : '=');
  }
}

HEALTHLAKE_DECL bool parse_base64(std::string_view text, std::string& out) {
  auto const digit = [](char c) -> int {
    if (detail::is_upper(c)) return c - 'A';
    if (detail::is_lower(c)) return c - 'a' + 26;
    if (detail::is_digit(c)) return detail::digit_value(c) + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  };
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  out.clear();
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int const value = i < text.size() - padding ? digit(text[i]) : 0;
    if (value < 0) return false;
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (i % 4 != 3) continue;
    std::size_t const cut = i + 1 == text.size() ? padding : 0;
    if ((group & ((1U << (8 * cut)) - 1)) != 0) return false;
    for (std::size_t k = 0; k < 3 - cut; ++k) out.push_back(static_cast<char>(group >> (16 - 8 * k) & 255));
  }
  return true;
}

}  // namespace HEALTHLAKE_NAMESPACE
