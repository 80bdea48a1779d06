#!/usr/bin/env python3
"""Files that must not compile: each *.cpp here begins with `// error: <text>`, and every compiler has to refuse it
with a message that holds that text."""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys


def problem_of(command, file, flags):
    first = file.read_text().partition("\n")[0]
    if not first.startswith("// error: ") or not first.removeprefix("// error: ").strip():
        return f"{file.name}: its first line is not `// error: <text>`"
    done = subprocess.run([command, "-std=c++20", "-fsyntax-only", *flags, str(file)], text=True, capture_output=True)
    wanted = first.removeprefix("// error: ").strip()
    if done.returncode == 0:
        return f"{file.name}: {command} compiles it, expected `{wanted}`"
    if wanted not in done.stderr:
        return f"{file.name}: {command} does not say `{wanted}` but\n{done.stderr[:2000]}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--include", required=True)
    parser.add_argument("--compiler", action="append", required=True)
    parser.add_argument("--json-include", action="append", default=[])
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    arguments = parser.parse_args()
    flags = ["-I" + arguments.include]
    flags += ["-I" + folder for folder in arguments.json_include if folder not in ("", "/usr/include")]

    files = sorted(arguments.folder.glob("*.cpp"))
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        tasks = [pool.submit(problem_of, command, file, flags) for file in files for command in arguments.compiler]
        problems = [task.result() for task in tasks if task.result()]
    for problem in problems:
        print("FAILED", problem)
    print(f"{len(files)} files that must not compile, {len(arguments.compiler)} compilers, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
