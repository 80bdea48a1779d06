// error: a_pattern_is_for_strings_only
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

inline constexpr Rules Number{.shape = "Number", .kind = Kind::integer, .pattern = &patterns::identifier};
struct Tag {
  std::int32_t key = 0;
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key", Number, required)); }
};
Type const& tag = type_of<Tag>();
