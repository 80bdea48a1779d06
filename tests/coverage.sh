#!/bin/sh
# coverage.sh BUILD [LINES BRANCHES]: line and branch coverage of include/healthlake by the tests that were run in the
# build folder BUILD. Fails if a percentage is below LINES or BRANCHES. The HTML report is BUILD/coverage/index.html.
#
# What counts: every line and branch of every header, also of functions that no test calls (tests/CMakeLists.txt
# compiles them all). Not counted: the branches that the compiler adds for exceptions, those on lines without code
# (a closing brace), and those of assert, whose other side would end the test.
set -eu
cd "$(dirname "$0")/.."

build=$1
mkdir -p "$build/coverage"
gcovr --root . --filter 'include/healthlake/' --object-directory "$build" -j 2 \
  --exclude-throw-branches --exclude-unreachable-branches --exclude-branches-by-pattern '^\s*(static_)?assert\(' \
  --json "$build/coverage/coverage.json" "$build"

report="gcovr --root . --add-tracefile $build/coverage/coverage.json"
$report --html-details "$build/coverage/index.html"
echo
$report --branches
$report --fail-under-line "${2-0}" --fail-under-branch "${3-0}" --print-summary
