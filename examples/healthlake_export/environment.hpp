// The environment variables that AWS's tools have in common, in the order of the SDKs.
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
/// `--endpoint`, then, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true, AWS_ENDPOINT_URL_HEALTHLAKE, then
/// AWS_ENDPOINT_URL.
Given given_endpoint(std::string const& option);
/// `--ca-file`, then AWS_CA_BUNDLE.
Given given_ca_file(std::string const& option);
/// Whether AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is neither true nor false, in any case, nor unset.
bool is_ignore_invalid();

}  // namespace healthlake_export
