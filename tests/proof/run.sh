#!/bin/sh
# Shows, rather than samples, what can be shown: matchers against their expressions, formats, and JSON. Without an
# argument in about half a minute; with `all` or HEALTHLAKE_NIGHTLY=1, larger sets in about 20 minutes (each program says
# what its argument changes).
#   tests/proof/run.sh [all]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for program in patterns text json; do
  "${CXX:-g++}" -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror \
    -I"$root/include" -I"$root" "$root/tests/proof/$program.cpp" -o "$work/$program"
done
if [ "${1:-}" = all ] || [ "${HEALTHLAKE_NIGHTLY:-}" = 1 ]; then
  "$work/patterns" 2 all
  "$work/text" all
  "$work/json" 6
else
  "$work/patterns" 1
  "$work/text"
  "$work/json" 5
fi
