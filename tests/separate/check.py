#!/usr/bin/env python3
"""Checks the separate mode of compilation: which files link with each other, and which do not.

usage: check.py --compiler=CXX --include=DIRECTORY

Invariants: files of a program in separate mode link if one of them includes healthlake/src.hpp, and do not if none does;
a file that was compiled in the other mode, or against another version, does not link with one that passes values to it.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SEPARATE = "-DHEALTHLAKE_SEPARATE_COMPILATION"
FILES = {
    "main.cpp": """#include "healthlake/healthlake.hpp"
std::string spelled(healthlake::Timestamp time);
int main() { return spelled(healthlake::Timestamp::from_seconds(0)) == "1970-01-01T00:00:00.000Z" ? 0 : 1; }
""",
    "other.cpp": """#include "healthlake/healthlake.hpp"
std::string spelled(healthlake::Timestamp time);
std::string spelled(healthlake::Timestamp time) { return healthlake::to_iso8601(time); }
""",
    "bodies.cpp": '#include "healthlake/src.hpp"\n',
}


class Builder:
    def __init__(self, compiler, folder):
        self.compiler, self.folder = compiler, pathlib.Path(folder)
        for name, text in FILES.items():
            (self.folder / name).write_text(text)

    def object(self, source, include, *flags):
        out = self.folder / f"{len(list(self.folder.iterdir()))}.o"
        subprocess.run([self.compiler, "-std=c++20", "-O0", f"-I{include}", *flags, "-c", str(self.folder / source),
                        "-o", str(out)], check=True)
        return str(out)

    def link(self, *objects):
        """What the linker says; nothing if it links and the program runs."""
        program = self.folder / "program"
        done = subprocess.run([self.compiler, *objects, "-o", str(program)], capture_output=True, text=True)
        if done.returncode != 0:
            return done.stderr
        return "" if subprocess.run([str(program)]).returncode == 0 else "the program failed"


def with_other_version(include, folder):
    copy = pathlib.Path(folder) / "other_version"
    shutil.copytree(include, copy)
    header = copy / "healthlake" / "version.hpp"
    text, count = re.subn(r"(VERSION_PATCH) \d+", r"\1 99", header.read_text(), count=1)
    assert count == 1
    header.write_text(text)
    return copy


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--include", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(arguments.compiler, folder)
        include = arguments.include
        main_, other, bodies = (builder.object(name, include, SEPARATE) for name in FILES)
        header_only = {name: builder.object(name, include) for name in ("main.cpp", "other.cpp")}
        newer = builder.object("other.cpp", with_other_version(include, folder), SEPARATE)
        undefined = "undefined reference"
        cases = [("separate mode", (main_, other, bodies), None), ("header-only mode", header_only.values(), None),
                 ("separate mode without src.hpp", (main_, other), undefined),
                 ("two files of different modes", (main_, header_only["other.cpp"], bodies), undefined),
                 ("the same the other way round", (header_only["main.cpp"], other, bodies), undefined),
                 ("two files of different versions", (main_, newer, bodies), undefined)]
        failures = [f"{what}: expected {expected or 'a program'}, got: {found[:500]}" for what, objects, expected in cases
                    if (found := builder.link(*objects)) and not expected or expected and expected not in found]
    for failure in failures:
        print("FAILED", failure)
    print(f"{len(cases)} programs, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
