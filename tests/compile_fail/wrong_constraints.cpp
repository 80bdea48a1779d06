// error: these_rules_are_for_another_kind_of_shape
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

inline constexpr Rules Text{.shape = "Text", .max = 3};
struct Tag {
  std::int32_t key = 0;
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key", Text, required)); }
};
Type const& tag = type_of<Tag>();
