#!/bin/sh
# coverage.sh BUILD [LINES BRANCHES]: line and branch coverage of include/healthlake by the tests that were run in the
# build folder BUILD. Fails if a percentage is below LINES or BRANCHES. The sources with all counts are in
# BUILD/coverage/lines.txt.
#
# What counts: every line and branch of every header as the source has them (clang's source-based coverage), also of
# functions that no test calls; of a template all instantiations together. Not counted: consteval functions, which run
# in the compiler only. gcov is no use here: it counts the branches that the compiler adds for exceptions, and loses
# their marks when programs are merged.
set -eu
cd "$(dirname "$0")/.."

build=$1
work=$build/coverage
llvm-profdata-14 merge -sparse "$work"/*.profraw -o "$work/all.profdata"

objects=$build/bin/every_header
for program in "$build"/bin/test_*; do objects="$objects -object $program"; done
# shellcheck disable=SC2046,SC2086  # one option per word
llvm-cov-14 show -show-branches=count -show-instantiations=false $objects -instr-profile "$work/all.profdata" \
  $(find include/healthlake -name '*.[hi]pp') >"$work/lines.txt"
python3 tests/coverage.py "$work/lines.txt" "${2-0}" "${3-0}"
