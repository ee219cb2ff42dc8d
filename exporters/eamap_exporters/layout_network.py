"""Boxes and lines: positions and routes come from Graphviz's ``dot``, sizes from text we measured ourselves.

A line's label is a small box of its own between the two ends, so labels never lie on boxes or on one another, and a
slide can glue its connectors to it. Both directions of reading are tried; the one that suits the room better is kept.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eamap.errors import PluginError, UsageError
from eamap.model.diagram import Block, Edge, Network, Text
from eamap_exporters import fonts
from eamap_exporters.dot_plan import DotPlan, Way
from eamap_exporters.scene import BAND, Placed, Shape, Wire, said, stack

_MOST = 1500
_LOOK_OFTEN_BELOW = 60
_MOST_ROWS = 6
_FEW = 7
_CHIP_LINES = 10


def place_network(network: Network, size: float, room: tuple[float, float], *, thorough: bool = True) -> Placed:
    """Returns the network laid out; refuses one that nobody could read or lay out in time.

    ``thorough`` tries every arrangement; pages, which are tried many times over, do with the first few.
    """
    boxes = [b for top in network.blocks for b in top.walk()]
    if not boxes:
        return Placed(0, 0)
    if len(boxes) + len(network.edges) > _MOST:
        raise UsageError(
            f"{len(boxes)} boxes and {len(network.edges)} lines are too many for one picture",
            hint="narrow the selector, or write .dot for a program that browses large graphs",
        )
    best = Placed(math.inf, math.inf)
    shapes = {b.id: _box(b, size) for b in boxes if not b.blocks}
    chips = {edge.id: _chip(edge, size) for edge in network.edges if edge.label or edge.status}
    for way in _ways(network, len(boxes) + len(network.edges))[: None if thorough else _FEW]:
        placed = _place(network, shapes, chips, size, way)
        if _overflow(placed, room) < _overflow(best, room):
            best = placed
        if _overflow(best, room) <= 1:
            break
    return best


def _ways(network: Network, marks: int) -> list[Way]:
    """The arrangements worth trying, simplest first: the first that fits is kept, else the least overflowing."""
    free = [Way("LR"), Way("TB"), Way("LR", stagger=2), Way("TB", stagger=2)]
    rows = range(1, min(len(network.blocks), _MOST_ROWS) + 1)
    grids = [Way("TB", row, across, stagger) for row in rows for across in (2, 3) for stagger in (1, 3)]
    return free + grids[:: 1 + marks // _LOOK_OFTEN_BELOW]


def _overflow(placed: Placed, room: tuple[float, float]) -> float:
    return max(placed.w / room[0], placed.h / room[1], 1.0)


def _place(network: Network, shapes: dict[str, Shape], chips: dict[str, Shape], size: float, way: Way) -> Placed:
    plan = DotPlan(network, shapes, chips, way, {b.id: _title_size(b, size) for b in _groups(network)})
    drawn = run_dot(plan.source())
    wide, top = (float(n) for n in drawn["bb"].split(",")[2:])
    objects = {item["name"]: item for item in drawn.get("objects", ())}
    frames: list[Shape] = []
    plates: list[Shape] = []
    for name, block in plan.groups.items():
        frame, plate = _frame(block, objects[name], top, size, len(plan.homes[block.id]))
        frames.append(frame)
        plates.append(plate)
    by_name = {name: shapes[key] for key, name in plan.blocks.items()}
    by_name |= {f"e{n}": chips[edge.id] for n, edge in enumerate(network.edges) if edge.id in chips}
    centred = {name: _centre(shape, objects[name], top) for name, shape in by_name.items()}
    wires = _wires(network, drawn, centred, top)
    return Placed(wide, top, (*frames, *plates, *centred.values()), tuple(wires))


def _groups(network: Network) -> list[Block]:
    return [b for top in network.blocks for b in top.walk() if b.blocks]


def _box(block: Block, size: float) -> Shape:
    left = BAND + 5 if block.status else 6
    room = size * 11.5
    head = fonts.wrap(block.label, room, size, bold=True, most=3)
    rest = [fonts.wrap(line, room, size, most=2) for line in block.lines]
    lines = stack([(head, True), *((texts, False) for texts in rest)], left, 5, size)
    width = max((fonts.width(line.text.plain, size, line.bold) for line in lines), default=20.0) + left + 7
    spoken = said(block.label, block.status, (*block.lines, block.note))
    height = max(fonts.height(len(lines), size) + 10, 28)
    return Shape(block.id, 0, 0, max(width, 60), height, "box", block.status, lines, spoken, block.ref)


def _chip(edge: Edge, size: float) -> Shape:
    room = size * 10
    texts = [(fonts.wrap(edge.label, room, size, most=_CHIP_LINES), False)] if edge.label else []
    if edge.status:
        texts.append((fonts.wrap(Text.of(edge.status.word), room, size, bold=True, most=1), True))
    lines = stack(texts, 0, 3, size, anchor="middle")
    width = max((fonts.width(line.text.plain, size, line.bold) for line in lines), default=10.0) + 10
    spoken = said(edge.label, edge.status, (edge.note,))
    centred = tuple(line.moved(width / 2, 0) for line in lines)
    box = (0, 0, width, fonts.height(len(lines), size) + 6)
    return Shape(f"label of {edge.id}", *box, "chip", edge.status, centred, spoken, edge.ref, rests="middle")


def _title_size(block: Block, size: float) -> tuple[float, float]:
    wide = min(fonts.width(block.label.plain, size, True), size * 18) + (BAND if block.status else 0)
    lines = fonts.wrap(block.label, size * 18 + 1, size, bold=True, most=2)
    return wide + 4, fonts.height(len(lines) + len(block.lines), size)


def _frame(block: Block, item: dict[str, Any], top: float, size: float, level: int) -> tuple[Shape, Shape]:
    """The frame of a group and, apart from it, its name, which lines must not run through."""
    left, low, right, high = (float(n) for n in item["bb"].split(","))
    x, y, w, h = left, top - high, right - left, high - low
    start = x + 8 + (BAND if block.status else 0)
    head = fonts.wrap(block.label, x + w - start - 4, size, bold=True, most=2)
    rest = [((fonts.shorten(line, x + w - start - 4, size),), False) for line in block.lines]
    lines = stack([(head, True), *rest], start, y + 5, size)
    spoken = said(block.label, block.status, (*block.lines, block.note))
    frame = Shape(block.id, x, y, w, h, "frame", block.status, (), spoken, block.ref, level)
    wide = max((fonts.width(line.text.plain, size, line.bold) for line in lines), default=0.0)
    box = (start - 3, y + 3, min(wide + 6, x + w - start + 2), fonts.height(len(lines), size) + 2)
    return frame, Shape(f"name of {block.id}", *box, "plate", None, lines, spoken, block.ref, level)


def _centre(shape: Shape, item: dict[str, Any], top: float) -> Shape:
    x, y = (float(n) for n in item["pos"].split(","))
    return shape.moved(x - shape.w / 2, top - y - shape.h / 2)


def _wires(network: Network, drawn: dict[str, Any], placed: dict[str, Shape], top: float) -> Iterator[Wire]:
    by_gvid = {item["_gvid"]: item["name"] for item in drawn.get("objects", ())}
    for item in drawn.get("edges", ()):
        if "id" not in item:
            continue
        edge = network.edges[int(item["id"])]
        tail, head = by_gvid[item["tail"]], by_gvid[item["head"]]
        path = _path(item["pos"], top)
        if item.get("dir") == "back":
            tail, head, path = head, tail, path[::-1]
        spoken = said(edge.label, edge.status, (edge.note,))
        ends = placed[tail].id, placed[head].id
        towards = not head.startswith("e")
        half = "to" if towards else "from"
        yield Wire(f"{edge.id} {half}", *ends, path, edge.status, towards, spoken, edge.ref, width=edge.width)


def _path(pos: str, top: float) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    start = end = None
    for word in pos.split():
        if word[0] in "es":
            x, y = (float(n) for n in word[2:].split(","))
            start, end = (start, (x, top - y)) if word[0] == "e" else ((x, top - y), end)
            continue
        x, y = (float(n) for n in word.split(","))
        points.append((x, top - y))
    # Arrow heads are drawn by the format, so the route is led on to where their tips are.
    if start is not None:
        points = [start, start, points[0], *points]
    if end is not None:
        points += [points[-1], end, end]
    return tuple(points)


def run_dot(source: str) -> dict[str, Any]:
    """Runs ``dot`` from the pygraphviz wheel and returns its JSON; what the libraries say on the way is kept quiet.

    The wheel's fontconfig complains about the machine's font set-up on the error stream. No label of ours is measured
    by Graphviz, so the complaint means nothing; it is shown only if the layout fails.
    """
    try:
        import pygraphviz
    except ImportError as error:
        raise PluginError("pictures with lines need Graphviz", hint="pip install 'eamap[pictures]'") from error
    with _quiet() as talk:
        try:
            graph = pygraphviz.AGraph(string=source)
            answer = graph.draw(format="json0", prog="dot")
        except (OSError, ValueError, RuntimeError) as error:
            raise PluginError(f"Graphviz could not lay out the picture: {error}", hint=talk()) from error
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


@contextmanager
def _quiet() -> Iterator[Any]:
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as heard:
        os.dup2(heard.fileno(), 2)

        def talk() -> str:
            heard.seek(0)
            return heard.read().decode("utf-8", "replace").strip()

        try:
            yield talk
        finally:
            os.dup2(saved, 2)
            os.close(saved)
