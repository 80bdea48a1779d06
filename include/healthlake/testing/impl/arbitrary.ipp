// The functions of testing/arbitrary.hpp.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "healthlake/core/path.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/testing/arbitrary.hpp"
#include "healthlake/testing/samples.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void Filler::fill(Type const& type, void* value, Rules const* rules, unsigned depth) {
  Rules const* const bounds = options_.mode == ArbitraryMode::valid || source_.one_in(4) ? rules : nullptr;
  switch (type.kind) {
    case Kind::structure: return fill_structure(type, value, depth);
    case Kind::union_: return fill_union(type, value, depth);
    case Kind::list: return fill_list(type.list(), value, bounds, depth);
    case Kind::map: return fill_map(type.map(), value, bounds, depth);
    case Kind::string: *static_cast<std::string*>(value) = string(bounds); return;
    case Kind::enumeration: return fill_enum(type.enumeration(), *static_cast<EnumValue*>(value));
    case Kind::boolean: *static_cast<bool*>(value) = source_.one_in(2); return;
    case Kind::timestamp: static_cast<Timestamp*>(value)->milliseconds = time(); return;
    case Kind::blob: return fill_blob(static_cast<Blob*>(value)->bytes, bounds);
    case Kind::document: static_cast<Document*>(value)->json = json(0); return;
    default: return fill_number(type, value, bounds);
  }
}

HEALTHLAKE_DECL void Filler::fill_number(Type const& type, void* value, Rules const* bounds) {
  switch (type.kind) {
    case Kind::byte: *static_cast<std::int8_t*>(value) = integer<std::int8_t>(bounds); return;
    case Kind::short_integer: *static_cast<std::int16_t*>(value) = integer<std::int16_t>(bounds); return;
    case Kind::integer: *static_cast<std::int32_t*>(value) = integer<std::int32_t>(bounds); return;
    case Kind::long_integer: *static_cast<std::int64_t*>(value) = integer<std::int64_t>(bounds); return;
    case Kind::float_: *static_cast<float*>(value) = real<float, std::uint32_t>(bounds); return;
    case Kind::double_: *static_cast<double*>(value) = real<double, std::uint64_t>(bounds); return;
    default: return;
  }
}

HEALTHLAKE_DECL Filler::Sizes Filler::sizes(Rules const* bounds, std::size_t limit) noexcept {
  if (!bounds) return {0, limit};
  auto const size = [](std::int64_t bound) { return static_cast<std::size_t>((std::max<std::int64_t>)(bound, 0)); };
  std::size_t const least = size(bounds->min);
  return {least, (std::max)(least, (std::min)(limit, size(bounds->max)))};
}

HEALTHLAKE_DECL void Filler::fill_structure(Type const& type, void* object, unsigned depth) {
  for (auto const& member : type.members) {
    bool const always = member.is(required | defaulted);
    if (!always && (depth >= options_.max_depth || !source_.one_in(2))) continue;
    fill_part([&](Path const& whole) { return member_path(whole, member); }, member.type(), member.put(object),
              member.rules, depth + 1);
  }
}

HEALTHLAKE_DECL void Filler::fill_union(Type const& type, void* object, unsigned depth) {
  std::size_t const count = type.members.size();
  auto choice = static_cast<std::size_t>(source_.below(count + (options_.unknown_union_members ? 1 : 0)));
  if (depth >= options_.max_depth) choice = shallow_member(type);
  if (breaker_ && breaker_->breaks(Rule::missing)) return;
  bool const unknown = breaker_ && !options_.unknown_union_members && breaker_->breaks(Rule::enumeration);
  if (unknown || choice == count) return fill_unknown(type, type.union_ops().put_unknown(object));
  Member const& member = type.members[choice];
  fill_part([&](Path const& whole) { return member_path(whole, member); }, member.type(), member.put(object),
            member.rules, depth + 1);
}

HEALTHLAKE_DECL std::size_t Filler::shallow_member(Type const& type) const {
  for (std::size_t i = 0; i < type.members.size(); ++i)
    if (Kind const kind = type.members[i].type().kind; kind != Kind::structure && kind != Kind::union_) return i;
  return options_.unknown_union_members ? type.members.size() : 0;
}

HEALTHLAKE_DECL void Filler::fill_unknown(Type const& type, UnknownMember& unknown) {
  unknown.name = options_.mode == ArbitraryMode::wild ? text(nullptr) : sample(patterns::client_token, source_, 1, 12);
  // Such a name would not be decoded as an unknown member ("__type" is not a member of any shape).
  if (unknown.name == "__type" || type.find(unknown.name)) unknown.name += "?";
  unknown.json = json(0);
  // Null counts as absent.
  if (unknown.json == "null") unknown.json = "{}";
}

HEALTHLAKE_DECL std::size_t Filler::element_count(Rules const* bounds, unsigned depth) {
  std::size_t const limit = depth >= options_.max_depth ? 0 : (std::min<std::size_t>)(4, elements_left_);
  Sizes const allowed = sizes(bounds, limit);
  auto count = static_cast<std::size_t>(source_.between(allowed.least, allowed.most));
  if (breaker_) breaker_->size(count, bounds);
  elements_left_ -= (std::min)(elements_left_, count);
  return count;
}

HEALTHLAKE_DECL void Filler::fill_list(ListOps const& list, void* value, Rules const* bounds, unsigned depth) {
  Rules const* const inner = bounds ? bounds->member : nullptr;
  bool const sensitive = (inner && inner->sensitive) || list.member().sensitive;
  std::size_t const count = element_count(bounds, depth);
  for (std::size_t i = 0; i < count; ++i) {
    if (list.append_null && null_element(list.member())) list.append_null(value);
    else
      fill_part([&](Path const& whole) { return Path::element(whole, i, sensitive); }, list.member(),
                list.append(value), inner, depth + 1);
  }
}

HEALTHLAKE_DECL void Filler::fill_map(MapOps const& map, void* value, Rules const* bounds, unsigned depth) {
  std::size_t const count = element_count(bounds, depth);
  Rules const* const of_key = bounds ? bounds->key : nullptr;
  Rules const* const of_value = bounds ? bounds->member : nullptr;
  bool const secret_key = of_key && of_key->sensitive;
  bool const secret_value = (of_value && of_value->sensitive) || map.value().sensitive;
  // A duplicate key is drawn again, from a seed, since the source may be exhausted, or give the same again and again.
  std::string key = text(of_key);
  for (std::uint64_t attempt = 0; map.size(value) < count && attempt < 64 + 4 * count; ++attempt) {
    bool const null = map.insert_null && null_element(map.value());
    if (breaker_) breaker_->key(key, of_key, secret_key);
    void* const entry = null ? nullptr : map.insert(value, key);
    auto const path_of = [&](Path const& whole) {
      return Path::entry(whole, key, whole.sensitive() || secret_key, whole.sensitive() || secret_key || secret_value);
    };
    if (entry) fill_part(path_of, map.value(), entry, of_value, depth + 1);
    bool const added = null ? map.insert_null(value, key) : entry != nullptr;
    ByteSource other = ByteSource::from_seed(attempt);
    key = added ? text(of_key) : text(of_key, other);
  }
}

HEALTHLAKE_DECL std::string Filler::string(Rules const* bounds) {
  std::string value = text(bounds);
  if (breaker_) breaker_->string(value, bounds);
  return value;
}

HEALTHLAKE_DECL std::string Filler::text(Rules const* bounds, ByteSource& source) const {
  auto const [least, most] = sizes(bounds, options_.max_text);
  if (bounds && bounds->pattern) return sample(*bounds->pattern, source, least, most);
  return sample_text(source, least, most);
}

HEALTHLAKE_DECL void Filler::fill_enum(EnumTable const& table, EnumValue& value) {
  std::size_t const known = table.spellings.size();
  auto const choice = static_cast<std::size_t>(source_.below(known + (options_.unknown_enum_values ? 1 : 0)));
  bool const unknown = breaker_ && !options_.unknown_enum_values && breaker_->breaks(Rule::enumeration);
  if (!unknown && choice < known) return value.assign(table, table.spellings[choice]);
  std::size_t const most = (std::max<std::size_t>)(1, options_.max_text);
  value.assign(table, options_.mode == ArbitraryMode::wild ? sample_text(source_, 1, most)
                                                           : sample(patterns::client_token, source_, 1, 12));
}

HEALTHLAKE_DECL std::int64_t Filler::integer_between(std::int64_t low, std::int64_t high) {
  switch (source_.below(8)) {
    case 1: return low;
    case 2: return high;
    case 3: return std::clamp<std::int64_t>(1, low, high);
    case 4: return std::clamp<std::int64_t>(-1, low, high);
    case 5:
    case 6:
    case 7: {
      std::uint64_t const span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + source_.between(0, span));
    }
    default: return std::clamp<std::int64_t>(0, low, high);
  }
}

HEALTHLAKE_DECL std::int64_t Filler::time() {
  std::int64_t time = 0;
  if (source_.one_in(2)) {
    time = integer_between(Timestamp::min_milliseconds, Timestamp::max_milliseconds);
  } else {
    // 2000 to 2134, often without a fraction.
    auto const seconds = static_cast<std::int64_t>(946'684'800 + source_.number(4));
    time = seconds * 1000 + (source_.one_in(2) ? static_cast<std::int64_t>(source_.below(1000)) : 0);
  }
  if (breaker_) breaker_->time(time);
  return time;
}

HEALTHLAKE_DECL void Filler::fill_blob(std::string& bytes, Rules const* bounds) {
  auto const [least, most] = sizes(bounds, options_.max_text);
  auto size = static_cast<std::size_t>(source_.between(least, most));
  if (breaker_) breaker_->size(size, bounds);
  bytes.resize(size);
  for (char& byte : bytes) byte = static_cast<char>(source_.byte());
}

HEALTHLAKE_DECL std::string Filler::json(unsigned depth) {
  std::string out;
  switch (source_.below(depth < 3 ? 8 : 6)) {
    case 1: return "true";
    case 2: return "false";
    case 3: append_json_integer(out, integer_between(INT64_MIN, INT64_MAX)); return out;
    case 4: append_json_integer(out, integer_between(1, 1000)); return out += source_.one_in(2) ? ".25" : ".5";
    case 5: append_json_string(out, sample_text(source_, 0, 12)); return out;
    case 6: return json_array(depth);
    case 7: return json_object(depth);
    default: return "null";
  }
}

HEALTHLAKE_DECL std::string Filler::json_array(unsigned depth) {
  std::string out;
  JsonWriter writer{out};
  writer.begin_array();
  for (std::uint64_t i = source_.below(4); i > 0; --i) writer.raw(json(depth + 1));
  writer.end_array();
  return out;
}

HEALTHLAKE_DECL std::string Filler::json_object(unsigned depth) {
  std::map<std::string, std::string> members;
  for (std::uint64_t i = source_.below(4); i > 0; --i) {
    // Not one expression, since the order of evaluation is unspecified.
    std::string name = sample_text(source_, 0, 6);
    members[std::move(name)] = json(depth + 1);
  }
  std::string out;
  JsonWriter writer{out};
  writer.begin_object();
  for (auto const& [name, value] : members) {
    writer.key(name);
    writer.raw(value);
  }
  writer.end_object();
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
