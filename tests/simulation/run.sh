#!/bin/sh
# run.sh: simulates fleets of exports, each in a world that is drawn from a seed (truth.hpp says what is checked).
#
#   run.sh SEED [N] [OPTION]...  N worlds, from this seed on; a failure prints the command that repeats it
#   run.sh --self-test           that it finds three bugs that it puts in, repeats itself, and has every kind of trouble
#   run.sh --flat=JOBS           what a job costs if there are 100, 1,000 and so on up to JOBS of them
#   run.sh                       for CI: the self-test, 8,000 small worlds and a full one; with HEALTHLAKE_NIGHTLY=1
#                                also a million small worlds and a thousand full ones, from new seeds each day
#
# Options: --full (10,000 exports, 200 data stores, 50 sessions; otherwise 20, 3 and 2), --exports=N, --stores=N,
# --sessions=N, --trace (prints every event), --tally (how often what happened),
# --bug=new-token|lost-wakeup|double-report. Environment: CXX, BUILD (default build/simulation).
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build/simulation}
cxx="${CXX:-g++} -std=c++20 -O2 -DHEALTHLAKE_SEPARATE_COMPILATION -Iinclude"

newest() { find include tests/simulation -newer "$1" -type f | grep -q .; }
if [ ! -x "$build/simulation" ] || newest "$build/simulation"; then
  mkdir -p "$build"
  rm -f "$build/simulation" "$build/library.o"
  $cxx -c tests/simulation/library.cpp -o "$build/library.o" &
  $cxx -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -c tests/simulation/simulation.cpp \
    -o "$build/simulation.o"
  wait
  ${CXX:-g++} "$build/simulation.o" "$build/library.o" -o "$build/simulation"
fi
[ $# -eq 0 ] || exec "$build/simulation" "$@"

"$build/simulation" --self-test
"$build/simulation" 1 8000 --tally
"$build/simulation" 1 1 --full
if [ "${HEALTHLAKE_NIGHTLY:-}" = 1 ]; then
  today=$(($(date +%s) / 86400))
  "$build/simulation" $((today * 1000000)) 1000000 --tally
  "$build/simulation" $((today * 1000)) 1000 --full --tally
  "$build/simulation" --flat=100000
fi
