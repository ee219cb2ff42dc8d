"""Ingest from end to end: files in, one new version out, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap.ingest.apply import Applied, apply
from eamap.ingest.asked import Asked, Ingested
from eamap.ingest.attach import beside, owner_of, subject_of
from eamap.ingest.blocked import BlockedError, refuse_blocked
from eamap.ingest.frames import ISSUE_COLUMNS, from_issues, to_issues
from eamap.ingest.known import Known
from eamap.ingest.publishing import counts, next_publication, published_from, withdraw
from eamap.ingest.reading import Reading
from eamap.ingest.recognise import Match
from eamap.ingest.references import Organisations
from eamap.ingest.sources import Change, default_name
from eamap.ingest.taking import Progress, Sheet, Taken, take
from eamap.model.estate import ISSUES, THINGS
from eamap.protocols import Publication, SourceTables, Store

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Asked", "BlockedError", "Ingested", "counts", "ingest", "published_from", "withdraw"]


def ingest(
    store: Store, files: Sequence[Path], known: Known, asked: Asked, *, published: str, wait: float = 10.0,
    progress: Progress = iter,
) -> Ingested:  # fmt: skip
    """Reads files and publishes one version that holds them, or raises and publishes nothing.

    ``published`` is the time to record. Reading and mapping happen before the writer's lock is taken; what the files say is
    then reconciled with the version that is the latest by that time.
    """
    held = store.publication()
    taken = take(files, known, asked, held, progress)
    parts = [
        _part(sheet, applied, taken, asked, known) for sheet, applied in _applied(taken.sheets, held, asked, known)
    ]
    for sheet, part in zip(taken.sheets, parts, strict=True):
        documents, issues = beside(part, sheet.path.parent, taken.documents, held.documents)
        taken.documents |= documents
        taken.issues += issues
    refuse_blocked(parts, keep_going=asked.keep_going)
    if not parts and not taken.documents:
        return Ingested(0, (), tuple(taken.unchanged), (), tuple(taken.issues))
    on = date.fromisoformat(published[:10])
    following = partial(next_publication, parts=parts, documents=taken.documents, asked=asked, known=known, on=on)
    if asked.dry_run:
        return _told(0, *following(held), taken)
    with store.writer(wait):
        publication, changes = following(store.publication())
        version = store.publish(publication, published=published)
    return _told(version, publication, changes, taken)


def _applied(sheets: Sequence[Sheet], held: Publication, asked: Asked, known: Known) -> list[tuple[Sheet, Applied]]:
    """Reads the sheets, those first that say which organisations there are: the others name them."""
    own = _organisations_in(part.tables for part in held.parts)
    done: dict[int, Applied] = {}
    for first in (True, False):
        organisations = known.organisations((name, code) for code, name in own.items())
        for place, sheet in enumerate(sheets):
            if _makes_organisations(sheet.match) is first:
                done[place] = apply(_reading(sheet.match, known, asked, organisations))
        own |= _organisations_in(applied.tables for applied in done.values())
    return [(sheet, done[place]) for place, sheet in enumerate(sheets)]


def _makes_organisations(match: Match) -> bool:
    return any(rule.make == "organisation" for rule in match.mapping.rules)


def _organisations_in(tables: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, str]:
    """Returns the names of the organisations that tables state, by code."""
    name = THINGS + "organisation"
    stated = [each[name].select("code", "name") for each in tables if name in each]
    return {code: title or code for frame in stated for code, title in frame.rows()}


def _reading(match: Match, known: Known, asked: Asked, organisations: Organisations) -> Reading:
    owner = asked.organisation or owner_of(match.table.grid, asked.system)
    try:
        default = organisations.code(owner) if owner else ""
    except ValueError as error:
        hint = "give its ODS code, or ingest an organisation file that has it"
        raise UsageError(f"--org {asked.organisation} {error}", hint=hint) from error
    return Reading(match, known.words, organisations, default, known.is_product)


def _part(sheet: Sheet, applied: Applied, taken: Taken, asked: Asked, known: Known) -> SourceTables:
    grid, mapping = sheet.match.table.grid, sheet.match.mapping
    system = asked.system.removeprefix("system:")
    organisation = applied.organisation or system.partition("/")[0]
    name = default_name(applied.organisation or system, mapping.name, grid.sheet or subject_of(grid))
    if asked.source:
        name = f"{asked.source}/{grid.sheet}" if grid.sheet else asked.source
    meta: dict[str, Any] = {
        "source": name,
        "named": bool(asked.source),
        "number": 0,
        "file": grid.file,
        "sheet": grid.sheet,
        "sha256": grid.sha256,
        "bytes": sheet.size,
        "sheets": sum(other.path == sheet.path for other in taken.sheets),
        "mark": asked.mark(known.fingerprint),
        "mapping": mapping.name,
        "organisation": organisation,
        "provenance": mapping.provenance,
        "fact_date": applied.fact_date,
        "fields": applied.fields,
        "places": applied.places,
    }
    return SourceTables(name, meta, applied.rows, applied.tables, applied.coded, applied.distinct)


def _told(version: int, publication: Publication, changes: Sequence[Change], taken: Taken) -> Ingested:
    """Returns what was done, with the problems of what was read and of organisations that only the whole shows to be unknown."""
    import polars as pl

    mine = [change.part for change in changes]
    found = [part.tables[ISSUES].select(ISSUE_COLUMNS) for part in mine]
    if (every := publication.tables.get(ISSUES)) is not None:
        strangers = pl.col("source").is_in([part.part for part in mine]) & (pl.col("code") == "unknown-organisation")
        found.append(every.filter(strangers).select(ISSUE_COLUMNS))
    issues = pl.concat([from_issues(taken.issues), *found]).unique(maintain_order=True)
    documents = tuple(sorted(name for name, _ in taken.documents.values()))
    unique = to_issues(issues)
    return Ingested(version, tuple(changes), tuple(taken.unchanged), documents, unique, counts(publication.tables))
