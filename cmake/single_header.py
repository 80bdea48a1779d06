#!/usr/bin/env python3
"""Writes headers of the library as one file: single_header.py INCLUDE OUT HEADER... [--beside FILE HEADER...]

Every header of the library that HEADER... reach is copied into OUT once, in the order in which a compiler would read it.
With --beside, what the headers behind FILE reach is left out, and OUT begins with an include of FILE, which must be the
name of the single header made of them. The result is for the header-only mode of compilation.
"""
import pathlib
import re
import sys

OWN = re.compile(r'^#include "(healthlake/[^"]+)"\n', re.M)
SYSTEM = re.compile(r"^#include <[^>]+>\n", re.M)
GUARDED = re.compile(r'^#if !defined\(HEALTHLAKE_SEPARATE_COMPILATION\)\n(#include "healthlake/[^"]+\.ipp"\n)#endif\n', re.M)
ONE_MODE = """#if defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "a single header is for the header-only mode; use the headers of the library for separate compilation"
#endif

"""


class Writer:
    def __init__(self, include):
        self.include, self.seen, self.system = include, set(), set()

    def text_of(self, name):
        """The header with all that it includes for the first time, in place of its includes."""
        if name in self.seen:
            return ""
        self.seen.add(name)
        text = GUARDED.sub(r"\1", (self.include / name).read_text(encoding="utf-8"))
        text = re.sub(r"^#pragma once\n", "", text, flags=re.M)
        text = SYSTEM.sub(self.first, text)
        return f"// --- {name}\n" + re.sub(r"\n{3,}", "\n\n", OWN.sub(lambda found: self.text_of(found[1]), text))

    def first(self, found):
        new = found[0] not in self.system
        self.system.add(found[0])
        return found[0] if new else ""


def main():
    arguments = sys.argv[1:]
    beside = arguments[arguments.index("--beside") + 1:] if "--beside" in arguments else []
    wanted = arguments[:arguments.index("--beside")] if beside else arguments
    if len(wanted) < 3 or ("--beside" in arguments and len(beside) < 2):
        sys.exit(__doc__)
    include, out = pathlib.Path(wanted[0]), pathlib.Path(wanted[1])
    writer = Writer(include)
    for name in beside[1:]:
        writer.text_of(name)
    start = f'#include "{beside[0]}"\n\n' if beside else ONE_MODE
    version = ".".join(re.findall(r"^#define HEALTHLAKE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$",
                                  (include / "healthlake/version.hpp").read_text(encoding="utf-8"), re.M))
    body = "".join(writer.text_of(name) for name in wanted[2:])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(f"// healthlake {version} in one header, made by cmake/single_header.py.\n#pragma once\n\n{start}{body}",
                   encoding="utf-8")


if __name__ == "__main__":
    main()
