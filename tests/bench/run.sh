#!/bin/sh
# run.sh [BENCHMARK-OPTIONS...]: builds the benchmarks optimized, runs them in random order again and again, and prints
# figures, ratios and targets. About a minute. An option given here stands in for the one below, for example
# --benchmark_filter=sign or --benchmark_repetitions=30.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh ca-certificates cmake g++ libbenchmark-dev libsimdjson-dev libssl-dev make \
  nlohmann-json3-dev python3
cmake -S . -B build/bench -DCMAKE_BUILD_TYPE=Release -DHEALTHLAKE_BENCHMARKS=ON -DHEALTHLAKE_TESTS=OFF \
  -DHEALTHLAKE_EXAMPLES=OFF >/dev/null
cmake --build build/bench -j 2
build/bench/bin/healthlake_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=20 \
  --benchmark_min_time=0.1 --benchmark_format=json "$@" >build/bench/bench.json
python3 tests/bench/ratios.py build/bench/bench.json
