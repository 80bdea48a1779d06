#!/usr/bin/env python3
"""Tests the layering test: a good tree passes, and each bad header makes it fail for the right reason."""
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check

GOOD = {
    "version.hpp": '#if __cplusplus < 202002L\n#error "healthlake needs C++20"\n#endif\n',
    "core/a.hpp": '#pragma once\n#include <string>\n#include "healthlake/version.hpp"\ninline std::string a() { return "a"; }\n',
    "json/dom.hpp": '#pragma once\n#include <nlohmann/json.hpp>\n#include "healthlake/core/a.hpp"\n'
                  "inline nlohmann::json b() { return a(); }\n",
    "flow/c.hpp": '#pragma once\n// #include <thread> only in words\n/* #include <mutex> */\n#include "healthlake/core/a.hpp"\n',
}

# What is added to the good tree, and what the scan of its #include lines has to say.
BAD_ARROWS = [
    ("an arrow that points up", {"core/x.hpp": '#include "healthlake/json/dom.hpp"\n'},
     "core/x.hpp: includes healthlake/json/dom.hpp, which is not a layer below it"),
    ("JSON in core", {"core/x.hpp": "#include <nlohmann/json.hpp>\n"},
     "core/x.hpp: includes <nlohmann/json.hpp>, which its layer must not include"),
    ("a value with a default", {"flow/x.hpp": '#include "healthlake/core/a.hpp"\nvoid f(int a, Thing thing = {});\n'},
     "flow/x.hpp: a parameter of type Thing by value with a default; write an overload"),
    ("a thread in flow", {"flow/x.hpp": "  #  include <thread>\n"},
     "flow/x.hpp: includes <thread>, which its layer must not include"),
    ("OpenSSL outside its adapter", {"sign/x.hpp": "#include <openssl/evp.h>\n"},
     "sign/x.hpp: includes <openssl/evp.h>, which its layer must not include"),
    ("an adapter included by its layer",
     {"sign/x.hpp": '#include "healthlake/sign/openssl.hpp"\n', "sign/openssl.hpp": ""},
     "sign/x.hpp: includes the adapter healthlake/sign/openssl.hpp"),
    ("storage that includes the service",
     {"local/storage/x.hpp": '#include "healthlake/local/y.hpp"\n', "local/y.hpp": ""},
     "local/storage/x.hpp: includes healthlake/local/y.hpp, which is not a layer below it"),
    ("the C library's characters", {"core/x.hpp": "#include <cctype>\n"},
     "core/x.hpp: includes <cctype>, which its layer must not include"),
    ("a folder without a rule", {"misc/x.hpp": ""}, "misc/x.hpp: no rule for it"),
    ("an own header in angle brackets", {"json/x.hpp": "#include <healthlake/core/a.hpp>\n"},
     'write headers of this library as "healthlake/..."'),
    ("a header that is not there", {"json/x.hpp": '#include "healthlake/core/none.hpp"\n'},
     "includes healthlake/core/none.hpp, which does not exist"),
    ("bodies of another header", {"core/x.hpp": '#include "healthlake/core/impl/a.ipp"\n', "core/impl/a.ipp": ""},
     "core/x.hpp: includes healthlake/core/impl/a.ipp, which only its header and a src.hpp may"),
    ("bodies that point up", {"core/impl/a.ipp": '#include "healthlake/flow/c.hpp"\n'},
     "core/impl/a.ipp: includes healthlake/flow/c.hpp, which is not a layer below it"),
    ("an include by a macro", {"core/x.hpp": "#define H <thread>\n#include H\n"},
     "core/x.hpp: has a computed #include"),
]

BAD_CIRCLES = [
    ("two headers of a folder that include each other",
     {"core/x.hpp": '#include "healthlake/core/y.hpp"\n', "core/y.hpp": '#include "healthlake/core/x.hpp"\n'},
     "include cycle: core/x.hpp -> core/y.hpp -> core/x.hpp"),
    ("a header that includes itself", {"core/x.hpp": '#include "healthlake/core/x.hpp"\n'},
     "include cycle: core/x.hpp -> core/x.hpp"),
]

GUARDED = check.GUARDED.format("core/impl/x.ipp")
SPLIT = {
    "version.hpp": GOOD["version.hpp"],
    "core/x.hpp": f'#pragma once\n#include "healthlake/version.hpp"\nvoid x();\n\n{GUARDED}',
    "core/impl/x.ipp": '#pragma once\n#include "healthlake/core/x.hpp"\nvoid x() {}\n',
    "src.hpp": '#pragma once\n#include "healthlake/version.hpp"\n#include "healthlake/core/impl/x.ipp"\n',
}

BAD_LANGUAGE = [
    ("code before the includes", {"core/x.hpp": 'struct X {};\n#include "healthlake/version.hpp"\n'},
     "core/x.hpp: has code before its first include of this library: struct X {};"),
    ("a macro before the includes", {"core/x.hpp": '#define X 1\n#include "healthlake/version.hpp"\n'},
     "core/x.hpp: has code before its first include of this library: #define X 1"),
]

BAD_SPLITS = [
    ("bodies without a header", {"core/impl/y.ipp": ""}, "core/impl/y.ipp: is not impl/<header>.ipp"),
    ("bodies beside their header", {"core/x.ipp": ""}, "core/x.ipp: is not impl/<header>.ipp"),
    ("bodies that the header forgets", {"core/x.hpp": '#include "healthlake/version.hpp"\n'},
     "core/x.hpp: must end with the include of core/impl/x.ipp"),
    ("bodies before the end", {"core/x.hpp": SPLIT["core/x.hpp"] + "void y();\n"}, "core/x.hpp: must end with"),
    ("bodies that do not see their declarations", {"core/impl/x.ipp": ""}, "core/impl/x.ipp: must include core/x.hpp"),
    ("bodies that nobody compiles", {"src.hpp": ""}, "core/impl/x.ipp: is included by no src.hpp"),
    ("bodies that two sources compile", {"core/src.hpp": SPLIT["src.hpp"]}, "expected exactly one src.hpp"),
    ("bodies in a header", {"core/y.hpp": "HEALTHLAKE_DECL void y() {}\n"}, "core/y.hpp: HEALTHLAKE_DECL stands"),
    ("a mode that changes a header", {"core/y.hpp": "#ifdef HEALTHLAKE_SEPARATE_COMPILATION\n#endif\n"},
     "core/y.hpp: depends on the mode of compilation"),
]

BODIES = SPLIT["core/impl/x.ipp"]
BAD_ORDER = [
    ("bodies that include what includes their header",
     {"core/impl/x.ipp": BODIES.replace("void", '#include "healthlake/core/a.hpp"\nvoid'),
      "core/a.hpp": '#include "healthlake/core/x.hpp"\nstruct A {};\n'},
     "core/a.hpp: a program that includes it first reads core/impl/x.ipp before core/a.hpp, which that needs"),
    ("bodies that reach what includes their header",
     {"core/impl/x.ipp": BODIES.replace("void", '#include "healthlake/core/b.hpp"\nvoid'),
      "core/a.hpp": '#include "healthlake/core/x.hpp"\nstruct A {};\n',
      "core/b.hpp": '#include "healthlake/core/a.hpp"\nA b();\n'},
     "core/a.hpp: a program that includes it first reads core/b.hpp before core/a.hpp, which that needs"),
]
GOOD_ORDER = {
    "core/impl/x.ipp": BODIES.replace("void", '#include "healthlake/core/y.hpp"\nvoid'),
    "core/y.hpp": '#include "healthlake/version.hpp"\n' + check.GUARDED.format("core/impl/y.ipp"),
    "core/impl/y.ipp": '#include "healthlake/core/y.hpp"\n#include "healthlake/core/x.hpp"\n',
}

BAD_CHARACTERS = [
    ("a range of digits", "bool x(char c) { return c >= '0' && c <= '9'; }", "`>= '0'` compares with a character"),
    ("a range without spaces", "bool x(char c) { return c<'a'; }", "`<'a'` compares with a character"),
    ("a range of code points", "bool x(char32_t c) { return c > U'Z'; }", "`> U'Z'` compares with a character"),
    ("a range the other way round", "bool x(char c) { return '0' <= c; }", "`'0' <=` compares with a character"),
    ("visible ASCII", "bool x(char c) { return c > ' ' && c <= '~'; }", "`> ' '` compares with a character"),
    ("a range to an escape", "bool x(char c) { return c < '\\x7f'; }", "`< '\\x7f'` compares with a character"),
    ("the value of a digit", "int x(char c) { return c - '0'; }", "`- '0'` does arithmetic on a character"),
    ("a digit from a value", "int x(int v) { return 'a' + v - 10; }", "`'a' +` does arithmetic on a character"),
    ("a range of cases", "switch (c) { case 'a' ... 'f': break; }", "`... 'f'` has a range of characters"),
    ("the C library", "bool x(char c) { return std::isdigit(c); }", "`isdigit(` calls a character function"),
    ("UTF-8 by hand", "bool x(char c) { return (c & 0xC0) == 0x80; }", "`0xC0` decodes or encodes UTF-8"),
    ("the lower hexadecimal alphabet", 'char const* x = "0123456789abcdef";', "spells an alphabet"),
    ("the upper hexadecimal alphabet", 'char const* x = "0123456789ABCDEF";', "spells an alphabet"),
    ("an alphabet among others", "char quote = '\"'; char const* x = \"+0123456789-\";", "spells an alphabet"),
    ("an alphabet in a raw string", 'char const* x = R"(abcdef)";', "spells an alphabet"),
]

# What looks like it and is not: single characters, digit separators, shifts, strings, comments.
GOOD_CHARACTERS = """
// c >= '0' and "0123456789abcdef"
/* c - 'a' */
bool x(char c) { return c == '0' || c != 'z' || c == '"'; }
long y = 100'000 - 1'0 + 0xFF'FF;
auto z = std::string{"' + c >= '0'"} + '/' + "'";
auto w = out << 'x';
"""

# Trees of their own, and what a compiler has to say. An .inc is not scanned, so only a compilation can find it.
BAD_CODE = [
    ("JSON in core, indirectly",
     {"core/x.hpp": '#pragma once\n#include "healthlake/core/x.inc"\n', "core/x.inc": "#include <nlohmann/json.hpp>\n"},
     "core, model, http or sign needs nlohmann/json"),
    ("a socket, indirectly",
     {"http/x.hpp": '#pragma once\n#include "healthlake/http/x.inc"\n', "http/x.inc": "#include <sys/socket.h>\n"},
     "a header needs crypto, sockets or the system"),
    ("a header that needs another's includes", {"core/x.hpp": "#pragma once\ninline std::string x() { return {}; }\n"},
     "core/x.hpp does not compile alone"),
    ("bodies that need another's includes",
     {**SPLIT, "core/impl/x.ipp": '#pragma once\n#include "healthlake/core/x.hpp"\ninline std::string y() { return {}; }\n'},
     "core/x.hpp does not compile alone"),
    ("a header without a guard", {"core/x.hpp": "struct X {};\n"}, "core/x.hpp does not compile alone"),
    ("a throw", {"core/x.hpp": "#pragma once\ninline void x() { throw 1; }\n"}, "core/x.hpp does not compile alone"),
    ("RTTI", {"core/x.hpp": "#pragma once\nstruct X { virtual ~X() = default; };\nstruct Y : X {};\n"
                            "inline Y* x(X* p) { return dynamic_cast<Y*>(p); }\n"}, "core/x.hpp does not compile alone"),
    ("a call that a macro replaces",
     {"core/x.hpp": "#pragma once\n#include <algorithm>\ninline int x(int y) { return std::max(y, 1); }\n"},
     "breaks on a macro"),
    ("a name that a macro replaces", {"core/x.hpp": "#pragma once\nenum class X { None };\n"}, "breaks on a macro"),
    ("a narrowing conversion", {"core/x.hpp": "#pragma once\ninline int x(long y) { int const z = y; return z; }\n"},
     "core/x.hpp does not compile alone"),
]


def write_tree(folder, files):
    root = pathlib.Path(folder) / "include"
    (root / "healthlake").mkdir(parents=True)
    for name, text in files.items():
        file = root / "healthlake" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def arrow_problems(files):
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(folder, files)
        return check.check_arrows(root, check.headers_of(root) + check.files_of(root, "ipp"))


def split_problems(files):
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(folder, files)
        return check.check_split(root, check.headers_of(root) + check.files_of(root, "ipp"))


def order_problems(files):
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(folder, files)
        return check.check_order(root, check.headers_of(root) + check.files_of(root, "ipp"))


def language_problems(files):
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(folder, files)
        return check.check_language(root, check.headers_of(root))


def circle_problems(files):
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(folder, files)
        return check.check_circles(root, check.headers_of(root))


def character_problems(code, name="json/x.hpp"):
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(folder, {name: code})
        return check.check_characters(root, check.headers_of(root))


def all_problems(files, commands, json_include):
    with tempfile.TemporaryDirectory() as folder:
        return check.check(write_tree(folder, files), commands, json_include, pathlib.Path(folder))[0]


def main():
    arguments = check.parse_arguments(__doc__.splitlines()[0], include=False)
    commands = arguments.compiler[:1]
    json_include = check.usable(arguments.json_include)
    cases = [("the good tree", all_problems(GOOD, commands, json_include), None),
             ("an empty tree", all_problems({}, commands, json_include), "no header below")]
    cases += [(what, arrow_problems(GOOD | files), expected) for what, files, expected in BAD_ARROWS]
    cases += [("no include cycle", circle_problems(GOOD), None)]
    cases += [(what, circle_problems(files), expected) for what, files, expected in BAD_CIRCLES]
    cases += [("a good tree's first lines", language_problems(GOOD), None)]
    cases += [(what, language_problems(GOOD | files), expected) for what, files, expected in BAD_LANGUAGE]
    cases += [("bodies of their own", split_problems(SPLIT), None)]
    cases += [(what, split_problems(SPLIT | files), expected) for what, files, expected in BAD_SPLITS]
    cases += [("bodies of their own, read in order", order_problems(SPLIT), None),
              ("bodies that include each other's headers", order_problems(SPLIT | GOOD_ORDER), None)]
    cases += [(what, order_problems(SPLIT | files), expected) for what, files, expected in BAD_ORDER]
    cases += [("characters that are not a range", character_problems(GOOD_CHARACTERS), None)]
    cases += [(what, character_problems(code), expected) for what, code, expected in BAD_CHARACTERS]
    cases += [(f"{what}, in text/", character_problems(code, "text/x.hpp"), None) for what, code, _ in BAD_CHARACTERS]
    cases += [(what, all_problems(files, commands, json_include), expected) for what, files, expected in BAD_CODE]

    failures = [f"{what}: expected {expected}, found {found}" for what, found, expected in cases
                if (found if expected is None else not any(expected in problem for problem in found))]
    for failure in failures:
        print("FAILED", failure)
    print(f"{len(cases)} trees, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
