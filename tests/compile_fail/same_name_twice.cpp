// error: two_members_of_a_shape_have_the_same_name
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

struct Tag {
  std::string key{};
  std::string value{};
  static consteval auto shape() {
    return structure("Tag", field<&Tag::key>("Key", required), field<&Tag::value>("Key", required));
  }
};
Type const& tag = type_of<Tag>();
