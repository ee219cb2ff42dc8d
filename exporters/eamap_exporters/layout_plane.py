"""Points on a square between nought and one: axes, lines across, areas of uncertainty, and a curve where points are joined.

Names of fields and axes stand outside the square, so that nothing inside it can run over them.
"""

from __future__ import annotations

from itertools import pairwise

from eamap.model.diagram import Text
from eamap.model.panels import Area, Plane, Spot
from eamap_exporters import fonts
from eamap_exporters.scene import Line, Placed, Shape, Wire, said

_HIGHEST, _RADIUS = 145.0, 4.5
_INSET = 42.0
"""Room at both ends of a curve, so that the figures beside its points stay inside."""
_CURVE = 0.3
"""How wide a curve is drawn, as a part of the widest line."""


def place_plane(plane: Plane, name: str, size: float, wide: float) -> Placed:
    """Returns the square with all that is in and around it; a curve is as wide as there is room."""
    line = fonts.height(1, size)
    side = min(_HIGHEST, wide * 0.75)
    told = max((fonts.width(limit.text.plain, size) + 6 for limit in plane.limits if limit.text), default=0.0)
    long = wide - told if plane.joined else side
    left, top = 0.0 if plane.joined else (wide - long) / 2, line * 2 + 4
    square = (left, top, long, side)
    texts = [(plane.upwards, 0.0, 0.0, "start"), *_corners(plane, square, line)]
    below = top + side + 2
    for at, text in plane.ticks:
        texts.append((text, _x(plane, square, at), below, "middle"))
    below += line if plane.ticks or plane.corners else 0
    if plane.across:
        texts.append((plane.across, left + long / 2, below, "middle"))
        below += line
    shapes = [_text(f"{name} text {n}", each, size, wide) for n, each in enumerate(texts) if each[0]]
    shapes += [_area(area, plane, square) for area in plane.areas]
    for spot in plane.spots:
        shapes += _spot(spot, plane, square, size, wide)
    limits = _limits(plane, name, square, size, wide)
    return Placed(wide, below, (*shapes, *limits.shapes), (*_axes(name, square), *limits.wires, *_curve(plane, square)))


def _x(plane: Plane, square: tuple[float, float, float, float], at: float) -> float:
    left, _, long, _ = square
    inset = _INSET if plane.joined else 0.0
    return left + inset + (long - 2 * inset) * at


def _y(square: tuple[float, float, float, float], at: float) -> float:
    return square[1] + square[3] * (1 - at)


def _corners(
    plane: Plane, square: tuple[float, float, float, float], line: float
) -> list[tuple[Text, float, float, str]]:
    """The names of the upper fields above the square, those of the lower below it, each away from the middle."""
    left, top, long, side = square
    middle = left + long / 2
    sides = ((middle - 6, "end"), (middle + 6, "start"))
    places = [(x, y, anchor) for y in (top - line - 2, top + side + 2) for x, anchor in sides]
    return [(text, *place) for text, place in zip(plane.corners, places, strict=False)]


def _text(key: str, placed: tuple[Text, float, float, str], size: float, wide: float) -> Shape:
    text, x, top, anchor = placed
    half = min(fonts.width(text.plain, size), wide)
    left = x - half * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    left = min(max(left, 0.0), wide - half)
    drawn = (Line(fonts.shorten(text, wide, size), left, top + size * 0.93, size),)
    return Shape(key, left, top, half, fonts.height(1, size), "plain", None, drawn, text)


def _area(area: Area, plane: Plane, square: tuple[float, float, float, float]) -> Shape:
    x, y = _x(plane, square, area.left), _y(square, area.high)
    wide, high = _x(plane, square, area.right) - x, _y(square, area.low) - y
    spoken = said(area.label, area.status, (area.text, area.note))
    return Shape(area.id, x, y, max(wide, 2.0), max(high, 2.0), "span", None, (), spoken, area.ref)


def _spot(spot: Spot, plane: Plane, square: tuple[float, float, float, float], size: float, wide: float) -> list[Shape]:
    x, y = _x(plane, square, spot.x), _y(square, spot.y)
    spoken = said(spot.label, spot.status, (spot.text, spot.note))
    dot = Shape(spot.id, x - _RADIUS, y - _RADIUS, 2 * _RADIUS, 2 * _RADIUS, "dot", None, (), spoken, spot.ref)
    if not spot.text:
        return [dot]
    # A curve that rises leaves room above and to the left of its points, and below and to the right; a line may take the one.
    high, long = fonts.height(1, size), fonts.width(spot.text.plain, size)
    above, left = y - _RADIUS - high, max(x + _RADIUS - long, square[0] + 2)
    if above < square[1] < above + high:
        above = square[1] - high - 1
    if any(above < _y(square, limit.at) < above + high for limit in plane.limits if not limit.upright):
        above, left = y + _RADIUS, min(x, square[0] + square[2] - long - 2)
    return [dot, _text(f"{spot.id} text", (spot.text, left, above, "start"), size, wide)]


def _limits(plane: Plane, name: str, square: tuple[float, float, float, float], size: float, wide: float) -> Placed:
    left, top, long, side = square
    shapes, wires = [], []
    for number, limit in enumerate(plane.limits):
        if limit.upright:
            x = _x(plane, square, limit.at)
            ends = ((x, top), (x, top + side))
        else:
            y = _y(square, limit.at)
            ends = ((left, y), (left + long, y))
            if limit.text:
                text = (limit.text, left + long + 4, y - fonts.height(1, size) / 2, "start")
                shapes.append(_text(f"{name} limit {number} text", text, size, wide))
        wires.append(_wire(f"{name} limit {number}", *ends, limit.text, thick=0.0))
    return Placed(wide, 0, tuple(shapes), tuple(wires))


def _axes(name: str, square: tuple[float, float, float, float]) -> tuple[Wire, ...]:
    left, top, long, side = square
    corners = ((left, top), (left + long, top), (left + long, top + side), (left, top + side), (left, top))
    return tuple(_wire(f"{name} edge {n}", *ends, Text(), thick=0.0) for n, ends in enumerate(pairwise(corners)))


def _curve(plane: Plane, square: tuple[float, float, float, float]) -> tuple[Wire, ...]:
    if not plane.joined:
        return ()
    places = [(spot, (_x(plane, square, spot.x), _y(square, spot.y))) for spot in plane.spots]
    return tuple(
        _wire(f"curve {one.id} {two.id}", near, far, one.label.plus(Text.of(" to ")).plus(two.label), thick=_CURVE)
        for (one, near), (two, far) in pairwise(places)
    )


def _wire(key: str, start: tuple[float, float], end: tuple[float, float], spoken: Text, *, thick: float) -> Wire:
    return Wire(key, "", "", (start, start, end, end), None, False, spoken, over=True, width=thick)
