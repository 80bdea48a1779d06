"""Checks README.md and docs/*.md of the project whose folder is given: code, links, limits, operations.

- A block of C++ is preceded by the line `<!-- PATH -->` and is, line for line, a part of that file.
- A block after `<!-- output of NAME -->` is compared with what that program writes (output.py).
- A relative link leads to a file; `#heading` to a heading of it.
- Each program in examples/snippets is built and run by CMakeLists.txt beside this file.
- Each row of the tables in docs/limits.md names a constant or member, a default and a header: the header has a line
  with the name and the number in it. Where the header spells the number otherwise, a comment in the cell does too.
- Each row of the tables of tests in docs/SECURITY.md names files and, in quotation marks, test cases in them.
- Each row of the tables of commands in docs/verification.md ends with commands of scripts that exist.
- docs/README.md links to every page; docs/compatibility.md has one row for each operation.
- docs/operations.md has one row for each operation of model/all.hpp and one for each waiter, with the header it is in
  and, of a waiter, its delay and attempts; docs/adding-an-operation.md lists what tests/footprint/check.py expects.
"""
import pathlib
import re
import sys

import output

# Pages that are nothing without their code.
BLOCKS = {"README.md": 3, "docs/adding-an-operation.md": 3, "docs/operations.md": 3}
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "s": 1000, "min": 60_000, "h": 3_600_000}
CODE = re.compile(r"^```cpp$(.*?)^```$", re.M | re.S)


def without_blocks(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def check_code(root, page, text):
    found = 0
    for block in CODE.finditer(text):
        found += 1
        source = re.search(r"<!-- (\S+) -->\n\Z", text[:block.start()])
        if not source:
            yield f"{page}: a block of C++ without `<!-- PATH -->` in the line before it: {block[1][:60]!r}"
        elif not (root / source[1]).is_file():
            yield f"{page}: there is no {source[1]}"
        elif block[1] not in "\n" + (root / source[1]).read_text(encoding="utf-8"):
            yield f"{page}: a block is no longer a part of {source[1]}: {block[1][:60]!r}"
    if found < BLOCKS.get(page, 0):
        yield f"{page}: {found} blocks of C++, expected at least {BLOCKS[page]}"


def anchors(text):
    heads = re.findall(r"^#+ (.*)$", without_blocks(text), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def check_links(root, page, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (root / page).parent / path if path else root / page
        if not file.exists():
            yield f"{page}: the link {target} leads nowhere"
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            yield f"{page}: {target}: there is no such heading"


def check_tests(root):
    page = "docs/SECURITY.md"
    text = (root / page).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| threat |")]
    for row in rows:
        named = re.findall(r'`(tests/\S+)`(?:, "([^"]+)")?', row.rsplit(" | ", 1)[1])
        if not named:
            yield f"{page}: a row without a test: {row[:60]}"
        for path, case in named:
            file = root / path
            if not file.is_file():
                yield f"{page}: there is no {path}"
            elif case and f'"{case}"' not in file.read_text(encoding="utf-8"):
                yield f"{page}: {path} has no test case \"{case}\""
    if len(rows) < 20:
        yield f"{page}: {len(rows)} rows, expected at least 20"


def check_commands(root):
    page = "docs/verification.md"
    text = (root / page).read_text(encoding="utf-8")
    tables = re.findall(r"^\| .*\| command \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M)
    rows = [row for table in tables for row in table.splitlines()]
    for row in rows:
        commands = re.findall(r"`([^`]+)`", row.rsplit(" | ", 1)[1])
        scripts = [word for command in commands for word in command.split() if "/" in word]
        if not commands or not all((root / script).is_file() for script in scripts):
            yield f"{page}: a row without a command that can be run: {row[:60]}"
        if not scripts and not all(command.split()[0] in ("cmake", "ctest") for command in commands):
            yield f"{page}: a row whose command is no script: {row[:60]}"
    if len(rows) < 20:
        yield f"{page}: {len(rows)} rows, expected at least 20"


def value_of(spelling):
    """The number that a header spells as `16} << 20` or `15 * 60000`."""
    value = 1
    for factor in spelling.translate(str.maketrans("", "", "{}")).split("*"):
        number, _, shift = factor.partition("<<")
        value *= int(number) << int(shift or 0)
    return value


def check_limits(root):
    page = "docs/limits.md"
    rows = re.findall(r"^\| .* \| `([\w:]+)` \| ([^|]*) \| `(\S+)` \|", (root / page).read_text(encoding="utf-8"), re.M)
    if len(rows) < 20:
        yield f"{page}: {len(rows)} rows with a name, a default and a file, expected at least 20"
    for name, default, header in rows:
        file = root / "include/healthlake" / header if not header.startswith("examples/") else root / header
        if not file.is_file():
            yield f"{page}: there is no {header}"
            continue
        code = file.read_text(encoding="utf-8").replace("'", "")
        lines = [line for line in code.splitlines() if re.search(rf"\b{name.split('::')[-1]}\b", line)]
        spelled = re.search(r"<!-- (.+) -->", default)
        told = re.match(r"([\d,]+) (\w+)", default)
        if spelled and told and value_of(spelled[1]) != int(told[1].replace(",", "")) * UNITS.get(told[2], 1):
            yield f"{page}: `{name}`: {told[0]} is not {spelled[1]}"
        number = spelled[1] if spelled else default.split()[0].replace(",", "")
        if not any(number in line for line in lines):
            yield f"{page}: {header} has no line with `{name}` and `{number}`"


def check_operations(root):
    page = "docs/operations.md"
    text = (root / page).read_text(encoding="utf-8")
    model = {path: path.read_text(encoding="utf-8").replace("'", "") for path in
             (root / "include/healthlake/model").glob("*.hpp") if path.name != "preview.hpp"}
    every = (root / "include/healthlake/model/all.hpp").read_text(encoding="utf-8")
    listed = re.search(r"using AllOperations =\s+Operations<(.*?)>;", every, re.S)
    operations = set(re.findall(r"\w+", listed[1]))
    waiters = {}
    for code in model.values():
        for name, delay, attempts in re.findall(
                r'name = "(\w+)";\n.*\n.* delay\{(\d+)\};\n.* max_attempts = (\d+);', code):
            waiters[name] = f"{int(delay) // 1000} s, {attempts}"
    if len(operations) < 26 or len(waiters) < 5:
        yield f"{page}: the headers have {len(operations)} operations and {len(waiters)} waiters, expected 26 and 5"
    rows = re.findall(r"^\| `(\w+)` \|(?: .*? \|)? `(model/\w+\.hpp)` \|(.*)$", text, re.M)
    names = [row[0] for row in rows]
    for name in sorted(operations | set(waiters)):
        if names.count(name) != 1:
            yield f"{page}: {names.count(name)} rows for {name}"
    for name, header, rest in rows:
        if name not in operations and name not in waiters:
            yield f"{page}: {name} is neither an operation nor a waiter"
        elif f'name = "{name}"' not in model.get(root / "include/healthlake" / header, ""):
            yield f"{page}: {name} is not in {header}"
        elif name in waiters and waiters[name] not in rest:
            yield f"{page}: {name}: expected {waiters[name]}"


def check_compatibility(root):
    """That docs/compatibility.md has one row for each operation."""
    page = "docs/compatibility.md"
    every = (root / "include/healthlake/model/all.hpp").read_text(encoding="utf-8")
    operations = re.findall(r"\w+", re.search(r"using AllOperations =\s+Operations<(.*?)>;", every, re.S)[1])
    rows = re.findall(r"^\| `(\w+)` \| (?:SDKs, )?model \|", (root / page).read_text(encoding="utf-8"), re.M)
    for name in sorted(set(operations) | set(rows)):
        if rows.count(name) != 1 or name not in operations:
            yield f"{page}: {rows.count(name)} rows for {name}, which is {'' if name in operations else 'not '}an operation"


def check_footprint(root):
    page = "docs/adding-an-operation.md"
    source = (root / "tests/footprint/check.py").read_text(encoding="utf-8")
    expected = set(re.findall(r'"([^"]+)"', re.search(r"EXPECTED = \{(.*?)\}", source, re.S)[1]))
    text = re.search(r"^```text$(.*?)^```$", (root / page).read_text(encoding="utf-8"), re.M | re.S)
    for name in sorted(expected ^ set(text[1].split() if text else [])):
        yield f"{page}: {name} is in only one of the page's list and tests/footprint/check.py"


def check_index(root):
    """That docs/README.md links to every page."""
    linked = set(re.findall(r"\]\(([^)#\s]+)", (root / "docs/README.md").read_text(encoding="utf-8")))
    for page in sorted({path.name for path in (root / "docs").glob("*.md")} - linked - {"README.md"}):
        yield f"docs/README.md does not link to {page}"


def check_outputs(root):
    """That a page's output of a program is compared: by output.py, also in tests/loops/run.sh, or with a server."""
    built = (root / "tests/docs/CMakeLists.txt").read_text(encoding="utf-8")
    compared = set(re.search(r"set\(printed ([^)]+)\)", built)[1].split()) | {"first_call", "fuzz_http_stack"}
    found = set(output.blocks(root))
    for name in sorted(found ^ compared):
        yield f"{name}: {'nothing compares its output with the page' if name in found else 'no page has its output'}"


def check_snippets(root):
    built = (root / "tests/docs/CMakeLists.txt").read_text(encoding="utf-8")
    for path in sorted((root / "examples/snippets").glob("*.cpp")):
        if not re.search(rf"\b{path.stem}\b", built):
            yield f"{path.name}: tests/docs/CMakeLists.txt does not build it"


def main():
    root = pathlib.Path(sys.argv[1])
    faults = []
    pages = ["README.md", *sorted(str(path.relative_to(root)) for path in (root / "docs").glob("*.md"))]
    for page in pages:
        text = (root / page).read_text(encoding="utf-8")
        faults += [*check_code(root, page, text), *check_links(root, page, text)]
    faults += [*check_limits(root), *check_tests(root), *check_commands(root), *check_operations(root),
               *check_compatibility(root), *check_footprint(root), *check_snippets(root), *check_outputs(root),
               *check_index(root)]
    for fault in faults:
        print(fault)
    print(f"{len(pages)} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
