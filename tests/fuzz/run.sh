#!/bin/sh
# run.sh SECONDS [TARGET...]: builds the fuzz targets (all of them, unless some are named) and runs each for that many
# seconds, two at a time. Fails if any finds a crash, a leak or an input that takes longer than 10 s.
#
# run.sh --executions N [--seconds S] [TARGET...]: the same until each has run N inputs, or for S seconds (default 3600)
# if that is less: a campaign.
# run.sh --report: the executions of all runs in the build folder, by target, and their sum.
# run.sh --minimize [TARGET...]: writes what the fuzzers have found into tests/fuzz/corpora: of the inputs in the build
# folder, few and small ones that reach lines which the seeds do not reach.
#
# Environment: CXX, a clang++ with libFuzzer (default clang++-14); BUILD, the build folder (default build/fuzz), which
# also keeps the corpus, the inputs of failures, the logs and executions.txt; JOBS, how many targets run at a time
# (default 2); OPTIMIZE, options of the compiler (default -O1): -O0 for a short run, which takes longer to build than to
# run, "-O2;-fno-sanitize-coverage=trace-cmp" for a campaign that continues a corpus, with twice as many inputs a second.
set -eu
cd "$(dirname "$0")/../.."

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2
  exit 2
}

build=${BUILD:-build/fuzz}
mode=run executions=-1 seconds=3600
case ${1-} in
  --executions)
    [ $# -ge 2 ] || usage
    executions=$2
    shift 2
    if [ "${1-}" = --seconds ]; then
      [ $# -ge 2 ] || usage
      seconds=$2
      shift 2
    fi
    ;;
  --report | --minimize)
    mode=${1#--}
    shift
    ;;
  '' | -*) usage ;;
  *)
    seconds=$1
    shift
    ;;
esac
if [ $# -eq 0 ]; then
  set -- $(cd tests/fuzz && ls ./*.cpp | sed 's|^\./||; s|\.cpp$||') my_transport
fi

if [ "$mode" = report ]; then
  awk '{ runs[$2] += $3; time[$2] += $4; if ($5 != "ok") bad[$2] = ", with failures"; all += $3 }
       END { for (target in runs) printf "%s: %d executions in %d s%s\n", target, runs[target], time[target], bad[target]
             printf "total: %d executions\n", all }' "$build/executions.txt" | sort
  exit
fi

mkdir -p "$build/failures" "$build/logs"
logs=$build
. tests/fuzz/build.sh
build_targets "-DHEALTHLAKE_FUZZ_OPTIMIZE=${OPTIMIZE:--O1}" "$@"

# One target: its corpus grows in the build folder, the seeds and corpora of the tree are only read.
cat >"$build/run_one.sh" <<'ONE'
target=$1 seconds=$2 executions=$3 build=$4
mkdir -p "$build/corpus/$target"
case $target in
  decode_message | ndjson | well_formed) dictionary=json.dict ;;
  beast_transport | curl_transport | my_transport | response_reader) dictionary=response.dict ;;
  credential_replies) dictionary=credential_replies.dict ;;
  shared_files) dictionary=shared_files.dict ;;
  rest_export) dictionary=rest_export.dict ;;
  *) dictionary=http.dict ;;
esac
# Longer sequences of steps reach nothing that shorter ones do not, and take longer.
case $target in
  local_service) length=96 ;;
  credential_chain | dispatch | flow_machines | round_trip) length=512 ;;
  *) length=2048 ;;
esac
# Sequences are long: mutating nothing into one takes hours, random bytes are one at once.
case $target in
  credential_chain | flow_machines | local_service)
    if [ -z "$(ls "$build/corpus/$target")" ]; then
      for number in $(seq 100); do head -c 250 /dev/urandom >"$build/corpus/$target/random-$number"; done
    fi
    ;;
esac
set -- "$build/corpus/$target"
for folder in seeds corpora; do
  if [ -d "tests/fuzz/$folder/$target" ]; then set -- "$@" "tests/fuzz/$folder/$target"; fi
done
log=$build/logs/$target.log
status=0
# Recording a stack for each allocation, and weighing inputs by the rarity of what they reach, take most of the time
# otherwise.
ASAN_OPTIONS=malloc_context_size=1:quarantine_size_mb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS
began=$(date +%s)
"$build/bin/fuzz_$target" -runs="$executions" -max_total_time="$seconds" -max_len="$length" -entropic=0 \
  -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -dict="tests/fuzz/dictionaries/$dictionary" \
  -artifact_prefix="$build/failures/$target-" "$@" >"$log" 2>&1 || status=$?
took=$(($(date +%s) - began))
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1)
if [ "$status" -eq 0 ]; then verdict=ok; else verdict="FAILED, see $log"; fi
echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $target ${runs:-0} $took ${verdict%%,*}" >>"$build/executions.txt"
echo "$target: ${runs:-0} executions, ${rate:-0} a second, ${coverage:-no coverage}: $verdict"
exit "$status"
ONE

# One target: at most 100 files of at most 32 kB together, the larger ones first: they reach more.
cat >"$build/minimize_one.sh" <<'ONE'
target=$1 build=$2
kept=$build/minimized/$target
rm -rf "$kept"
mkdir -p "$kept/seeds" "$kept/all"
if [ -d "tests/fuzz/seeds/$target" ]; then cp "tests/fuzz/seeds/$target"/* "$kept/seeds"; fi
cp "$kept/seeds"/* "$kept/all" 2>/dev/null || true
set -- "$build/corpus/$target"
if [ -d "tests/fuzz/corpora/$target" ]; then set -- "$@" "tests/fuzz/corpora/$target"; fi
"$build/bin/fuzz_$target" -set_cover_merge=1 -use_counters=0 -max_len=1024 -timeout=10 -rss_limit_mb=2048 "$kept/all" "$@" \
  >"$build/logs/$target.minimize.log" 2>&1
rm -rf "tests/fuzz/corpora/$target"
mkdir -p "tests/fuzz/corpora/$target"
count=0 bytes=0
for file in $(cd "$kept/all" && ls -S); do
  if [ -f "$kept/seeds/$file" ]; then continue; fi
  size=$(wc -c <"$kept/all/$file")
  if [ "$count" -eq 100 ] || [ $((bytes + size)) -gt 32768 ]; then continue; fi
  bytes=$((bytes + size)) count=$((count + 1))
  cp "$kept/all/$file" "tests/fuzz/corpora/$target/"
done
rmdir "tests/fuzz/corpora/$target" 2>/dev/null || true
echo "$target: $(ls "tests/fuzz/corpora/$target" 2>/dev/null | wc -l) of $(ls "$kept/all" | wc -l) inputs kept"
ONE

if [ "$mode" = minimize ]; then
  printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I TARGET sh "$build/minimize_one.sh" TARGET "$build"
  exit
fi
before=$(awk '{ all += $3 } END { print all + 0 }' "$build/executions.txt" 2>/dev/null || echo 0)
status=0
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I TARGET sh "$build/run_one.sh" TARGET "$seconds" "$executions" "$build" ||
  status=$?
awk -v before="$before" '{ all += $3 } END { print all - before, "executions in all" }' "$build/executions.txt"
if [ "$status" -ne 0 ]; then
  echo "failing inputs are in $build/failures" >&2
  exit 1
fi
echo "no failures"
