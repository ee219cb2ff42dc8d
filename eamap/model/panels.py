"""A page of panels: small pictures and texts that belong together, for a sheet of paper or a few slides.

A panel holds words in columns (:class:`Words`), figures on a scale from nought to one (:class:`Ranges`), or points on a
plane of that scale (:class:`Plane`). As everywhere, exporters decide where things stand and how they look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from eamap.model.drawn_text import NOTHING, Text
from eamap.model.status import Status

WHOLE = 12
"""How many parts the width of an upright page has."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of words: one text a column, each wrapped in its own."""

    id: str
    texts: tuple[Text, ...]
    kind: str = ""
    status: Status | None = None
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1
    strong: bool = False
    """Whether it is the sentence to be read if no other is."""

    @property
    def label(self) -> Text:
        """All of it in one line."""
        said = NOTHING
        for text in self.texts:
            if text:
                said = said.plus(Text.of(": ")).plus(text) if said else text
        return said


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of words; with ``heads`` they are a table, whose columns are as wide as ``shares`` say, else prose."""

    entries: tuple[Entry, ...]
    heads: tuple[Text, ...] = ()
    shares: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        widths = {len(self.shares), *(len(entry.texts) for entry in self.entries)}
        if len(widths) > 1 or (self.heads and len(self.heads) != len(self.shares)):
            raise ValueError("every line of words has a text for every column")

    def marks(self) -> Iterator[Entry]:
        """Yields what is drawn."""
        yield from self.entries


@dataclass(frozen=True, slots=True)
class Reach:
    """A figure between ``lo`` and ``hi``, all in [0, 1]; ``point`` is None where it is not known where between them.

    ``text`` is the figure as written beside it; ``limit`` a line that it is held against.
    """

    id: str
    label: Text
    lo: float
    point: float | None
    hi: float
    text: Text
    limit: float | None = None
    kind: str = ""
    status: Status | None = None
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1

    def __post_init__(self) -> None:
        inside = (self.lo, self.lo if self.point is None else self.point, self.hi)
        if not 0 <= inside[0] <= inside[1] <= inside[2] <= 1:
            raise ValueError(f"{self.id!r} does not lie between nought and one: {inside}")


@dataclass(frozen=True, slots=True)
class Ranges:
    """Figures under one another on one scale from nought to one: as intervals with a point, or as bars from nought."""

    rows: tuple[Reach, ...]
    as_bars: bool = False

    def marks(self) -> Iterator[Reach]:
        """Yields what is drawn."""
        yield from self.rows


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a plane, x to the right and y upwards, both in [0, 1]; ``text`` is what is written beside it."""

    id: str
    label: Text
    x: float
    y: float
    text: Text = NOTHING
    kind: str = ""
    status: Status | None = None
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.x <= 1 and 0 <= self.y <= 1):
            raise ValueError(f"{self.id!r} is no point of the plane: {self.x}, {self.y}")


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across a plane, at a height or (``upright``) at a place from the left, with what it is."""

    at: float
    text: Text = NOTHING
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """Where something lies that is not known to the point: from (left, low) to (right, high)."""

    id: str
    label: Text
    left: float
    low: float
    right: float
    high: float
    text: Text = NOTHING
    kind: str = ""
    status: Status | None = None
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.left <= self.right <= 1 and 0 <= self.low <= self.high <= 1):
            raise ValueError(f"{self.id!r} is no area of the plane")


@dataclass(frozen=True, slots=True)
class Plane:
    """Points on a square: joined by a line in their order, or beside an area of uncertainty.

    ``ticks`` name places along the bottom, ``corners`` the four fields: upper left, upper right, lower left, lower right.
    """

    across: Text
    upwards: Text
    spots: tuple[Spot, ...] = ()
    areas: tuple[Area, ...] = ()
    limits: tuple[Limit, ...] = ()
    ticks: tuple[tuple[float, Text], ...] = ()
    corners: tuple[Text, ...] = ()
    joined: bool = False

    def __post_init__(self) -> None:
        if len(self.corners) not in (0, 4):
            raise ValueError("a plane has four corners or names none")

    def marks(self) -> Iterator[Spot | Area]:
        """Yields what is drawn."""
        yield from self.areas
        yield from self.spots


Content: TypeAlias = Words | Ranges | Plane


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a page under a heading; ``width`` is how many twelfths of an upright page it takes.

    ``note`` is said in small print under the content: what a line or a mark means.
    """

    id: str
    heading: Text
    content: Content
    width: int = WHOLE
    note: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Page:
    """Panels in reading order; as many stand beside one another as there is room for."""

    panels: tuple[Panel, ...] = ()

    def marks(self) -> Iterator[Entry | Reach | Spot | Area]:
        """Yields every mark that is drawn."""
        for panel in self.panels:
            yield from panel.content.marks()
