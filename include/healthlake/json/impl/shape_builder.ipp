// The functions of json/shape_builder.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/path.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/type_of.hpp"
#include "healthlake/json/builder_frames.hpp"
#include "healthlake/json/decode_options.hpp"
#include "healthlake/json/raw_value.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/json/whole_number.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool ShapeBuilder::end_object() {
  if (raw_.active()) return raw_.end_object(), true;
  Frame const& frame = frames_.back();
  if (frame.type->kind == Kind::structure) note_missing(frame);
  if (frame.type->kind == Kind::union_ && !finish_union(frame)) return false;
  return pop();
}

HEALTHLAKE_DECL bool ShapeBuilder::end_array() {
  if (raw_.active()) return raw_.end_array(), true;
  return pop();
}

HEALTHLAKE_DECL bool ShapeBuilder::key(std::string_view name) {
  if (raw_.active()) return raw_.key(name), true;
  Frame& frame = frames_.back();
  if (frame.type->kind == Kind::map) return frames_.set_key(name), true;
  frame.member = find_member(frame, name);
  if (frame.member) {
    frame.next = &frame.member->type();
    sensitive_ = sensitive_ || holds_secrets(*frame.next, frame.member->rules);
  }
  if (frame.type->kind == Kind::union_) union_key(frame, name);
  else if (!frame.member) raw_.expect(nullptr);
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::string(std::string_view text) {
  if (is_raw()) return raw_.string(text), !failed_;
  Slot slot;
  if (!open_slot(slot)) return false;
  switch (slot.type->kind) {
    case Kind::string: store_string(*static_cast<std::string*>(slot.storage), text); return true;
    case Kind::enumeration:
      // No model has an empty spelling, which would mean that the value is unset.
      if (text.empty()) return fail({"expected a value of ", slot.type->shape, ", found \"\""});
      static_cast<EnumValue*>(slot.storage)->assign(slot.type->enumeration(), text);
      return true;
    case Kind::blob: return parse_base64(text, static_cast<Blob*>(slot.storage)->bytes) || fail("expected base64");
    case Kind::float_:
    case Kind::double_: return slot.type->real().parse_name(text, slot.storage) || wrong_type(*slot.type, "a string");
    default: return wrong_type(*slot.type, "a string");
  }
}

HEALTHLAKE_DECL bool ShapeBuilder::number(std::string_view text) {
  if (is_raw()) return raw_.literal(text), !failed_;
  Slot slot;
  if (!open_slot(slot)) return false;
  switch (slot.type->kind) {
    case Kind::byte:
    case Kind::short_integer:
    case Kind::integer:
    case Kind::long_integer: return store_integer(slot, text);
    case Kind::float_:
    case Kind::double_: return slot.type->real().parse(text, slot.storage) || fail("number out of range");
    case Kind::timestamp: return store_timestamp(slot, text);
    default: return wrong_type(*slot.type, "a number");
  }
}

HEALTHLAKE_DECL bool ShapeBuilder::boolean(bool value) {
  if (is_raw()) return raw_.literal(value ? "true" : "false"), !failed_;
  Slot slot;
  if (!open_slot(slot)) return false;
  if (slot.type->kind != Kind::boolean) return wrong_type(*slot.type, "a boolean");
  *static_cast<bool*>(slot.storage) = value;
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::null() {
  if (is_raw()) return raw_.literal("null"), !failed_;
  if (frames_.empty()) return wrong_type(root_type_, "null");
  Frame& frame = frames_.back();
  if (frame.type->kind == Kind::list) {
    // A dense list has no nulls: one in the message is dropped, like a null member.
    auto const append_null = frame.type->list().append_null;
    if (append_null) append_null(frame.object);
    ++frame.index;
    return append_null || !options_.strict ? count_element() : fail(dense_null);
  }
  if (frame.type->kind == Kind::map) {
    auto const insert_null = frame.type->map().insert_null;
    if (!insert_null && options_.strict) return fail(dense_null);
    if (insert_null && !insert_null(frame.object, frames_.key())) return fail("appears more than once");
    return count_element();
  }
  return true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool ShapeBuilder::fail_with(std::string_view const* what, std::size_t count) {
  if (!failed_) detail::append_pieces(fault_, what, count);
  failed_ = true;
  return false;
}

HEALTHLAKE_DECL bool ShapeBuilder::holds_secrets(Type const& type, Rules const* rules) {
  if (type.sensitive || (rules && rules->sensitive)) return true;
  if (type.kind != Kind::list && type.kind != Kind::map) return false;
  Type const* at = &type;
  for (auto const* c = rules;; c = c ? c->member : nullptr) {
    if (at->sensitive || (c && (c->sensitive || (c->key && c->key->sensitive)))) return true;
    if (at->kind == Kind::list) at = &at->list().member();
    else if (at->kind == Kind::map) at = &at->map().value();
    else return false;
  }
}

HEALTHLAKE_DECL Member const* ShapeBuilder::find_member(Frame& frame, std::string_view name) noexcept {
  auto const members = frame.type->members;
  std::size_t at = frame.index;
  for (std::size_t tries = members.size(); tries > 0; --tries, ++at) {
    if (at >= members.size()) at = 0;
    if (!detail::bytes::same(members[at].name, name)) continue;
    frame.index = at + 1;
    frame.bit = std::uint64_t{1} << at;
    return &members[at];
  }
  return nullptr;
}

HEALTHLAKE_DECL bool ShapeBuilder::is_raw() {
  if (raw_.active()) return true;
  if (next_type().kind != Kind::document) return false;
  Slot slot;
  raw_.expect(open_slot(slot) ? &static_cast<Document*>(slot.storage)->json : nullptr);
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::open_slot(Slot& slot) {
  slot.type = &next_type();
  if (frames_.empty()) {
    slot.storage = root_;
    return true;
  }
  Frame& frame = frames_.back();
  if (frame.type->kind == Kind::list) {
    slot.storage = frame.type->list().append(frame.object);
    slot.rules = frame.rules ? frame.rules->member : nullptr;
    ++frame.index;
    return count_element();
  }
  if (frame.type->kind == Kind::map) {
    slot.storage = frame.type->map().insert(frame.object, frames_.key());
    slot.rules = frame.rules ? frame.rules->member : nullptr;
    return slot.storage ? count_element() : fail("appears more than once");
  }
  if ((frame.seen & frame.bit) != 0) return fail("appears more than once");
  if (frame.type->kind == Kind::union_ && (options_.strict ? has_other(frame) : has_rival(frame)))
    return fail(second_member);
  frame.seen |= frame.bit;
  slot.storage = frame.member->put(frame.object);
  slot.rules = frame.member->rules;
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::begin(bool object) {
  if (frames_.size() + raw_.depth() >= options_.max_depth)
    return fail({"nested deeper than ", Decimal{options_.max_depth}, " levels"});
  if (is_raw()) return object ? raw_.begin_object() : raw_.begin_array(), !failed_;
  Slot slot;
  if (!open_slot(slot)) return false;
  Kind const kind = slot.type->kind;
  bool const fits = object ? kind == Kind::structure || kind == Kind::union_ || kind == Kind::map : kind == Kind::list;
  if (!fits) return wrong_type(*slot.type, object ? "an object" : "an array");
  bool const sensitive =
      slot.type->sensitive || (slot.rules && slot.rules->sensitive) || (!frames_.empty() && frames_.back().sensitive);
  Type const* const next = kind == Kind::list  ? &slot.type->list().member()
                           : kind == Kind::map ? &slot.type->map().value()
                                               : nullptr;
  frames_.push({.type = slot.type, .object = slot.storage, .rules = slot.rules, .next = next, .sensitive = sensitive});
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::pop() {
  frames_.pop();
  return true;
}

HEALTHLAKE_DECL void ShapeBuilder::union_key(Frame& frame, std::string_view name) {
  if (frame.member) {
    if (frame.member->is(legacy) && has_other(frame) && !options_.strict) raw_.expect(nullptr);
    return;
  }
  bool const begun = !unknown_.empty() && unknown_.front().depth == frames_.size();
  if (name == "__type" || (frame.seen != 0 && !options_.strict) || (begun && has_content(unknown_.front().second)))
    return raw_.expect(nullptr);
  if (!begun) unknown_.push_front({.depth = frames_.size()});
  UnknownMembers& unknown = unknown_.front();
  if (has_content(unknown.first.json)) return raw_.expect(&unknown.second);
  unknown.first.name = name;
  raw_.expect(&unknown.first.json);
}

HEALTHLAKE_DECL bool ShapeBuilder::has_rival(Frame const& frame) {
  std::uint64_t const others = frame.seen & ~frame.bit;
  for (std::size_t i = 0; i < frame.type->members.size(); ++i)
    if ((others >> i & 1) != 0 && !frame.type->members[i].is(legacy)) return true;
  return false;
}

HEALTHLAKE_DECL bool ShapeBuilder::finish_union(Frame const& frame) {
  bool const begun = !unknown_.empty() && unknown_.front().depth == frames_.size();
  if (frame.seen == 0) {
    if (begun && has_content(unknown_.front().second)) return fail(second_member);
    if (begun && has_content(unknown_.front().first.json))
      frame.type->union_ops().put_unknown(frame.object) = std::move(unknown_.front().first);
    else note_missing(path_of(frames_.size() - 1), frames_.size() == 1);
  }
  if (begun && options_.strict && frame.seen != 0 && has_content(unknown_.front().first.json))
    return fail(second_member);
  if (begun) unknown_.pop_front();
  return true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ShapeBuilder::note_missing(Frame const& frame) {
  std::uint64_t missing = frame.type->required_members & ~frame.seen;
  for (std::size_t i = 0; missing != 0; ++i, missing >>= 1) {
    if ((missing & 1) == 0) continue;
    Member const& member = frame.type->members[i];
    std::string path = path_of(frames_.size() - 1);
    detail::append_member_step(path, member.name);
    note_missing(std::move(path), frames_.size() == 1);
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ShapeBuilder::note_missing(std::string path, bool outermost) {
  MissingMember member{std::move(path), outermost};
  if (missing_.size() < (std::max)(options_.max_missing, std::size_t{1})) missing_.push_back(std::move(member));
  // It comes last and decides whether a response is malformed, so it is not dropped for what others lack.
  else if (outermost && !missing_.back().outermost) missing_.back() = std::move(member);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string ShapeBuilder::path_of(std::size_t depth) const {
  std::string out;
  for (std::size_t i = 0; i < depth; ++i) {
    Frame const& frame = frames_[i];
    bool const secret_key = frame.sensitive || (frame.rules && frame.rules->key && frame.rules->key->sensitive);
    if (frame.type->kind == Kind::list) detail::append_index_step(out, frame.index == 0 ? 0 : frame.index - 1);
    else if (frame.type->kind == Kind::map) detail::append_key_step(out, frames_.key_of(i), secret_key);
    else if (frame.member) detail::append_member_step(out, frame.member->name);
  }
  return out;
}

HEALTHLAKE_DECL bool ShapeBuilder::count_element() {
  if (++elements_ <= options_.max_elements) return true;
  return fail({"more than ", Decimal{options_.max_elements}, " members in lists and maps"});
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool ShapeBuilder::wrong_type(Type const& type, std::string_view found) {
  constexpr std::string_view names[] = {"an object", "an array", "a string", "a boolean", "a number", "any value"};
  // By kind, in the order of Kind.
  constexpr std::uint8_t wanted[] = {0, 0, 1, 0, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 2, 5};
  return fail({"expected ", names[wanted[static_cast<std::size_t>(type.kind)]], ", found ", found});
}

HEALTHLAKE_DECL void ShapeBuilder::store_string(std::string& storage, std::string_view text) {
  // A new string costs less than one that grows.
  if (text.size() > storage.capacity()) storage = std::string{text};
  else storage.assign(text);
}

HEALTHLAKE_DECL bool ShapeBuilder::store_integer(Slot const& slot, std::string_view text) {
  // 7, 15, 31 or 63: the kinds are in the order of their sizes.
  int const bits = (8 << (static_cast<int>(slot.type->kind) - static_cast<int>(Kind::byte))) - 1;
  std::int64_t const max = (std::numeric_limits<std::int64_t>::max)() >> (63 - bits);
  auto const [value, size, in_range] = detail::parse_whole_number(text);
  if (size != text.size()) return fail("expected an integer, found a fraction");
  if (!in_range || value < -max - 1 || value > max) return fail("integer out of range");
  switch (slot.type->kind) {
    case Kind::byte: *static_cast<std::int8_t*>(slot.storage) = static_cast<std::int8_t>(value); break;
    case Kind::short_integer: *static_cast<std::int16_t*>(slot.storage) = static_cast<std::int16_t>(value); break;
    case Kind::integer: *static_cast<std::int32_t*>(slot.storage) = static_cast<std::int32_t>(value); break;
    default: *static_cast<std::int64_t*>(slot.storage) = value; break;
  }
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::store_timestamp(Slot const& slot, std::string_view text) {
  auto const time = from_epoch_seconds(text);
  if (!time) return fail("expected epoch seconds in the years 0001 to 9999");
  *static_cast<Timestamp*>(slot.storage) = *time;
  return true;
}

}  // namespace HEALTHLAKE_NAMESPACE
