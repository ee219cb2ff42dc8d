"""Panels beside and under one another, each as high as its words, ranges or plane need at its width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eamap.model.diagram import Text
from eamap.model.panels import WHOLE, Page, Panel, Plane, Ranges, Words
from eamap_exporters import fonts
from eamap_exporters.layout_plane import place_plane
from eamap_exporters.layout_ranges import place_ranges
from eamap_exporters.scene import Line, Placed, Shape, Wire, said, stack

GAP = 8.0
_PAD = 8.0
_COLUMN_GAP = 10.0
_ENTRY_GAP = 3.0
_MOST_LINES = 12


def place_page(page: Page, size: float, wide: float, parts: int = WHOLE) -> Placed:
    """Returns the panels laid out on a width of so many parts; rows of panels fill it, each row as high as its highest."""
    shapes: list[Shape] = []
    wires: list[Wire] = []
    top = 0.0
    for row in _rows(page.panels, parts):
        x, placed = 0.0, []
        for panel, width in zip(row, _widths(row, wide), strict=True):
            placed.append((x, width, panel, _inside(panel, size, width - 2 * _PAD)))
            x += width + GAP
        high = max(inner.h for _, _, _, inner in placed) + 2 * _PAD
        for left, width, panel, inner in placed:
            shapes.append(Shape(f"panel {panel.id}", left, top, width, high, "frame", None, (), panel.heading))
            moved = inner.moved(left + _PAD, top + _PAD)
            shapes += moved.shapes
            wires += moved.wires
        top += high + GAP
    return Placed(wide, max(top - GAP, 0.0), tuple(shapes), tuple(wires))


def _rows(panels: tuple[Panel, ...], parts: int) -> Iterator[tuple[Panel, ...]]:
    row: list[Panel] = []
    for panel in panels:
        if row and sum(each.width for each in row) + panel.width > parts:
            yield tuple(row)
            row = []
        row.append(panel)
    if row:
        yield tuple(row)


def _widths(row: tuple[Panel, ...], wide: float) -> list[float]:
    whole = sum(panel.width for panel in row)
    return [(wide - GAP * (len(row) - 1)) * panel.width / whole for panel in row]


def _inside(panel: Panel, size: float, wide: float) -> Placed:
    """Heading, content and small print of a panel, under one another."""
    heading = fonts.wrap(panel.heading, wide, size, bold=True, most=2)
    lines = stack([(heading, True)], 0, 0, size)
    top = fonts.height(len(heading), size)
    content = _content(panel, size, wide).moved(0, top + 4)
    top += 4 + content.h
    shapes = [
        Shape(f"heading {panel.id}", 0, 0, wide, fonts.height(len(heading), size), "plain", None, lines, panel.heading),
        *content.shapes,
    ]
    note = fonts.wrap(panel.note, wide, size, most=_MOST_LINES)
    if note:
        high = fonts.height(len(note), size)
        quiet = tuple(replace(line, quiet=True) for line in stack([(note, False)], 0, top + 4, size))
        shapes.append(Shape(f"note {panel.id}", 0, top + 4, wide, high, "plain", None, quiet, panel.note))
        top += 4 + high
    return Placed(wide, top, tuple(shapes), content.wires)


def _content(panel: Panel, size: float, wide: float) -> Placed:
    match panel.content:
        case Words():
            return _words(panel.content, panel.id, size, wide)
        case Ranges():
            return place_ranges(panel.content, size, wide)
        case Plane():
            return place_plane(panel.content, panel.id, size, wide)


def _words(words: Words, name: str, size: float, wide: float) -> Placed:
    room = wide - _COLUMN_GAP * (len(words.shares) - 1)
    widths = [room * share / sum(words.shares) for share in words.shares]
    shapes: list[Shape] = []
    top = 0.0
    if words.heads:
        top = _line(f"heads {name}", words.heads, widths, size, top, shapes, bold=True)
    for entry in words.entries:
        before = len(shapes)
        top = _line(entry.id, entry.texts, widths, size, top, shapes, bold=entry.strong)
        spoken = said(entry.label, entry.status, (entry.note,))
        shapes[before:] = [replace(shape, said=spoken, ref=entry.ref) for shape in shapes[before:]]
    return Placed(wide, max(top - _ENTRY_GAP, 0.0), tuple(shapes))


def _line(
    name: str,
    texts: tuple[Text, ...],
    widths: list[float],
    size: float,
    top: float,
    shapes: list[Shape],
    *,
    bold: bool = False,
) -> float:
    """Adds one line of a table and returns where the next begins."""
    wrapped = [
        fonts.wrap(text, width, size, bold=bold, most=_MOST_LINES) for text, width in zip(texts, widths, strict=True)
    ]
    high, left = fonts.height(max(map(len, wrapped), default=0), size), 0.0
    for number, (lines, width) in enumerate(zip(wrapped, widths, strict=True)):
        drawn: tuple[Line, ...] = stack([(lines, bold)], left, top, size)
        if drawn:
            shapes.append(Shape(f"{name} {number}", left, top, width, high, "plain", None, drawn, texts[number]))
        left += width + _COLUMN_GAP
    return top + high + _ENTRY_GAP
