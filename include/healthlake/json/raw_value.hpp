// Handles the JSON events of a value that no shape describes: skips it, or keeps it as JSON text.
//
// Rules: the JSON text is regenerated from the events, so it is compact and well-formed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/json/writer.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

/// From `expect` to the end of the next value, `active()` is true and the value's events belong here.
class RawValue {
 public:
  /// Keeps the next value in `target`, or skips it if that is null. `target` must outlive the value.
  void expect(std::string* target);
  [[nodiscard]] bool active() const noexcept { return active_; }
  /// The number of open objects and arrays of the value.
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

  void begin_object();
  void begin_array();
  void end_object();
  void end_array();
  void key(std::string_view name);
  void string(std::string_view text);
  /// A number, true, false or null, as spelled in the JSON text.
  void literal(std::string_view text);

 private:
  std::string nowhere_;
  JsonWriter writer_{nowhere_};
  std::size_t depth_ = 0;
  bool active_ = false;
  bool keep_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/raw_value.ipp"
#endif
