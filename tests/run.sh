#!/bin/sh
# run.sh [--coverage]: installs what is missing, builds all tests in build/coverage, runs them, and reports line and
# branch coverage of include/healthlake. With --coverage less than 95 % of lines or 90 % of branches is a failure.
# HEALTHLAKE_CONFORMANCE=<folder of the public conformance data> adds the conformance tests.
set -eu
cd "$(dirname "$0")/.."

lines=0
branches=0
case ${1-} in
  '') ;;
  --coverage) lines=95 branches=90 ;;
  *) echo "usage: sh tests/run.sh [--coverage]" >&2; exit 2 ;;
esac

sh cmake/need_packages.sh ca-certificates clang-14 cmake doctest-dev g++ libclang-rt-14-dev libboost-dev libcli11-dev \
  libcurl4-openssl-dev libexpat1-dev libmbedtls-dev libpcre2-dev libssl-dev llvm-14 make nlohmann-json3-dev python3 \
  unicode-data zlib1g-dev

[ -n "${HEALTHLAKE_CONFORMANCE-}" ] || echo "HEALTHLAKE_CONFORMANCE is not set: no conformance tests"
cmake --preset coverage -D HEALTHLAKE_CONFORMANCE="${HEALTHLAKE_CONFORMANCE-}"
cmake --build --preset coverage

# Each program writes what it ran; what an earlier run counted is not ours.
rm -rf build/coverage/coverage
export LLVM_PROFILE_FILE="$PWD/build/coverage/coverage/%m-%p.profraw"
status=0
ctest --preset coverage || status=$?
sh tests/coverage.sh build/coverage "$lines" "$branches" || status=$?
exit "$status"
