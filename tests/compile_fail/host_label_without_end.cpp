// error: a_host_label_is_the_name_of_a_required_string_member_in_braces
#include "healthlake/core/type_of.hpp"
#include "healthlake/model/operation.hpp"

using namespace healthlake;

struct Text {
  std::string label{};
  static consteval auto shape() { return structure("Text", field<&Text::label>("Label", required)); }
};
struct Labelled {
  static constexpr std::string_view name = "Labelled";
  static constexpr OperationTraits traits{.host_prefix = "{Label}.{Label"};
  using Input = ::Text;
  using Output = ::Text;
  using Errors = healthlake::Errors<>;
};
OperationInfo const& info = operation_info<Labelled>;
