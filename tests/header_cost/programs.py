#!/usr/bin/env python3
"""Measures what each file of the example programs costs a compiler: programs.py [TOLERANCE]

Every .cpp file in a folder of examples/ that is a program for this machine is compiled by g++ with -O2 -g. Exit status 1
if one takes more than 30 s of user CPU time, multiplied by TOLERANCE (1 unless told), or more than 1 GiB of memory.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = ["healthlake_export", "healthlake_fetch", "healthlake_local"]
MAX_SECONDS, MAX_MEBIBYTES = 30, 1024
FLAGS = ["-std=c++20", "-O2", "-g", "-I", ROOT / "include", "-I", ROOT / "examples"]
# Parts of the library that a program links instead of compiling them in each of its files (examples/CMakeLists.txt).
SEPARATE = {"healthlake_local": ["-DHEALTHLAKE_SEPARATE_COMPILATION"]}


def measure(source):
    """Seconds of user CPU time and MiB of the largest process: all of them children of a child of their own."""
    command = ["g++", *FLAGS, *SEPARATE.get(source.parent.name, []), "-c", source, "-o", os.devnull]
    script = ("import resource, subprocess, sys; status = subprocess.run(sys.argv[1:]).returncode; "
              "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime, used.ru_maxrss); "
              "sys.exit(status)")
    ran = subprocess.run([sys.executable, "-c", script, *map(str, command)], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{source}: g++ failed:\n{ran.stderr}")
    seconds, kibibytes = ran.stdout.split()
    return float(seconds), int(kibibytes) / 1024


def main():
    tolerance = float(sys.argv[1]) if len(sys.argv) > 1 else 1
    sources = [source for program in PROGRAMS for source in sorted((ROOT / "examples" / program).glob("*.cpp"))]
    too_much = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for source, (seconds, mebibytes) in zip(sources, pool.map(measure, sources)):
            name = source.relative_to(ROOT / "examples")
            print(f"{seconds:6.1f} s {mebibytes:6.0f} MiB  {name}", flush=True)
            if seconds > MAX_SECONDS * tolerance or mebibytes > MAX_MEBIBYTES:
                too_much.append(str(name))
    for name in too_much:
        print(f"{name}: expected at most {MAX_SECONDS} s and {MAX_MEBIBYTES} MiB")
    print(f"{len(sources)} files, {len(too_much)} above the limits")
    return 1 if too_much or len(sources) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
