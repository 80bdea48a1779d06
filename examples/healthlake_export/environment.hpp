// The environment variables of AWS's tools that the library leaves to the program.
#pragma once

#include <string>

namespace healthlake_export {

/// A value, and the option or variable that it is from; both empty if it is not set.
struct Given {
  std::string value{};
  std::string from{};
};

/// The value of a variable; an empty variable is one that is not set.
std::string variable(char const* name);

/// `--region`, then AWS_REGION, then AWS_DEFAULT_REGION.
Given given_region(std::string const& option);
/// `--ca-file`, then AWS_CA_BUNDLE.
Given given_ca_file(std::string const& option);

}  // namespace healthlake_export
