#!/bin/sh
# coverage.sh BUILD [LINES BRANCHES]: line and branch coverage of include/healthlake by the tests that were run in the
# build folder BUILD. Fails if a percentage is below LINES or BRANCHES. The whole text is BUILD/coverage/lines.txt.
#
# What counts: every line and branch of every header as the source has them (clang's source-based coverage), also of
# functions that no test calls; of a template the best-covered instantiation. gcov is no use here: it counts the
# branches that the compiler adds for exceptions, and loses their marks when programs are merged.
set -eu
cd "$(dirname "$0")/.."

build=$1
work=$build/coverage
mkdir -p "$work"
llvm-profdata-14 merge -sparse "$work"/*.profraw -o "$work/all.profdata"

set -- "${2-0}" "${3-0}"
objects=
for program in "$build"/bin/test_* "$build"/bin/every_header; do objects="$objects -object $program"; done
# shellcheck disable=SC2086  # one option per word
report() { llvm-cov-14 "$@" $objects -instr-profile "$work/all.profdata" include/healthlake; }
report show -show-branches=count >"$work/lines.txt"
report export -summary-only >"$work/summary.json"

python3 - "$work/summary.json" "$1" "$2" <<'END'
import json, sys

path, least_lines, least_branches = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
data = json.load(open(path))["data"][0]

def percent(part):
    return 100.0 * part["covered"] / part["count"] if part["count"] else 100.0

print(f"{'lines':>8} {'branches':>9}")
for entry in sorted(data["files"], key=lambda entry: entry["filename"]):
    name = entry["filename"].split("/include/")[-1]
    print(f"{percent(entry['summary']['lines']):7.1f}% {percent(entry['summary']['branches']):8.1f}%  {name}")
lines, branches = (percent(data["totals"][what]) for what in ("lines", "branches"))
print(f"{lines:7.1f}% {branches:8.1f}%  include/healthlake")
sys.exit(lines < least_lines or branches < least_branches)
END
