#include "healthlake/version.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("the version string consists of the three numbers") {
  std::string const numbers = std::to_string(HEALTHLAKE_VERSION_MAJOR) + "." +
                              std::to_string(HEALTHLAKE_VERSION_MINOR) + "." + std::to_string(HEALTHLAKE_VERSION_PATCH);
  CHECK(numbers == HEALTHLAKE_VERSION);
}
