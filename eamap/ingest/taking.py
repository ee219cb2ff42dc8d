"""Files are taken in: read, each sheet recognised, statements kept; what is there already is not read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eamap.errors import SourceError
from eamap.ingest.asked import Asked
from eamap.ingest.attach import attachment, said_of
from eamap.ingest.formats import read
from eamap.ingest.known import Known
from eamap.ingest.recognise import Match, choose, explain_refusal, recognise
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Publication

Progress = Callable[[Iterable[Path]], Iterable[Path]]


BOM = "cyclonedx"
"""The format of files that are about one system, which the user may name."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A recognised sheet, the file it is in, and how many bytes that file has."""

    path: Path
    size: int
    match: Match


@dataclass(slots=True)
class Taken:
    """What the files of one command hold. ``unchanged`` are the sources that hold all of a file already."""

    sheets: list[Sheet] = field(default_factory=list)
    documents: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def take(files: Sequence[Path], known: Known, asked: Asked, held: Publication, progress: Progress) -> Taken:
    """Reads files; SourceError if one of them cannot be read or is of no layout that is known."""
    taken = Taken()
    for path in progress(files):
        if same := _held_already(path, known, asked, held):
            taken.unchanged += same
        else:
            _take_one(path, known, asked, taken)
    return taken


def _held_already(path: Path, known: Known, asked: Asked, held: Publication) -> list[str]:
    """Returns the sources that hold these very bytes, read in this very way; empty if they do not hold all of them."""
    size = _size(path)
    mark = asked.mark(known.fingerprint)
    # A file of another size is another file: its bytes need not be looked at twice.
    mine = [part for part in held.parts if part.meta.get("bytes") == size and part.meta["mark"] == mark]
    if size < 0 or not (mine or held.documents):
        return []
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest in held.documents and not asked.system:
        return [held.documents[digest][0]]
    same = [part for part in mine if part.meta["sha256"] == digest]
    # One sheet of the workbook may have been withdrawn or replaced since.
    return [str(part.meta["source"]) for part in same] if same and len(same) == same[0].meta["sheets"] else []


def _size(path: Path) -> int:
    """Returns how many bytes a file has; -1 where there is none, of which the importer says what is wrong."""
    try:
        if path.is_file():
            with path.open("rb"):
                return path.stat().st_size
    except (OSError, ValueError):
        pass
    return -1


def _take_one(path: Path, known: Known, asked: Asked, taken: Taken) -> None:
    """Sorts the sheets of one file: recognised, kept as a statement, or left out with a word about it."""
    size = _size(path)
    refused: list[tuple[Grid, SourceError]] = []
    sheets = read(path, encoding=asked.encoding, delimiter=asked.delimiter)
    for sheet in sheets:
        if isinstance(sheet, Document):
            _keep(path, size, sheet, known, asked, taken)
            continue
        grid = said_of(sheet, asked.system) if asked.system and sheet.format == BOM else sheet
        try:
            taken.sheets.append(Sheet(path, size, chosen(grid, known, asked.mapping)))
        except SourceError as why:
            refused.append((sheet, why))
    if len(refused) == len(sheets) and refused:
        raise refused[0][1]
    for sheet, error in refused:
        taken.issues += placed(sheet)
        taken.issues.append(Issue(path.name, sheet.sheet, 0, "", "sheet-not-read", error.message, error.hint))


def _keep(path: Path, size: int, document: Document, known: Known, asked: Asked, taken: Taken) -> None:
    taken.issues += placed(document)
    taken.documents[document.sha256] = (document.file, document.content)
    if asked.system:
        grid = attachment(document, asked.system)
        taken.sheets.append(Sheet(path, size, chosen(grid, known, "statement-attachment")))


def placed(found: Grid | Document) -> list[Issue]:
    """Returns the issues of a sheet or document, each with its file and, unless it is about another one, its sheet."""
    sheet = getattr(found, "sheet", "")
    return [replace(issue, file=found.file, sheet=issue.sheet or sheet) for issue in found.issues]


def chosen(grid: Grid, known: Known, mapping: str) -> Match:
    """Returns the match of a sheet: with the mapping that was named, else with the one that fits; SourceError if none does."""
    where = f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file
    layouts = known.layouts
    if not mapping:
        shown = [layout for layout in layouts.values() if not layout.named_only]
        match = choose(grid, shown, where)
        if match is None:
            raise explain_refusal(grid, shown, where)
        return match
    if mapping not in layouts:
        raise SourceError(
            f"there is no mapping {mapping!r}", where=where, hint=f"there are: {', '.join(sorted(layouts))}"
        )
    named = next(iter(recognise(grid, [layouts[mapping]])), None)
    if named is None or named.missing:
        raise explain_refusal(grid, [layouts[mapping]], where)
    return named
