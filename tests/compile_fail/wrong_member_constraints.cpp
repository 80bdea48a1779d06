// error: these_rules_are_for_another_kind_of_shape
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

inline constexpr Rules Number{.shape = "Number", .kind = Kind::integer};
inline constexpr Rules Texts{.shape = "Texts", .kind = Kind::list, .member = &Number};
struct Tag {
  std::vector<std::string> keys{};
  static consteval auto shape() { return structure("Tag", field<&Tag::keys>("Keys", Texts, required)); }
};
Type const& tag = type_of<Tag>();
