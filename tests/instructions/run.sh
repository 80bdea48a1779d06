#!/bin/sh
# run.sh [--update]: counts the instructions and the allocations of fixed pieces of work under valgrind and compares them
# with baseline.txt, so that a loss of speed shows without a clock. With --update, writes the counts there instead. Takes
# less than a minute.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh g++ libc6-dev libssl-dev python3 valgrind
exec python3 tests/instructions/count.py "$@"
