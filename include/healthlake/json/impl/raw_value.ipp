// The functions of json/raw_value.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/json/raw_value.hpp"
#include "healthlake/json/writer.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void RawValue::expect(std::string* target) {
  active_ = true;
  keep_ = target != nullptr;
  if (!keep_) return;
  target->clear();
  writer_ = JsonWriter{*target};
}

HEALTHLAKE_DECL void RawValue::begin_object() {
  if (keep_) writer_.begin_object();
  ++depth_;
}

HEALTHLAKE_DECL void RawValue::begin_array() {
  if (keep_) writer_.begin_array();
  ++depth_;
}

HEALTHLAKE_DECL void RawValue::end_object() {
  if (keep_) writer_.end_object();
  active_ = --depth_ != 0;
}

HEALTHLAKE_DECL void RawValue::end_array() {
  if (keep_) writer_.end_array();
  active_ = --depth_ != 0;
}

HEALTHLAKE_DECL void RawValue::key(std::string_view name) {
  if (keep_) writer_.key(name);
}

HEALTHLAKE_DECL void RawValue::string(std::string_view text) {
  if (keep_) writer_.string(text);
  active_ = depth_ != 0;
}

HEALTHLAKE_DECL void RawValue::literal(std::string_view text) {
  if (keep_) writer_.raw(text);
  active_ = depth_ != 0;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail
