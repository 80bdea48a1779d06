#!/usr/bin/env python3
"""Prints what the program of check.py consists of, as the table in docs/performance.md: families.py

Code belongs to the folder of the header that defines the function, wherever it was inlined; a template of the standard
library to the standard library. The rest are the sections of the stripped file.
"""
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check

WHAT = {
    "transport": "libcurl's options and callbacks, the reader of responses, proxies",
    "flow": "calls, retries, waiting",
    "sign": "Signature Version 4, credentials",
    "json": "decoder, encoder",
    "protocol": "requests and responses, errors of the service",
    "core": "validation, printing, errors, values",
    "http": "endpoints, partitions, headers",
    "text": "redaction, UTF-8, base64, numbers",
    "model": "the shapes and their patterns",
    "runtime": "clock, sleep, random numbers",
    "client": "`Client`: the calls of this program",
    "main": "the program's own lines and what is inlined into them",
    "standard library": "`std::vector`, `std::optional`, ... of the types above",
}


def functions_of(program):
    """{address: bytes} of the functions; constructors with two names count once."""
    rows = (line.split() for line in check.output("nm", "-S", "--defined-only", str(program)).splitlines())
    return {row[0]: int(row[1], 16) for row in rows if len(row) == 4 and row[2] in "tTwW"}


def family_of(place):
    file = place.rsplit(":", 1)[0]
    if found := re.search(r"healthlake/(?:(\w+)/)?(?:impl/)?(\w+)\.[hi]pp$", file):
        folder = found[1]
        return folder if folder and folder != "impl" else "client"
    return "main" if file.endswith(check.PROGRAM.name) else "standard library" if "c++" in file else "start of the program"


def families_of(program):
    """{family: (bytes, functions)}"""
    functions = functions_of(program)
    places = subprocess.run(["addr2line", "-e", str(program)], input="\n".join(functions), check=True, text=True,
                            capture_output=True).stdout.splitlines()
    total, count = collections.Counter(), collections.Counter()
    for size, place in zip(functions.values(), places, strict=True):
        total[family_of(place)] += size
        count[family_of(place)] += 1
    return {family: (total[family], count[family]) for family, _ in total.most_common()}


def main():
    with tempfile.TemporaryDirectory() as folder:
        program, stripped = pathlib.Path(folder) / "program", pathlib.Path(folder) / "stripped"
        subprocess.run([*check.COMPILER, "-O2", "-DNDEBUG", "-g1", str(check.PROGRAM), "-o", str(program), "-lcurl",
                        "-lcrypto"], check=True)
        subprocess.run(["strip", "-o", str(stripped), str(program)], check=True)
        families, groups = families_of(program), check.groups_of(check.sections(stripped))
        size = stripped.stat().st_size
    print("| part | bytes | functions | what |\n|---|--:|--:|---|")
    for family, (code, count) in families.items():
        print(f"| {family} | {code:,} | {count} | {WHAT.get(family, '')} |")
    rest = {"between functions": groups.pop("code") - sum(code for code, _ in families.values()), **groups}
    for group, bytes_ in rest.items():
        print(f"| {group} | {bytes_:,} | | |")
    known = sum(code for code, _ in families.values()) + sum(rest.values()) - rest["variables"]
    print(f"| names, headers, padding to pages | {size - known:,} | | |\n| **all** | **{size:,}** | | |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
