#!/usr/bin/env python3
"""Writes docs/headers.md, every header with what its first lines say it is for, or checks that it is up to date.

usage: headers.py [--check] ROOT
"""
import pathlib
import re
import sys

FOLDERS = ["", "text", "core", "model", "http", "sign", "json", "protocol", "flow", "transport", "credentials",
           "runtime", "rest", "server", "local", "local/storage", "testing"]
HEAD = """# Headers

Every header, with what its first lines say it is for. `tests/docs/headers.py` writes this page from them; who may
include whom is in [architecture](architecture.md).
"""


def purpose(path):
    """The first paragraph of the comment at the top of a header, on one line."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("// "):
            break
        lines.append(line[3:].strip())
    return " ".join(lines).replace("|", "\\|").removesuffix(".")


def page(root):
    include = root / "include/healthlake"
    by_folder = {}
    for path in sorted(include.rglob("*.hpp")):
        name = path.relative_to(include)
        folder = str(name.parent) if name.parent != pathlib.Path(".") else ""
        by_folder.setdefault(folder, []).append((name, purpose(path)))
    unknown = sorted(set(by_folder) - set(FOLDERS))
    if unknown:
        sys.exit(f"tests/docs/headers.py: FOLDERS has no {', '.join(unknown)}")
    text = HEAD
    for folder in FOLDERS:
        if folder not in by_folder:
            continue
        text += f"\n## {folder + '/' if folder else 'Outside the directories'}\n\n| header | what it is for |\n|---|---|\n"
        for name, what in by_folder[folder]:
            if not re.search(r"\w", what):
                sys.exit(f"{name}: the first line does not say what the header is for")
            text += f"| [`{name}`](../include/healthlake/{name}) | {what} |\n"
    return text


def main():
    root = pathlib.Path(sys.argv[-1])
    target = root / "docs/headers.md"
    wanted = page(root)
    if "--check" not in sys.argv[1:]:
        target.write_text(wanted, encoding="utf-8")
    elif not target.is_file() or target.read_text(encoding="utf-8") != wanted:
        print("docs/headers.md is out of date: run python3 tests/docs/headers.py .")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
