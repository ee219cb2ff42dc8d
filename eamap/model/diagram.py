"""Diagrams as meaning: what is drawn, in which state, citing what, and what was left out.

A map builds one :class:`Diagram`; exporters decide colour, pattern, size and position. Three bodies exist: boxes in
boxes (:class:`Nest`), boxes and lines (:class:`Network`) and a table of cells (:class:`Matrix`), which may be drawn as
bars (:class:`Chart`). The constructors refuse
a picture that could mislead: a digit without a ref, a mark drawn twice, a line that ends nowhere, a tally that does not
add up or does not agree with what is drawn. They raise ``ValueError``, because such a picture is a bug of its map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from eamap.model.drawn_text import NOTHING, Span, Text, drawable
from eamap.model.status import Status

__all__ = [
    "NOTHING",
    "Bar",
    "Block",
    "Body",
    "Cell",
    "Chart",
    "Count",
    "Diagram",
    "Edge",
    "Heading",
    "LegendEntry",
    "Mark",
    "Matrix",
    "Nest",
    "Network",
    "Scale",
    "Source",
    "Span",
    "Status",
    "Tally",
    "Text",
    "as_of_text",
    "drawable",
]

_MARKING_REF = "marking"


@dataclass(frozen=True, slots=True)
class Block:
    """A box: a thing, or a group of things when it holds blocks.

    ``kind`` is the kind of thing it stands for ("system", "capability", "organisation"), ``weight`` how many of them
    (an aggregate stands for several); tallies are counted from both. ``lines`` are short texts under the label,
    ``note`` is said in the tooltip and alt text only. ``ref`` explains the box as a whole, usually the thing's id.
    """

    id: str
    label: Text
    kind: str = ""
    status: Status | None = None
    lines: tuple[Text, ...] = ()
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1
    blocks: tuple[Block, ...] = ()

    def walk(self) -> Iterator[Block]:
        """Yields this block and all inside it, outermost first."""
        yield self
        for block in self.blocks:
            yield from block.walk()


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from one block to another: its label names protocol and standard, its status the conformance.

    ``width`` is how wide it is drawn, as a part (above 0, at most 1) of the widest line there can be; 0 leaves it to the
    status. A network whose lines have widths says what they mean.
    """

    id: str
    source: str
    target: str
    label: Text = NOTHING
    kind: str = ""
    status: Status | None = None
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """One line of the legend that says what a width means."""

    width: float
    text: Text


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a row or a column of a matrix; rows with the same ``group`` stand under one band."""

    id: str
    label: Text
    kind: str = ""
    group: Text = NOTHING
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row says about one column; a pair without a cell is drawn blank, so say unknown aloud."""

    row: str
    column: str
    text: Text = NOTHING
    kind: str = ""
    status: Status | None = None
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1

    @property
    def id(self) -> str:
        """The two ends of the cell, which together are unique in a matrix."""
        return f"{self.row} × {self.column}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One instance that several columns of a row have in common, drawn as one connected mark."""

    id: str
    row: str
    columns: tuple[str, ...]
    label: Text
    kind: str = ""
    status: Status = Status.SHARED
    note: Text = NOTHING
    ref: str = ""
    weight: int = 1


Mark: TypeAlias = Block | Edge | Heading | Cell | Bar


@dataclass(frozen=True, slots=True)
class Nest:
    """Boxes in boxes, such as domains, groups and leaf capabilities; any depth, in the order given."""

    blocks: tuple[Block, ...] = ()

    def marks(self) -> Iterator[Mark]:
        """Yields every mark that is drawn."""
        for block in self.blocks:
            yield from block.walk()


@dataclass(frozen=True, slots=True)
class Network:
    """Boxes joined by lines; a block that holds blocks is a cluster. Lines join boxes, never clusters.

    ``scale`` is what the legend says of the widths of lines.
    """

    blocks: tuple[Block, ...] = ()
    edges: tuple[Edge, ...] = ()
    scale: tuple[Scale, ...] = ()

    def __post_init__(self) -> None:
        ends = {block.id for top in self.blocks for block in top.walk() if not block.blocks}
        for edge in self.edges:
            for end in (edge.source, edge.target):
                if end not in ends:
                    raise ValueError(f"edge {edge.id!r} ends at {end!r}, which is not a box of this network")
            if not 0 <= edge.width <= 1 or (edge.width and not self.scale):
                raise ValueError(f"edge {edge.id!r} has a width that the legend does not explain: {edge.width}")

    def marks(self) -> Iterator[Mark]:
        """Yields every mark that is drawn."""
        for block in self.blocks:
            yield from block.walk()
        yield from self.edges


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows against columns, at most one cell a pair, and bars that join the columns of a row."""

    rows: tuple[Heading, ...] = ()
    columns: tuple[Heading, ...] = ()
    cells: tuple[Cell, ...] = ()
    bars: tuple[Bar, ...] = ()

    def __post_init__(self) -> None:
        rows, columns = {row.id for row in self.rows}, {column.id for column in self.columns}
        places = [(cell.row, (cell.column,)) for cell in self.cells] + [(bar.row, bar.columns) for bar in self.bars]
        for row, across in places:
            if row not in rows or not columns.issuperset(across) or not across:
                raise ValueError(f"no such place in this matrix: {row!r} and {', '.join(across)!r}")

    def marks(self) -> Iterator[Mark]:
        """Yields every mark that is drawn."""
        yield from self.rows
        yield from self.columns
        yield from self.cells
        yield from self.bars


@dataclass(frozen=True, slots=True)
class Chart(Matrix):
    """A matrix whose cells count something, drawn as bars as long as their weight where the format can draw bars.

    Each row has one bar a column, under one another; the text of a cell is the number at the end of its bar.
    """


Body: TypeAlias = Nest | Network | Matrix


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the ref that explains it."""

    n: int
    ref: str

    def __post_init__(self) -> None:
        if self.n < 0 or not self.ref:
            raise ValueError(f"a count is not negative and has a ref: {self.n}, {self.ref!r}")

    @property
    def span(self) -> Span:
        """The number as drawn."""
        return Span(f"{self.n:,}", self.ref)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things of a kind are drawn, left out and there in all; it must add up.

    ``kind`` is the kind that the drawn marks carry; ``noun`` its plural as the reader says it.
    """

    kind: str
    noun: str
    drawn: Count
    omitted: Count
    total: Count

    def __post_init__(self) -> None:
        if self.drawn.n + self.omitted.n != self.total.n:
            raise ValueError(f"{self.noun}: drawn {self.drawn.n} + omitted {self.omitted.n} is not {self.total.n}")

    @property
    def text(self) -> Text:
        """The sentence that is printed on the picture: ``60 of 243 systems drawn, 183 not shown``."""
        drawn = Text.of(self.drawn.span, " of ", self.total.span, f" {self.noun} drawn")
        return drawn.plus(Text.of(", ", self.omitted.span, " not shown")) if self.omitted.n else drawn


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of a picture come from, for slide notes and the end of a page."""

    text: Text
    ref: str = ""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One thing the legend must explain: a status, whether boxes, lines or bars carry it, and what it means here."""

    status: Status
    carrier: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole picture, ready for any exporter.

    ``kind`` is the map's name ("capability", "interface", "do-once"). ``alt`` says in a sentence or two what a person
    who does not see the picture should know. The legend is not given: it is read from what is drawn.
    """

    title: Text
    kind: str
    body: Body
    counts: tuple[Tally, ...]
    marking: str
    as_of: date
    alt: Text
    subtitle: Text = NOTHING
    version: int | None = None
    sources: tuple[Source, ...] = ()
    footnotes: tuple[Text, ...] = ()
    meanings: Mapping[Status, str] = field(default_factory=dict)
    """What a status means in this picture, where that is not what it means everywhere."""

    def __post_init__(self) -> None:
        if not self.title or not self.alt or not self.counts:
            raise ValueError("a diagram needs a title, an alt text and at least one tally")
        _refuse_doubles(mark.id for mark in self.body.marks() if not isinstance(mark, Heading | Cell))
        if isinstance(self.body, Matrix):
            for axis in (self.body.rows, self.body.columns, self.body.cells):
                _refuse_doubles(mark.id for mark in axis)
        for tally in self.counts:
            drawn = sum(mark.weight for mark in self.body.marks() if mark.kind == tally.kind)
            if drawn != tally.drawn.n:
                raise ValueError(f"the tally says {tally.drawn.n} {tally.noun}, the picture draws {drawn}")

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        """What the reader meets in this picture and needs explained, in the order of the vocabulary."""
        drawn = [mark for mark in self.body.marks() if not isinstance(mark, Heading)]
        met = {self._legend_entry(mark, mark.status) for mark in drawn if mark.status is not None}
        order = list(Status)
        return tuple(sorted(met, key=lambda entry: (entry.carrier, order.index(entry.status))))

    def _legend_entry(self, mark: Mark, status: Status) -> LegendEntry:
        carrier = {Edge: "line", Bar: "bar"}.get(type(mark), "box")
        return LegendEntry(status, carrier, self.meanings.get(status, status.meaning))

    @property
    def scale(self) -> tuple[Scale, ...]:
        """What the widths of lines mean; empty where no line has one."""
        return self.body.scale if isinstance(self.body, Network) else ()

    @property
    def imprint(self) -> tuple[Text, ...]:
        """The footer: marking, day judged, version, then one text a tally."""
        said = [Text.of((self.marking, _MARKING_REF)), as_of_text(self.as_of)]
        if self.version is not None:
            said.append(Text.of("version ", (self.version, f"version({self.version})")))
        return (*said, *(tally.text for tally in self.counts))

    def with_body(self, body: Body) -> Diagram:
        """Returns one page of this diagram: another body under the same title, tallies and imprint.

        The tallies go on speaking of the whole picture, so they are not compared with the page.
        """
        page = replace(self)
        object.__setattr__(page, "body", body)
        return page


def as_of_text(day: date) -> Text:
    """Returns the day that was judged, as printed on a picture."""
    return Text.of("as of ", (day.isoformat(), f"as-of({day.isoformat()})"))


def _refuse_doubles(ids: Iterable[str]) -> None:
    doubles = sorted(key for key, n in Counter(ids).items() if n > 1)
    if doubles:
        raise ValueError(f"drawn more than once: {', '.join(doubles[:5])}")
