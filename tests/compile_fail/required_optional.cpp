// error: a_required_member_must_not_be_std_optional
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

struct Tag {
  std::optional<std::string> key{};
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key", required)); }
};
Type const& tag = type_of<Tag>();
