"""Mutation testing: does the test program of a folder notice each small error in that folder of include/healthlake?

  tests/mutation/run.py FOLDER [--only=SUBSTRING] [--jobs=2] [--list] [--library=NAME]...

All mutants (see mutants.py) of the folder's headers and .ipp files are compiled into one program; the environment
selects the active one. A mutant that the compiler rejects is no mutant. Of the others, those that no test reaches are
survivors at once; each of the rest is run until a test fails, or for ten times as long as the whole takes otherwise.

Survivors are compared with tests/mutation/survivors/FOLDER.txt: one that is not listed there, with the reason why it is no
fault of the tests, fails the run. So does a listed one that is killed.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import clang.cindex as ci

import mutants

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = "clang++-14"
FLAGS = ["-std=c++20", "-O1", "-w", "-Wno-narrowing", "-ferror-limit=0", "-DHEALTHLAKE_SEPARATE_COMPILATION",
         "-D_GLIBCXX_ASSERTIONS"]

SWITCH = """#pragma once
#include <type_traits>
namespace healthlake_mutation {
bool active_at_run_time(int number) noexcept;
}
constexpr bool hlm(int number) noexcept {
  return !std::is_constant_evaluated() && healthlake_mutation::active_at_run_time(number);
}
"""
MAIN = """#include <atomic>
#include <cstdio>
#include <cstdlib>
#include "healthlake/hlm.hpp"
namespace {
// In the first run, which mutants are reached; afterwards, the number of the active one.
int const active = std::getenv("HLM") ? std::atoi(std::getenv("HLM")) : -1;
char const* const log = std::getenv("HLM_LOG");
std::atomic<bool> reached[1 << 16];
void write_log() {
  if (FILE* file = std::fopen(log, "w")) {
    for (int i = 0; i < 1 << 16; ++i)
      if (reached[i]) std::fprintf(file, "%d ", i);
    std::fclose(file);
  }
}
bool const logging = log != nullptr && std::atexit(write_log) == 0;
}
bool healthlake_mutation::active_at_run_time(int number) noexcept {
  if (log != nullptr) reached[number] = true;
  return number == active;
}
"""


def command(work, *more):
    return [COMPILER, *FLAGS, f"-I{work}/include", f"-I{ROOT}", *more]


def parse(path, include):
    index = ci.Index.create()
    unit = index.parse(str(path), args=["-std=c++20", "-DHEALTHLAKE_SEPARATE_COMPILATION", f"-I{include}", "-xc++", "-Wno-everything"])
    errors = [str(note) for note in unit.diagnostics if note.severity >= ci.Diagnostic.Error]
    if errors:
        sys.exit(f"{path}: {errors[0]}")
    return unit


def parallel(jobs, function, items):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(function, items))


class Run:
    def __init__(self, options, work):
        self.options = options
        self.work = work
        shutil.copytree(ROOT / "include", work / "include")
        self.include = work / "include"
        (self.include / "healthlake/hlm.hpp").write_text(SWITCH)
        (work / "main.cpp").write_text(MAIN)
        self.files = self._find()
        self.dropped = set()

    def _find(self):
        folder = self.include / "healthlake" / self.options.folder
        files, first = [], 1
        for path in sorted([*folder.rglob("*.hpp"), *folder.rglob("*.ipp")]):
            if path.name.endswith("src.hpp") or self.options.only not in str(path):
                continue
            file = mutants.File(path, path.read_text(), parse(path, self.include))
            first = file.number(first)
            files.append(file)
        return files

    def write(self):
        for file in self.files:
            text = file.rewritten(self.dropped)
            at = text.index("#pragma once\n") + len("#pragma once\n")
            pathlib.Path(file.path).write_text(text[:at] + '#include "healthlake/hlm.hpp"\n' + text[at:])

    def sources(self):
        folder = ROOT / "tests" / self.options.folder
        parts = [self.include / "healthlake/src.hpp"]
        for name in ("credentials", "local", "server", "testing"):
            if self.options.folder in (name, "server", "local") or name == "testing":
                parts.append(self.include / "healthlake" / name / "src.hpp")
        return [*sorted(folder.rglob("*_test.cpp")), ROOT / "tests/main.cpp", self.work / "main.cpp", *parts]

    def drop_rejected(self):
        """Drops mutants that the compiler rejects, a line at a time, until it accepts the rest."""
        for _ in range(12):
            self.write()
            found = parallel(self.options.jobs, lambda source: subprocess.run(
                command(self.work, "-fsyntax-only", "-x", "c++", str(source)), capture_output=True, text=True).stderr,
                self.sources())
            bad = self._named_in("\n".join(found))
            if not bad:
                if any("error:" in text for text in found):
                    sys.exit("\n".join(found)[:4000])
                return
            self.dropped |= bad
        sys.exit("still rejected after twelve rounds")

    def _named_in(self, notes):
        """The mutants in the lines that errors, or the notes below them, name."""
        bad = set()
        lines = {file.path: pathlib.Path(file.path).read_text().splitlines() for file in self.files}
        for path, line in re.findall(r"^(\S+?):(\d+):\d+: (?:fatal )?(?:error|note):", notes, re.M):
            path = os.path.realpath(path)
            if path in lines:
                bad |= {int(number) for number in re.findall(r"hlm\((\d+)\)", lines[path][int(line) - 1])}
        return bad - self.dropped

    def build(self):
        def compile_one(numbered):
            number, source = numbered
            subprocess.run(command(self.work, "-c", "-x", "c++", str(source), "-o", f"{self.work}/{number}.o"), check=True)
            return f"{self.work}/{number}.o"
        objects = parallel(self.options.jobs, compile_one, list(enumerate(self.sources())))
        self.program = self.work / "tests"
        subprocess.run([COMPILER, *objects, "-o", str(self.program), "-lpthread",
                        *(f"-l{name}" for name in self.options.library)], check=True)

    def test(self, number=None, log=None, limit=600):
        environment = {**os.environ, **({"HLM": str(number)} if number else {}), **({"HLM_LOG": log} if log else {})}
        try:
            return subprocess.run([str(self.program), "--abort-after=1"], cwd=ROOT, env=environment, timeout=limit,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def survivors(self):
        log = str(self.work / "reached")
        if not self.test(log=log):
            sys.exit("the tests fail without a mutant")
        begin = time.monotonic()
        self.test()
        limit = 10 * (time.monotonic() - begin) + 2
        reached = {int(number) for number in pathlib.Path(log).read_text().split()}
        live = [(file, mutant) for file in self.files for mutant in file.mutants() if mutant.number not in self.dropped]
        run = [pair for pair in live if pair[1].number in reached]
        print(f"{len(live)} mutants, {len(live) - len(run)} of them not reached; "
              f"{sum(file.left_out for file in self.files)} in what the compiler computes; "
              f"{len(self.dropped)} rejected by the compiler", flush=True)
        passed = parallel(self.options.jobs, lambda pair: self.test(pair[1].number, limit=limit), run)
        left = [pair for pair, survived in zip(run, passed) if survived]
        return live, [*left, *(pair for pair in live if pair[1].number not in reached)], reached


def describe(file, mutant):
    path = file.path.split("/include/healthlake/")[1]
    squeeze = lambda text: re.sub(r"\s+", " ", text)
    return f"{path}: {mutant.kind}: {squeeze(mutant.before)} => {squeeze(mutant.after)}"


def listed(folder):
    """The survivors that are accounted for. Lines of the file: a reason, and below it, indented, its mutants."""
    path = ROOT / f"tests/mutation/survivors/{folder}.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.startswith("  ") and line.strip().startswith(folder + "/")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--library", action="append", default=["crypto"])
    options = parser.parse_args()
    ci.Config.set_library_file("/usr/lib/llvm-14/lib/libclang.so.1")
    with tempfile.TemporaryDirectory() as work:
        run = Run(options, pathlib.Path(work).resolve())
        run.drop_rejected()
        run.build()
        live, left, reached = run.survivors()
        found = sorted(describe(*pair) for pair in left)
        known = sorted(listed(options.folder)) if not options.only else []
        for file, mutant in left:
            if describe(file, mutant) not in known:
                state = "survives" if mutant.number in reached else "is not reached"
                print(f"line {mutant.line} {state}: {describe(file, mutant)}")
        for line in set(known) - set(found):
            print(f"listed, but killed: {line}")
        print(f"{options.folder}: {len(live)} mutants, {len(left)} survive, score {100 * (1 - len(left) / len(live)):.1f} %")
        return 0 if found == known else 1


if __name__ == "__main__":
    sys.exit(main())
