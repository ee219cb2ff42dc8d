"""Text is measured before boxes are drawn, with one named font file that every machine has.

DejaVu Sans comes with matplotlib's wheel; only its file is located, matplotlib is not imported. Viewers that have Arial
use that instead: it is narrower, so whatever fits here fits there. Lengths are in picture units: 96 to the inch.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
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


@cache
def width(text: str, size: float, bold: bool = False) -> float:
    """Returns how wide a line of text is at most."""
    advances = _advances(bold)
    return sum(advances.get(ord(c), _UNKNOWN_GLYPH) for c in text) * size * _SAFETY


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

    A number is never cut in two: half a number is a wrong number.
    """
    plain = text.plain
    if width(plain, size, bold) <= room:
        return text
    stop = _fitting(plain, 0, room - width(_ELLIPSIS, size, bold), size, bold)
    if 0 < stop < len(plain) and plain[stop].isdigit():
        while stop and plain[stop - 1].isdigit():
            stop -= 1
    return text.cut(0, len(plain[:stop].rstrip())).plus(Text((Span(_ELLIPSIS),)))


@cache
def _ranges(plain: str, room: float, size: float, bold: bool) -> list[tuple[int, int]]:
    found, start = [], 0
    while start < len(plain):
        if width(plain[start:], size, bold) <= room:
            found.append((start, len(plain)))
            break
        stop = max(_fitting(plain, start, room, size, bold), start + 1)
        stop = _good_break(plain, start, stop)
        found.append((start, len(plain[:stop].rstrip())))
        start = stop + (len(plain[stop:]) - len(plain[stop:].lstrip()))
    return found


def _fitting(plain: str, start: int, room: float, size: float, bold: bool) -> int:
    low, high = start, len(plain)
    while low < high:
        middle = (low + high + 1) // 2
        if width(plain[start:middle], size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _good_break(plain: str, start: int, stop: int) -> int:
    """Breaks at a blank, else after a hyphen, slash or underscore, else inside the word but never inside a number."""
    if plain[stop].isspace():
        return stop
    for ends in (" ", "-/_,"):
        for at in range(stop, start + 1, -1):
            if plain[at - 1] in ends:
                return at
    at = stop
    while at > start + 1 and plain[at - 1].isdigit() and plain[at].isdigit():
        at -= 1
    return at if at > start + 1 else stop
