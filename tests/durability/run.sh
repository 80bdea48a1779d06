#!/bin/sh
# run.sh [KILLS [SEED]]: what the local service keeps when it is killed, when the power fails, when the disk is full, broken
# or read-only, when its journal is cut, and when the clock jumps. See kills.py, power_loss.cpp and disk_full.py. With more
# than 10 kills, or HEALTHLAKE_NIGHTLY=1 (200 kills), every failure of power_loss.cpp is tried, which takes long; otherwise
# some of them. No network beyond the loopback interface.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh ca-certificates cmake g++ libboost-dev libcli11-dev libcurl4-openssl-dev libmbedtls-dev \
  libssl-dev make nlohmann-json3-dev python3

kills=${1:-10}
if [ "${HEALTHLAKE_NIGHTLY:-}" = 1 ] && [ $# -eq 0 ]; then kills=200; fi
seed=${2:-1}
all=
if [ "$kills" -gt 10 ]; then all=all; fi

# What other steps have built is not built again.
cmake --preset default >/dev/null
cmake --build --preset default --target healthlake-local

mkdir -p build/durability
"${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DHEALTHLAKE_SEPARATE_COMPILATION \
  -Iinclude -I. tests/durability/power_loss.cpp -o build/durability/power_loss -Wl,--start-group \
  build/libhealthlake_compiled*.a -Wl,--end-group

python3 tests/durability/kills.py build/bin/healthlake-local --kills "$kills" --seed "$seed"
python3 tests/durability/disk_full.py build/bin/healthlake-local
build/durability/power_loss $all "$seed"
