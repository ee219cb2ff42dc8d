"""The next version: the parts of the one before, those replaced left out, the new ones added, reconciled anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from eamap.errors import SourceError
from eamap.ingest.asked import Asked
from eamap.ingest.attach import Documents
from eamap.ingest.known import Known
from eamap.ingest.reconcile import reconcile
from eamap.ingest.sources import Change, overlaid, part_name, planned, refuse_clashes, refuse_mass_retirement
from eamap.ingest.strangers import unknown_organisations
from eamap.model.decisions import no_decisions
from eamap.model.estate import ISSUES, LINKS, THINGS
from eamap.protocols import Publication, SourceTables, Store

if TYPE_CHECKING:
    import polars as pl


def next_publication(
    held: Publication, parts: Sequence[SourceTables], documents: Documents, asked: Asked, known: Known, on: date
) -> tuple[Publication, list[Change]]:
    """Returns the version after ``held`` with new parts and documents, and what they do to their sources."""
    refuse_clashes(parts, held.parts)
    changes = [planned(_numbered(part, held.parts, asked), held.parts, partial=asked.partial) for part in parts]
    if not asked.confirm_retire:
        refuse_mass_retirement(changes)
    gone = {name for change in changes for name in change.replaced}
    kept = [part for part in held.parts if part.part not in gone] + [change.part for change in changes]
    decisions = held.decisions if held.decisions.width else no_decisions()
    # Documents of a store are read when they are asked for: as long as none is added, none is. The same bytes keep the name
    # under which they came first, because rows of inventories may cite that.
    every = {**documents, **held.documents} if documents else held.documents
    publication = published_from(kept, decisions, every, known, on)
    return replace(publication, summary=_summary(changes, documents, publication)), changes


def published_from(
    parts: Sequence[SourceTables], decisions: pl.DataFrame, documents: Documents, known: Known, on: date
) -> Publication:
    """Returns a publication of these parts and decisions, reconciled."""
    import polars as pl

    laid = overlaid(parts)
    covered = {part.part for part, under in zip(parts, laid, strict=True) if under is not part}
    tables, alone = reconcile(laid, decisions)
    told = {name: part for name, part in alone.items() if part not in covered}
    strangers = unknown_organisations(tables, told, parts, known, on)
    if strangers.height:
        tables[ISSUES] = pl.concat([tables[ISSUES], strangers]) if ISSUES in tables else strangers
    return Publication(tuple(parts), decisions, documents, tables, told=told)


def _numbered(part: SourceTables, existing: Sequence[SourceTables], asked: Asked) -> SourceTables:
    source = str(part.meta["source"])
    numbers = [int(other.meta["number"]) for other in existing if other.meta["source"] == source]
    number = max(numbers) + 1 if asked.partial and numbers else 0
    return replace(part, part=part_name(source, number), meta={**part.meta, "number": number})


def _summary(changes: Iterable[Change], documents: Documents, publication: Publication) -> dict[str, object]:
    return {
        "command": "ingest",
        "sources": [
            {"source": each.source, "file": each.part.meta["file"], "added": each.added, "retired": len(each.retired)}
            for each in changes
        ],
        "documents": sorted(name for name, _ in documents.values()),
        "counts": counts(publication.tables),
    }


def counts(tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Returns how many things of each kind, and links, an estate holds."""
    things = {name.removeprefix(THINGS): tables[name].height for name in tables if name.startswith(THINGS)}
    links = sum(tables[name].height for name in tables if name.startswith(LINKS))
    return {**dict(sorted(things.items())), "links": links}


def withdraw(store: Store, name: str, known: Known, *, published: str, wait: float) -> tuple[int, int]:
    """Publishes a version without a source; returns its number and how many things went with it."""
    with store.writer(wait):
        held = store.publication()
        kept = [part for part in held.parts if part.meta["source"] != name]
        if len(kept) == len(held.parts):
            raise SourceError(f"there is no source {name!r}", hint="see: eamap source list")
        on = date.fromisoformat(published[:10])
        publication = published_from(kept, held.decisions, held.documents, known, on)
        before, after = counts(held.tables), counts(publication.tables)
        gone = sum(before.values()) - before["links"] - sum(after.values()) + after["links"]
        summary = {"command": "source withdraw", "note": name, "counts": after}
        return store.publish(replace(publication, summary=summary), published=published), gone
