#!/usr/bin/env python3
"""Invariant: a program that calls one operation links that operation's shapes and no other.

    check.py COMPILER INCLUDE_DIR...

Compiles one_operation.cpp against the umbrella header and reads the member tables from its symbols.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

# What DescribeFHIRExportJob reaches: its input and output, and the body in which the protocol looks for any error's
# code. The errors it declares are no more than names here, as long as nobody asks for their members.
EXPECTED = {
    "DescribeFHIRExportJobRequest", "DescribeFHIRExportJobResponse", "ExportJobProperties", "OutputDataConfig",
    "S3Configuration", "detail::ErrorBody",
}


def linked_shapes(compiler: str, includes: list[str]) -> set[str]:
    with tempfile.TemporaryDirectory() as work:
        program = pathlib.Path(work) / "program"
        command = [compiler, "-std=c++20", "-Os", *(f"-I{path}" for path in includes),
                   str(HERE / "one_operation.cpp"), "-o", str(program)]
        subprocess.run(command, check=True)
        symbols = subprocess.run(["nm", "--demangle", str(program)], check=True, capture_output=True, text=True).stdout
    # Without the inline namespace of the version and the mode of compilation.
    symbols = re.sub(r"\bv\d+_\d+_\d+_\w+::", "", symbols)
    return {match.group(1) for match in re.finditer(r"healthlake::detail::table_of<healthlake::([\w:]+)>", symbols)}


def main() -> int:
    compiler, *includes = sys.argv[1:]
    linked = linked_shapes(compiler, includes)
    for name in sorted(linked):
        print(name)
    for name in sorted(linked - EXPECTED):
        print(f"error: {name} is linked and not needed")
    for name in sorted(EXPECTED - linked):
        print(f"error: {name} is not linked; has the table got another name?")
    return 0 if linked == EXPECTED else 1


if __name__ == "__main__":
    sys.exit(main())
