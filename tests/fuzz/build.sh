# Sourced by run.sh and coverage.sh: builds fuzz targets in the folder $build, with the logs in $logs.
#   build_targets "<options for CMake>" <target>...
build_targets() {
  options=$1
  shift
  # shellcheck disable=SC2086  # one option per word
  CXX=${CXX:-clang++-14} cmake -S . -B "$build" -DHEALTHLAKE_FUZZ=ON $options -DHEALTHLAKE_TESTS=OFF \
    -DHEALTHLAKE_EXAMPLES=OFF -DHEALTHLAKE_BENCHMARKS=OFF -DHEALTHLAKE_INSTALL=OFF >"$logs/configure.log" 2>&1 || {
    cat "$logs/configure.log" >&2
    exit 1
  }
  # shellcheck disable=SC2046  # one target per word
  cmake --build "$build" -j 2 --target $(printf 'fuzz_%s ' "$@") >"$logs/build.log" 2>&1 || {
    cat "$logs/build.log" >&2
    exit 1
  }
}
