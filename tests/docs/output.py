#!/usr/bin/env python3
"""Runs a program and compares what it writes with a block of a page: the one after the line `<!-- output of NAME -->`.
Three dots in the block stand for anything within a line; on a line of their own, for any number of lines.

usage: output.py ROOT NAME PROGRAM [ARGUMENT...]
"""
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^<!-- output of (\w+) -->\n```text\n(.*?)^```$", re.M | re.S)


def pages_of(root):
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def blocks(root):
    """The expected output of each program, by its name."""
    found = {}
    for page in pages_of(root):
        for name, block in BLOCK.findall(page.read_text(encoding="utf-8")):
            found.setdefault(name, []).append(block)
    return found


def pattern_of(block):
    """The block as a regular expression."""
    lines = ["(?:.*\n)*?" if line == "..." else re.escape(line).replace(re.escape("..."), ".*") + "\n"
             for line in block.splitlines()]
    return "".join(lines)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    root, name = pathlib.Path(sys.argv[1]), sys.argv[2]
    expected = blocks(root).get(name)
    if not expected:
        sys.exit(f"no page has the output of {name}")
    ran = subprocess.run(sys.argv[3:], stdout=subprocess.PIPE, text=True, timeout=60)
    print(ran.stdout, end="")
    if ran.returncode:
        return f"{name} ended with {ran.returncode}"
    for block in expected:
        if not re.fullmatch(pattern_of(block), ran.stdout):
            return f"{name}: expected the output that a page has:\n{block}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
