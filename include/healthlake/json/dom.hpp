// Converts shapes to and from nlohmann::json, for programs that work on a DOM.
//
// Rules: the same tables and the same faults as for JSON text. Nothing throws: a DOM that contains invalid UTF-8 or
// binary values is a fault.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Converts a value to a DOM. Errors: InvalidInput, as for `encode`.
template <Shape T>
Result<nlohmann::json> to_dom(T const& value) {
  return encode(value).transform([](std::string&& text) { return nlohmann::json::parse(text, nullptr, false); });
}

namespace detail {

inline bool feed(nlohmann::json const& dom, ShapeBuilder& builder) {
  using Value = nlohmann::json::value_t;
  switch (dom.type()) {
    case Value::null: return builder.null();
    case Value::boolean: return builder.boolean(*dom.get_ptr<bool const*>());
    case Value::number_integer:
    case Value::number_unsigned: return builder.number(dom.dump());
    case Value::number_float:
      if (!std::isfinite(*dom.get_ptr<double const*>())) break;
      return builder.number(dom.dump());
    case Value::string: {
      auto const& text = *dom.get_ptr<std::string const*>();
      return valid_utf8(text) ? builder.string(text) : builder.fail("invalid UTF-8");
    }
    case Value::array: {
      if (!builder.begin_array()) return false;
      for (auto const& element : dom)
        if (!feed(element, builder)) return false;
      return builder.end_array();
    }
    case Value::object: {
      if (!builder.begin_object()) return false;
      for (auto const& [name, value] : dom.items()) {
        if (!valid_utf8(name)) return builder.fail("invalid UTF-8 in a member name");
        if (!builder.key(name) || !feed(value, builder)) return false;
      }
      return builder.end_object();
    }
    case Value::binary:
    case Value::discarded: break;
  }
  return builder.fail("a value that JSON cannot represent");
}

}  // namespace detail

/// Decodes a value from a DOM. Malformed::offset is always 0, since a DOM has no byte offsets.
template <Shape T>
Result<Decoded<T>, Malformed> from_dom(nlohmann::json const& dom, DecodeOptions const& options = {}) {
  Decoded<T> decoded;
  ShapeBuilder builder{type_of<T>(), &decoded.value, options};
  detail::feed(dom, builder);
  if (builder.failed()) return Unexpected{Malformed{.message = builder.fault(), .path = builder.path()}};
  decoded.missing = std::move(builder.missing());
  return decoded;
}

}  // namespace HEALTHLAKE_NAMESPACE
