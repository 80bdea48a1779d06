// Builds a shape from JSON events, by walking the member table. Any tokenizer can produce the events (json/tokenize.hpp
// runs the one that the options name).
//
// Rules: a stack of frames, no recursion, limited by DecodeOptions. Unknown members are skipped, null counts as absent.
// A known member that appears more than once, a wrong type and a number out of range are faults. A union is decoded by
// the wire name, and its unknown member is kept as JSON text; "__type" is not a member of any shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/type.hpp"
#include "healthlake/json/builder_frames.hpp"
#include "healthlake/json/decode_options.hpp"
#include "healthlake/json/raw_value.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Takes the events of one JSON value in order and fills in one shape. An event that finds a fault returns false, and
/// the tokenizer then stops; `fault()` and `path()` say what is wrong and where.
class ShapeBuilder {
 public:
  /// `value` points to an object of the C++ type that `type` describes, which must outlive the builder.
  ShapeBuilder(Type const& type, void* value, DecodeOptions const& options)
      : options_(options), root_type_(type), root_(value) {}
  ShapeBuilder(ShapeBuilder const&) = delete;
  ShapeBuilder& operator=(ShapeBuilder const&) = delete;

  /// How many bytes of the JSON text are left, before an array and before each of its elements. Tokenizers that know
  /// call it, so that a list is allocated at once: its elements are expected to be as long as the first.
  void bytes_left(std::size_t bytes) noexcept {
    if (detail::bytes::words_pay) bytes_left_ = bytes;
  }

  /// `{`. As every event, returns false if it finds a fault.
  bool begin_object() { return begin(true); }
  /// `[`.
  bool begin_array() { return begin(false); }
  /// `}`.
  bool end_object();
  /// `]`.
  bool end_array();

  /// The name of a member, without quotes and escapes, in valid UTF-8.
  bool key(std::string_view name);

  /// A string value, without quotes and escapes, in valid UTF-8.
  bool string(std::string_view text);

  /// A JSON number (RFC 8259, 6) of any size, as spelled in the JSON text.
  bool number(std::string_view text);

  /// `true` or `false`.
  bool boolean(bool value);

  /// `null`.
  bool null();

  /// Records a fault of the JSON text itself, found by the tokenizer. Always returns false.
  bool fail(char const* what) { return fail({std::string_view{what}}); }
  /// The same, with a message in pieces.
  template <std::size_t N>
  bool fail(std::string_view const (&what)[N]) {
    return fail_with(what, N);
  }
  /// Whether there was a fault.
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// What is wrong; empty if nothing is.
  [[nodiscard]] std::string const& fault() const noexcept { return fault_; }
  /// The path of the member whose value is being read, or was read last.
  [[nodiscard]] std::string path() const { return path_of(frames_.size()); }
  /// True once a sensitive member was seen, so that no excerpt of the JSON text may be shown.
  [[nodiscard]] bool sensitive() const noexcept { return sensitive_ || root_type_.sensitive; }
  /// The required members that were missing so far.
  [[nodiscard]] std::vector<MissingMember>& missing() noexcept { return missing_; }

 private:
  bool fail_with(std::string_view const* what, std::size_t count);
  using Frame = detail::Frame;
  using FrameStack = detail::FrameStack;
  using UnknownMembers = detail::UnknownMembers;

  // Whether a value, or any element of its lists and maps, is sensitive.
  static bool holds_secrets(Type const& type, Rules const* rules) {
    if (type.sensitive || (rules && rules->sensitive)) return true;
    return (type.kind == Kind::list || type.kind == Kind::map) && elements_hold_secrets(type, rules);
  }
  static bool elements_hold_secrets(Type const& type, Rules const* rules);

  // The type of the next value.
  [[nodiscard]] Type const& next_type() const noexcept { return frames_.empty() ? root_type_ : *frames_.back().next; }

  // The member of that name. Most messages have the members in the order of the table, so the search begins after the
  // previous one.
  static Member const* find_member(Frame& frame, std::string_view name) noexcept;

  // The rules of the next value.
  [[nodiscard]] Rules const* next_rules() const noexcept;

  // Whether the next event belongs to a value that is skipped or kept as JSON text.
  bool is_raw() { return raw_.active() || (next_type().kind == Kind::document && begin_document()); }
  // Keeps the next value as JSON text. Always returns true.
  bool begin_document();

  // Where the next value goes; null after a fault.
  void* open_slot();
  void* open_element(Frame& frame);

  bool begin(bool object);

  bool pop();

  static constexpr char const* second_member = "more than one member of a union";
  static constexpr char const* dense_null = "expected a value, found null; the list or map is not sparse";

  // The key of a map, or one that is none of the shape's members.
  bool unknown_key(Frame const& frame, std::string_view name);

  // A union has one member; null members do not count. A legacy member yields to any other; an unknown member, to any
  // known one. Returns where to keep the unknown member; null to skip it.
  std::string* unknown_member(Frame const& frame, std::string_view name);

  // Whether another member of the union was set, and whether one was that does not yield.
  static bool has_other(Frame const& frame) { return (frame.seen & ~frame.bit) != 0; }
  static bool has_rival(Frame const& frame);

  static bool has_content(std::string_view json) { return !json.empty() && json != "null"; }

  bool finish_union(Frame const& frame);

  void note_missing(Frame const& frame);
  void note_missing(std::string path, bool outermost);

  // The path through the first `depth` frames.
  [[nodiscard]] std::string path_of(std::size_t depth) const;

  bool count_element();

  bool wrong_type(Type const& type, std::string_view found);

  // A value of a type other than a string that is spelled as one.
  bool store_spelled(Type const& type, void* storage, std::string_view text);

  bool store_integer(Kind kind, void* storage, std::string_view text);

  bool store_timestamp(void* storage, std::string_view text);

  DecodeOptions const& options_;
  Type const& root_type_;
  void* root_;
  FrameStack frames_;
  // Of each open union that has unknown members, innermost first.
  std::forward_list<UnknownMembers> unknown_;
  detail::RawValue raw_;
  std::size_t elements_ = 0;
  std::size_t bytes_left_ = 0;
  bool sensitive_ = false;
  bool failed_ = false;
  std::string fault_;
  std::vector<MissingMember> missing_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/shape_builder.ipp"
#endif
