"""Figures on a scale from nought to one: a track, on it the interval and the point, and the figure in words at its end."""

from __future__ import annotations

from eamap.model.panels import Ranges, Reach
from eamap_exporters import fonts
from eamap_exporters.scene import Placed, Shape, Wire, said, stack

_GAP = 8.0
_MOST_NAME, _MOST_NUMBER = 0.42, 0.4
_THICK, _RADIUS = 9.0, 4.0
_LEAST = 2.0


def place_ranges(ranges: Ranges, size: float, wide: float) -> Placed:
    """Returns the rows under one another: name, track and figure each in a column of their own."""
    if not ranges.rows:
        return Placed(wide, 0)
    name = min(max(fonts.width(row.label.plain, size) for row in ranges.rows) + 2, wide * _MOST_NAME)
    number = min(max(fonts.width(row.text.plain, size) for row in ranges.rows) + 2, wide * _MOST_NUMBER)
    track = (name + _GAP, wide - name - number - 2 * _GAP)
    shapes: list[Shape] = []
    wires: list[Wire] = []
    top = 0.0
    for row in ranges.rows:
        placed = _row(row, track, (name, number), size, as_bar=ranges.as_bars).moved(0, top)
        shapes += placed.shapes
        wires += placed.wires
        top += placed.h
    return Placed(wide, top, tuple(shapes), tuple(wires))


def _row(row: Reach, track: tuple[float, float], texts: tuple[float, float], size: float, *, as_bar: bool) -> Placed:
    (left, long), (name, number) = track, texts
    label = fonts.wrap(row.label, name, size, most=2)
    figure = fonts.wrap(row.text, number, size, most=2)
    high = fonts.height(max(len(label), len(figure), 1), size) + 4
    spoken = said(row.label, row.status, (row.text, row.note))
    shapes = []
    for key, x, room, lines in (
        (f"{row.id} name", 0.0, name, label),
        (f"{row.id} figure", left + long + _GAP, number, figure),
    ):
        deep = fonts.height(len(lines), size)
        drawn = stack([(lines, False)], x, (high - deep) / 2, size)
        shapes.append(Shape(key, x, (high - deep) / 2, room, deep, "plain", None, drawn, spoken, row.ref))
    middle = high / 2
    shapes.append(Shape(f"{row.id} track", left, middle - _THICK / 2, long, _THICK, "plate", None, (), spoken, depth=1))
    shapes += _marks(row, left, long, middle, as_bar=as_bar)
    return Placed(left + long + _GAP + number, high, tuple(shapes), _limit(row, left, long, middle))


def _marks(row: Reach, left: float, long: float, middle: float, *, as_bar: bool) -> list[Shape]:
    spoken = said(row.label, row.status, (row.text, row.note))
    point = row.point
    if as_bar:
        if not point:
            return []
        box = (left, middle - _THICK / 2, max(long * point, _LEAST), _THICK)
        return [Shape(row.id, *box, "solid", None, (), spoken, row.ref)]
    start, stop = left + long * row.lo, left + long * row.hi
    box = (start, middle - _THICK / 2, max(stop - start, _LEAST), _THICK)
    found = [Shape(row.id, *box, "span", None, (), spoken, row.ref)]
    if point is not None:
        dot = (left + long * point - _RADIUS, middle - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
        found.append(Shape(f"{row.id} point", *dot, "dot", None, (), spoken, row.ref))
    return found


def _limit(row: Reach, left: float, long: float, middle: float) -> tuple[Wire, ...]:
    if row.limit is None:
        return ()
    x = left + long * row.limit
    start, end = (x, middle - _THICK / 2 - 3), (x, middle + _THICK / 2 + 3)
    return (Wire(f"{row.id} limit", "", "", (start, start, end, end), None, False, row.label, over=True),)
