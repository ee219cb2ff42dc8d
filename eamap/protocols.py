"""The whole plug-in surface on one page.

A plug-in is one object that satisfies one of these protocols, named in an entry-point group ``eamap.importers``,
``eamap.stores``, ``eamap.checks``, ``eamap.maps`` or ``eamap.exporters``. Built-ins come in by the same door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from eamap.model.coded import Coded
from eamap.model.diagram import Diagram
from eamap.model.estate import Estate
from eamap.model.grid import Document, Grid
from eamap.model.results import Result

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.questions import Exposed, Joined
    from eamap.model.selector import Selection
    from eamap.model.selector.grammar import Towards


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file and what it shows itself to be, whatever its suffix says.

    ``kind`` is one of xlsx, ods, json, xml, yaml, text. ``text`` is the decoded ``head`` (empty for zip files) and
    ``complete`` is true when the head is the whole file. ``encoding`` and ``delimiter`` are what the user insisted on.
    ``members`` are the names inside a zip file.
    """

    path: Path
    kind: str
    size: int
    head: bytes
    text: str = ""
    complete: bool = True
    encoding: str | None = None
    delimiter: str | None = None
    members: frozenset[str] = frozenset()

    @property
    def suffix(self) -> str:
        """The suffix of the file's name, in lower case, with its dot."""
        return self.path.suffix.lower()

    def content(self) -> bytes:
        """Returns the bytes of the whole file; it is opened again only where the head is not all of it."""
        return self.head if self.complete else self.path.read_bytes()


@runtime_checkable
class Importer(Protocol):
    """Reads one format; the importer with the highest score for a sample is asked to read the file.

    A score of 0 means "not mine", 1 means "certainly mine". ``read`` raises SourceError for a file it must refuse and
    puts everything that is merely imperfect into the issues of what it returns.
    """

    @property
    def name(self) -> str:
        """The format in one word, as it stands in ``Grid.format``."""
        ...

    def score(self, sample: Sample) -> float:
        """Returns how surely this importer can read the file, from 0 to 1."""
        ...

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns every sheet of the file, or the file as one document."""
        ...


@dataclass(frozen=True, slots=True)
class SourceTables:
    """What one part of a source said, before it is weighed against the others.

    ``part`` is the name of the part (unique in a store); ``meta`` is what :class:`eamap.model.citations.SourcePart`
    needs; ``rows`` are the file's own rows as text; ``tables`` hold ``things/KIND``, ``links/RELATION``, ``reasons`` and
    ``issues`` as :mod:`eamap.model.schema` types them, without the column ``source``.

    ``coded`` repeats columns of ``rows`` (under the name "rows") and of ``tables`` as codes, where reading found their few
    distinct texts anyway: a store that writes files may write these instead, at a third of the cost. ``distinct`` names
    the tables of things that are known to hold no id twice.
    """

    part: str
    meta: Mapping[str, Any]
    rows: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    coded: Mapping[str, Mapping[str, Coded]] = field(default_factory=dict)
    distinct: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Publication:
    """A whole new version: every source part, every decision, the documents, and the estate reconciled from them."""

    parts: Sequence[SourceTables]
    decisions: pl.DataFrame
    documents: Mapping[str, tuple[str, bytes]]
    """sha256 > (file name, content)."""
    tables: Mapping[str, pl.DataFrame]
    summary: Mapping[str, Any] = field(default_factory=dict)
    """What happened, for the log: command, sources added, replaced, withdrawn, counts."""
    told: Mapping[str, str] = field(default_factory=dict)
    """Tables that are one part's table of that name, row by row, with ``source`` added: name > part."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One line of the log."""

    number: int
    published: str
    summary: Mapping[str, Any]


@runtime_checkable
class Store(Protocol):
    """Keeps every version of an estate. Publishing is atomic: a reader sees the version before or the one after."""

    location: str

    def versions(self) -> list[VersionInfo]:
        """Returns all versions, oldest first; empty for a new store."""
        ...

    def estate(self, at: int | None = None) -> Estate:
        """Returns the estate of a version (default: the latest); its tables load when they are asked for."""
        ...

    def publication(self, at: int | None = None) -> Publication:
        """Returns everything a version was made of, so that the next can be reconciled from it."""
        ...

    def writer(self, wait: float) -> Any:
        """Returns a context manager that holds the writer's lock; StoreError after ``wait`` seconds."""
        ...

    def publish(self, publication: Publication, *, published: str) -> int:
        """Publishes a new version inside :meth:`writer` and returns its number; the same content publishes nothing."""
        ...


@runtime_checkable
class Questions(Protocol):
    """What is asked of one version of an estate on one day; any store gives the same answers to all of them.

    :class:`eamap.model.questions.EmbeddedQuestions` says what each answers, and answers it on tables.
    """

    @property
    def version(self) -> int:
        """The version that is asked."""
        ...

    @property
    def as_of(self) -> date:
        """The day that is judged."""
        ...

    def select(self, selector: str) -> Selection:
        """Returns what a selector selects; UsageError for one that cannot be understood."""
        ...

    def things(self, kind: str, ids: pl.Series) -> pl.DataFrame:
        """Returns the things of one kind with these ids, every field of each, sorted by id."""
        ...

    def height(self, kind: str = "*") -> int:
        """Returns how many things there are of a kind, or of all kinds."""
        ...

    def reach(
        self, ids: Sequence[str], *, hops: int | None = None, direction: Towards = ..., relations: Sequence[str] = ()
    ) -> pl.DataFrame:
        """Returns what can be reached and the last hop to each, sorted by id."""
        ...

    def impact(self, identifier: str) -> pl.DataFrame:
        """Returns everything that stands on a thing, nearest first; UsageError if there is no such thing."""
        ...

    def path(self, origin: str, target: str, *, directed: bool = False) -> Joined | None:
        """Returns a shortest path of any length; its length is the contract. UsageError if an end is not there."""
        ...

    def exposure(self, raw: Sequence[str]) -> Exposed:
        """Returns what stands on the components that go by one of these texts."""
        ...

    def matrix(self) -> pl.DataFrame:
        """Returns who has what for which capability, counted."""
        ...


@runtime_checkable
class Check(Protocol):
    """Judges things of one kind by the fields it depends on. See :mod:`eamap.checks.engine`."""

    id: str
    name: str
    subject: str
    depends: tuple[str, ...]


@runtime_checkable
class Analysis(Protocol):
    """A pure function of an estate, reference data and a date."""

    name: str

    def __call__(self, estate: Estate, as_of: date, **options: Any) -> Result:
        """Answers."""
        ...


@runtime_checkable
class Map(Protocol):
    """Turns an estate and the results about it into a renderer-neutral diagram.

    ``checks`` are the ids of the checks whose verdicts it draws; no others are made for it.
    """

    name: str
    checks: tuple[str, ...]

    def draw(self, estate: Estate, as_of: date, **options: Any) -> Diagram:
        """Draws."""
        ...


@runtime_checkable
class Exporter(Protocol):
    """Writes a diagram, an estate or a table in one format."""

    name: str
    suffixes: tuple[str, ...]
    accepts: str
    """``diagram``, ``estate`` or ``table``."""

    def export(self, thing: Any, path: Path, options: Mapping[str, Any]) -> list[Path]:
        """Writes the thing and returns the files written."""
        ...
