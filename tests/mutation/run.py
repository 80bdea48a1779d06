"""Mutation testing: do the tests of a folder notice each small error in that folder of include/healthlake?

  tests/mutation/run.py FOLDER [--only=SUBSTRING] [--tests=PATH]... [--again] [--jobs=2] [--library=NAME]...

All mutants (see mutants.py) of the folder's headers and .ipp files are compiled into one program (runner.cpp), which
makes one of them active at a time, each in a process of its own. A mutant that the compiler rejects does not count. Of the
others, those that no test case reaches have survived; for each of the rest, the test cases that reach it run, the quickest
first, until one fails, crashes, or takes ten times as long as usual.

Survivors are compared with tests/mutation/survivors/FOLDER.txt, which lists those that are no fault of the tests, with the
reason. A survivor that is not listed fails the run. So does a listed mutant that did not survive.

  --only    Only files whose path below the folder has this string in it.
  --tests   Files or folders below tests/ to build instead of tests/FOLDER.
  --again   Runs only mutants that survived the last time or are new, and does not compile again those that the compiler
            rejected: for use after a test was added.

The program, and how each mutant ended, stay in build/mutation.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import clang.cindex as ci

import mutants

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COMPILER = [*(["ccache"] if shutil.which("ccache") else []), "clang++-14"]
FLAGS = ["-std=c++20", "-O1", "-w", "-Wno-narrowing", "-ferror-limit=0", "-DHEALTHLAKE_SEPARATE_COMPILATION",
         "-D_GLIBCXX_ASSERTIONS"]
# What the tests of a folder are built of besides the umbrella, and what they link besides libcrypto.
PARTS = {"credentials": ["credentials/src.hpp", "credentials/system_src.hpp", "transport/src.hpp",
                         "transport/curl_src.hpp"],
         "server": ["server/src.hpp"]}
LIBRARIES = {"credentials": ["curl", "expat", "ssl"], "server": ["mbedcrypto"], "sign": ["mbedcrypto"]}

SWITCH = """#pragma once
#include <type_traits>
namespace healthlake_mutation {
extern int active;  // negative: the program records which mutants are reached
void record(int number) noexcept;
}
constexpr bool hlm(int number) noexcept {
  if (std::is_constant_evaluated()) return false;
  if (healthlake_mutation::active < 0) healthlake_mutation::record(number);
  return number == healthlake_mutation::active;
}
"""


def parse(path, include):
    index = ci.Index.create()
    unit = index.parse(str(path), args=["-std=c++20", "-DHEALTHLAKE_SEPARATE_COMPILATION", f"-I{include}", "-xc++",
                                        "-Wno-everything"])
    errors = [str(note) for note in unit.diagnostics if note.severity >= ci.Diagnostic.Error]
    if errors:
        sys.exit(f"{path}: {errors[0]}")
    return unit


def parallel(jobs, function, items):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(function, items))


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Stored:
    """A JSON file of the last run."""
    def __init__(self, path, default):
        self.path = path
        self.value = json.loads(path.read_text()) if path.exists() else default

    def keep(self, value):
        self.value = value
        self.path.write_text(json.dumps(value, indent=0))


class Run:
    def __init__(self, options, work):
        self.options = options
        self.work = work
        self.include = work / "include"
        self.program = work / "tests"
        self.originals = {path.relative_to(ROOT / "include"): path.read_text()
                          for path in sorted((ROOT / "include").rglob("*")) if path.is_file()}
        self.files = self._find()
        self.names = self._name()
        self.rejected = Stored(work / "rejected.json", [])
        self.results = Stored(work / "results.json", {})
        self.dropped = {number for number, name in self.names.items() if options.again and name in self.rejected.value}
        self._copy_the_rest()

    def _find(self):
        """Parses the files as they are, in a folder beside the one that has the mutants in it."""
        folder = ROOT / "include/healthlake" / self.options.folder
        files, first = [], 1
        for path in sorted([*folder.rglob("*.hpp"), *folder.rglob("*.ipp")]):
            if path.name.endswith("src.hpp") or self.options.only not in str(path.relative_to(folder)):
                continue
            file = mutants.File(path, path.read_text(), parse(path, ROOT / "include"))
            first = file.number(first)
            files.append(file)
        return files

    def _name(self):
        """What identifies a mutant as long as its line's code does not change."""
        names, seen = {}, {}
        for file in self.files:
            lines = file.text.splitlines()
            for mutant in sorted(file.mutants(), key=lambda mutant: mutant.number):
                text = f"{describe(file, mutant)} | {lines[mutant.line - 1].strip()}"
                seen[text] = seen.get(text, 0) + 1
                names[mutant.number] = f"{text} #{seen[text]}"
        return names

    def _copy_the_rest(self):
        mutated = {pathlib.Path(file.path).relative_to(ROOT / "include") for file in self.files}
        for path, text in self.originals.items():
            if path not in mutated:
                write_if_changed(self.include / path, text)
        for path in [path for path in self.include.rglob("*.?pp") if path.relative_to(self.include) not in self.originals]:
            path.unlink()
        write_if_changed(self.include / "healthlake/hlm.hpp", SWITCH)

    def write(self):
        for file in self.files:
            text = file.rewritten(self.dropped)
            at = text.index("#pragma once\n") + len("#pragma once\n")
            write_if_changed(self.include / pathlib.Path(file.path).relative_to(ROOT / "include"),
                             text[:at] + '#include "healthlake/hlm.hpp"\n' + text[at:])

    def sources(self):
        tests = []
        for given in self.options.tests or [self.options.folder]:
            path = ROOT / "tests" / given
            tests += sorted(path.rglob("*_test.cpp")) if path.is_dir() else [path]
        folders = {self.options.folder, *(path.relative_to(ROOT / "tests").parts[0] for path in tests)}
        parts = ["src.hpp", "testing/src.hpp", *(part for folder in sorted(folders) for part in PARTS.get(folder, []))]
        return [*tests, HERE / "runner.cpp", *(self.include / "healthlake" / part for part in parts)]

    def _command(self, *more):
        return [*COMPILER, *FLAGS, f"-I{self.include}", f"-I{ROOT}", *map(str, more)]

    def _named_in(self, notes):
        """For each error, the mutant in the line that it, or a note below it, names; each mutant has its own line.
        Without one there, the mutants whose choice begins or ends at that line: the code around them takes none."""
        lines = {str(self.include / pathlib.Path(file.path).relative_to(ROOT / "include")): None for file in self.files}
        bad = set()
        for block in re.split(r"^(?=\S+:\d+:\d+: (?:fatal )?error:)", notes, flags=re.M):
            places = []
            for path, line in re.findall(r"^(\S+?):(\d+):\d+: (?:fatal )?(?:error|note):", block, re.M):
                path = os.path.realpath(path)
                if path in lines:
                    lines[path] = lines[path] or pathlib.Path(path).read_text().splitlines()
                    places.append((lines[path], int(line) - 1))
            offsets = [(0,), (1, 2, -1, -2)]
            candidates = (set(map(int, re.findall(r"hlm\((\d+)\)", text[at + offset])))
                          for some in offsets for text, at in places for offset in some if 0 <= at + offset < len(text))
            bad |= next((numbers for numbers in candidates if numbers), set())
        return bad

    def build(self):
        """Compiles everything without the mutants that the compiler rejects. Those are not known before; most of them
        are found in the library's own bodies, which are compiled first."""
        self.write()
        sources = {source: self.work / f"{number}.o" for number, source in enumerate(reversed(self.sources()))}
        bodies = [source for source in sources if self.include in source.parents]
        self._compile(bodies, sources)
        self._compile([source for source in sources if source not in bodies], sources)
        subprocess.run([COMPILER[-1], *map(str, sources.values()), "-o", str(self.program), "-lpthread",
                        *(f"-l{name}" for name in self.options.library)], check=True)
        self.rejected.keep([self.names[number] for number in self.dropped])

    def _compile(self, sources, objects):
        def errors(source):
            done = subprocess.run(self._command("-c", "-x", "c++", source, "-o", objects[source]), stderr=subprocess.PIPE,
                                  text=True)
            return done.stderr if done.returncode != 0 else None
        while sources:
            found = parallel(self.options.jobs, errors, sources)
            failed = {source: text for source, text in zip(sources, found) if text is not None}
            bad = self._named_in("\n".join(failed.values()))
            if failed and not bad:
                sys.exit("\n".join(failed.values())[:4000])
            self.dropped |= bad
            self.write()
            sources = list(failed)

    def _execute(self, mode, text="", **more):
        folder = self.work / f"tmp{more.pop('job', 0)}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        environment = {**os.environ, "TMPDIR": str(folder), **more}
        out = folder.with_suffix(".out")
        with open(out, "w") as file:
            subprocess.run([str(self.program), mode], cwd=ROOT, env=environment, input=text, text=True, stdout=file, check=True)
        return out.read_text()

    def _record(self):
        """Which mutants each test case reaches, and those that are reached before any of them."""
        first, *rest = self._execute("record", HLM="-1").splitlines()
        self.cases, reached = {}, {}
        for line in rest:
            number, passed, cpu, wall, *numbers = map(int, line.split())
            if not passed:
                sys.exit(f"test case {number} (by file and line) fails without a mutant")
            self.cases[number] = cpu, wall
            for each in numbers:
                reached.setdefault(each, []).append(number)
        before_main = {int(number) for number in first.split()}
        for number in before_main:
            reached[number] = list(self.cases)
        return reached, before_main

    def _plan(self, number, cases, before_main):
        limits = (f"{case} {10 * self.cases[case][0] + 200_000} {20 * self.cases[case][1] + 20_000_000}"
                  for case in sorted(cases, key=lambda case: self.cases[case]))
        return f"{number} {int(number in before_main)} {' '.join(limits)}\n"

    def survivors(self):
        reached, before_main = self._record()
        live = [(file, mutant) for file in self.files for mutant in file.mutants() if mutant.number not in self.dropped]
        known = self.results.value if self.options.again else {}
        run = [mutant.number for _, mutant in live if mutant.number in reached and
               known.get(self.names[mutant.number]) not in ("failed", "crashed", "late")]
        print(f"{len(live)} mutants, {sum(mutant.number not in reached for _, mutant in live)} of them not reached by "
              f"{len(self.cases)} test cases; {sum(file.left_out for file in self.files)} in what the compiler computes; "
              f"{len(self.dropped)} rejected by the compiler; {len(run)} to run", flush=True)
        plans = [self._plan(number, reached[number], before_main) for number in run]
        jobs = self.options.jobs
        ended = parallel(jobs, lambda job: self._execute("run", "".join(plans[job::jobs]), job=job), range(jobs))
        result = {self.names[int(number)]: how for number, how in (line.split() for text in ended for line in text.splitlines())}
        if len(result) != len(run):
            sys.exit(f"{len(run)} mutants were to run, but only {len(result)} ended")
        self.results.keep({**{self.names[mutant.number]: "not reached" for _, mutant in live}, **known, **result})
        left = [pair for pair in live if self.results.value[self.names[pair[1].number]] in ("passed", "not reached")]
        return live, left, reached


def describe(file, mutant):
    path = file.path.split("/include/healthlake/")[1]
    squeeze = lambda text: re.sub(r"\s+", " ", text)
    return f"{path}: {mutant.kind}: {squeeze(mutant.before)} => {squeeze(mutant.after)}".rstrip()


def listed(folder):
    """The survivors that are accounted for. Lines of the file: a reason, and below it, indented, its mutants."""
    path = HERE / f"survivors/{folder}.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.startswith("  ") and line.strip().startswith(folder + "/")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--only", default="")
    parser.add_argument("--tests", action="append")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--library", action="append", default=["crypto"])
    options = parser.parse_args()
    options.library += LIBRARIES.get(options.folder, [])
    ci.Config.set_library_file("/usr/lib/llvm-14/lib/libclang.so.1")
    work = ROOT / "build/mutation" / (options.folder + ("." + re.sub(r"\W", "_", options.only) if options.only else ""))
    work.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    run = Run(options, work)
    run.build()
    built = time.monotonic()
    live, left, reached = run.survivors()
    found = sorted(describe(*pair) for pair in left)
    known = sorted(line for line in listed(options.folder)
                   if options.only in line.split(": ")[0].removeprefix(options.folder + "/"))
    unlisted = list(known)
    for file, mutant in left:
        text = describe(file, mutant)
        if text in unlisted:
            unlisted.remove(text)
        else:
            state = "survives" if mutant.number in reached else "is not reached"
            print(f"line {mutant.line} {state}: {text}")
    for line in unlisted:
        print(f"listed, but killed: {line}")
    print(f"{options.folder}: {len(live)} mutants, {len(left)} survive, score {100 * (1 - len(left) / len(live)):.1f} % "
          f"(built in {built - begin:.0f} s, run in {time.monotonic() - built:.0f} s)")
    return 0 if found == known else 1


if __name__ == "__main__":
    sys.exit(main())
