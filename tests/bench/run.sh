#!/bin/sh
# run.sh [BENCHMARK-OPTIONS...]: builds the benchmarks optimized and runs them.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh ca-certificates cmake g++ libbenchmark-dev libssl-dev make nlohmann-json3-dev
cmake -S . -B build/bench -DCMAKE_BUILD_TYPE=Release -DHEALTHLAKE_BENCHMARKS=ON -DHEALTHLAKE_TESTS=OFF \
  -DHEALTHLAKE_EXAMPLES=OFF >/dev/null
cmake --build build/bench -j 2
exec build/bench/bin/healthlake_bench "$@"
