#include "common/environment.hpp"

#include <cstdlib>
#include <initializer_list>

namespace healthlake_examples {
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

void add_secrets_of_environment(Secrets& secrets) {
  for (char const* const name : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"})
    secrets.add_lasting(variable(name));
}

}  // namespace healthlake_examples
