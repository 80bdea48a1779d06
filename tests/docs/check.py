"""Checks README.md and docs/*.md of the project whose folder is given: code, links, headers, limits.

- A block of C++ is preceded by the line `<!-- PATH -->` and is, line for line, a part of that file.
- A relative link leads to a file; `#heading` to a heading of it.
- docs/architecture.md names every header of include/healthlake once, or its folder.
- Each program in examples/snippets is built and run by CMakeLists.txt beside this file.
- Each row of the tables in docs/limits.md names a constant or member, a default and a header: the header has a line
  with the name and the number in it.
"""
import pathlib
import re
import sys

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
    if page == "README.md" and found < 3:
        yield f"README.md: {found} blocks of C++, expected at least 3"


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


def check_headers(root):
    page = "docs/architecture.md"
    named = re.findall(r"^\| `([\w/]+(?:\.hpp|/))` \|", (root / page).read_text(encoding="utf-8"), re.M)
    present = {str(path.relative_to(root / "include/healthlake")) for path in
               (root / "include/healthlake").rglob("*.hpp")}
    folders = tuple(name for name in named if name.endswith("/"))
    for header in sorted(present - set(named)):
        if not header.startswith(folders):
            yield f"{page}: there is no line for {header}"
    for header in sorted(set(named) - present - set(folders)):
        yield f"{page}: there is no header {header}"
    for header in sorted({header for header in named if named.count(header) > 1}):
        yield f"{page}: two lines for {header}"


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
        spelled = re.search(r"\(`([^`]+)`\)", default)
        number = spelled[1] if spelled else default.split()[0].replace(",", "")
        if not any(number in line for line in lines):
            yield f"{page}: {header} has no line with `{name}` and `{number}`"


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
    faults += [*check_headers(root), *check_limits(root), *check_snippets(root)]
    for fault in faults:
        print(fault)
    print(f"{len(pages)} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
