#!/usr/bin/env python3
"""Checks what a request costs the local service: measure.py WORK-FOLDER

1. That no cost grows with what the service remembers: the instructions of each operation (flatness.cpp, under
   callgrind) with 10,000 items of each kind must be within 10 % of those with 100. The rest is what the depth of a
   tree adds. No clock is involved.
2. What a job of 10,000 simultaneous waits costs (waits.cpp), the client included: user CPU, which is printed and not
   checked, and where its instructions go, which is.
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
FEW, MANY = 100, 10_000
TOLERANCE = 0.10
# The instructions of a job with its 5 requests, client and service; and those of them that are the service's.
MOST_OF_A_JOB, MOST_OF_THE_SERVICE = 1_250_000, 700_000
# glibc picks its string functions by the processor, unless it is kept from it.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LD_BIND_NOW": "1", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-ERMS"}


def build(name, work):
    program = work / name
    subprocess.run(["g++", "-std=c++20", "-O2", f"-I{ROOT}/include", str(HERE / f"{name}.cpp"), "-o", str(program)],
                   check=True)
    return program


def callgrind(program, arguments, work, *options):
    """Runs a program under callgrind; returns the text of each dump, in order."""
    out = work / f"{program.name}-{'-'.join(map(str, arguments))}.callgrind"
    for old in work.glob(f"{out.name}*"):
        old.unlink()
    subprocess.run(["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", *options, str(program),
                    *map(str, arguments)], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    dumps = [path for path in work.glob(f"{out.name}.*") if path.suffix[1:].isdigit()]
    return [path.read_text() for path in sorted(dumps, key=lambda path: int(path.suffix[1:]))] or [out.read_text()]


def total(dump):
    return int(re.search(r"^(?:totals|summary): (\d+)", dump, re.M).group(1))


def counts(program, items, work):
    named = {}
    for dump in callgrind(program, [items], work, "--instr-atstart=no"):
        name = re.search(r"^desc: Trigger: Client Request: (.+)$", dump, re.M)
        if name:
            named[name.group(1)] = total(dump)
    return named


def check_flat(program, work):
    # Instructions, unlike seconds, are the same whatever else runs.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        few, many = pool.map(lambda items: counts(program, items, work), (FEW, MANY))
    if len(few) < 30 or few.keys() != many.keys():
        sys.exit(f"{len(few)} and {len(many)} operations were counted")
    print(f"{'instructions of one, among':44}{FEW:>10}{MANY:>10}")
    good = True
    for name, before in few.items():
        growth = many[name] / before - 1
        print(f"{name:44}{before:10}{many[name]:10}{growth:+9.1%}{'' if growth <= TOLERANCE else '  FAILED: it grows'}")
        good = good and growth <= TOLERANCE
    return good


def inclusive(dump, function):
    """The instructions of a function and of all that it calls, in a dump with uncompressed names and positions."""
    # Not of lambdas in it, which have its name in theirs.
    own = re.compile(rf"fn=[\w:]*\b{function}\([^{{]*$")
    inside, amount = False, 0
    for line in dump.splitlines():
        if line.startswith("fn="):
            inside = bool(own.match(line))
        elif inside and (cost := re.match(r"\d+ (\d+)$", line)):
            amount += int(cost.group(1))
    return amount


def check_waits(program, work):
    for jobs in (FEW, MANY):
        print(subprocess.run([program, str(jobs)], check=True, capture_output=True, text=True).stdout, end="")
    jobs = 300
    [dump] = callgrind(program, [jobs], work, "--compress-strings=no", "--compress-pos=no")
    everything, service = total(dump) // jobs, inclusive(dump, "LocalHealthLake::send") // jobs
    print(f"of a job's {everything} instructions, {service} are the service's and {everything - service} the client's")
    if service == 0 or service > MOST_OF_THE_SERVICE or everything > MOST_OF_A_JOB:
        print(f"FAILED: expected at most {MOST_OF_A_JOB} and {MOST_OF_THE_SERVICE}")
        return False
    return True


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        flatness, waits = pool.map(lambda name: build(name, folder), ("flatness", "waits"))
    results = [check_flat(flatness, folder), check_waits(waits, folder)]
    sys.exit(0 if all(results) else 1)
