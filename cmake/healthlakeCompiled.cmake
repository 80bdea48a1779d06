# The targets of the separate mode of compilation (docs/compile-time.md): healthlake::compiled holds the bodies of the
# umbrella, and healthlake::compiled_<part> those of an opt-in part. Each is a static library that the consumer's own
# build makes, with its flags, if something links it. Used by the build and by the installed package.
#
# A part's row: its name, the headers with its bodies (a source file each), and what it needs besides: the adapter whose
# libraries it uses, the compiled parts whose functions it calls, or "-".
set(HEALTHLAKE_COMPILED_PARTS
    "credentials healthlake/credentials/src.hpp -"
    "credentials_system healthlake/credentials/system_src.hpp -"
    "server healthlake/server/src.hpp -"
    "rest healthlake/rest/src.hpp -"
    "local healthlake/local/src.hpp,healthlake/local/fhir_src.hpp,healthlake/local/transformation_src.hpp compiled_rest,compiled_server"
    "local_storage healthlake/local/storage/src.hpp compiled_local"
    "testing healthlake/testing/src.hpp -"
    "transport healthlake/transport/src.hpp -"
    "curl healthlake/transport/curl_src.hpp curl,compiled_transport"
    "beast healthlake/transport/beast_src.hpp beast,compiled_transport")

function(healthlake_add_compiled_library name headers)
  if(TARGET healthlake::${name})
    return()
  endif()
  set(sources)
  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER "${header}" file)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${file}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n")
    list(APPEND sources "${source}")
  endforeach()
  add_library(healthlake_${name} STATIC EXCLUDE_FROM_ALL ${sources})
  add_library(healthlake::${name} ALIAS healthlake_${name})
  target_compile_definitions(healthlake_${name} PUBLIC HEALTHLAKE_SEPARATE_COMPILATION)
  target_link_libraries(healthlake_${name} PUBLIC healthlake::healthlake ${ARGN})
endfunction()

# All parts whose header and libraries are here.
function(healthlake_add_compiled include)
  healthlake_add_compiled_library(compiled healthlake/src.hpp)
  foreach(row IN LISTS HEALTHLAKE_COMPILED_PARTS)
    separate_arguments(row)
    list(GET row 0 part)
    list(GET row 1 headers)
    string(REPLACE "," ";" headers "${headers}")
    list(GET headers 0 header)
    list(GET row 2 needs)
    if(NOT EXISTS "${include}/${header}")
      continue()
    endif()
    set(libraries healthlake::compiled)
    if(NOT needs STREQUAL "-")
      string(REPLACE "," ";" needs "${needs}")
      list(TRANSFORM needs PREPEND healthlake:: OUTPUT_VARIABLE needs)
      list(APPEND libraries ${needs})
    endif()
    set(missing FALSE)
    foreach(library IN LISTS libraries)
      if(NOT TARGET ${library})
        set(missing TRUE)
      endif()
    endforeach()
    if(NOT missing)
      healthlake_add_compiled_library(compiled_${part} "${headers}" ${libraries})
    endif()
  endforeach()
endfunction()
