#!/bin/sh
# run.sh: checks what a request costs the local service, and that it does not grow with what the service remembers. See
# measure.py. Less than a minute on two cores.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh g++ libc6-dev python3 valgrind
exec python3 tests/local_cost/measure.py build/local_cost
