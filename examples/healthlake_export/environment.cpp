#include "environment.hpp"

#include <cstdlib>
#include <initializer_list>

#include "healthlake/text/ascii.hpp"

namespace healthlake_export {
namespace {

constexpr char const* ignore_endpoints = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

Given first_of(char const* option, std::string const& value, std::initializer_list<char const*> variables) {
  if (!value.empty()) return {value, option};
  for (char const* const name : variables)
    if (auto found = variable(name); !found.empty()) return {found, name};
  return {};
}

}  // namespace

std::string variable(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

Given given_region(std::string const& option) {
  return first_of("--region", option, {"AWS_REGION", "AWS_DEFAULT_REGION"});
}

Given given_endpoint(std::string const& option) {
  if (healthlake::equal_ignoring_case(variable(ignore_endpoints), "true")) return first_of("--endpoint", option, {});
  return first_of("--endpoint", option, {"AWS_ENDPOINT_URL_HEALTHLAKE", "AWS_ENDPOINT_URL"});
}

Given given_ca_file(std::string const& option) { return first_of("--ca-file", option, {"AWS_CA_BUNDLE"}); }

bool is_ignore_invalid() {
  std::string const value = variable(ignore_endpoints);
  return !value.empty() && !healthlake::equal_ignoring_case(value, "true") &&
         !healthlake::equal_ignoring_case(value, "false");
}

}  // namespace healthlake_export
