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
  Member const* const member = find_member(frame, name);
  frame.member = member;
  if (!member) return unknown_key(frame, name);
  frame.next = &member->type();
  if (holds_secrets(*frame.next, member->rules)) sensitive_ = true;
  // A member of an older version of the service yields to one that was set before.
  bool const yields = member->is(legacy) && frame.type->kind == Kind::union_ && has_other(frame);
  if (yields && !options_.strict) raw_.expect(nullptr);
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::unknown_key(Frame const& frame, std::string_view name) {
  if (frame.type->kind == Kind::map) return frames_.set_key(name), true;
  raw_.expect(frame.type->kind == Kind::union_ ? unknown_member(frame, name) : nullptr);
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::string(std::string_view text) {
  if (is_raw()) return raw_.string(text), !failed_;
  Type const& type = next_type();
  void* const storage = open_slot();
  if (!storage) return false;
  if (type.kind != Kind::string) return store_spelled(type, storage, text);
  auto& target = *static_cast<std::string*>(storage);
  // A new string costs less than one that grows.
  if (text.size() > target.capacity()) target = std::string{text};
  else target.assign(text);
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::store_spelled(Type const& type, void* storage, std::string_view text) {
  switch (type.kind) {
    case Kind::enumeration:
      // No model has an empty spelling, which would mean that the value is unset.
      if (text.empty()) return fail({"expected a value of ", type.shape, ", found \"\""});
      static_cast<EnumValue*>(storage)->assign(type.enumeration(), text);
      return true;
    case Kind::blob: return parse_base64(text, static_cast<Blob*>(storage)->bytes) || fail("expected base64");
    case Kind::float_:
    case Kind::double_: return type.real().parse_name(text, storage) || wrong_type(type, "a string");
    default: return wrong_type(type, "a string");
  }
}

HEALTHLAKE_DECL bool ShapeBuilder::number(std::string_view text) {
  if (is_raw()) return raw_.literal(text), !failed_;
  Type const& type = next_type();
  void* const storage = open_slot();
  if (!storage) return false;
  switch (type.kind) {
    case Kind::byte:
    case Kind::short_integer:
    case Kind::integer:
    case Kind::long_integer: return store_integer(type.kind, storage, text);
    case Kind::float_:
    case Kind::double_: return type.real().parse(text, storage) || fail("number out of range");
    case Kind::timestamp: return store_timestamp(storage, text);
    default: return wrong_type(type, "a number");
  }
}

HEALTHLAKE_DECL bool ShapeBuilder::boolean(bool value) {
  if (is_raw()) return raw_.literal(value ? "true" : "false"), !failed_;
  Type const& type = next_type();
  void* const storage = open_slot();
  if (!storage) return false;
  if (type.kind != Kind::boolean) return wrong_type(type, "a boolean");
  *static_cast<bool*>(storage) = value;
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

HEALTHLAKE_DECL bool ShapeBuilder::elements_hold_secrets(Type const& type, Rules const* rules) {
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

HEALTHLAKE_DECL Rules const* ShapeBuilder::next_rules() const noexcept {
  if (frames_.empty()) return nullptr;
  Frame const& frame = frames_.back();
  if (frame.type->kind != Kind::list && frame.type->kind != Kind::map) return frame.member->rules;
  return frame.rules ? frame.rules->member : nullptr;
}

HEALTHLAKE_DECL bool ShapeBuilder::begin_document() {
  auto* const document = static_cast<Document*>(open_slot());
  raw_.expect(document ? &document->json : nullptr);
  return true;
}

HEALTHLAKE_DECL void* ShapeBuilder::open_slot() {
  if (frames_.empty()) return root_;
  Frame& frame = frames_.back();
  if (frame.type->kind == Kind::list) return open_element(frame);
  if (frame.type->kind == Kind::map) {
    void* const storage = frame.type->map().insert(frame.object, frames_.key());
    if (!storage) fail("appears more than once");
    return storage && count_element() ? storage : nullptr;
  }
  char const* fault = nullptr;
  if ((frame.seen & frame.bit) != 0) fault = "appears more than once";
  else if (frame.type->kind == Kind::union_ && (options_.strict ? has_other(frame) : has_rival(frame)))
    fault = second_member;
  if (fault) return fail(fault), nullptr;
  frame.seen |= frame.bit;
  return frame.member->put(frame.object);
}

HEALTHLAKE_DECL void* ShapeBuilder::open_element(Frame& frame) {
  ListOps const& list = frame.type->list();
  if (detail::bytes::words_pay && frame.index == 1 && frame.seen > bytes_left_) {
    // No more memory than the text takes, since the elements may turn out longer.
    std::size_t const more = bytes_left_ / (static_cast<std::size_t>(frame.seen) - bytes_left_) + 1;
    list.reserve(frame.object, (std::min)(1 + more, options_.max_elements), bytes_left_);
  }
  void* const storage = list.append(frame.object);
  ++frame.index;
  return count_element() ? storage : nullptr;
}

HEALTHLAKE_DECL bool ShapeBuilder::begin(bool object) {
  if (frames_.size() + raw_.depth() >= options_.max_depth)
    return fail({"nested deeper than ", Decimal{options_.max_depth}, " levels"});
  if (is_raw()) return object ? raw_.begin_object() : raw_.begin_array(), !failed_;
  Type const& type = next_type();
  Rules const* const rules = next_rules();
  void* const storage = open_slot();
  if (!storage) return false;
  Kind const kind = type.kind;
  bool const fits = object ? kind == Kind::structure || kind == Kind::union_ || kind == Kind::map : kind == Kind::list;
  if (!fits) return wrong_type(type, object ? "an object" : "an array");
  bool const sensitive =
      type.sensitive || (rules && rules->sensitive) || (!frames_.empty() && frames_.back().sensitive);
  Type const* const next = kind == Kind::list  ? &type.list().member()
                           : kind == Kind::map ? &type.map().value()
                                               : nullptr;
  frames_.push({.type = &type,
                .object = storage,
                .rules = rules,
                .next = next,
                .seen = detail::bytes::words_pay && kind == Kind::list ? bytes_left_ : 0,
                .sensitive = sensitive});
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::pop() {
  frames_.pop();
  return true;
}

HEALTHLAKE_DECL std::string* ShapeBuilder::unknown_member(Frame const& frame, std::string_view name) {
  bool const begun = !unknown_.empty() && unknown_.front().depth == frames_.size();
  if (name == "__type" || (frame.seen != 0 && !options_.strict) || (begun && has_content(unknown_.front().second)))
    return nullptr;
  if (!begun) unknown_.push_front({.depth = frames_.size()});
  UnknownMembers& unknown = unknown_.front();
  if (has_content(unknown.first.json)) return &unknown.second;
  unknown.first.name = name;
  return &unknown.first.json;
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

HEALTHLAKE_DECL bool ShapeBuilder::store_integer(Kind kind, void* storage, std::string_view text) {
  // 7, 15, 31 or 63: the kinds are in the order of their sizes.
  int const bits = (8 << (static_cast<int>(kind) - static_cast<int>(Kind::byte))) - 1;
  std::int64_t const max = (std::numeric_limits<std::int64_t>::max)() >> (63 - bits);
  auto const [value, size, in_range] = detail::parse_whole_number(text);
  if (size != text.size()) return fail("expected an integer, found a fraction");
  if (!in_range || value < -max - 1 || value > max) return fail("integer out of range");
  switch (kind) {
    case Kind::byte: *static_cast<std::int8_t*>(storage) = static_cast<std::int8_t>(value); break;
    case Kind::short_integer: *static_cast<std::int16_t*>(storage) = static_cast<std::int16_t>(value); break;
    case Kind::integer: *static_cast<std::int32_t*>(storage) = static_cast<std::int32_t>(value); break;
    default: *static_cast<std::int64_t*>(storage) = value; break;
  }
  return true;
}

HEALTHLAKE_DECL bool ShapeBuilder::store_timestamp(void* storage, std::string_view text) {
  auto const time = from_epoch_seconds(text);
  if (!time) return fail("expected epoch seconds in the years 0001 to 9999");
  *static_cast<Timestamp*>(storage) = *time;
  return true;
}

}  // namespace HEALTHLAKE_NAMESPACE
