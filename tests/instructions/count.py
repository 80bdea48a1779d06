#!/usr/bin/env python3
"""Counts the instructions of each case of cases.cpp and compares them with baseline.txt: count.py [--update]

A count more than 3 % above its baseline fails; so does one more than 10 % below it, since a baseline that high would
let the next loss pass: take it down with --update.

Why the counts are the same on every machine with Debian 12: the program, the C++ library and the C library are the
same bytes; valgrind runs them on a processor of its own making, whose maker and model do not depend on the host; and
where its features do (AVX2 and the like), only glibc looks at them, to pick its string functions, which GLIBC_TUNABLES
keeps from it. Symbols are bound before main, the environment is empty, input, clock and entropy are fixed. The
tolerance is for updates of Debian's compiler and libraries.
"""
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
BASELINE = HERE / "baseline.txt"
TOO_MANY, TOO_FEW = 0.03, -0.10
COMPILER = "12"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LD_BIND_NOW": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-ERMS,-BMI2",
}


def build(program):
    subprocess.run(["g++", "-std=c++20", "-O2", f"-I{ROOT}/include", f"-I{ROOT}/tests", str(HERE / "cases.cpp"), "-o",
                    str(program)], check=True)


def count(program, case, work):
    """The instructions between the entry of `counted` and its end."""
    out = work / f"{case}.callgrind"
    run = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=counted", f"--callgrind-out-file={out}",
                          str(program), case], env=ENVIRONMENT, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{case}: the program failed under valgrind with status {run.returncode}\n{run.stderr}")
    total = re.search(r"^totals: (\d+)$", out.read_text(), re.M)
    if not total or int(total.group(1)) == 0:
        sys.exit(f"{case}: nothing was counted; is `counted` still a function of its own?")
    return int(total.group(1))


def read_baseline():
    lines = [line.split() for line in BASELINE.read_text().splitlines() if line and not line.startswith("#")]
    return {case: int(instructions) for case, instructions in lines}


def write_baseline(counts):
    width = max(map(len, counts))
    lines = ["# Instructions of each case; written by tests/instructions/run.sh --update."]
    lines += [f"{case:{width}} {instructions:9}" for case, instructions in counts.items()]
    BASELINE.write_text("\n".join(lines) + "\n")


def verdict(change):
    if change > TOO_MANY:
        return f"FAILED: more than {TOO_MANY:.0%} above; find out what costs that, or --update if it is worth it"
    if change < TOO_FEW:
        return f"FAILED: more than {-TOO_FEW:.0%} below; keep that by --update"
    return "ok"


def compare(counts, baseline):
    failed = False
    print(f"{'instructions':18}{'baseline':>10}{'counted':>10}{'change':>9}")
    for case in sorted(baseline.keys() | counts.keys()):
        if case not in counts or case not in baseline:
            print(f"{case:18} FAILED: it is only in {'cases.cpp' if case in counts else 'baseline.txt'}; run --update")
            failed = True
            continue
        change = counts[case] / baseline[case] - 1
        print(f"{case:18}{baseline[case]:10}{counts[case]:10}{change:+9.1%}  {verdict(change)}")
        failed = failed or verdict(change) != "ok"
    return failed


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
        for case, instructions in counts.items():
            print(f"{case:18}{instructions:10}")
        sys.exit(f"not compared: the baseline is for g++ {COMPILER} on x86_64, and this is g++ {compiler} on "
                 f"{platform.machine()}")
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
