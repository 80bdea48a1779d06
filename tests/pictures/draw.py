#!/usr/bin/env python3
"""Draws docs/pictures/*.svg: the states of the machines from their transition tables, the layers from the rules of
tests/layering/check.py. With --check, it fails if a picture in the tree is not what would be drawn.

Only places are chosen here. A state, folder or arrow that has none, and an arrow through a box, is an error, so a
picture shows all that the tables and rules say.
"""
import html
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/layering"))
import check  # noqa: E402

PICTURES = ROOT / "docs/pictures"
BOX = (140, 46)
LAYER_BOX = (150, 42)
BAR = (974, 42)  # the two folders below everything

# Where the states are (the middle of a box), and each arrow: its corners, and where its text stands and grows to.
COLUMN = {"cancelled": (680, 50), "done": (330, 350), "taken": (330, 480)}
TAKE = {("done", "taken"): ([(330, 373), (330, 457)], (344, 420, "start")),
        ("taken", "taken"): ([(400, 470), (440, 470), (440, 490), (400, 490)], (452, 485, "start")),
        ("cancelled", "cancelled"): ([(750, 40), (790, 40), (790, 60), (750, 60)], (802, 55, "start"))}


def pausing(busy):
    """The arrows of a machine that pauses between two rounds of `busy`."""
    return {("ready", busy): ([(330, 73), (330, 167)], (318, 125, "end")),
            ("ready", "cancelled"): ([(400, 50), (610, 50)], (505, 40, "middle")),
            ("ready", "done"): ([(260, 50), (28, 50), (28, 350), (260, 350)], (40, 290, "start")),
            (busy, busy): ([(260, 180), (222, 180), (222, 200), (260, 200)], (210, 195, "end")),
            (busy, "paused"): ([(400, 180), (610, 180)], (505, 160, "middle")),
            ("paused", busy): ([(610, 200), (400, 200)], (505, 221, "middle")),
            ("paused", "paused"): ([(750, 180), (790, 180), (790, 200), (750, 200)], (802, 195, "start")),
            (busy, "cancelled"): ([(380, 167), (380, 110), (640, 110), (640, 73)], (505, 100, "middle")),
            ("paused", "cancelled"): ([(670, 167), (670, 73)], (658, 140, "end")),
            ("cancelled", "paused"): ([(700, 73), (700, 167)], (712, 125, "start")),
            ("paused", "done"): ([(680, 213), (680, 350), (400, 350)], (540, 340, "middle")),
            (busy, "done"): ([(330, 213), (330, 327)], (344, 275, "start")), **TAKE}


MACHINES = {
    "Call": ({"ready": (330, 50), "sent": (330, 190), "paused": (680, 190), **COLUMN}, pausing("sent")),
    "Waiter": ({"ready": (330, 50), "polling": (330, 190), "paused": (680, 190), **COLUMN}, pausing("polling")),
    "Pager": (
        {"ready": (330, 50), "fetching": (330, 190), **COLUMN},
        {("ready", "fetching"): ([(310, 73), (310, 167)], (298, 125, "end")),
         ("fetching", "ready"): ([(350, 167), (350, 73)], (362, 125, "start")),
         ("ready", "cancelled"): ([(400, 40), (610, 40)], (505, 30, "middle")),
         ("cancelled", "ready"): ([(610, 60), (400, 60)], (505, 81, "middle")),
         ("fetching", "cancelled"): ([(400, 190), (680, 190), (680, 73)], (540, 180, "middle")),
         ("fetching", "fetching"): ([(260, 180), (222, 180), (222, 200), (260, 200)], (210, 195, "end")),
         ("fetching", "done"): ([(330, 213), (330, 327)], (344, 275, "start")), **TAKE}),
}
SIZE = (1000, 560)

LAYERS = {"healthlake.hpp": (490, 7), "client.hpp": (490, 6), "drive.hpp": (490, 5), "local": (970, 5),
          "flow": (390, 4), "rest": (230, 4), "server": (750, 4), "testing": (170, 3), "protocol": (410, 3), "sign": (610, 3),
          "transport": (790, 3), "json": (230, 2), "model": (410, 2), "http": (590, 2), "runtime": (780, 2),
          "credentials": (760, 6), "local/storage": (970, 3), "core": (560, 1), "text": (560, 0)}
LAYERS_SIZE = (1075, 740)

STYLE = """
  text { font-family: -apple-system, "Segoe UI", "DejaVu Sans", Verdana, Arial, sans-serif; font-size: 15px; fill: #1f2328 }
  .name { font-weight: bold; font-size: 16px; text-anchor: middle }
  .note { font-size: 14px; fill: #57606a }
  .step { font-weight: bold; fill: #0a58a8 }
  .paper { fill: #ffffff; stroke: #d0d7de }
  .box { fill: #eaf2fb; stroke: #0a58a8; stroke-width: 1.5 }
  .end { fill: #eef6ee; stroke: #2f7a36 }
  .side { fill: #f6f2e8; stroke: #8a6d1d }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.6; stroke-linejoin: round; marker-end: url(#head) }
  .head { fill: #57606a }"""


class Picture:
    def __init__(self, size, title):
        self.size, self.title, self.parts, self.boxes, self.lines = size, title, [], {}, []

    def text(self, x, y, pieces, anchor="start", kind=None):
        spans = "".join(f'<tspan class="{c}">{html.escape(t)}</tspan>' if c else html.escape(t) for t, c in pieces)
        self.parts.append(f'<text x="{x}" y="{y}" text-anchor="{anchor}"' + (f' class="{kind}"' if kind else "") +
                          f">{spans}</text>")

    def box(self, name, middle, size, kind="box"):
        (x, y), (w, h) = middle, size
        self.boxes[name] = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        self.parts.append(f'<rect x="{x - w / 2:g}" y="{y - h / 2:g}" width="{w}" height="{h}" rx="8" '
                          f'class="box{"" if kind == "box" else " " + kind}"/>')
        self.parts.append(f'<text x="{x}" y="{y + 5.5:g}" class="name">{html.escape(name)}</text>')

    def arrow(self, corners):
        self.lines.append(corners)
        self.parts.append('<path d="M' + " L".join(f"{x:g} {y:g}" for x, y in corners) + '" class="arrow"/>')

    def check(self):
        """No arrow goes through a box, and no two boxes overlap. The ends of an arrow touch theirs."""
        boxes = list(self.boxes.items())
        for index, (name, a) in enumerate(boxes):
            for other, b in boxes[index + 1:]:
                if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                    sys.exit(f"{self.title}: {name} and {other} overlap")
        for corners in self.lines:
            for (x1, y1), (x2, y2) in zip(corners, corners[1:]):
                for part in range(1, 200):
                    x, y = x1 + (x2 - x1) * part / 200, y1 + (y2 - y1) * part / 200
                    for name, (left, top, right, bottom) in boxes:
                        if left < x < right and top < y < bottom:
                            sys.exit(f"{self.title}: an arrow goes through {name}: {corners}")

    def svg(self):
        self.check()
        w, h = self.size
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">\n'
                f"<title>{html.escape(self.title)}</title>\n<!-- Made by tests/pictures/draw.py; do not edit. -->\n"
                f"<style>{STYLE}\n</style>\n"
                '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
                'orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" class="head"/></marker></defs>\n'
                f'<rect x="0.5" y="0.5" width="{w - 1}" height="{h - 1}" rx="10" class="paper"/>\n' +
                "\n".join(self.parts) + "\n</svg>\n")


def transitions():
    with tempfile.TemporaryDirectory() as work:
        program = pathlib.Path(work) / "transitions"
        subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-w", f"-I{ROOT / 'include'}",
                        str(ROOT / "tests/pictures/transitions.cpp"), "-o", str(program)], check=True)
        out = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def draw_machine(machine, rows):
    places, arrows = MACHINES[machine]
    picture = Picture(SIZE, f"The states of {machine}")
    texts = {}
    for _, source, event, target, step in rows:
        pieces = [(event, None)] + ([(" \u2192 ", None), (step, "step")] if step else [])
        texts.setdefault((source, target), []).append(pieces)
    used = {state for edge in texts for state in edge}
    if used != set(places) or set(texts) != set(arrows):
        sys.exit(f"{machine}: no place in tests/pictures/draw.py for {used ^ set(places)} {set(texts) ^ set(arrows)}")
    for state, middle in places.items():
        picture.box(state, middle, BOX, "end" if state in ("done", "taken") else "box")
    for edge, lines in texts.items():
        corners, (x, y, anchor) = arrows[edge]
        picture.arrow(corners)
        for number, pieces in enumerate(lines):
            picture.text(x, y + 20 * number - 10 * (len(lines) - 1), pieces, anchor)
    picture.text(20, SIZE[1] - 18, [("A box is what state() returns, an arrow an event; ", None), ("bold", "step"),
                                    (" is the step that next() returns.", None)], kind="note")
    return picture.svg()


def layer_arrows():
    """Which folder or single header may include which, without what other arrows lead to as well."""
    def place(name):
        return name if name in LAYERS else name.split("/")[0]

    may = {}
    for rule in check.RULES:
        if rule.pattern in (r"version\.hpp", r"owner\.hpp", r"src\.hpp"):  # Everybody's, and the umbrella's bodies.
            continue
        pattern = rule.pattern.replace("\\", "")
        name = pattern if "/" not in pattern else next(
            (n for n in ("local/storage",) if pattern.startswith(n + "/")), pattern.split("/")[0])
        may.setdefault(name, set()).update(place(layer) for layer in rule.layers)
    if set(may) != set(LAYERS):
        sys.exit(f"layers: no place in tests/pictures/draw.py for {set(may) ^ set(LAYERS)}")

    def below(name):
        return set().union(*({layer} | below(layer) for layer in may[name] - {name}), set())

    return {name: sorted(layer for layer in layers - {name}
                         if not any(layer in below(other) for other in layers - {name, layer}))
            for name, layers in may.items()}


def draw_layers():
    picture = Picture(LAYERS_SIZE, "The layers: who may include whom")
    middle = {name: (x, LAYERS_SIZE[1] - 78 - 87 * level) for name, (x, level) in LAYERS.items()}
    arrows = layer_arrows()
    core = {"text", "core", "model", "http", "json", "sign", "protocol", "flow", "drive.hpp", "client.hpp",
            "healthlake.hpp"}
    for name, place in middle.items():
        picture.box(name if name.endswith(".hpp") else name + "/", place, BAR if name in ("core", "text") else LAYER_BOX,
                    "box" if name in core else "side")

    def spread(name, others, other):
        """Where on the edge of a box its arrow from or to another box is: side by side, in the order of the others."""
        order = sorted(others, key=lambda one: middle[one][0])
        return middle[name][0] + 36 * (order.index(other) - (len(order) - 1) / 2)

    for name, targets in arrows.items():
        for target in targets:
            y1, y2 = middle[name][1], middle[target][1]
            if y1 >= y2:
                sys.exit(f"layers: {name} may include {target}, which is drawn above it or beside it")
            x1 = spread(name, targets, target)
            x2 = x1 if target in ("core", "text") else spread(target, [n for n in arrows if target in arrows[n]], name)
            picture.arrow([(x1, y1 + LAYER_BOX[1] / 2), (x2, y2 - LAYER_BOX[1] / 2)])
    picture.text(20, LAYERS_SIZE[1] - 18, [("An arrow: may include that, and whatever arrows lead to from there. "
                                            "Blue: in healthlake.hpp. Yellow: opt-in.", None)], kind="note")
    return picture.svg()


def main():
    rows = transitions()
    drawn = {f"{machine.lower()}-states.svg": draw_machine(machine, [row for row in rows if row[0] == machine])
             for machine in MACHINES}
    drawn["layers.svg"] = draw_layers()
    if sys.argv[1:] == ["--check"]:
        stale = [name for name, text in drawn.items()
                 if not (PICTURES / name).is_file() or (PICTURES / name).read_text(encoding="utf-8") != text]
        for name in stale:
            print(f"docs/pictures/{name} is stale; run tests/pictures/draw.py")
        return 1 if stale else 0
    PICTURES.mkdir(exist_ok=True)
    for name, text in drawn.items():
        (PICTURES / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
