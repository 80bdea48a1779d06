#!/usr/bin/env python3
"""Sums up what `llvm-cov show` prints: coverage.py [--lines] LINES.TXT LEAST-LINES LEAST-BRANCHES (see coverage.sh).

With --lines, lists what was not covered: ranges of lines by file, and the files that were not measured at all.
"""
import collections
import pathlib
import re
import sys

LINE = re.compile(r"^ *(\d+)\| *([\d.]+[kMG]?)?\|(.*)$")
BRANCH = re.compile(r"\| +Branch \((\d+):(\d+)\): \[True: ([\d.kMG]+), False: ([\d.kMG]+)\]")


class File:
    """One header: (covered, all) lines, and for each side of each branch whether it was ever taken."""

    def __init__(self):
        self.lines = [0, 0]
        self.missing = []
        self.branches = collections.defaultdict(bool)
        self.consteval_lines = set()
        self.braces = None  # open braces of the consteval function we are in

    def in_consteval(self, text):
        """Follows the braces of a function that is declared consteval."""
        if self.braces is None and re.search(r"\bconsteval\b", text) and not text.lstrip().startswith("//"):
            self.braces = 0
            self.opened = False
        if self.braces is None:
            return False
        self.braces += text.count("{") - text.count("}")
        self.opened = self.opened or "{" in text
        if (self.opened and self.braces <= 0) or (not self.opened and text.rstrip().endswith(";")):
            self.braces = None
        return True

    def add_line(self, number, count, text):
        if self.in_consteval(text):
            self.consteval_lines.add(number)
        elif count is not None:
            self.lines[0] += count != "0"
            self.lines[1] += 1
            if count == "0":
                self.missing.append(number)

    def add_branch(self, line, column, counts):
        if line in self.consteval_lines:
            return
        for side, count in enumerate(counts):
            self.branches[line, column, side] |= count != "0"

    def totals(self):
        return [*self.lines, sum(self.branches.values()), len(self.branches)]


def read(path):
    files, current = {}, None
    for row in open(path, encoding="utf-8", errors="replace"):
        if row.rstrip().endswith((".hpp:", ".ipp:")):
            current = files.setdefault(row.strip()[:-1].split("/include/")[-1], File())
        elif match := LINE.match(row):
            current.add_line(int(match[1]), match[2], match[3])
        elif match := BRANCH.search(row):
            current.add_branch(int(match[1]), int(match[2]), match.groups()[2:])
    return files


def percent(covered, of):
    return 100.0 * covered / of if of else 100.0


def ranges(numbers):
    """Numbers in order as `1-3, 7`."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def list_missing(files):
    for name, file in sorted(files.items()):
        if file.missing:
            print(f"{name}: {ranges(file.missing)}")
    root = pathlib.Path(__file__).resolve().parent.parent / "include"
    every = {path.relative_to(root).as_posix() for path in root.rglob("*.[hi]pp")}
    print("without a line that was measured:", *sorted(every - {name.split("include/")[-1] for name in files}))


def main():
    lists = "--lines" in sys.argv
    if lists:
        sys.argv.remove("--lines")
    files = read(sys.argv[1])
    if not files:
        sys.exit("no header was measured")
    print("   lines  branches")
    total = [0, 0, 0, 0]
    for name, file in [*sorted(files.items()), ("include/healthlake", None)]:
        row = file.totals() if file else total
        if file:
            total = [a + b for a, b in zip(total, row)]
        print(f"{percent(*row[:2]):7.1f}%  {percent(*row[2:]):7.1f}%  {name}")
    if lists:
        list_missing(files)
    good = percent(*total[:2]) >= float(sys.argv[2]) and percent(*total[2:]) >= float(sys.argv[3])
    sys.exit(0 if good else "coverage is below what is wanted")


main()
