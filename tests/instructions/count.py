#!/usr/bin/env python3
"""Counts what each case of cases.cpp costs and compares it with baseline.txt: count.py [--update]

Three counts for each case: all instructions; those besides hashing, that is, outside OpenSSL's libcrypto (the portable
SHA-256 is a part of the program, so its cases show both as the same); and the calls of malloc, calloc and realloc by
anybody, OpenSSL included. The last lines are ratios: a signature over its bare hashes.

A count of instructions more than 3 % above its baseline fails; so does one more than 10 % below it, since a baseline
that high would let the next loss pass: take it down with --update. A count of allocations must be the baseline's.

Why the counts are the same on every machine with Debian 12: the program, the C++ library and the C library are the
same bytes; valgrind runs them on a processor of its own making, whose maker and model do not depend on the host; and
where its features do (AVX2 and the like), only glibc looks at them, to pick its string functions, which GLIBC_TUNABLES
keeps from it; OPENSSL_ia32cap does so for OpenSSL. Symbols are bound before main, the environment is empty, input,
clock and entropy are fixed. The tolerance is for updates of Debian's compiler and libraries.
"""
import collections
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import typing

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
BASELINE = HERE / "baseline.txt"
TOO_MANY, TOO_FEW = 0.03, -0.10
COMPILER = "12"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LD_BIND_NOW": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-ERMS,-BMI2",
    "OPENSSL_ia32cap": "0x0:0x0",
}
ALLOCATING = ("malloc", "calloc", "realloc")


def build(program):
    subprocess.run(["g++", "-std=c++20", "-O2", f"-I{ROOT}/include", f"-I{ROOT}/tests", str(HERE / "cases.cpp"), "-o",
                    str(program), "-lcrypto"], check=True)


class Counts(typing.NamedTuple):
    """What one case costs."""
    instructions: int
    besides_hashing: int
    mallocs: int


def read_profile(text):
    """Sums up a file of callgrind: the instructions of each shared object, and how often each function was entered.

    The number after `calls=` is no use for that, since it has the calls before the counting began too; but an
    instruction costs 1, so the first one of a function costs what its calls are.
    """
    names = {}
    cost_of = collections.Counter()
    cost_at = collections.Counter()
    entries = collections.defaultdict(set)
    current, callee, is_call = "", "", False
    for line in text.splitlines():
        named = re.match(r"(ob|fn|cob|cfn)=\((\d+)\)(?: (.+))?$", line)
        if named:
            kind = named[1][-2:]
            if named[3]:
                names[kind, named[2]] = named[3]
            name = names[kind, named[2]]
            if named[1] == "ob":
                current = name
            elif named[1] == "cfn":
                callee = name
        elif line.startswith("calls="):
            entries[callee].add(line.split()[1])
            is_call = True
        elif line.startswith("0x"):
            # The line after `calls=` is what the call cost, which its own functions count.
            if not is_call:
                address, _, cost = line.split()
                cost_of[current] += int(cost)
                cost_at[address] += int(cost)
            is_call = False
    return cost_of, {name: sum(cost_at[address] for address in entries[name]) for name in entries}


def count(program, case, work):
    """What is done between the entry of `counted` and its end."""
    out = work / f"{case}.callgrind"
    run = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=counted", "--dump-instr=yes",
                          "--compress-pos=no", f"--callgrind-out-file={out}", str(program), case], env=ENVIRONMENT,
                         capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{case}: the program failed under valgrind with status {run.returncode}\n{run.stderr}")
    profile = out.read_text()
    total = re.search(r"^totals: (\d+)$", profile, re.M)
    if not total or int(total.group(1)) == 0:
        sys.exit(f"{case}: nothing was counted; is `counted` still a function of its own?")
    cost_of, calls_of = read_profile(profile)
    if sum(cost_of.values()) != int(total.group(1)):
        sys.exit(f"{case}: the costs add up to {sum(cost_of.values())}, not to callgrind's total of {total.group(1)}")
    hashing = sum(cost for path, cost in cost_of.items() if "/libcrypto.so" in path)
    return Counts(int(total.group(1)), int(total.group(1)) - hashing, sum(calls_of.get(name, 0) for name in ALLOCATING))


def read_baseline():
    lines = [line.split() for line in BASELINE.read_text().splitlines() if line and not line.startswith("#")]
    return {case: Counts(*map(int, counts)) for case, *counts in lines}


def write_baseline(counts):
    lines = ["# Written by tests/instructions/run.sh --update: instructions, those besides OpenSSL's, allocations."]
    lines += [f"{case:20}" + "".join(f"{each:9}" for each in counts[case]) for case in counts]
    BASELINE.write_text("\n".join(lines) + "\n")


def verdict(found, known):
    """What is wrong with the counts of a case; nothing if they are good."""
    if found.mallocs != known.mallocs:
        return f"FAILED: {found.mallocs} allocations, not {known.mallocs}; --update if that is meant"
    for now, then in zip(found[:2], known[:2]):
        if now > then * (1 + TOO_MANY):
            return f"FAILED: more than {TOO_MANY:.0%} above; find out what costs that, or --update if it is worth it"
        if now < then * (1 + TOO_FEW):
            return f"FAILED: more than {-TOO_FEW:.0%} below; keep that by --update"
    return "ok"


def compare(counts, baseline):
    failed = False
    print(f"{'':20}{'instructions':>14}{'baseline':>10}{'no hashing':>12}{'baseline':>10}{'mallocs':>9}")
    for case in sorted(baseline.keys() | counts.keys()):
        if case not in counts or case not in baseline:
            print(f"{case:20} FAILED: it is only in {'cases.cpp' if case in counts else 'baseline.txt'}; run --update")
            failed = True
            continue
        found, known = counts[case], baseline[case]
        says = verdict(found, known)
        print(f"{case:20}{found.instructions:14}{known.instructions:10}{found.besides_hashing:12}"
              f"{known.besides_hashing:10}{found.mallocs:9}  {says}")
        failed = failed or says != "ok"
    return failed


def print_ratios(counts):
    for case in counts:
        floor = counts.get(case + "_floor")
        if floor:
            ratio = counts[case].instructions / floor.instructions
            print(f"{case} takes {ratio:.2f} times the instructions of {case}_floor, its bare hashes")


def main():
    compiler = subprocess.run(["g++", "-dumpversion"], check=True, capture_output=True, text=True).stdout.strip()
    comparable = platform.machine() == "x86_64" and compiler.split(".")[0] == COMPILER
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        program = work / "cases"
        build(program)
        names = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
        counts = {case: count(program, case, work) for case in names}
    if not comparable:
        for case, found in counts.items():
            print(f"{case:20}" + "".join(f"{each:10}" for each in found))
        sys.exit(f"not compared: the baseline is for g++ {COMPILER} on x86_64, and this is g++ {compiler} on "
                 f"{platform.machine()}")
    print_ratios(counts)
    if sys.argv[1:] == ["--update"]:
        write_baseline(counts)
        print(BASELINE.read_text(), end="")
        return 0
    return 1 if compare(counts, read_baseline()) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"this failed with status {error.returncode}: {' '.join(map(str, error.cmd))}")
