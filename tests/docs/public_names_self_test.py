"""Shows public_names.py wrong headers, and expects it to say what is wrong: public_names_self_test.py LIBCLANG."""
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).parent / "public_names.py"
GOOD = {
    "core/a.hpp": "#pragma once\nnamespace healthlake {\nstruct Forward;\n/// One. Two.\nstruct A {};\n"
                  "/// A thing: `thing(1)`.\ntemplate <class T> concept Thing = requires(T t) { t.x; };\n"
                  "/// All rules.\nnamespace rules { inline int covered = 1; }\n"
                  "namespace detail { struct Hidden {}; inline int hidden() { return undeclared_in_a_body(); } }\n}\n",
    "core/b.hpp": '#pragma once\n#include "healthlake/core/a.hpp"\nnamespace healthlake {\n/// Takes an A.\n'
                  "void use(A);\n/// Is `A`. Then more.\nusing Other = A;\n/// Defined here.\nstruct Forward {};\n}\n",
}
PAGE = ["| `A` | One. |", "| `Thing` | A thing. |", "| `rules` | All rules. |", "| `use` | Takes an A. |",
        "| `Other` | Is `A`. |", "| `Forward` | Defined here. |"]
# What one more header, or one that is different, leads to.
CASES = [
    ("core/c.hpp: C has no `///` comment", {"core/c.hpp": "namespace healthlake { class C {}; }\n"}),
    ("core/c.hpp: two has no `///` comment", {"core/c.hpp": "namespace healthlake {\n// One slash too few.\n"
                                                           "inline constexpr int two = 2; }\n"}),
    ("core/c.hpp: Named has no `///` comment", {"core/c.hpp": "namespace healthlake {\n"
                                                             "template <class T> concept Named = true; }\n"}),
    ("core/c.hpp: inner::c has no `///` comment", {"core/c.hpp": "namespace healthlake::inner { void c(); }\n"}),
    ("core/b.hpp and core/c.hpp both declare use, and neither includes the other",
     {"core/c.hpp": "namespace healthlake {\n/// Another use.\nvoid use(int); }\n"}),
    ("core/c.hpp: detail::A has the name of a public type",
     {"core/c.hpp": "namespace healthlake::detail { enum class A { a }; }\n"}),
    ("docs/public-names.md is out of date", {"core/c.hpp": "namespace healthlake {\n/// New.\nclass C {}; }\n"}),
    ("docs/public-names.md is out of date", {"core/a.hpp": GOOD["core/a.hpp"].replace("One.", "Another one.")}),
    ("'missing.hpp' file not found", {"core/c.hpp": "#include <missing.hpp>\n"}),
]


def run(root, *options):
    done = subprocess.run([sys.executable, SCRIPT, *options, root, sys.argv[1]], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def write(root, files):
    for name, text in files.items():
        path = root / "include/healthlake" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main():
    faults = []
    for number, (expected, changes) in enumerate([("", {}), *CASES]):
        with tempfile.TemporaryDirectory() as work:
            root = pathlib.Path(work)
            (root / "docs").mkdir()
            write(root, GOOD)
            status, output = run(root)
            page = (root / "docs/public-names.md").read_text(encoding="utf-8")
            if status != 0 or [row for row in PAGE if row not in page] or "idden" in page or "covered" in page:
                faults.append(f"good headers: {output}{page}")
            write(root, changes)
            status, output = run(root, "--check")
            if (status == 0) != (not changes) or expected not in output:
                faults.append(f"case {number}: expected {expected!r}, found {output!r}")
    for fault in faults:
        print(fault)
    print(f"{len(CASES)} cases, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
