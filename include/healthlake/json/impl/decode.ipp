// The functions of json/decode.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string excerpt_before(std::string_view text, std::size_t offset) {
  std::size_t const end = (std::min)(offset, text.size());
  std::size_t const size = (std::min)(end, Malformed::excerpt_limit);
  return printable_ascii(text.substr(end - size, size));
}

HEALTHLAKE_DECL bool decode_to(std::string_view text, Type const& type, void* value, DecodeOptions const& options,
                               std::vector<MissingMember>& missing, Malformed& fault) {
  if (text.size() > options.max_bytes) {
    fault.message = concat({"expected at most ", Decimal{options.max_bytes}, " bytes, found ", Decimal{text.size()}});
    return false;
  }
  ShapeBuilder builder{type, value, options};
  std::size_t const offset = tokenize(text, builder, options);
  missing = std::move(builder.missing());
  if (!builder.failed()) return true;
  fault.message = builder.fault();
  fault.path = builder.path();
  fault.offset = offset;
  if (!builder.sensitive()) fault.excerpt = excerpt_before(text, offset);
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
