// error: a_member_that_is_not_required_must_be_std_optional_or_defaulted
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

struct Tag {
  std::string key{};
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("Key")); }
};
Type const& tag = type_of<Tag>();
