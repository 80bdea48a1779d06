#!/bin/sh
# coverage.sh [--lines] [TARGET...]: which lines and branches of include/healthlake the fuzz targets reach (all of them,
# unless some are named) with the seeds and corpora of the tree and what run.sh has found in its build folder. Prints a
# percentage for each header; with --lines also the lines that no target reaches, and the headers in no target.
#
# Environment: CXX (default clang++-14); BUILD, the folder for this build (default build/fuzz-coverage); CORPUS, the
# inputs that run.sh has found (default build/fuzz/corpus).
set -eu
cd "$(dirname "$0")/../.."

build=${BUILD:-build/fuzz-coverage}
corpus=${CORPUS:-build/fuzz/corpus}
lines=
if [ "${1-}" = --lines ]; then
  lines=--lines
  shift
fi
if [ $# -eq 0 ]; then
  set -- $(cd tests/fuzz && ls ./*.cpp | sed 's|^\./||; s|\.cpp$||') my_transport
fi

work=$build/coverage
rm -rf "$work"
mkdir -p "$work"
logs=$work
. tests/fuzz/build.sh
build_targets -DHEALTHLAKE_FUZZ_COVERAGE=ON "$@"

objects=
for target in "$@"; do
  inputs=
  for folder in "tests/fuzz/seeds/$target" "tests/fuzz/corpora/$target" "$corpus/$target"; do
    if [ -d "$folder" ]; then inputs="$inputs $folder"; fi
  done
  program=$build/bin/fuzz_$target
  # shellcheck disable=SC2086  # one folder per word
  LLVM_PROFILE_FILE=$work/$target.profraw "$program" $inputs 2>"$work/$target.log" || {
    cat "$work/$target.log" >&2
    exit 1
  }
  objects="$objects ${objects:+-object }$program"
done
llvm-profdata-14 merge -sparse "$work"/*.profraw -o "$work/all.profdata"
# shellcheck disable=SC2046,SC2086  # one option per word
llvm-cov-14 show -show-branches=count -show-instantiations=false $objects -instr-profile "$work/all.profdata" \
  $(find include/healthlake -name '*.[hi]pp') >"$work/lines.txt"
python3 tests/coverage.py $lines "$work/lines.txt" 0 0
