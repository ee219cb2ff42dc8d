"""The store that is gone when the program ends: for tests and for what-if."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eamap.model.estate import Estate
from eamap.protocols import Publication, SourceTables, VersionInfo
from eamap.stores.lock import locked
from eamap.stores.manifest import address, unread
from eamap.stores.parts import LazyTables, plain_meta, source_part
from eamap.stores.sameness import same_rows
from eamap.stores.versions import no_version, nothing_published

if TYPE_CHECKING:
    import polars as pl


class MemoryStore:
    """Keeps versions in memory. Two objects are two stores."""

    def __init__(self, location: str = "memory") -> None:
        self.location = location
        self._versions: list[tuple[VersionInfo, Publication]] = []
        self._lock = threading.Lock()
        self._holder = ""

    def versions(self) -> list[VersionInfo]:
        """Returns all versions, oldest first."""
        return [info for info, _ in self._versions]

    def estate(self, at: int | None = None) -> Estate:
        """Returns the estate of a version."""
        info, publication = self._version(at)
        rows = {part.part: part.rows for part in publication.parts}
        return Estate(
            tables=LazyTables(tuple(publication.tables), publication.tables.__getitem__),
            sources=tuple(source_part(part.part, part.meta, part.rows.height) for part in publication.parts),
            version=info.number,
            raw_rows=rows.__getitem__,
            documents={sha256: content for sha256, (_, content) in publication.documents.items()},
            document_names={sha256: name for sha256, (name, _) in publication.documents.items()},
        )

    def publication(self, at: int | None = None) -> Publication:
        """Returns everything a version was made of; an empty one where nothing was published."""
        import polars as pl

        if at is None and not self._versions:
            return Publication((), pl.DataFrame(), {}, {})
        return self._version(at)[1]

    def warnings(self) -> list[str]:
        """Returns nothing: memory is as good a place as another."""
        return []

    def verify(self) -> list[str]:
        """Returns nothing: there is no file to be damaged."""
        return []

    @contextmanager
    def writer(self, wait: float) -> Iterator[None]:
        """Holds the writer's lock; StoreError after ``wait`` seconds, naming the holder."""
        if not self._lock.acquire(timeout=max(wait, 0)):
            raise locked(self._holder or "another thread", wait, self.location)
        self._holder = f"thread {threading.current_thread().name}"
        try:
            yield
        finally:
            self._holder = ""
            self._lock.release()

    def publish(self, publication: Publication, *, published: str) -> int:
        """Publishes a new version and returns its number; content that is already the latest publishes nothing."""
        if not self._holder:
            raise RuntimeError("publish is called inside writer()")
        before = self._versions[-1][1] if self._versions else None
        kept = _kept(publication, before)
        if before is None or not _same(kept, before):
            info = VersionInfo(len(self._versions) + 1, published, kept.summary)
            self._versions.append((info, kept))
        return len(self._versions)

    def _version(self, at: int | None) -> tuple[VersionInfo, Publication]:
        if not self._versions:
            raise nothing_published(self.location, there=True)
        number = len(self._versions) if at is None else at
        if not 1 <= number <= len(self._versions):
            raise no_version(number, len(self._versions), self.location)
        return self._versions[number - 1]


def _kept(publication: Publication, before: Publication | None) -> Publication:
    """Returns the publication as a store gives it back, tables that are as before being the very same objects."""
    held = {part.part: part for part in before.parts} if before else {}
    parts = [_kept_part(part, held.get(part.part)) for part in sorted(publication.parts, key=lambda part: part.part)]
    if len({part.part for part in parts}) < len(parts):
        raise ValueError("two parts of one publication have the same name")
    documents = {sha256: publication.documents[sha256] for sha256 in sorted(publication.documents)}
    for sha256, (name, content) in documents.items():
        if address(content) != sha256:
            raise ValueError(f"the document {name!r} does not have the sha256 {sha256}")
    return Publication(
        parts=tuple(parts),
        decisions=_older(publication.decisions, before.decisions if before else None),
        documents=documents,
        tables=_older_tables(publication.tables, before.tables if before else {}),
        summary=json.loads(json.dumps(dict(publication.summary), allow_nan=False)),
    )


def _kept_part(part: SourceTables, before: SourceTables | None) -> SourceTables:
    rows = _older(part.rows, before.rows if before else None)
    tables = _older_tables(part.tables, before.tables if before else {})
    return SourceTables(part.part, plain_meta(part), rows, tables)


def _older_tables(tables: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: _older(tables[name], before.get(name)) for name in sorted(tables)}


def _older(table: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    return before if before is not None and same_rows(before, table) else table


def _same(one: Publication, other: Publication) -> bool:
    return _content(one) == _content(other)


def _content(publication: Publication) -> tuple[Any, ...]:
    """Returns what makes a version new. Same tables are the same objects by now, so their numbers in memory tell them apart."""
    parts = [(part.part, unread(part.meta), id(part.rows), _numbers(part.tables)) for part in publication.parts]
    return parts, id(publication.decisions), list(publication.documents.items()), _numbers(publication.tables)


def _numbers(tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    return {name: id(table) for name, table in tables.items()}
