// The functions of json/encode.hpp.
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
#include "healthlake/json/encode.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Walks the member table and writes what it meets.
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

HEALTHLAKE_DECL bool Encoder::encode(Type const& type, void const* value, Rules const* rules, Path const& path) {
  if (path.depth() > max_encode_depth) return fail(path, Rule::depth, "at most 64 levels");
  switch (type.kind) {
    case Kind::structure:
    case Kind::union_: return encode_members(type, value, path);
    case Kind::list: return encode_list(type.list(), value, rules, path);
    case Kind::map: return encode_map(type.map(), value, rules, path);
    case Kind::string: return encode_string(*static_cast<std::string const*>(value), path);
    case Kind::enumeration: return encode_enum(type.enumeration(), *static_cast<EnumValue const*>(value), path);
    case Kind::boolean: writer_.boolean(*static_cast<bool const*>(value)); return true;
    case Kind::byte:
    case Kind::short_integer:
    case Kind::integer:
    case Kind::long_integer: writer_.integer(integer_at(type.kind, value)); return true;
    case Kind::float_:
    case Kind::double_: type.real().append(writer_.value(), value); return true;
    case Kind::timestamp: return encode_timestamp(*static_cast<Timestamp const*>(value), path);
    case Kind::blob: return encode_blob(*static_cast<Blob const*>(value));
    case Kind::document: return encode_raw(static_cast<Document const*>(value)->json, path);
  }
  return true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool Encoder::fail(Path const& path, Rule rule, std::string_view expected) {
  failure_.path = path.text();
  failure_.rule = rule;
  failure_.expected = expected;
  return false;
}

HEALTHLAKE_DECL bool Encoder::encode_members(Type const& type, void const* object, Path const& path) {
  bool written = type.kind == Kind::structure;
  writer_.begin_object();
  for (auto const& member : type.members) {
    void const* value = member.get(object);
    if (value) {
      writer_.plain_key(member.name);
      if (!encode(member.type(), value, member.rules, member_path(path, member))) return false;
      written = true;
    } else if (member.is(idempotency_token) && path.depth() == 0 && !token_.empty()) {
      writer_.plain_key(member.name);
      writer_.string(token_);
    }
  }
  auto const* unknown = type.kind == Kind::union_ ? type.union_ops().unknown(object) : nullptr;
  if (unknown) {
    if (!valid_utf8(unknown->name)) return fail(path, Rule::utf8, "a member name in valid UTF-8");
    writer_.key(unknown->name);
    if (!encode_raw(unknown->json, Path::entry(path, unknown->name, path.sensitive(), true))) return false;
    written = true;
  }
  writer_.end_object();
  return written || fail(path, Rule::missing, "one member of the union");
}

HEALTHLAKE_DECL bool Encoder::encode_list(ListOps const& list, void const* value, Rules const* rules,
                                          Path const& path) {
  Rules const* inner = rules ? rules->member : nullptr;
  writer_.begin_array();
  for (std::size_t i = 0; i < list.size(value); ++i) {
    void const* element = list.at(value, i);
    if (!element) writer_.null();
    else if (!encode(list.member(), element, inner, Path::element(path, i, list.member().sensitive))) return false;
  }
  writer_.end_array();
  return true;
}

HEALTHLAKE_DECL bool Encoder::encode_map(MapOps const& map, void const* value, Rules const* rules, Path const& path) {
  bool const secret_keys = path.sensitive() || (rules && rules->key && rules->key->sensitive);
  writer_.begin_object();
  bool const complete = map.visit(value, [&](std::string_view key, void const* entry) {
    if (!valid_utf8(key)) return fail(path, Rule::utf8, "keys in valid UTF-8");
    writer_.key(key);
    Path const at = Path::entry(path, key, secret_keys, map.value().sensitive);
    if (entry) return encode(map.value(), entry, rules ? rules->member : nullptr, at);
    writer_.null();
    return true;
  });
  writer_.end_object();
  return complete;
}

HEALTHLAKE_DECL bool Encoder::encode_string(std::string_view text, Path const& path) {
  if (bytes::words_pay && bytes::plain_json(text, 0) == text.size()) writer_.plain_string(text);
  else if (valid_utf8(text)) writer_.string(text);
  else return fail(path, Rule::utf8, "valid UTF-8");
  return true;
}

HEALTHLAKE_DECL bool Encoder::encode_enum(EnumTable const& table, EnumValue const& value, Path const& path) {
  std::string_view const spelling = value.spelling(table);
  if (spelling.empty()) return fail(path, Rule::missing, concat({"a value of ", table.shape}));
  return encode_string(spelling, path);
}

HEALTHLAKE_DECL bool Encoder::encode_timestamp(Timestamp time, Path const& path) {
  if (!time.in_range()) return fail(path, Rule::range, "a time in the years 0001 to 9999");
  writer_.raw(to_epoch_seconds(time));
  return true;
}

HEALTHLAKE_DECL bool Encoder::encode_blob(Blob const& blob) {
  std::string& out = writer_.value();
  out.push_back('"');
  append_base64(out, blob.bytes);
  out.push_back('"');
  return true;
}

HEALTHLAKE_DECL bool Encoder::encode_raw(std::string_view json, Path const& path) {
  if (!well_formed_json(json)) return fail(path, Rule::utf8, "one valid JSON value");
  writer_.raw(json);
  return true;
}

HEALTHLAKE_DECL bool encode_to(std::string& out, Type const& type, void const* value, std::string_view token,
                               Violation& failure) {
  constexpr std::size_t usual_size = sizeof(void*) < 8 ? 256 : 512;
  out.clear();
  if (out.capacity() < usual_size) out.reserve(usual_size);
  return Encoder{out, token, failure}.encode(type, value, nullptr, Path::root(type.sensitive));
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
