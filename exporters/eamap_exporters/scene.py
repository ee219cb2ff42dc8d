"""A scene: a diagram with every box, line and text in its place, before any format is chosen.

Lengths are picture units, 96 to the inch, y downwards. Formats draw scenes and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from eamap.model.diagram import NOTHING, Diagram, Status, Text
from eamap_exporters.fonts import LEADING

Look = Literal["frame", "box", "cell", "chip", "dot", "plate", "span", "solid", "plain"]
Anchor = Literal["start", "middle", "end"]
Rest = Literal["top", "middle", "bottom"]
BAND = 17.0
"""Width of the strip that carries a status's letter."""


@dataclass(frozen=True, slots=True)
class Line:
    """One drawn line of text: (x, y) is the anchor on the base line; ``upright`` text runs from below to above.

    Lines with the same ``paragraph`` are one text that was wrapped; formats that wrap by themselves join them.
    """

    text: Text
    x: float
    y: float
    size: float
    bold: bool = False
    anchor: Anchor = "start"
    paragraph: int = 0
    upright: bool = False
    quiet: bool = False

    def moved(self, dx: float, dy: float) -> Line:
        """Returns the line elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Shape:
    """A placed box. ``said`` is what the tooltip and the alt text say: the full words, also where the drawn are cut.

    ``rests`` says where in the box its text is kept by formats that wrap by themselves, and so may need fewer lines.
    """

    id: str
    x: float
    y: float
    w: float
    h: float
    look: Look
    status: Status | None = None
    lines: tuple[Line, ...] = ()
    said: Text = NOTHING
    ref: str = ""
    depth: int = 0
    pale: float = 0.0
    rests: Rest = "top"

    def moved(self, dx: float, dy: float) -> Shape:
        """Returns the shape and its text elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy, lines=tuple(line.moved(dx, dy) for line in self.lines))


@dataclass(frozen=True, slots=True)
class Wire:
    """A placed line between two shapes: ``path`` is a start point and then cubic Bézier triples.

    ``over`` says that the line runs over boxes (a bar) instead of behind them; ``width`` is that of an edge.
    """

    id: str
    source: str
    target: str
    path: tuple[tuple[float, float], ...]
    status: Status | None = None
    arrow: bool = True
    said: Text = NOTHING
    ref: str = ""
    over: bool = False
    width: float = 0.0

    def moved(self, dx: float, dy: float) -> Wire:
        """Returns the wire elsewhere."""
        return replace(self, path=tuple((x + dx, y + dy) for x, y in self.path))


@dataclass(frozen=True, slots=True)
class Placed:
    """A body laid out from (0, 0): its size, shapes in drawing order, wires, and how many texts had to be cut."""

    w: float
    h: float
    shapes: tuple[Shape, ...] = ()
    wires: tuple[Wire, ...] = ()

    def moved(self, dx: float, dy: float) -> Placed:
        """Returns the same content elsewhere."""
        return Placed(
            self.w, self.h, tuple(s.moved(dx, dy) for s in self.shapes), tuple(w.moved(dx, dy) for w in self.wires)
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole sheet: the content, and the heading, legend and footer around it."""

    diagram: Diagram
    w: float
    h: float
    content: Placed
    heading: tuple[Line, ...]
    legend: Placed
    footer: tuple[Line, ...]


def stack(
    paragraphs: Iterable[tuple[tuple[Text, ...], bool]], x: float, y: float, size: float, *, anchor: Anchor = "start"
) -> tuple[Line, ...]:
    """Returns wrapped paragraphs (lines, bold) as lines under one another, the first line's top at y."""
    placed: list[Line] = []
    for number, (texts, bold) in enumerate(paragraphs):
        for text in texts:
            base = y + size * (0.93 + LEADING * len(placed))
            placed.append(Line(text, x, base, size, bold, anchor, number))
    return tuple(placed)


def said(label: Text, status: Status | None, rest: Iterable[Text] = ()) -> Text:
    """Returns what a tooltip says of a mark: its whole label, its status in a word, then the rest."""
    spoken = label
    if status is not None:
        spoken = spoken.plus(Text.of(f" [{status.word}]"))
    for text in rest:
        if text:
            spoken = spoken.plus(Text.of("; ")).plus(text)
    return spoken
