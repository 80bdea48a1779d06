// error: bounds_are_for_strings_lists_maps_and_numbers_only
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

inline constexpr Rules Flag{.shape = "Flag", .kind = Kind::boolean, .max = 1};
struct Tag {
  bool key = false;
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key", Flag, required)); }
};
Type const& tag = type_of<Tag>();
