#!/bin/sh
# run.sh [ROUTE...]: builds and runs main.cpp by each route into a build but CMake's, which the tests cover, and the
# module's (module/run.sh): pkg_config, single_header, meson, conan, vcpkg. All of them unless told.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh cmake g++ git libboost-dev libcurl4-openssl-dev meson nlohmann-json3-dev pkg-config python3
root=$PWD
here=tests/consumers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
expected='https://healthlake.us-east-1.amazonaws.com/ {"DatastoreId":"d1"} 1970-01-01T00:00:00.000Z'

check() {  # check <program>: runs it
  output=$("$1")
  [ "$output" = "$expected" ] || { echo "$1 printed $output" >&2; return 1; }
}

configured() {  # configures once, for the routes that install or build a target
  [ -d "$work/build" ] ||
    cmake -S . -B "$work/build" -D HEALTHLAKE_TESTS=OFF -D HEALTHLAKE_EXAMPLES=OFF -D HEALTHLAKE_INSTALL=ON >/dev/null
}

# Word splitting of $flags and of what pkg-config prints is intended.
# shellcheck disable=SC2046,SC2086
pkg_config() {
  configured
  cmake --install "$work/build" --prefix "$work/installed" >/dev/null
  mv "$work/installed" "$work/moved"  # it says where it is, not where it was
  PKG_CONFIG_PATH=$work/moved/share/pkgconfig
  export PKG_CONFIG_PATH
  pkg-config --exact-version="$(version)" healthlake
  [ -f "$(pkg-config --variable=fuzzdir healthlake)/dictionaries/http.dict" ]
  g++ $flags $(pkg-config --cflags --libs healthlake) "$here/main.cpp" -o "$work/pkg_config"
  check "$work/pkg_config"
}

# shellcheck disable=SC2086
single_header() {
  configured
  cmake --build "$work/build" --target single_header >/dev/null
  mkdir "$work/single"
  sed 's|healthlake/healthlake.hpp|healthlake.hpp|' "$here/main.cpp" >"$work/single/main.cpp"
  printf '%s\n' '#include "healthlake_local.hpp"' 'healthlake::LocalOptions const* options() { return nullptr; }' \
    >"$work/single/other.cpp"  # a second file of the program, with the local service
  g++ $flags -Wno-missing-declarations -I"$work/build/single_include" "$work/single/main.cpp" "$work/single/other.cpp" \
    -o "$work/single_header"
  check "$work/single_header"
}

meson_() {
  # A repository of what a checkout has, with or without its history.
  mkdir "$work/repository"
  cp -R include LICENSE "$work/repository"
  git -C "$work/repository" init -q
  git -C "$work/repository" add -A
  git -C "$work/repository" -c user.name=test -c user.email=test@example.com commit -q -m "all"
  mkdir "$work/meson"
  cp "$here/meson/meson.build" "$here/main.cpp" "$work/meson"
  cp -R cmake/packaging/meson "$work/meson/subprojects"
  sed -i "s|^url = .*|url = file://$work/repository|" "$work/meson/subprojects/healthlake.wrap"
  (cd "$work/meson" && meson setup build >/dev/null && meson compile -C build >/dev/null)
  check "$work/meson/build/consumer"
}

# shellcheck disable=SC2086
conan() {
  printed=$(python3 "$here/conan/run_recipe.py" cmake/packaging/conan/conanfile.py "$work/conan")
  [ "$printed" = "$(version)" ] || { echo "the recipe says version $printed" >&2; return 1; }
  g++ $flags -I"$work/conan/package/include" "$here/main.cpp" -o "$work/conan/consumer"
  check "$work/conan/consumer"
}

# shellcheck disable=SC2086
vcpkg() {
  cmake -D PORT="$root/cmake/packaging/vcpkg" -D WORK="$work/vcpkg" -P "$here/vcpkg/run_port.cmake"
  python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["version"] != sys.argv[2])' \
    cmake/packaging/vcpkg/vcpkg.json "$(version)"
  g++ $flags -I"$work/vcpkg/packages/include" "$here/main.cpp" -o "$work/vcpkg/consumer"
  check "$work/vcpkg/consumer"
}

version() {
  sed -nE 's/^#define HEALTHLAKE_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+)$/\2/p' include/healthlake/version.hpp | paste -sd.
}

grep -q "version: '$(version)'" cmake/packaging/meson/packagefiles/healthlake/meson.build
[ $# -gt 0 ] || set -- pkg_config single_header meson conan vcpkg
for route in "$@"; do
  case $route in
    meson) meson_ ;;
    pkg_config | single_header | conan | vcpkg) "$route" ;;
    *) echo "run.sh: there is no route $route" >&2; exit 2 ;;
  esac
  echo "$route: built and ran"
done
