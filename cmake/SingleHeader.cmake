# The target single_header: the umbrella as one file, single_include/healthlake.hpp in the build folder, and beside it the
# local service as healthlake_local.hpp, which includes the first.
find_package(Python3 COMPONENTS Interpreter QUIET)
if(NOT Python3_Interpreter_FOUND)
  return()
endif()

set(single_include "${PROJECT_BINARY_DIR}/single_include")
set(single_header "${PROJECT_SOURCE_DIR}/cmake/single_header.py")
file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/*.[hi]pp")

add_custom_command(
  OUTPUT "${single_include}/healthlake.hpp" "${single_include}/healthlake_local.hpp"
  COMMAND Python3::Interpreter "${single_header}" "${PROJECT_SOURCE_DIR}/include" "${single_include}/healthlake.hpp"
          healthlake/healthlake.hpp
  COMMAND
    Python3::Interpreter "${single_header}" "${PROJECT_SOURCE_DIR}/include" "${single_include}/healthlake_local.hpp"
    healthlake/local/local_healthlake.hpp healthlake/local/storage/file_journal.hpp
    healthlake/local/storage/file_store.hpp --beside healthlake.hpp healthlake/healthlake.hpp
  DEPENDS ${headers} "${single_header}"
  VERBATIM)
add_custom_target(single_header DEPENDS "${single_include}/healthlake.hpp" "${single_include}/healthlake_local.hpp")
