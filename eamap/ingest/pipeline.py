"""Ingest from end to end: files in, one new version out, or nothing at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import SourceError
from eamap.ingest.apply import Applied, apply
from eamap.ingest.attach import attachment, beside
from eamap.ingest.formats import read
from eamap.ingest.frames import from_issues, to_issues
from eamap.ingest.known import Known
from eamap.ingest.reading import Reading
from eamap.ingest.recognise import Match, choose, explain_refusal, fit
from eamap.ingest.reconcile import reconcile
from eamap.ingest.sources import (
    Change,
    default_name,
    overlaid,
    part_name,
    planned,
    refuse_clashes,
    refuse_mass_retirement,
)
from eamap.ingest.strangers import unknown_organisations
from eamap.model.decisions import no_decisions
from eamap.model.estate import ISSUES, LINKS, REASONS, THINGS
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Publication, SourceTables, Store

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[Iterable[Path]], Iterable[Path]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for."""

    organisation: str = ""
    mapping: str = ""
    source: str = ""
    system: str = ""
    partial: bool = False
    keep_going: bool = False
    confirm_retire: bool = False
    dry_run: bool = False
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did, or would do: the version it published (0: nothing), changes by source, and every problem."""

    version: int
    changes: tuple[Change, ...]
    unchanged: tuple[str, ...]
    documents: tuple[str, ...]
    issues: tuple[Issue, ...]
    blocked: int
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Sheet:
    match: Match
    applied: Applied | None = None


@dataclass(slots=True)
class _Work:
    """The files of one command while they are read."""

    sheets: list[_Sheet] = field(default_factory=list)
    documents: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def ingest(store: Store, files: Sequence[Path], known: Known, asked: Asked, *, published: str, wait: float = 10.0,
           progress: Progress = iter) -> Ingested:  # fmt: skip
    """Reads files and publishes one version that holds them, or raises and publishes nothing.

    ``published`` is the time to record. Reading and mapping happen before the writer's lock is taken; what the files say is
    then reconciled with the version that is the latest by that time.
    """
    held = store.publication()
    work = _read_all(files, known, asked, held, progress)
    own = _own_organisations(held.parts)
    for sheet in sorted(work.sheets, key=lambda sheet: not _makes_organisations(sheet.match)):
        sheet.applied = apply(_reading(sheet.match, known, asked, own))
        own |= _organisations_in(sheet.applied.tables)
    parts = [_part(sheet, asked, known) for sheet in work.sheets]
    for sheet, path in ((sheet, files[0].parent) for sheet in work.sheets):
        _attach(sheet, path, files, work)
    _refuse_blocked(work, parts, asked)
    if not parts and not work.documents:
        return Ingested(0, (), tuple(work.unchanged), (), tuple(work.issues), 0)
    next_version = partial(
        _publication, parts=parts, work=work, asked=asked, known=known, on=date.fromisoformat(published[:10])
    )
    if asked.dry_run:
        publication, changes = next_version(held)
        return _told(0, publication, changes, work)
    with store.writer(wait):
        publication, changes = next_version(store.publication())
        version = store.publish(publication, published=published)
    return _told(version, publication, changes, work)


def _read_all(files: Sequence[Path], known: Known, asked: Asked, held: Publication, progress: Progress) -> _Work:
    work = _Work()
    by_digest = _by_digest(held)
    for path in progress(files):
        digest = _sha256(path)
        mark = _mark(asked, known)
        if digest and (digest, mark) in by_digest:
            work.unchanged += by_digest[digest, mark]
            continue
        sheets = read(path, encoding=asked.encoding, delimiter=asked.delimiter)
        _take(path, sheets, known, asked, work)
    return work


def _by_digest(held: Publication) -> dict[tuple[str, str], list[str]]:
    """Returns the sources by the bytes they came from and how they were read: the same again need not be read."""
    found: dict[tuple[str, str], list[str]] = {}
    for part in held.parts:
        found.setdefault((part.meta["sha256"], part.meta["mark"]), []).append(part.meta["source"])
    for digest, (name, _) in held.documents.items():
        found.setdefault((digest, ""), []).append(name)
    return found


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # the importer says what is wrong with the file, with a hint


def _mark(asked: Asked, known: Known) -> str:
    how = (
        asked.organisation,
        asked.mapping,
        asked.source,
        asked.system,
        str(asked.partial),
        asked.encoding or "",
        asked.delimiter or "",
    )
    return hashlib.sha256("\x1f".join((known.fingerprint, *how)).encode()).hexdigest()[:16]


def _take(path: Path, sheets: list[Grid | Document], known: Known, asked: Asked, work: _Work) -> None:
    """Sorts the sheets of one file: recognised, attached, or left out with a word about it."""
    refused: list[SourceError] = []
    found = 0
    for sheet in sheets:
        work.issues += [
            issue.at(file=sheet.file, sheet=getattr(sheet, "sheet", ""))
            for issue in sheet.issues
            if not isinstance(sheet, Grid)
        ]
        if isinstance(sheet, Document):
            work.documents[sheet.sha256] = (sheet.file, sheet.content)
            if asked.system:
                work.sheets.append(
                    _Sheet(
                        _chosen(attachment(sheet, asked.system), known, replace(asked, mapping="statement-attachment"))
                    )
                )
            found += 1
            continue
        try:
            work.sheets.append(_Sheet(_chosen(sheet, known, asked)))
            found += 1
        except SourceError as error:
            refused.append(error)
    if refused and not found:
        raise refused[0]
    for error, sheet in zip(refused, (s for s in sheets if isinstance(s, Grid)), strict=False):
        work.issues.append(
            Issue(
                path.name,
                error.where.rpartition(", sheet ")[2] or sheet.sheet,
                0,
                "",
                "sheet-not-read",
                error.message,
                error.hint,
            )
        )


def _chosen(grid: Grid, known: Known, asked: Asked) -> Match:
    where = f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file
    layouts = known.layouts
    if not asked.mapping:
        shown = [layout for layout in layouts.values() if not layout.named_only]
        match = choose(grid, shown, where)
        if match is None:
            raise explain_refusal(grid, shown, where)
        return match
    if asked.mapping not in layouts:
        raise SourceError(
            f"there is no mapping {asked.mapping!r}", where=where, hint=f"there are: {', '.join(sorted(layouts))}"
        )
    named = fit(grid, layouts[asked.mapping])
    if named is None or named.missing:
        raise explain_refusal(grid, [layouts[asked.mapping]], where)
    return named


def _makes_organisations(match: Match) -> bool:
    return any(rule.make == "organisation" for rule in match.mapping.rules)


def _reading(match: Match, known: Known, asked: Asked, own: Mapping[str, str]) -> Reading:
    # Two bodies of one name would make the name useless for both: OrganisationNames then gives neither.
    organisations = known.organisations([(name, code) for code, name in own.items()])
    default = organisations.find(asked.organisation) or asked.organisation.upper() if asked.organisation else ""
    return Reading(match, known.words, organisations, default, known.is_product)


def _own_organisations(parts: Iterable[SourceTables]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        found |= _organisations_in(part.tables)
    return found


def _organisations_in(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Returns names by code."""
    if THINGS + "organisation" not in tables:
        return {}
    return {code: name or code for code, name in tables[THINGS + "organisation"].select("code", "name").rows()}


def _part(sheet: _Sheet, asked: Asked, known: Known) -> SourceTables:
    match, applied = sheet.match, sheet.applied
    assert applied is not None
    grid, mapping = match.table.grid, match.mapping
    several = asked.source and grid.sheet
    name = (
        asked.source + (f"/{grid.sheet}" if several else "")
        if asked.source
        else default_name(applied.organisation, mapping.name, grid.sheet)
    )
    meta: dict[str, Any] = {
        "source": name,
        "named": bool(asked.source),
        "number": 0,
        "file": grid.file,
        "sheet": grid.sheet,
        "sha256": grid.sha256,
        "mark": _mark(asked, known),
        "mapping": mapping.name,
        "organisation": applied.organisation,
        "provenance": mapping.provenance,
        "fact_date": applied.fact_date,
        "fields": applied.fields,
        "places": applied.places,
    }
    return SourceTables(name, meta, applied.rows, applied.tables)


def _attach(sheet: _Sheet, folder: Path, files: Sequence[Path], work: _Work) -> None:
    assert sheet.applied is not None
    home = next((path.parent for path in files if path.name == sheet.match.table.grid.file), folder)
    documents, issues = beside(sheet.applied.tables, sheet.match.table.grid, home, work.documents)
    work.documents |= documents
    work.issues += issues


def _refuse_blocked(work: _Work, parts: Sequence[SourceTables], asked: Asked) -> None:
    """Refuses a command of which a row is blocked, unless told to go on; and a file of which nothing could be made."""
    for part in parts:
        made = any(name.startswith((THINGS, LINKS)) and part.tables[name].height for name in part.tables)
        blocking = [issue for issue in to_issues(part.tables[ISSUES]) if issue.blocks]
        if not made:
            first = blocking[0] if blocking else None
            reason = "; ".join(dict.fromkeys(f"row {issue.row}: {issue.message}" for issue in blocking[:6]))
            raise BlockedError(
                f"no record can be made of any row ({reason})" if reason else "holds no rows of data",
                where=str(part.meta["file"]), hint=first.hint if first else "check that this is the right sheet", issues=tuple(blocking),
            )  # fmt: skip
        if blocking and not asked.keep_going:
            rows = len({issue.row for issue in blocking})
            raise BlockedError(
                f"{rows} rows are blocked, so nothing was published: row {blocking[0].row} {blocking[0].message}",
                where=str(part.meta["file"]), hint="mend those rows, or publish the others with --keep-going", issues=tuple(blocking),
            )  # fmt: skip
    work.issues += [issue for part in parts for issue in to_issues(part.tables[ISSUES])]


class BlockedError(SourceError):
    """Rows are blocked; ``issues`` says which."""

    def __init__(self, message: str, *, hint: str, where: str, issues: tuple[Issue, ...]) -> None:
        super().__init__(message, hint=hint, where=where)
        self.issues = issues


def _publication(held: Publication, *, parts: Sequence[SourceTables], work: _Work, asked: Asked, known: Known,
                 on: date) -> tuple[Publication, list[Change]]:  # fmt: skip
    """Returns the next version: the parts of the one before, those replaced left out, the new ones added."""
    refuse_clashes([(str(part.meta["source"]), part) for part in parts], held.parts)
    changes = [planned(_numbered(part, held.parts, asked), held.parts, partial=asked.partial) for part in parts]
    if not asked.confirm_retire:
        refuse_mass_retirement(changes)
    gone = {name for change in changes for name in change.replaced}
    kept = [part for part in held.parts if part.part not in gone] + [change.part for change in changes]
    decisions = held.decisions if held.decisions.width else no_decisions()
    documents = {**held.documents, **work.documents}
    publication = published_from(kept, decisions, documents, known, on)
    summary = {
        "command": "ingest",
        "sources": [
            {
                "source": change.source,
                "file": change.part.meta["file"],
                "added": change.added,
                "retired": len(change.retired),
            }
            for change in changes
        ],
        "documents": sorted(name for name, _ in work.documents.values()),
        "counts": counts(publication.tables),
    }
    return replace(publication, summary=summary), changes


def published_from(parts: Sequence[SourceTables], decisions: pl.DataFrame, documents: Mapping[str, tuple[str, bytes]], known: Known,
                   on: date) -> Publication:  # fmt: skip
    """Returns a publication of these parts and decisions, reconciled."""
    import polars as pl

    tables = reconcile(overlaid(parts), decisions)
    strangers = unknown_organisations(tables, known, on)
    if strangers.height:
        tables[ISSUES] = pl.concat([tables[ISSUES], strangers]) if ISSUES in tables else strangers
    return Publication(tuple(parts), decisions, dict(documents), tables)


def _numbered(part: SourceTables, existing: Sequence[SourceTables], asked: Asked) -> SourceTables:
    source = str(part.meta["source"])
    numbers = [int(other.meta["number"]) for other in existing if other.meta["source"] == source]
    number = max(numbers) + 1 if asked.partial and numbers else 0
    return replace(part, part=part_name(source, number), meta={**part.meta, "number": number})


def counts(tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Returns how many things of each kind, and links, an estate holds."""
    things = {name.removeprefix(THINGS): tables[name].height for name in tables if name.startswith(THINGS)}
    links = sum(tables[name].height for name in tables if name.startswith(LINKS))
    return {**dict(sorted(things.items())), "links": links}


def _told(version: int, publication: Publication, changes: Sequence[Change], work: _Work) -> Ingested:
    import polars as pl

    issues = list(work.issues)
    if ISSUES in publication.tables:
        strangers = publication.tables[ISSUES].filter(pl.col("code") == "unknown-organisation")
        mine = {change.part.part for change in changes}
        issues += to_issues(strangers.filter(pl.col("source").is_in(list(mine)) & (pl.col("hint") != "")))
    blocked = len({(issue.file, issue.sheet, issue.row) for issue in issues if issue.blocks})
    names = tuple(sorted(name for name, _ in work.documents.values()))
    return Ingested(
        version,
        tuple(changes),
        tuple(work.unchanged),
        names,
        tuple(dict.fromkeys(issues)),
        blocked,
        counts(publication.tables),
    )


__all__ = ["REASONS", "Asked", "BlockedError", "Ingested", "counts", "from_issues", "ingest", "published_from"]


def withdraw(store: Store, name: str, known: Known, *, published: str, wait: float) -> tuple[int, int]:
    """Publishes a version without a source; returns its number and how many things went with it."""
    with store.writer(wait):
        held = store.publication()
        kept = [part for part in held.parts if part.meta["source"] != name]
        if len(kept) == len(held.parts):
            raise SourceError(f"there is no source {name!r}", hint="see: eamap source list")
        publication = published_from(kept, held.decisions, held.documents, known, date.fromisoformat(published[:10]))
        before, after = counts(held.tables), counts(publication.tables)
        gone = sum(n for kind, n in before.items() if kind != "links") - sum(
            n for kind, n in after.items() if kind != "links"
        )
        summary = {"command": "source withdraw", "note": name, "counts": after}
        return store.publish(replace(publication, summary=summary), published=published), gone
