#!/usr/bin/env python3
"""That the checks of the site find what they are for: each kind of broken link, a public name without a comment, a page
that the index leaves out, a page that is too wide. And that no header changes its lines on the way to Doxygen.

usage: self_test.py ROOT
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import build
import links

HERE = pathlib.Path(__file__).resolve().parent
FAULTS = []


def check(what, holds):
    if not holds:
        FAULTS.append(what)
        print(f"FAILED: {what}")


def check_links(folder):
    (folder / "a.html").write_text('<a id="here"></a><a href="b.html#there">b</a><a href="#here">a</a>'
                                   '<a href="https://example.com/x#y">far</a><a href="javascript:void(0)">none</a>')
    (folder / "b.html").write_text('<h1 id="there">b</h1><img src="c.png"/>')
    (folder / "c.png").write_bytes(b"")
    check("a site without faults has none", links.faults_of(folder) == [])
    for link, words in [("d.html", "no such file"), ("b.html#nowhere", "no such anchor"), ("#nowhere", "no such anchor"),
                        ("../a.html", "out of the site"), ("/a.html", "out of the site"), ("file:///a.html", "out of"),
                        ("https:///x", "no host")]:
        (folder / "a.html").write_text(f'<a href="{link}">a</a>')
        found = links.faults_of(folder)
        check(f"{link} is found: {found}", len(found) == 1 and words in found[0])


def check_headers(root):
    for path in (root / "include").rglob("*.hpp"):
        text = path.read_text(encoding="utf-8")
        staged = build.header(text)
        check(f"{path.name} keeps its lines", staged.count("\n") == text.count("\n"))
        check(f"{path.name} closes what it hides", staged.count("@cond") == staged.count("@endcond"))
    own = build.header("// A.\n#pragma once\n/// Ours.\n  bool operator==(A const&, A const&) = default;\n")
    check("a comment of one's own is kept", "Compares" not in own and own.startswith("/** A.\n@file */\n"))
    none = build.header("// A.\n#pragma once\n\n  bool operator==(A const&, A const&) = default;\n")
    check("a convention is a comment", "/** Compares all members. */   bool operator==" in none)


def site(folder, header, index):
    root = folder / "tree"
    shutil.rmtree(root, ignore_errors=True)
    (root / "docs").mkdir(parents=True)
    (root / "include/healthlake").mkdir(parents=True)
    (root / "README.md").write_text("# Small\n\nSee [one](docs/one.md#part).\n")
    (root / "docs/README.md").write_text(f"# Pages\n\n{index}\n")
    (root / "docs/one.md").write_text("# One\n\n## Part\n\nThe [header](../include/healthlake/a.hpp).\n")
    (root / "include/healthlake/a.hpp").write_text(header)
    ran = subprocess.run([sys.executable, HERE / "build.py", root, folder / "out"], capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


def check_sites(folder):
    head = "// A header.\n#pragma once\nnamespace HEALTHLAKE_NAMESPACE {\n"
    good = head + "/// Documented.\nint f();\nnamespace detail {\nint hidden();\n}\n}\n"
    status, said = site(folder, good, "- [one](one.md)")
    check(f"a small site builds: {said}", status == 0 and " 0 faults" in said)
    status, said = site(folder, head + "int f();\n}\n", "- [one](one.md)")
    check(f"a function without a comment is found: {said}", status == 1 and "f() (function)" in said)
    status, said = site(folder, head + "/// S.\nstruct S {\n  int member = 0;\n};\n}\n", "- [one](one.md)")
    check(f"a member without a comment is found: {said}", status == 1 and "member (variable)" in said)
    status, said = site(folder, head + "/// E.\nenum class E : int {\n  /// A.\n  a,\n  b,\n};\n}\n", "- [one](one.md)")
    check(f"an enumerator without a comment is found: {said}", status == 1 and "E::b" in said and "E::a" not in said)
    status, said = site(folder, good, "nothing")
    check(f"a page that the index leaves out is found: {said}", status == 1 and "docs/one.md" in said)


def check_width(folder):
    for name, style, status in [("fits", "overflow-x: auto", 0), ("wide", "", 1)]:
        (folder / f"{name}.html").write_text(
            f'<meta name="viewport" content="width=device-width"><div class="contents" style="{style}">'
            '<p style="width: 600px">x</p></div>')
        ran = subprocess.run([sys.executable, HERE / "phone.py", folder, "--width", "390", f"{name}.html"],
                             stdout=subprocess.PIPE, text=True)
        check(f"{name}: {ran.stdout}", ran.returncode == status)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    check_headers(pathlib.Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "links").mkdir()
        check_links(folder / "links")
        check_sites(folder)
        if shutil.which("chromium"):
            check_width(folder)
    print(f"{len(FAULTS)} checks failed")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
