// error: these_constraints_are_for_another_kind_of_shape
#include "healthlake/core/grammar.hpp"
#include "healthlake/core/shape.hpp"

using namespace healthlake;

inline constexpr Constraints Text{.shape = "Text", .max = 3};
struct Either {
  Union<std::int32_t> value{};
  static consteval auto shape() { return union_of("Either", alternative<&Either::value, 0>("Number", Text)); }
};
Type const& either = type_of<Either>();
