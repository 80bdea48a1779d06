# What the tests and the examples need beside the library: an installed package, or else the sources from the network.
# The library itself needs none of it, and fetches nothing.
if(CMAKE_VERSION VERSION_LESS 3.25)
  message(FATAL_ERROR "the tests and examples need CMake 3.25; configure with -DHEALTHLAKE_TESTS=OFF "
                      "-DHEALTHLAKE_EXAMPLES=OFF to use the library alone")
endif()
include(FetchContent)

FetchContent_Declare(
  nlohmann_json
  GIT_REPOSITORY https://github.com/nlohmann/json.git
  GIT_TAG 9cca280a4d0ccf0c08f47a99aa71d1b0e52f8d03 # v3.11.3
  SYSTEM
  FIND_PACKAGE_ARGS 3.11 QUIET GLOBAL)
FetchContent_Declare(
  doctest
  GIT_REPOSITORY https://github.com/doctest/doctest.git
  GIT_TAG ae7a13539fb71f270b87eb2e874fbac80bc8dda2 # v2.4.11
  SYSTEM
  FIND_PACKAGE_ARGS 2.4 QUIET GLOBAL)
# The command lines of the example programs.
FetchContent_Declare(
  CLI11
  GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git
  GIT_TAG v2.3.2
  SYSTEM
  FIND_PACKAGE_ARGS 2.1 QUIET GLOBAL)

set(JSON_BuildTests OFF)
set(JSON_Install OFF)
set(DOCTEST_NO_INSTALL ON)
set(CLI11_PRECOMPILED OFF)
