#!/usr/bin/env python3
"""Builds the site: README.md and docs/*.md as pages, and the reference of include/ by Doxygen, which must have nothing to
warn about. Then checks every link of it (links.py).

usage: build.py ROOT OUT [--theme DIR]     (DIR has doxygen-awesome.css; by default, where Debian puts it)

OUT/html is the site. Doxygen reads copies of the files, which say in its words what stands in ours:

- headers: the comment at the top becomes that of the file, and members that mean the same in every shape get the comment
  of CONVENTIONS unless they have one of their own. Line numbers stay.
- pages: headings get the anchors that GitHub gives them, and links lead to the pages of the site. A file of the tree that
  a page links to becomes a page too. The order of the pages is that of the links in docs/README.md.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

import links

HERE = pathlib.Path(__file__).resolve().parent
THEME = pathlib.Path("/usr/share/doxygen-awesome-css")

# What lines are, and their comment if they have none. A pattern may go on into the two lines after; the first one counts.
CONVENTIONS = [(re.compile(rf"[^\n]*?(?:{pattern})"), text) for pattern, text in [
    (r"operator==\([^;]*= default;", "Compares all members."),
    (r"operator<=>\(.*= default;", "Compares by time."),
    (r"static consteval auto shape\(", "The member table: names on the wire, rules and flags, see core/shape.hpp."),
    (r"static constexpr std::string_view name = ", "The name in the service model."),
    (r"static constexpr OperationTraits traits\b", "What the name and the shapes do not say."),
    (r"using Input = ", "What the operation takes."),
    (r"using Output = ", "What the operation returns."),
    (r"using Errors =", "The errors that the service model declares."),
    (r"using Operation = ", "The operation that is polled."),
    (r"static constexpr Milliseconds delay\{", "The delay between two polls."),
    (r"static constexpr unsigned max_attempts = ", "The number of polls."),
    (r"static constexpr std::string_view status = ", "The path of the status that the acceptors look at."),
    (r"static constexpr auto acceptors = ", "Which result of a poll leads to which state."),
    (r"static constexpr ErrorTraits error\{", "The HTTP status, and whether the server is at fault."),
    (r"^  std::(string|optional<std::string>) message\{\};\n\n  static constexpr ErrorTraits", "What is wrong, for people; it may be absent."),
    (r"^  Union<.*> value(\{\})?;", "The member that is set, if there is one."),
    (r"\w const\* \w+\(\) const noexcept \{\s+return value\.get_if<\d>", "The member, or null if another one is set."),
    (r"^inline constexpr Rules \w+\{", "The rules of the shape of this name."),
    (r"using (iterator_\w+|value_type|difference_type|reference|pointer) = ", "For std::iterator_traits."),
    (r"^consteval auto enumeration\(", "The spellings of the enumerators on the wire."),
    (r"^constexpr std::string_view to_string\(\w+ \w+\) noexcept", "The name of the value, for messages and diagrams."),
    (r"using (Start|Describe|List|Properties) = |std::string_view kind = ", "As JobFamily says."),
    (r"^  (?:constexpr )?(\w+)\(\1 const& ?\w*\)", "Copies the value."),
    (r"^  (?:constexpr )?(\w+)\(\1&& ?\w*\)", "Moves the value."),
    (r"^  (\w+)& operator=\(\1 const& ?\w*\)", "Copies the value."),
    (r"^  (\w+)& operator=\(\1&& ?\w*\)", "Moves the value."),
]]


NAMESPACES = {
    "healthlake": "The library. All names that are not in `detail` are for users.",
    "healthlake::patterns": "The patterns of the service model, each with the regular expression that it implements.",
    "healthlake::preview": "What the preview of January 2021 has in another form than the service since July 2021.",
    "healthlake::unicode": "The characters of Unicode that the patterns name by their properties.",
}


def prologue(lines):
    """The comment at the top as that of the file. Indented lines are shown as they are, unless they continue a list."""
    end = next((at for at, line in enumerate(lines) if not line.startswith("//")), 0)
    if end == 0 or lines[end] != "#pragma once":
        return
    listed = shown = False
    for at in range(end):
        text = lines[at][3:].replace("*/", "* /")
        listed = text.startswith("- ") or (listed and text.startswith("  "))
        verbatim = text.startswith("  ") and not listed
        if verbatim and not shown:
            lines[at - 1] += " @verbatim"
        lines[at] = text if verbatim else ("@endverbatim " if shown else "") + re.sub(r"([@<#])", r"\\\1", text)
        shown = verbatim
    lines[0] = f"/** {lines[0]}"
    lines[end] = ("@endverbatim " if shown else "") + "@file */"


def hide_detail(ours, lines):
    """Puts what is in a namespace `detail` into a section that Doxygen skips. Returns the numbers of its lines."""
    depth = None
    hidden = set()
    for at, line in enumerate(ours):
        code = re.sub(r"""//.*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'""", "", line)
        if depth is None and re.match(r"namespace (HEALTHLAKE_NAMESPACE::)?detail\b[\w:]* \{", code):
            depth = 0
            lines[at] = f"{line} /** @cond */"
        if depth is not None:
            hidden.add(at)
            depth += code.count("{") - code.count("}")
            if depth == 0:
                lines[at] = f"/** @endcond */ {line}"
                depth = None
    return hidden


def spell(ours, lines, hidden):
    """Gives each enumerator without a comment the spelling that it has on the wire. Returns those that have neither."""
    text = "\n".join(ours)
    bare = []
    for found in re.finditer(r"^enum class (\w+)[^{]*\{(.*?)\};", text, re.M | re.S):
        table = re.search(r"enumeration\(%s\) \{\s*return spelled\((.*?)\);" % found[1], text, re.S)
        spellings = iter(re.findall(r'"([^"]*)"', table[1])[1:] if table else [])
        at = text.count("\n", 0, found.start(2))
        if at in hidden:
            continue
        for line in found[2].split("\n"):
            if re.match(r"\s*//", line):
                at += 1
                continue

            def comment(found_name):
                before, blank, name, value = found_name.groups()
                spelling = next(spellings, None)
                if ours[at - 1].strip().startswith("///") and "{" not in ours[at]:
                    return found_name[0]
                if "EnumValue::unknown" in value:
                    text = "A spelling that the service model does not have, or none."
                elif spelling is not None:
                    text = f"`{spelling}` on the wire."
                else:
                    bare.append(f"{found[1]}::{name}")
                    return found_name[0]
                return f"{before}{blank}/** {text} */ {name}{value}"

            if line.strip():
                begin = lines[at].index("{") if lines[at].startswith("enum") else 0
                lines[at] = lines[at][:begin] + re.sub(
                    r"(^|[{,])(\s*)([a-z]\w*)((?:\s*=\s*[\w:]+)?)(?=\s*[,}]|\s*$)", comment, lines[at][begin:])
            at += 1
    return bare


def header(text, bare=None):
    """A header as Doxygen reads it, with the same lines. Adds the enumerators without a comment to `bare`, since Doxygen
    1.9 does not miss them."""
    ours = text.split("\n")
    lines = list(ours)
    prologue(lines)
    nameless = spell(ours, lines, hide_detail(ours, lines))
    if bare is not None:
        bare += nameless
    for at, line in enumerate(ours):
        # Doxygen 1.9 does not match a template's declaration and definition otherwise.
        lines[at] = re.sub(r"^(\w+) const& (\w+)\(", r"const \1& \2(", lines[at])
        if line.startswith("//") or line.rstrip().endswith("= delete;"):
            continue
        comment = next((text for pattern, text in CONVENTIONS if pattern.match("\n".join(ours[at:at + 3]))), None)
        if comment:
            # A template header stands in the line before.
            place = at - 1 if ours[at - 1].strip().startswith("template <") else at
            before = ours[place - 1].strip()
            if not before.startswith("///") or before == "/// @}":
                lines[place] = f"/** {comment} */ {lines[place]}"
    return "\n".join(lines)


def slug(heading):
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


class Pages:
    """The Markdown files of the site, and what they link to."""

    def __init__(self, root):
        self.root = root
        self.names = {"README.md": "index", "docs/README.md": "documentation"}
        self.files = set()
        for path in sorted((root / "docs").glob("*.md")):
            name = str(path.relative_to(root))
            self.names.setdefault(name, path.stem.lower())

    def order(self):
        """The pages in the order of docs/README.md; those that it does not link to are an error."""
        text = (self.root / "docs/README.md").read_text(encoding="utf-8")
        found = []
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            name = os.path.normpath(f"docs/{target}")
            if name in self.names and name not in found:
                found.append(name)
        missing = sorted(set(self.names) - set(found) - {"README.md", "docs/README.md"})
        if missing:
            sys.exit(f"docs/README.md does not link to {', '.join(missing)}")
        return ["docs/README.md", *(name for name in found if name != "README.md")]

    def link(self, page, target):
        """Where a link of a page leads in the site."""
        if re.match(r"[a-z]+:", target):
            return target
        path, _, anchor = target.partition("#")
        name = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if name not in self.names and name.endswith(".md") and (self.root / name).is_file():
            self.names[name] = slug(name.removesuffix(".md").replace("/", "-").replace("-README", ""))
        if name in self.names:
            base = self.names[name]
            return f"{base}.html" + (f"#{base}-{anchor}" if anchor else "")
        if name.startswith("include/healthlake/") and (self.root / name).is_dir():
            return f"headers.html#headers-{slug(name.removeprefix('include/healthlake/'))}"
        if (self.root / name).is_dir():
            return "examples.html"
        self.files.add(name)
        return f"tree/{name}"

    def stage(self, page, out):
        """Writes the page as Doxygen reads it."""
        text = (self.root / page).read_text(encoding="utf-8")
        base = self.names[page]
        blocks = re.split(r"(^```.*?^```$)", text, flags=re.M | re.S)
        for at in range(0, len(blocks), 2):
            block = blocks[at]
            block = re.sub(r"^<!-- ((?:examples|include)/\S+) -->\n\Z",
                           lambda m: f'<p class="source">[{m[1]}]({self.link("README.md", m[1])})</p>\n\n', block, flags=re.M)
            block = re.sub(r"^(#+) (.*)$", lambda m: self.heading(base, m), block, flags=re.M)
            block = re.sub(r"(!?)\[((?:[^\[\]]|\[\])*)\]\(([^)\s]+)\)", lambda m: self.linked(page, m), block)
            block = re.sub(r"^- \[ \] ", "- ", block, flags=re.M)
            blocks[at] = block
        for at in range(1, len(blocks), 2):  # Doxygen drops comments of its own from code
            blocks[at] = re.sub(r"^( *)///", r"\1//", blocks[at], flags=re.M)
        (out / f"{base}.md").write_text("".join(blocks), encoding="utf-8")

    @staticmethod
    def heading(base, match):
        if base == "index":  # sections of the first page would stand among the pages in the menu
            return match[0] if match[1] == "#" else f'<h2 id="{base}-{slug(match[2])}">{match[2]}</h2>\n'
        label = base if match[1] == "#" else f"{base}-{slug(match[2])}"
        return f"{match[1]} {match[2]} {{#{label}}}"

    def linked(self, page, match):
        if match[1]:
            return f"![{match[2]}]({os.path.basename(match[3])})"
        if match[3].startswith("tree/") or match[3].endswith(".html") or ".html#" in match[3]:
            return match[0]
        return f"[{match[2]}]({self.link(page, match[3])})"


def stage(root, work, theme):
    """Writes what Doxygen reads. Returns the faults that it does not find."""
    faults = []
    for folder in ("pages", "pictures", "include", "examples"):
        (work / folder).mkdir(parents=True)
    for path in (root / "include").rglob("*.hpp"):
        target = work / "include" / path.relative_to(root / "include")
        target.parent.mkdir(parents=True, exist_ok=True)
        bare = []
        target.write_text(header(path.read_text(encoding="utf-8"), bare), encoding="utf-8")
        faults += [f"{path.relative_to(root)}: {name} (enumerator) is not documented." for name in bare]
    for picture in (root / "docs").rglob("*.svg"):
        shutil.copy(picture, work / "pictures")
    for file in [theme / "doxygen-awesome.css", theme / "doxygen-awesome-sidebar-only.css", HERE / "site.css",
                 HERE / "layout.xml", HERE / "Doxyfile"]:
        shutil.copy(file, work)

    pages = Pages(root)
    order = pages.order()
    done = set()
    while set(pages.names) - done:  # a page may link to a Markdown file outside of docs/
        for page in sorted(set(pages.names) - done):
            pages.stage(page, work / "pages")
            done.add(page)
    order += sorted(set(pages.names) - set(order) - {"README.md"})
    with (work / "pages/index.md").open("a", encoding="utf-8") as start:
        start.write('\n<div class="order">\n' + "".join(f"@subpage {pages.names[page]}\n" for page in order) + "</div>\n")

    with (work / "examples.dox").open("w", encoding="utf-8") as out:
        for name, text in NAMESPACES.items():
            out.write(f"/** @namespace {name}\n@brief {text} */\n")
        for name in sorted(pages.files):
            if name.startswith("include/"):
                continue
            target = work / "examples" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, target)
            out.write(f"/** @example {name} */\n")
    return faults


def places(work):
    """For each file of the tree that has a page: where that is."""
    found = {}
    for file in xml.etree.ElementTree.parse(work / "tags.xml").iter("compound"):
        if file.get("kind") == "file" and file.findtext("name").endswith(".hpp"):
            page = file.findtext("filename")
            path = (file.findtext("path") or "") + file.findtext("name")
            found["include/" + path.split("include/")[-1]] = page if page.endswith(".html") else page + ".html"
    for page in (work / "html").glob("*-example.html"):
        title = re.search(r'<div class="title">([^<]*)</div>', page.read_text(encoding="utf-8"))
        found[title[1]] = page.name
    return found


def cards(match):
    """A table that does not fit a phone, with three or more columns or long names in the first one, prepared to be shown
    as one card for each row (site.css)."""
    heads = [re.sub(r"<[^>]*>", "", head).strip() for head in re.findall(r"<th [^>]*>(.*?)</th>", match[0], re.S)]
    firsts = re.findall(r"<tr [^>]*>\s*<td [^>]*>(.*?)</td>", match[0], re.S)
    names = [name for first in firsts for name in re.findall(r"<code>(.*?)</code>", first)]
    if len(heads) < 3:
        if not any(len(re.sub(r"<[^>]*>", "", name)) > 14 for name in names):
            return match[0]
        heads = []

    def row(found):
        labels = iter(heads)

        def cell(inner):
            label = next(labels, "")
            empty = not re.sub(r"<[^>]*>|&#160;", "", inner[2]).strip()
            kind = inner[1].replace('class="', 'class="none ') if empty else inner[1]
            return f'<td {kind} data-label="{label}">{inner[2]}</td>'

        return re.sub(r"<td ([^>]*)>(.*?)</td>", cell, found[0], flags=re.S)

    table = re.sub(r"<tr .*?</tr>", row, match[0], flags=re.S)
    return table.replace('class="markdownTable"', 'class="markdownTable wide"', 1)


def finish(work):
    """Replaces the links to files of the tree by links to their pages, and prepares wide tables for phones. Returns the
    files that have no page."""
    where = places(work)
    lost = set()

    def place(match):
        if match[1] not in where:
            lost.add(match[1])
        return f'href="{where.get(match[1], match[1])}"'

    for page in (work / "html").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        changed = re.sub(r'href="tree/([^"]*)"', place, text)
        changed = re.sub(r'<table class="markdownTable">.*?</table>', cards, changed, flags=re.S)
        if 'name="nested-classes"' not in text:  # Doxygen's link to private ones
            changed = re.sub(r'<a href="#nested-classes">[^<]*</a> &#124;\s*', "", changed)
        if changed != text:
            page.write_text(changed, encoding="utf-8")
    return [f"{name} is linked to, but has no page" for name in sorted(lost)]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--theme", type=pathlib.Path, default=THEME)
    options = parser.parse_args()
    work = options.out.resolve()
    if work.exists():
        if not (work / "Doxyfile").exists():
            sys.exit(f"{work} exists, and was not made by this program")
        shutil.rmtree(work)
    faults = stage(options.root.resolve(), work, options.theme)
    ran = subprocess.run(["doxygen", "Doxyfile"], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    faults += [line.replace(f"{work}/", "") for line in ran.stderr.splitlines() if line.strip()]
    if ran.returncode and not (work / "tags.xml").exists():
        sys.exit("\n".join(faults) or f"doxygen ended with {ran.returncode}")
    faults += finish(work) + links.faults_of(work / "html")
    for fault in faults:
        print(fault)
    pages = len(list((work / "html").glob("*.html")))
    print(f"{pages} pages in {work / 'html'}, {len(faults)} faults")
    return 1 if faults or ran.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
