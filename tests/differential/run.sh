#!/bin/sh
# run.sh [COUNT [SEED]]: compares the library with botocore and with libcurl on generated inputs: signatures of COUNT
# requests, validation of twice as many values, and a tenth of COUNT requests that libcurl signs (by default 5,000; with
# HEALTHLAKE_NIGHTLY=1, 50,000). See compare.py and curl.hpp. The comparisons with nlohmann/json and PCRE2 are unit
# tests in this folder. Environment: HEALTHLAKE_CONFORMANCE, the public conformance data (default ../shared/conformance).
# No network beyond the loopback interface.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh ca-certificates cmake g++ libboost-dev libcli11-dev libcurl4-openssl-dev libmbedtls-dev \
  libssl-dev make nlohmann-json3-dev python3 python3-botocore

count=${1:-5000}
if [ "${HEALTHLAKE_NIGHTLY:-}" = 1 ] && [ $# -eq 0 ]; then count=50000; fi
seed=${2:-1}
model=${HEALTHLAKE_CONFORMANCE:-../shared/conformance}/model/healthlake-2017-07-01.json

# What other steps have built is not built again.
cmake --preset default >/dev/null
cmake --build --preset default --target healthlake_compiled_rest healthlake_compiled_server

mkdir -p build/differential
"${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DHEALTHLAKE_SEPARATE_COMPILATION \
  -Iinclude -I. tests/differential/peer.cpp -o build/differential/peer -Wl,--start-group \
  build/libhealthlake_compiled*.a -Wl,--end-group -lcurl

build/differential/peer curl $((count / 10)) "$seed"
# Debian's botocore belongs to Debian's Python.
/usr/bin/python3 tests/differential/compare.py build/differential/peer "$model" --requests "$count" \
  --values $((2 * count)) --seed "$seed"
