#!/usr/bin/env python3
"""Checks what a program pays for including this library: its size, no code before main, no thread, and nothing of the
layers that it does not use.

The program is examples/snippets/blocking_curl.cpp as someone would release it: -O2 -DNDEBUG, stripped, libcurl,
libcrypto and the C++ library shared. No code before main is checked once more for every header alone, unoptimized.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INCLUDE = ROOT / "include"
PROGRAM = ROOT / "examples/snippets/blocking_curl.cpp"
TARGET = 150_000  # bytes
# What it may have today: a little more than it has, so that growth shows.
LIMIT = 247_000
# Layers that a program pays for only if it includes their headers.
OPT_IN = ["credentials", "rest", "server", "local", "testing"]
GROUPS = {
    "code": [".text", ".plt", ".plt.got", ".init", ".fini"],
    "constants": [".rodata", ".data.rel.ro"],
    "unwinding": [".eh_frame", ".eh_frame_hdr", ".gcc_except_table"],
    "relocations": [".rela.dyn", ".rela.plt"],
    "variables": [".data", ".bss"],
}
COMPILER = ["g++", "-std=c++20", f"-I{INCLUDE}"]
THREADS = re.compile(r"\b(pthread_create|thrd_create|std::thread|std::jthread|_M_start_thread|std::async)\b")
# What belongs to other libraries' headers, or needs one that this check does not ask for.
NOT_ALONE = {"transport/beast.hpp", "transport/beast_options.hpp", "transport/beast_exchange.hpp",
             "transport/beast_connect.hpp", "transport/beast_connection.hpp", "transport/beast_tls.hpp",
             "transport/beast_proxy.hpp", "sign/mbedtls.hpp", "json/dom.hpp", "json/nlohmann_tokenizer.hpp"}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(file):
    """{name: bytes} of an ELF file."""
    rows = (line.split() for line in output("size", "-A", str(file)).splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[0].startswith(".")}


def groups_of(parts):
    """What `sections` returns, by purpose."""
    return {group: sum(parts.get(name, 0) for name in names) for group, names in GROUPS.items()}


def initializers(file):
    """The functions of this file that run before main, by the names g++ gives them."""
    return re.findall(r"_GLOBAL__sub_I\S+|__static_initialization_and_destruction\S+", output("nm", str(file)))


def check_program(work):
    program, stripped = work / "program", work / "stripped"
    dependencies = work / "dependencies"
    subprocess.run([*COMPILER, "-O2", "-DNDEBUG", "-MD", "-MF", str(dependencies), str(PROGRAM), "-o", str(program),
                    "-lcurl", "-lcrypto"], check=True)
    subprocess.run(["strip", "-o", str(stripped), str(program)], check=True)
    size = stripped.stat().st_size
    parts = sections(stripped)
    print(f"{PROGRAM.relative_to(ROOT)}, -O2, stripped: {size} bytes; target {TARGET}: "
          f"{'met' if size <= TARGET else 'MISSED'}")
    for group, bytes_ in groups_of(parts).items():
        print(f"  {group:12}{bytes_:8}")

    problems = []
    read = sorted(set(re.findall(r"include/healthlake/((?:%s)/\S+)" % "|".join(OPT_IN), dependencies.read_text())))
    if read:
        problems.append(f"the program compiles headers that it does not ask for: {', '.join(read)}")
    if size > LIMIT:
        problems.append(f"the program has {size} bytes, {size - LIMIT} more than the {LIMIT} it may have; "
                        "see what grew with nm -SC --size-sort, and raise LIMIT only if it is worth it")
    threads = THREADS.findall(output("nm", "-DC", str(program)))
    if threads:
        problems.append(f"the program can start threads: it uses {', '.join(sorted(set(threads)))}")
    # crtbegin.o of g++ has one entry, frame_dummy, in every program.
    if parts.get(".init_array", 0) > 8 or initializers(program):
        problems.append(f"code runs before main: {initializers(program) or '.init_array is longer than frame_dummy'}")
    return problems


def check_headers(work):
    # src.hpp headers are for programs in the other mode of compilation.
    names = sorted(str(path.relative_to(INCLUDE / "healthlake")) for path in (INCLUDE / "healthlake").rglob("*.hpp")
                   if not path.name.endswith("src.hpp"))
    source, unit = work / "headers.cpp", work / "headers.o"
    source.write_text("".join(f'#include "healthlake/{name}"\n' for name in names if name not in NOT_ALONE))
    subprocess.run([*COMPILER, "-O0", "-c", str(source), "-o", str(unit)], check=True)
    found = initializers(unit)
    print(f"{len(names) - len(NOT_ALONE)} headers, unoptimized: {len(found)} initializers before main")
    return [f"a header has code that runs before main: {name}" for name in found]


def main():
    with tempfile.TemporaryDirectory() as folder:
        problems = check_program(pathlib.Path(folder)) + check_headers(pathlib.Path(folder))
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"this failed with status {error.returncode}: {' '.join(map(str, error.cmd))}")
