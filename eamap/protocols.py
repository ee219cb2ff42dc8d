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

from eamap.model.diagram import Diagram
from eamap.model.estate import Estate
from eamap.model.grid import Document, Grid
from eamap.model.results import Result

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, on which importers say how well they know it."""

    path: Path
    head: bytes
    size: int


@runtime_checkable
class Importer(Protocol):
    """Turns a file of one format into grids of text, or into one document."""

    name: str

    def score(self, sample: Sample) -> float:
        """Says how sure it is that it can read the file, from 0 to 1; a tie is a question to the user."""
        ...

    def read(self, sample: Sample) -> list[Grid | Document]:
        """Reads the file; raises SourceError, with the place and a hint, if nothing can be read."""
        ...


@dataclass(frozen=True, slots=True)
class SourceTables:
    """What one part of a source said, before it is weighed against the others.

    ``part`` is the name of the part (unique in a store); ``meta`` is what :class:`eamap.model.citations.SourcePart`
    needs; ``rows`` are the file's own rows as text; ``tables`` hold ``things/KIND``, ``links/RELATION``, ``reasons`` and
    ``issues`` as :mod:`eamap.model.schema` types them, without the column ``source``.
    """

    part: str
    meta: Mapping[str, Any]
    rows: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]


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
    """Turns an estate and the results about it into a renderer-neutral diagram."""

    name: str

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
