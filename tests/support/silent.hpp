// An operation without output, and the shape without members that is its input and output.
#pragma once

#include <string_view>

#include "healthlake/model/operation.hpp"

struct Nothing {
  static consteval auto shape() { return healthlake::structure("Nothing"); }
};
struct Silent {
  static constexpr std::string_view name = "Silent";
  static constexpr healthlake::OperationTraits traits{.no_output = true};
  using Input = Nothing;
  using Output = Nothing;
  using Errors = healthlake::Errors<>;
};
