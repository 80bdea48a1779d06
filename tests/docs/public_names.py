#!/usr/bin/env python3
"""Writes docs/public-names.md and the C++20 module from the headers, or checks that they are up to date.

usage: public_names.py [--check] ROOT [LIBCLANG]

Public is what stands in namespace healthlake or in one inside it, except for `detail`. libclang reads the headers, so
nothing is guessed from how they are spelled; LIBCLANG is its shared library, by default that of Debian. Faults are:

- a public name without a `///` comment; one for a namespace inside healthlake covers the names in it;
- a function that two headers declare although neither reaches the other: two ideas with one name, unless OVERLOADS has
  the one idea;
- a type in `detail` that has the name of a public one;
- with --check, a page or module that is not what the headers say.

The module exports the public names of the umbrella, healthlake.hpp.
"""
import collections
import ctypes
import glob
import pathlib
import re
import sys

PAGE = "docs/public-names.md"
MODULE = "include/healthlake/healthlake.cppm"
UMBRELLA = "healthlake.hpp"
# Functions that many headers overload, each for a type of its own.
OVERLOADS = {
    "enumeration": "the spellings of an enumeration, beside it",
    "to_string": "a value as a string for people",
}
# enum CXCursorKind of clang-c/Index.h. Concepts have no kind of their own in this version.
STRUCT, UNION, CLASS, ENUM, FUNCTION, VARIABLE, TYPEDEF, NAMESPACE = 2, 3, 4, 5, 8, 9, 20, 22
FUNCTION_TEMPLATE, CLASS_TEMPLATE, ALIAS, ALIAS_TEMPLATE, UNEXPOSED = 30, 31, 36, 601, 1
RECORDS = {STRUCT, UNION, CLASS, ENUM, CLASS_TEMPLATE}
TYPES = RECORDS | {TYPEDEF, ALIAS, ALIAS_TEMPLATE}
FUNCTIONS = {FUNCTION, FUNCTION_TEMPLATE}
NAMED = TYPES | FUNCTIONS | {VARIABLE, UNEXPOSED}
SKIP_FUNCTION_BODIES, CONTINUE, FATAL = 0x40, 1, 3


class String(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("flags", ctypes.c_uint)]


class Cursor(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("xdata", ctypes.c_int), ("data", ctypes.c_void_p * 3)]


class Location(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p * 2), ("offset", ctypes.c_uint)]


VISITOR = ctypes.CFUNCTYPE(ctypes.c_int, Cursor, Cursor, ctypes.py_object)


class UnsavedFile(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("contents", ctypes.c_char_p), ("length", ctypes.c_ulong)]


class Clang:
    """The few functions of libclang that are needed here."""

    def __init__(self, library):
        self.lib = ctypes.CDLL(library)
        for name, result, *arguments in [
                ("getCString", ctypes.c_char_p, String), ("disposeString", None, String),
                ("createIndex", ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
                ("parseTranslationUnit", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p,
                 ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.POINTER(UnsavedFile), ctypes.c_uint,
                 ctypes.c_uint),
                ("getTranslationUnitCursor", Cursor, ctypes.c_void_p),
                ("visitChildren", ctypes.c_uint, Cursor, VISITOR, ctypes.py_object),
                ("getCursorSpelling", String, Cursor), ("getCursorLocation", Location, Cursor),
                ("isCursorDefinition", ctypes.c_uint, Cursor),
                ("Cursor_getRawCommentText", String, Cursor), ("getFileName", String, ctypes.c_void_p),
                ("getFileLocation", None, Location, ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p,
                 ctypes.c_void_p, ctypes.c_void_p),
                ("getNumDiagnostics", ctypes.c_uint, ctypes.c_void_p),
                ("getDiagnostic", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint),
                ("getDiagnosticSeverity", ctypes.c_int, ctypes.c_void_p),
                ("formatDiagnostic", String, ctypes.c_void_p, ctypes.c_uint)]:
            function = getattr(self.lib, "clang_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def text(self, string):
        raw = self.getCString(string)
        self.disposeString(string)
        return raw.decode() if raw else ""

    def parse(self, source, arguments):
        """The cursor of a translation unit in memory, and the errors it has."""
        file = UnsavedFile(b"every_header.cpp", source.encode(), len(source))
        array = (ctypes.c_char_p * len(arguments))(*(argument.encode() for argument in arguments))
        unit = self.parseTranslationUnit(self.createIndex(0, 0), file.name, array, len(arguments),
                                         ctypes.byref(file), 1, SKIP_FUNCTION_BODIES)
        if not unit:
            sys.exit("libclang could not read the headers")
        found = [self.getDiagnostic(unit, i) for i in range(self.getNumDiagnostics(unit))]
        return self.getTranslationUnitCursor(unit), [
            self.text(self.formatDiagnostic(one, 1)) for one in found if self.getDiagnosticSeverity(one) >= FATAL]

    def children(self, cursor):
        def keep(child, _, out):
            out.append(Cursor.from_buffer_copy(child))
            return CONTINUE

        found = []
        self.visitChildren(cursor, VISITOR(keep), found)
        return found

    def file(self, cursor):
        file = ctypes.c_void_p()
        self.getFileLocation(self.getCursorLocation(cursor), ctypes.byref(file), None, None, None)
        return self.text(self.getFileName(file)) if file else ""


Name = collections.namedtuple("Name", "name header kind comment covered")


def names_in(clang, cursor, include, scope="", covered=False):
    """Every name of a namespace and those inside it, `detail` included."""
    for child in clang.children(cursor):
        path = clang.file(child)
        if not path.startswith(include) or not path.endswith(".hpp"):
            continue
        name = clang.text(clang.getCursorSpelling(child))
        comment = clang.text(clang.Cursor_getRawCommentText(child))
        if child.kind == NAMESPACE:
            # The inline namespace of the version and the mode of compilation is not part of a name.
            unnamed = not scope and (name == "healthlake" or re.match(r"v\d+_\d+_\d+_", name))
            inner = "" if unnamed else f"{scope}{name}::"
            if inner and comment:
                yield Name(f"{scope}{name}", path[len(include):], NAMESPACE, comment, covered)
            yield from names_in(clang, child, include, inner, covered or bool(inner and comment))
        elif child.kind in RECORDS and not clang.isCursorDefinition(child):
            continue
        elif child.kind in NAMED and re.fullmatch(r"[A-Za-z_]\w*|operator *[^\w ]+", name):
            yield Name(scope + name, path[len(include):], child.kind, comment, covered)


def meaning(comment):
    """The first sentence of a `///` comment on one line, without an example in code behind a colon."""
    lines = re.sub(r"^\s*///<? ?", "", comment, flags=re.M).strip()
    text = " ".join(lines.split("\n\n")[0].split())
    code = False
    for at, c in enumerate(text):
        code = code != (c == "`")
        rest = text[at + 1:]
        if not code and ((c == "." and re.match(r"( [^a-z]|$)", rest)) or (c == ":" and re.match(r" [`-]|$", rest))):
            text = text[:at] + "."
            break
    return text.replace("|", "\\|")


def is_detail(name):
    return re.search(r"(^|::)detail::", name) is not None


def included_by(root):
    """For each header, all that it reaches."""
    direct = {str(path.relative_to(root)): set(re.findall(r'#include "healthlake/([^"]+)"', path.read_text()))
              for path in root.rglob("*.hpp")}
    reached = {}

    def reach(header):
        if header not in reached:
            reached[header] = set()
            for inner in direct.get(header, ()):
                reached[header] |= {inner} | reach(inner)
        return reached[header]

    for header in direct:
        reach(header)
    return reached


def is_operator(name):
    return re.search(r"(^|::)operator\W", name) is not None


def faults_of(names, reached):
    public = collections.defaultdict(list)
    for one in names:
        if not is_detail(one.name) and not is_operator(one.name):
            public[one.name].append(one)
    for name, declared in sorted(public.items()):
        headers = sorted({one.header for one in declared})
        if name.split("::")[-1] in OVERLOADS:
            continue
        # One comment may stand for all overloads, and for a forward declaration.
        if not any(one.comment.startswith("///") or one.covered for one in declared):
            yield f"{headers[0]}: {name} has no `///` comment"
        if all(one.kind in FUNCTIONS for one in declared):
            for other in headers[1:]:
                if other not in reached[headers[0]] and headers[0] not in reached[other]:
                    yield f"{headers[0]} and {other} both declare {name}, and neither includes the other"
    types = {name.split("::")[-1] for name, declared in public.items() if declared[0].kind in TYPES}
    for one in names:
        if is_detail(one.name) and one.kind in TYPES and one.name.split("::")[-1] in types:
            yield f"{one.header}: {one.name} has the name of a public type"


def page_of(names):
    rows = collections.defaultdict(dict)
    for one in names:
        if is_detail(one.name) or is_operator(one.name) or (one.covered and one.kind != NAMESPACE):
            continue
        if one.comment.startswith("///"):
            rows[one.header].setdefault(one.name, meaning(one.comment))
    count = sum(len(table) for table in rows.values())
    out = [
        "# Public names", "",
        f"The {count} names in namespace `healthlake` that are for users, by header, each with the first sentence of "
        "its comment there. Everything else is in `healthlake::detail` and may change without notice. "
        "`tests/docs/public_names.py` writes this page from the headers.", ""]
    for header in sorted(rows, key=lambda header: ("/" not in header, header)):
        out += [f"## {header}", "", "| name | meaning |", "|---|---|"]
        out += [f"| `{name}` | {text} |" for name, text in rows[header].items()]
        out.append("")
    return "\n".join(out)


def module_of(names, reached):
    """A module interface unit with the public names of the umbrella."""
    headers = {UMBRELLA, *reached[UMBRELLA]}
    spaces = collections.defaultdict(set)
    for one in names:
        if one.header in headers and one.kind != NAMESPACE and not is_detail(one.name):
            space, _, _ = one.name.rpartition("::")
            spaces[space].add(one.name)
    out = [
        "// The umbrella, healthlake.hpp, as a C++20 module: `import healthlake;` (docs/compile-time.md). Macros are not exported:",
        "// include healthlake/version.hpp for those. tests/docs/public_names.py writes this file from the headers.", "//",
        "// Rules: exports every public name of the umbrella, and nothing of healthlake::detail.", "module;", "",
        f'#include "healthlake/{UMBRELLA}"', "", "export module healthlake;", ""]
    for space in sorted(spaces):
        full = "healthlake" + (f"::{space}" if space else "")
        out += [f"export namespace {full} {{", *(f"using healthlake::{name};" for name in sorted(spaces[space])),
                f"}}  // namespace {full}", ""]
    return "\n".join(out)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    check = len(arguments) < len(sys.argv) - 1
    if len(arguments) == 1:
        arguments += sorted(glob.glob("/usr/lib/llvm-*/lib/libclang*.so.1"))[:1]
    if len(arguments) != 2:
        sys.exit(__doc__)
    root, library = pathlib.Path(arguments[0]).resolve(), arguments[1]
    include = root / "include/healthlake"
    headers = sorted(str(path.relative_to(include)) for path in include.rglob("*.hpp") if not path.name.endswith("src.hpp"))
    clang = Clang(library)
    unit, errors = clang.parse("".join(f'#include "healthlake/{header}"\n' for header in headers),
                               ["-std=c++20", f"-I{root / 'include'}"])
    names = [] if errors else list(names_in(clang, unit, f"{include}/"))
    reached = included_by(include)
    faults = errors or list(faults_of(names, reached))
    files = {} if errors else {PAGE: page_of(names)}
    if files and UMBRELLA in reached:
        files[MODULE] = module_of(names, reached)
    for file, text in files.items():
        if not check:
            (root / file).write_text(text, encoding="utf-8")
        elif not (root / file).exists() or (root / file).read_text(encoding="utf-8") != text:
            faults.append(f"{file} is out of date; run python3 tests/docs/public_names.py {arguments[0]}")
    for fault in faults:
        print(fault)
    print(f"{len(headers)} headers, {len(names)} declarations, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
