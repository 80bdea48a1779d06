// Encodes a shape as JSON text, by walking the member table.
//
// Rules: required and defaulted members are always written, optional ones if they are present. Constraints are not
// checked here (core/validate.hpp does), only what cannot be written as JSON: invalid UTF-8, an unset union or
// enumeration, a time out of range, a document that is not valid JSON, nesting deeper than `max_encode_depth`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/path.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The maximum nesting depth of a value to encode.
inline constexpr unsigned max_encode_depth = 64;

namespace detail {

class Encoder {
 public:
  // `token`, unless it is empty, is written as the idempotency token that the outermost structure lacks.
  Encoder(std::string& out, std::string_view token, Violation& failure)
      : writer_(out), token_(token), failure_(failure) {}

  // Writes one value. Returns false if it cannot be written; the failure then says why.
  bool encode(Type const& type, void const* value, Rules const* rules, Path const& path);

 private:
  bool fail(Path const& path, Rule rule, std::string_view expected);

  // A structure or union.
  bool encode_members(Type const& type, void const* object, Path const& path);

  bool encode_list(ListOps const& list, void const* value, Rules const* rules, Path const& path);

  bool encode_map(MapOps const& map, void const* value, Rules const* rules, Path const& path);

  bool encode_string(std::string_view text, Path const& path);

  bool encode_enum(EnumTable const& table, EnumValue const& value, Path const& path);

  bool encode_timestamp(Timestamp time, Path const& path);

  bool encode_blob(Blob const& blob);

  bool encode_raw(std::string_view json, Path const& path);

  JsonWriter writer_;
  std::string_view token_;
  Violation& failure_;
};

// The one encoder of the program; every typed function calls it. Replaces the contents of `out` and reuses its memory.
// Returns false if the value cannot be written; `failure` then says why.
bool encode_to(std::string& out, Type const& type, void const* value, std::string_view token, Violation& failure);

}  // namespace detail

/// Encodes a value as JSON text. Errors: InvalidInput with the one violation that prevents it.
template <Shape T>
Result<std::string> encode(T const& value) {
  std::string out;
  Violation failure;
  if (!detail::encode_to(out, type_of<T>(), &value, {}, failure)) return Unexpected{InvalidInput{{std::move(failure)}}};
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/encode.ipp"
#endif
