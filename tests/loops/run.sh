#!/bin/sh
# Builds the loops of examples/loops and healthlake-local, tests the machine of the loops (export_test.cpp), and lets each
# loop run 100 exports at once: to the end, with faults, with too little time, interrupted. Also runs fuzz-http-stack, which
# is built with them, and compares what it finds with docs/fuzzing.md. No network beyond the loopback interface.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh ca-certificates cmake g++ libboost-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev \
  libmbedtls-dev libssl-dev make nlohmann-json3-dev doctest-dev python3

cmake --preset default >/dev/null
cmake --build --preset default
mkdir -p build/loops
"${CXX:-g++}" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DHEALTHLAKE_SEPARATE_COMPILATION \
  -Iinclude -I. -Iexamples/loops tests/loops/export_test.cpp -o build/loops/export_test \
  build/examples/loops/libloops_common.a -Wl,--start-group build/libhealthlake_compiled*.a -Wl,--end-group
build/loops/export_test
python3 tests/loops/loops.py --bin build/bin
python3 tests/docs/output.py . fuzz_http_stack build/bin/fuzz-http-stack
