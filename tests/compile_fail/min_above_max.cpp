// error: min_must_not_exceed_max
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

inline constexpr Rules Text{.shape = "Text", .min = 4, .max = 3};
struct Tag {
  std::string key{};
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key", Text, required)); }
};
Type const& tag = type_of<Tag>();
