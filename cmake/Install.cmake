# Headers, the CMake package, and what a fuzzer starts from; examples/CMakeLists.txt adds the programs. Nothing here depends on the architecture, so it goes below share/ and its version
# file does not compare pointer sizes.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/healthlake")

install(TARGETS healthlake EXPORT healthlakeTargets)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/healthlake" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.[hi]pp" PATTERN "*.cppm")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/healthlake")
# What a fuzzer starts from; docs/fuzzing.md says what each folder is for.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/tests/fuzz/seeds" "${PROJECT_SOURCE_DIR}/tests/fuzz/corpora"
                  "${PROJECT_SOURCE_DIR}/tests/fuzz/dictionaries"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/healthlake/fuzz")
install(EXPORT healthlakeTargets NAMESPACE healthlake:: DESTINATION "${package_dir}")

configure_package_config_file(cmake/healthlakeConfig.cmake.in healthlakeConfig.cmake
                              INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(healthlakeConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/healthlakeConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/healthlakeConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/healthlakeAdapters.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/healthlakeCompiled.cmake"
        DESTINATION "${package_dir}")

# For builds that ask pkg-config. It names no absolute folder, so an installation can be moved.
configure_file(cmake/healthlake.pc.in healthlake.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/healthlake.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
