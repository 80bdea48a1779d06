#include "environment.hpp"

#include <cstdlib>
#include <initializer_list>

namespace healthlake_export {
namespace {

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

Given given_ca_file(std::string const& option) { return first_of("--ca-file", option, {"AWS_CA_BUNDLE"}); }

}  // namespace healthlake_export
