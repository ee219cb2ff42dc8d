"""Text is measured before boxes are drawn, with one named font file that every machine has.

DejaVu Sans comes with matplotlib's wheel; only its file is located, matplotlib is not imported. Viewers that have Arial
use that instead: it is narrower, so whatever fits here fits there. Lengths are in picture units: 96 to the inch.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

from eamap.errors import PluginError
from eamap.model.diagram import Span, Text

FAMILIES = "Arial, Helvetica, 'DejaVu Sans', sans-serif"
SMALLEST = 12.0
"""Nine points: what can be read on a slide 13.3 inches wide."""
LEADING = 1.22
_SAFETY = 1.03
_UNKNOWN_GLYPH = 1.0
_ELLIPSIS = "…"
_NUMBER = re.compile(r"\d+(?:[-/_,.:]\d+)*")
"""A number, a date, a version or a range: what must not be told in halves."""


def folder() -> Path:
    """Returns the folder of the DejaVu font files."""
    spec = find_spec("matplotlib")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(place) / "mpl-data" / "fonts" / "ttf"
        if (found / "DejaVuSans.ttf").is_file():
            return found
    raise PluginError("pictures need the DejaVu Sans font files", hint="pip install 'eamap[pictures]'")


@cache
def _advances(bold: bool) -> dict[int, float]:
    from fontTools.ttLib import TTFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    with TTFont(folder() / name, lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def width(text: str, size: float, bold: bool = False) -> float:
    """Returns how wide a line of text is at most."""
    return _edges(text, bold)[-1] * size


def height(lines: int, size: float) -> float:
    """Returns how high so many lines of text are."""
    return lines * size * LEADING


def wrap(text: Text, room: float, size: float, *, bold: bool = False, most: int = 3) -> tuple[Text, ...]:
    """Returns the text as at most ``most`` lines that fit, the last one ending in an ellipsis if more was said."""
    plain = text.plain.rstrip()
    if not plain:
        return ()
    ranges = _ranges(plain, room, size, bold)
    lines = [text.cut(start, stop) for start, stop in ranges[:most]]
    if len(ranges) > most:
        lines[-1] = shorten(text.cut(ranges[most - 1][0], len(plain)), room, size, bold=bold)
    return tuple(lines)


def shorten(text: Text, room: float, size: float, *, bold: bool = False) -> Text:
    """Returns the text in one line, cut and ended with an ellipsis where it does not fit.

    A number is never cut in two: half a number is a wrong number, and half a date another date.
    """
    plain = text.plain
    if width(plain, size, bold) <= room:
        return text
    stop = _fitting(plain, 0, room - width(_ELLIPSIS, size, bold), size, bold)
    while _in_number(plain, stop):
        stop -= 1
    return text.cut(0, len(plain[:stop].rstrip())).plus(Text((Span(_ELLIPSIS),)))


def count(text: Text, room: float, size: float, *, bold: bool = False, most: int = 3) -> tuple[int, bool]:
    """Returns how many lines :func:`wrap` would make, and whether it would shorten the text or break a word."""
    return _counted(text.plain, room, size, bold, most)


@lru_cache(maxsize=200_000)
def _counted(plain: str, room: float, size: float, bold: bool, most: int) -> tuple[int, bool]:
    plain = plain.rstrip()
    found = _ranges(plain, room, size, bold) if plain else ()
    broken = any(_inside(plain, stop) for _, stop in found)
    return min(len(found), most), len(found) > most or broken


def _inside(plain: str, stop: int) -> bool:
    return stop < len(plain) and plain[stop - 1] not in " -/_," and plain[stop] != " "


@lru_cache(maxsize=50_000)
def _ranges(plain: str, room: float, size: float, bold: bool) -> tuple[tuple[int, int], ...]:
    """Where each line starts and stops; a blank that a line was broken at still belongs to it."""
    found, start = [], 0
    while start < len(plain):
        stop = _fitting(plain, start, room, size, bold)
        if stop < len(plain):
            stop = _good_break(plain, start, max(stop, start + 1))
            stop += plain[stop] == " "
        found.append((start, stop))
        start = stop
    return tuple(found)


@lru_cache(maxsize=10_000)
def _edges(plain: str, bold: bool) -> list[float]:
    """Returns the right edge of each character in a line of size 1, with nought before the first."""
    advances = _advances(bold)
    return [0.0, *accumulate(advances.get(ord(c), _UNKNOWN_GLYPH) * _SAFETY for c in plain)]


def _fitting(plain: str, start: int, room: float, size: float, bold: bool) -> int:
    edges = _edges(plain, bold)
    return max(bisect_right(edges, edges[start] + max(room, 0.0) / size + 1e-9) - 1, start)


def _good_break(plain: str, start: int, stop: int) -> int:
    """Breaks at a blank, else after a hyphen, slash or underscore, else inside the word but never inside a number."""
    if plain[stop].isspace():
        return stop
    for ends in (" ", "-/_,"):
        for at in range(stop, start + 1, -1):
            if plain[at - 1] in ends and not _in_number(plain, at):
                return at
    at = stop
    while at > start + 1 and _in_number(plain, at):
        at -= 1
    return at if at > start + 1 else stop


def _in_number(plain: str, at: int) -> bool:
    return any(start < at < stop for start, stop in _numbers(plain))


@lru_cache(maxsize=10_000)
def _numbers(plain: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in _NUMBER.finditer(plain))
