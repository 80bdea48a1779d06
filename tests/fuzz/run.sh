#!/bin/sh
# run.sh SECONDS [TARGET...]: builds the fuzz targets (all of them, unless some are named) and runs each for that many
# seconds, two at a time. Fails if any finds a crash, a leak or an input that takes longer than 10 s.
#
# Environment: CXX, a clang++ with libFuzzer (default clang++-14); BUILD, the build folder (default build/fuzz), which
# also keeps the corpus, the inputs of failures and the logs; JOBS, how many targets run at a time (default 2).
set -eu
cd "$(dirname "$0")/../.."

if [ $# -lt 1 ]; then
  echo "usage: sh tests/fuzz/run.sh SECONDS [TARGET...]" >&2
  exit 2
fi
seconds=$1
shift
build=${BUILD:-build/fuzz}
if [ $# -eq 0 ]; then
  set -- $(cd tests/fuzz && ls ./*.cpp | sed 's|^\./||; s|\.cpp$||') my_transport
fi

mkdir -p "$build"
CXX=${CXX:-clang++-14} cmake -S . -B "$build" -DHEALTHLAKE_FUZZ=ON -DHEALTHLAKE_TESTS=OFF \
  -DHEALTHLAKE_EXAMPLES=OFF -DHEALTHLAKE_BENCHMARKS=OFF -DHEALTHLAKE_INSTALL=OFF >"$build/configure.log" 2>&1 || {
  cat "$build/configure.log" >&2
  exit 1
}
cmake --build "$build" -j 2 --target $(printf 'fuzz_%s ' "$@") >"$build/build.log" 2>&1 || {
  cat "$build/build.log" >&2
  exit 1
}

# One target: its corpus grows in the build folder, the seeds of the tree are only read.
cat >"$build/run_one.sh" <<'ONE'
target=$1 seconds=$2 build=$3
mkdir -p "$build/corpus/$target" "$build/failures" "$build/logs"
case $target in
  decode_message | ndjson | well_formed) dictionary=json.dict ;;
  beast_transport | curl_transport | my_transport | response_reader) dictionary=response.dict ;;
  credential_replies) dictionary=credential_replies.dict ;;
  shared_files) dictionary=shared_files.dict ;;
  rest_export) dictionary=rest_export.dict ;;
  *) dictionary=http.dict ;;
esac
# Sequences of requests are long: mutating nothing into one takes hours, random bytes are one at once.
if [ "$target" = local_service ] && [ -z "$(ls "$build/corpus/$target")" ]; then
  for number in $(seq 100); do head -c 1000 /dev/urandom >"$build/corpus/$target/random-$number"; done
fi
set -- "$build/corpus/$target"
if [ -d "tests/fuzz/seeds/$target" ]; then set -- "$@" "tests/fuzz/seeds/$target"; fi
log=$build/logs/$target.log
status=0
"$build/bin/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
  -dict="tests/fuzz/dictionaries/$dictionary" -artifact_prefix="$build/failures/$target-" "$@" >"$log" 2>&1 || status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1)
if [ "$status" -eq 0 ]; then verdict=ok; else verdict="FAILED, see $log"; fi
echo "$target: ${runs:-0} executions, ${rate:-0} a second, ${coverage:-no coverage}: $verdict"
exit "$status"
ONE

if printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I TARGET sh "$build/run_one.sh" TARGET "$seconds" "$build"; then
  echo "no failures"
else
  echo "failing inputs are in $build/failures" >&2
  exit 1
fi
