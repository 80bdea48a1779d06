#!/usr/bin/env python3
"""Writes the table of docs/errors.md that says which operations are sent again, or checks that it is up to date.

usage: repeats.py [--check] [--compiler=COMPILER] ROOT

The rows come from the traits of the operations: tests/docs/repeats.cpp prints them.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

PAGE = "docs/errors.md"
BEGIN, END = "<!-- written by tests/docs/repeats.py -->\n", "<!-- end -->\n"
# In the order of the page: what is done, and why.
KINDS = {
    "reads": ("freely", "nothing is changed"),
    "by_token": ("freely", "the service recognizes the `ClientToken`"),
    "with_note": ("with a note", "a repetition changes nothing more, but a `Conflict` or `NotFound` may be caused by "
                                 "an earlier attempt: `Effect::earlier`"),
    "if_not_done": ("only if it cannot have happened", "it would happen twice"),
}


def operations(root, compiler):
    with tempfile.TemporaryDirectory() as work:
        program = pathlib.Path(work) / "repeats"
        subprocess.run([compiler, "-std=c++20", "-w", f"-I{root / 'include'}", str(root / "tests/docs/repeats.cpp"),
                        "-o", str(program)], check=True)
        out = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def table(rows):
    text = "| sent again | because | operations |\n|---|---|---|\n"
    for kind, (how, why) in KINDS.items():
        names = ", ".join(f"`{name}`" for name, its_kind in rows if its_kind == kind)
        text += f"| {how} | {why} | {names} |\n"
    return text


def main():
    root = pathlib.Path(sys.argv[-1])
    compiler = next((a.partition("=")[2] for a in sys.argv if a.startswith("--compiler=")), os.environ.get("CXX", "c++"))
    rows = operations(root, compiler)
    unknown = sorted({kind for _, kind in rows} - set(KINDS))
    if unknown:
        sys.exit(f"tests/docs/repeats.py: KINDS has no {', '.join(unknown)}")
    page = (root / PAGE).read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{PAGE} lacks the line {BEGIN.strip()} or {END.strip()}")
    wanted = before + BEGIN + "\n" + table(rows) + "\n" + END + after
    if "--check" not in sys.argv[1:]:
        (root / PAGE).write_text(wanted, encoding="utf-8")
    elif page != wanted:
        print(f"{PAGE} is out of date: run python3 tests/docs/repeats.py .")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
