// The functions of json/tokenize.hpp.
#pragma once

#include <cstddef>
#include <string_view>

#include "healthlake/core/type_of.hpp"
#include "healthlake/core/values.hpp"
#include "healthlake/json/own_tokenizer.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/json/tokenize.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::size_t tokenize(std::string_view text, ShapeBuilder& builder, DecodeOptions const& options) {
  return options.tokenizer ? options.tokenizer(text, builder) : own_tokenizer(text, builder);
}

HEALTHLAKE_DECL bool well_formed_json(std::string_view text, DecodeOptions const& options) {
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  tokenize(text, builder, options);
  return !builder.failed();
}

}  // namespace HEALTHLAKE_NAMESPACE
