#!/usr/bin/env python3
"""Measures what including the library costs a compiler: measure.py [ROUNDS] [TOLERANCE]

Each program is compiled by g++, and so is a file that includes only the standard, OpenSSL and libcurl headers which the
program and our headers in it name. A time is the user CPU time of the compiler, all its processes together. The
compilations take turns, so that noise meets all alike; the least of the rounds counts. Exit status 1 if a ratio is above
TOLERANCE (1 unless told) times its limit, which is what was last reached; a target that is missed is only shown.

  umbrella     #include "healthlake/healthlake.hpp" and nothing else
  export_job   the export family of shapes, encoded and decoded, without the rest
  example      the first example of README.md
  separate     the same with HEALTHLAKE_SEPARATE_COMPILATION: what each file of such a program costs
  precompiled  the same as the example, with the headers in a precompiled header
"""
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INCLUDE = ROOT / "include"
EXAMPLE = ROOT / "examples/snippets/blocking_curl.cpp"
SEPARATE = ["-DHEALTHLAKE_SEPARATE_COMPILATION"]
MODES = {"-O0": ["-O0"], "-O2 -g": ["-O2", "-g"]}


class Program(NamedTuple):
    source: pathlib.Path
    flags: list
    limits: dict  # for each mode, the most that it may take as a multiple of its standard headers, and the target


PROGRAMS = {
    "umbrella": Program(HERE / "umbrella.cpp", [], {"-O0": (2.6, 1.8)}),
    "export_job": Program(HERE / "export_job.cpp", [], {"-O0": (1.5, None)}),
    "example": Program(EXAMPLE, [], {"-O0": (4.6, 4.5), "-O2 -g": (10.5, 8.5)}),
    "separate": Program(EXAMPLE, SEPARATE, {"-O0": (3.0, 3.0), "-O2 -g": (4.0, 4.0)}),
    "precompiled": Program(EXAMPLE, [], {"-O0": (3.0, None), "-O2 -g": (9.4, None)}),
}


def includes_of(path):
    text = path.read_text()
    return (re.findall(r"^#include <([^>]+)>", text, re.M), re.findall(r'^#include "(healthlake/[^"]+)"', text, re.M))


def standard_headers(path):
    """The headers of others named by a file and by every header of ours that it reaches."""
    seen, open_, standard = set(), [path], set()
    while open_:
        names, ours = includes_of(open_.pop())
        standard.update(names)
        open_ += [INCLUDE / name for name in ours if name not in seen]
        seen.update(ours)
    return sorted(standard)


def compile_(source, flags, out):
    """User CPU seconds."""
    command = ["g++", "-std=c++20", f"-I{INCLUDE}", *flags, str(source), "-o", str(out)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def functions_in(object_):
    names = subprocess.run(["nm", str(object_)], check=True, capture_output=True, text=True).stdout
    return sum(1 for line in names.splitlines() if re.search(r" [tTWi] ", line))


def precompile(folder, mode):
    """A folder whose header includes all that the example does, compiled."""
    place = folder / mode.replace(" ", "")
    place.mkdir()
    header = place / "all.hpp"
    header.write_text("".join(line + "\n" for line in EXAMPLE.read_text().splitlines() if line.startswith("#include")))
    compile_(header, [*MODES[mode], "-x", "c++-header"], header.with_suffix(".hpp.gch"))
    return ["-include", str(header)]


def measure(folder, rounds):
    """The least time and the count of functions of each (program, mode), and the least time of its standard headers."""
    times, floors, functions = {}, {}, {}
    precompiled = {mode: precompile(folder, mode) for mode in MODES}
    standard = {source: folder / f"{source.stem}_standard.cpp" for source in {p.source for p in PROGRAMS.values()}}
    for source, floor in standard.items():
        floor.write_text("".join(f"#include <{header}>\n" for header in standard_headers(source)))
    for _ in range(rounds):
        for name, program in PROGRAMS.items():
            for mode in program.limits:
                key, out = (name, mode), folder / "out.o"
                flags = [*MODES[mode], *program.flags, *(precompiled[mode] if name == "precompiled" else []), "-c"]
                times[key] = min(times.get(key, 1e9), compile_(program.source, flags, out))
                functions[key] = functions_in(out)
                key = (program.source, mode)
                floors[key] = min(floors.get(key, 1e9), compile_(standard[program.source], [*MODES[mode], "-c"], out))
    return times, floors, functions


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tolerance = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with tempfile.TemporaryDirectory() as folder:
        times, floors, functions = measure(pathlib.Path(folder), rounds)
    missed = 0
    print(f"{'':14}{'':8}{'seconds':>9}{'standard headers':>18}{'ratio':>8}{'functions':>11}")
    for (name, mode), seconds in times.items():
        program = PROGRAMS[name]
        floor, (limit, target) = floors[program.source, mode], program.limits[mode]
        ratio = seconds / floor
        verdict = f"  target {target:g}{'' if ratio <= target else ': missed'}" if target else ""
        if ratio > limit * tolerance:
            verdict += f"  FAILED: above {tolerance:g} times {limit:g}"
            missed += 1
        print(f"{name:14}{mode:8}{seconds:9.2f}{floor:18.2f}{ratio:8.2f}{functions[name, mode]:11}{verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(str(error))
