// error: a_shape_has_at_most_64_members
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

struct Wide {
  std::string m{};
  template <std::size_t... I>
  static consteval auto table(std::index_sequence<I...>) {
    return structure("Wide", ((void)I, field<&Wide::m>("M", required))...);
  }
  static consteval auto shape() { return table(std::make_index_sequence<65>{}); }
};
Type const& wide = type_of<Wide>();
