#!/bin/sh
# run.sh [ROUNDS]: how long g++ takes for the headers, as a ratio to the standard headers that they include. 5 rounds
# unless told, about a minute and a half.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh g++ python3
exec python3 tests/header_cost/measure.py "$@"
