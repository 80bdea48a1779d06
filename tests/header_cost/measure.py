#!/usr/bin/env python3
"""Measures what including the library costs a compiler: measure.py [ROUNDS]

Each program beside this file is compiled by g++ without optimization, and so is a file that includes only the standard
headers which our headers in it name. A time is the user CPU time of the compiler, all its processes together. The
compilations take turns, so that noise meets all alike; the median of the rounds counts. "checked" is -fsyntax-only: what
an editor or a language server waits for. "compiled" is -c, code and all; the standard headers alone make no code.
"""
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "include"
# The most that a program may take, as a multiple of its standard headers.
PROGRAMS = {"export_job": 1.5, "one_call": 3.0, "umbrella": None}
MODES = {"checked": ["-fsyntax-only"], "compiled": ["-c"]}


def includes_of(path):
    text = path.read_text()
    return (re.findall(r"^#include <([^>]+)>", text, re.M), re.findall(r'^#include "(healthlake/[^"]+)"', text, re.M))


def standard_headers(path):
    """The standard headers named by a file and by every header of ours that it reaches."""
    seen, open_, standard = set(), [path], set()
    while open_:
        names, ours = includes_of(open_.pop())
        standard.update(names)
        open_ += [INCLUDE / name for name in ours if name not in seen]
        seen.update(ours)
    return sorted(standard)


def compile_time(source, mode):
    """User CPU seconds."""
    command = ["g++", "-std=c++20", "-O0", f"-I{INCLUDE}", *MODES[mode], str(source), "-o", "/dev/null"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(sources, rounds):
    times = {}
    for _ in range(rounds):
        for name, pair in sources.items():
            for mode in MODES:
                for source in pair:
                    times.setdefault((name, mode, source), []).append(compile_time(source, mode))
    return times


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        sources = {}
        for name in PROGRAMS:
            program, floor = HERE / f"{name}.cpp", pathlib.Path(folder) / f"{name}_standard.cpp"
            floor.write_text("".join(f"#include <{header}>\n" for header in standard_headers(program)))
            sources[name] = (program, floor)
        times = measure(sources, rounds)
    print(f"{'':12}{'':10}{'seconds':>8}{'standard headers':>18}{'ratio':>8}{'(minima)':>10}")
    for name, limit in PROGRAMS.items():
        for mode in MODES:
            ours, floor = (times[name, mode, source] for source in sources[name])
            ratio = statistics.median(ours) / statistics.median(floor)
            target = f"  at most {limit:g}: {'met' if ratio <= limit else 'MISSED'}" if limit else ""
            print(f"{name:12}{mode:10}{statistics.median(ours):8.2f}{statistics.median(floor):18.2f}{ratio:8.2f}"
                  f"{f'({min(ours) / min(floor):.2f})':>10}{target}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"this failed with status {error.returncode}: {' '.join(map(str, error.cmd))}")
