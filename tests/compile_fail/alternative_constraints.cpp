// error: these_rules_are_for_another_kind_of_shape
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

inline constexpr Rules Text{.shape = "Text", .max = 3};
struct Either {
  Union<std::int32_t> value{};
  static consteval auto shape() { return union_of("Either", alternative<&Either::value, 0>("Number", Text)); }
};
Type const& either = type_of<Either>();
