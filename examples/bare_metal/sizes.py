#!/usr/bin/env python3
"""Prints the size of each program, and fails if a limit of docs/bare-metal.md is exceeded.

    sizes.py BUILD

Reads BUILD/<program>.elf, .map and .d, and the peaks from the last lines of BUILD/<program>.log, which run.sh writes.
"""
import pathlib
import re
import subprocess
import sys

PROGRAMS = ("empty", "sign_only", "sign_class", "export_start_describe", "all_operations", "microbit/export_start_describe")
# Own flash is without the C library and the baseline (`empty`).
LIMITS = {"sign_only": {"own flash": 5 * 1024},
          "sign_class": {"own flash": 13 * 1024},
          "export_start_describe": {"flash": 49 * 1024, "static RAM": 32, "peak heap": 4096},
          "microbit/export_start_describe": {"static RAM": 32, "peak heap": 4096}}
# What a program that is not run takes beyond another.
BEYOND = {("rest_export", "export_start_describe"): 8 * 1024}
# Formatted I/O of the C library, its floating-point conversions, and a second heap besides the arena.
UNWANTED = re.compile(r"_*(v?a?[sdfn]*i?printf|v?[sf]*i?scanf|s?s?vfi?printf|s?s?vfi?scanf|strto(d|f|ld)|[efg]cvt|"
                      r"l?dtoa|gethex|malloc|calloc|realloc)(_r|_l)?|__cxa_(demangle|throw|allocate_exception)")
# Layers that a program pays for only if it includes their headers.
OPT_IN = ("credentials", "rest", "server", "local", "testing")
C_LIBRARY = re.compile(r"/lib(c|m|gcc|nosys)(_nano)?\.a\(")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(elf):
    return {name: int(size) for name, size in
            re.findall(r"^(\.\w[\w.]*)\s+(\d+)\s+\d+$", output_of("arm-none-eabi-size", "-A", str(elf)), re.M)}


def c_library(map_file):
    """Bytes of the sections that the linker took from the C library and the compiler's library."""
    text = map_file.read_text(encoding="utf-8", errors="replace").partition("Linker script and memory map")[2]
    total = 0
    for size, origin in re.findall(r"^ \.(?:text|rodata|data)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$", text, re.M):
        if C_LIBRARY.search(origin):
            total += int(size, 16)
    return total


def flash_of(build, program):
    size = sections(build / f"{program}.elf")
    return size[".text"] + size.get(".ARM.exidx", 0) + size.get(".data", 0)


def measure(build, program):
    size = sections(build / f"{program}.elf")
    data = size.get(".data", 0)
    flash = flash_of(build, program)
    peaks = re.search(r"^peak heap (\d+) of (\d+) bytes, peak stack (\d+) bytes$",
                      (build / f"{program}.log").read_text(encoding="utf-8"), re.M)
    if not peaks:
        sys.exit(f"{program}: no line with the peaks in its log; it did not end with board::exit")
    return {"flash": flash, "C library": c_library(build / f"{program}.map"),
            "static RAM": data + size.get(".bss", 0), "peak heap": int(peaks[1]), "peak stack": int(peaks[3])}


def main():
    build = pathlib.Path(sys.argv[1])
    table = {program: measure(build, program) for program in PROGRAMS}
    floor = table["empty"]["flash"] - table["empty"]["C library"]
    for row in table.values():
        row["own flash"] = row["flash"] - row["C library"] - floor
    columns = ("flash", "C library", "own flash", "static RAM", "peak heap", "peak stack")
    print("| bytes | " + " | ".join(columns) + " |\n|---|" + "---:|" * len(columns))
    for program, row in table.items():
        print(f"| `{program}` | " + " | ".join(f"{row[column]:,}" for column in columns) + " |")
    faults = []
    for program, limits in LIMITS.items():
        for column, limit in limits.items():
            if table[program][column] > limit:
                faults.append(f"{program}: {column} is {table[program][column]:,}, the limit is {limit:,}; find "
                              f"what grew with `arm-none-eabi-nm --size-sort -CS {build}/{program}.elf`")
    for program in (*PROGRAMS, *(program for program, _ in BEYOND)):
        headers = (build / f"{program}.d").read_text(encoding="utf-8")
        for name in sorted(set(re.findall(rf"healthlake/((?:{'|'.join(OPT_IN)})/\S+)", headers))):
            if (program, name.split("/")[0]) != ("rest_export", "rest"):
                faults.append(f"{program}: compiles {name}, which it does not ask for")
    for (program, other), limit in BEYOND.items():
        beyond = flash_of(build, program) - table[other]["flash"]
        print(f"`{program}` takes {beyond:,} bytes of flash beyond `{other}`")
        if beyond > limit:
            faults.append(f"{program}: {beyond:,} bytes of flash beyond {other}, the limit is {limit:,}")
    for program in (*PROGRAMS, *(program for program, _ in BEYOND)):
        names = output_of("arm-none-eabi-nm", "--format=just-symbols", str(build / f"{program}.elf")).split()
        for name in sorted(filter(UNWANTED.fullmatch, names)):
            faults.append(f"{program}: {name} is linked; `arm-none-eabi-g++ -Wl,--trace-symbol={name}` shows why")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
