// error: an_operation_without_output_has_an_output_without_members
#include "healthlake/core/type_of.hpp"
#include "healthlake/model/operation.hpp"

using namespace healthlake;

struct Text {
  std::string text{};
  static consteval auto shape() { return structure("Text", field<&Text::text>("Text", required)); }
};
struct Silent {
  static constexpr std::string_view name = "Silent";
  static constexpr OperationTraits traits{.no_output = true};
  using Input = ::Text;
  using Output = ::Text;
  using Errors = healthlake::Errors<>;
};
OperationInfo const& info = operation_info<Silent>;
