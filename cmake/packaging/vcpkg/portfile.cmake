# vcpkg overlay port of the checkout that it stands in:
#   vcpkg install healthlake --overlay-ports=<checkout>/cmake/packaging/vcpkg
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DHEALTHLAKE_TESTS=OFF -DHEALTHLAKE_EXAMPLES=OFF -DHEALTHLAKE_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/healthlake)

# Headers and CMake files do not depend on the build type.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
