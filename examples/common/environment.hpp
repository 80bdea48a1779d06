// The environment variables of AWS's tools that the library leaves to the program.
#pragma once

#include <string>

#include "common/secrets.hpp"

namespace healthlake_examples {

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

/// Adds what must not be printed, before anything is: everything may end up in a message.
void add_secrets_of_environment(Secrets& secrets);

}  // namespace healthlake_examples
