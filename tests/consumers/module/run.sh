#!/bin/bash
# run.sh (bash): builds the C++20 module and a program that imports it with clang 19, and the same program from the headers; runs
# both, and prints the user CPU seconds that each of the two files took to compile.
set -eu
cd "$(dirname "$0")/../../.."

sh cmake/need_packages.sh clang-19 libstdc++-12-dev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=tests/consumers/module

compiled() {  # compiled <what> <flag>...: compiles main.cpp to <what>.o
  local what=$1 TIMEFORMAT
  shift
  TIMEFORMAT="$what: %U s"
  time clang++-19 -std=c++20 -O0 -Wall -Wextra -Werror "$@" -c "$here/main.cpp" -o "$work/$what.o"
}

clang++-19 -std=c++20 -Iinclude -fmodule-output="$work/healthlake.pcm" -c include/healthlake/healthlake.cppm \
  -o "$work/healthlake.o"
compiled module -DMODULE -fmodule-file=healthlake="$work/healthlake.pcm"
compiled headers -Iinclude
clang++-19 "$work/module.o" "$work/healthlake.o" -o "$work/with_module"
clang++-19 "$work/headers.o" -o "$work/with_headers"
"$work/with_module"
"$work/with_headers"
