// error: a_pattern_is_for_strings_only
#include "healthlake/core/grammar.hpp"
#include "healthlake/core/shape.hpp"

using namespace healthlake;

inline constexpr Constraints Number{.shape = "Number", .kind = Kind::integer, .pattern = &grammar::identifier};
struct Tag {
  std::int32_t key = 0;
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key", Number, required)); }
};
Type const& tag = type_of<Tag>();
