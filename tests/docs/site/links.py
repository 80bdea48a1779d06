#!/usr/bin/env python3
"""Checks every link of a built site: its file exists, and its anchor is in there. Nothing is fetched, so links to other
hosts are only checked for having one.

usage: links.py HTML
"""
import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """The links of a page with their lines, and its anchors."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.links, self.anchors = [], set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in ("href", "src", "data") and value is not None:
                self.links.append((self.getpos()[0], value))


def faults_of(root):
    root = root.resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.html"))}
    if len(pages) < 2:
        return [f"{root} has {len(pages)} pages"]
    faults = []
    for path, page in pages.items():
        for line, link in page.links:
            where = f"{path.relative_to(root)}:{line}: {link}"
            url = urllib.parse.urlsplit(link)
            if url.scheme in ("http", "https"):
                if not url.hostname:
                    faults.append(f"{where}: has no host")
                continue
            if url.scheme in ("javascript", "mailto", "data"):
                continue
            if url.scheme or url.netloc or url.path.startswith("/"):
                faults.append(f"{where}: leads out of the site")
                continue
            target = (path.parent / urllib.parse.unquote(url.path)).resolve() if url.path else path
            if root not in target.parents:
                faults.append(f"{where}: leads out of the site")
            elif not target.is_file():
                faults.append(f"{where}: there is no such file")
            elif url.fragment and target in pages and urllib.parse.unquote(url.fragment) not in pages[target].anchors:
                faults.append(f"{where}: there is no such anchor")
    return faults


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    faults = faults_of(pathlib.Path(sys.argv[1]))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} broken links")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
