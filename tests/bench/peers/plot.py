"""Draws docs/performance.svg from what measure.py found: a bar per case and peer, on a logarithmic scale of time.

Usage: plot.py BUILD/peers.json OUT.svg
"""
import json
import math
import pathlib
import sys
from xml.sax.saxutils import escape

COLOURS = {"ours": "#0072b2", "go": "#56b4e9", "boto3": "#e69f00", "js": "#cc79a7"}
UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns"))
LEFT, WIDTH, RIGHT, BAR, GAP, TOP = 250, 400, 150, 15, 18, 74

# The picture brings its own ground, so that it can be read on a page of any colour.
STYLE = """<style>
  text { font: 12px sans-serif; fill: #1f2328 } .ground { fill: #fff; stroke: #d0d7de } .line { stroke: #d0d7de }
  .title { font-size: 15px; font-weight: bold } .ours { font-weight: bold }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .ground { fill: #0d1117; stroke: #30363d } .line { stroke: #30363d }
  }
</style>"""


def three_digits(value):
    return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}"


def time_text(nanoseconds):
    """Three digits and a unit."""
    size, unit = next(((size, unit) for size, unit in UNITS if nanoseconds >= size), UNITS[-1])
    return f"{three_digits(nanoseconds / size)} {unit}"


def all_in_words(data):
    said = []
    for case, title in data["titles"].items():
        found = data["cases"][case]
        said.append(f"{title}: " + ", ".join(f"{data['names'][name]} {time_text(result['median'])}"
                                             for name, result in found.items()))
    return "Bar chart of medians on a logarithmic scale. " + "; ".join(said) + "."


def chart(data):
    cases = data["cases"]
    times = [found["median"] for case in cases.values() for found in case.values()]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    bottom = TOP + sum(len(found) * BAR + GAP for found in cases.values())
    width, height = LEFT + WIDTH + RIGHT, bottom + 34

    def x(nanoseconds):
        return LEFT + WIDTH * (math.log10(nanoseconds) - low) / (high - low)

    def text(left, y, words, attributes=""):
        return f'<text x="{left:.1f}" y="{y:.1f}" {attributes}>{escape(words)}</text>'

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           'role="img">', f"<title>{escape(all_in_words(data))}</title>", STYLE,
           f'<rect class="ground" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="6"/>',
           text(16, 26, "Time of one call, of one signature, and to a process's first answer", 'class="title"')]
    left = 16
    for name in data["versions"]:
        out += [f'<rect x="{left}" y="42" width="12" height="12" fill="{COLOURS[name]}"/>',
                text(left + 18, 53, data["names"][name])]
        left += 40 + 7 * len(data["names"][name])
    for power in range(low, high + 1):
        at = x(10 ** power)
        out += [f'<path class="line" d="M{at:.1f} {TOP - 6}V{bottom}"/>',
                text(at, bottom + 18, time_text(10 ** power).replace(".00", "").replace(".0", ""),
                     'text-anchor="middle"')]
    y = TOP
    for case, found in cases.items():
        out.append(text(LEFT - 12, y + len(found) * BAR / 2 + 4, data["titles"][case], 'text-anchor="end"'))
        for name, result in found.items():
            end = x(result["median"])
            words = time_text(result["median"])
            if name != "ours":
                words += f"  ({three_digits(result['median'] / found['ours']['median'])} ×)"
            out += [f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR - 2}" fill="{COLOURS[name]}"/>',
                    text(end + 6, y + BAR - 4, words, 'class="ours"' if name == "ours" else "")]
            y += BAR
        y += GAP
    return "\n".join([*out, "</svg>", ""])


if __name__ == "__main__":
    figures = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    pathlib.Path(sys.argv[2]).write_text(chart(figures), encoding="utf-8")
