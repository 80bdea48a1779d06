// The functions of text/percent.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/percent.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string percent_encode(std::string_view text, char kept) {
  std::string out;
  detail::percent_encode(text, kept, [&out](char c) { out.push_back(c); });
  return out;
}

HEALTHLAKE_DECL std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    int const byte = detail::percent_escape(text, i);
    out.push_back(byte < 0 ? text[i] : static_cast<char>(byte));
    if (byte >= 0) i += 2;
  }
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE
