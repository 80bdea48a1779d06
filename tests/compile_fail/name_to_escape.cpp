// error: a_member_name_is_printable_ascii_without_quotes_and_backslashes
#include "healthlake/core/shape.hpp"

using namespace healthlake;

struct Tag {
  std::string key{};
  static consteval auto shape() { return structure("Tag", field<&Tag::key>("a \"key\"", required)); }
};
Type const& tag = type_of<Tag>();
