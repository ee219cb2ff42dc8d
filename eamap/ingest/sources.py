"""Sources by name: what a new file replaces, what it retires, and what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eamap.errors import SourceError
from eamap.model.estate import LINKS, THINGS
from eamap.protocols import SourceTables

if TYPE_CHECKING:
    pass

MANY = 0.2
"""Retiring more than this share of a source needs --confirm-retire: a wrong or cut file looks just like that."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one source's new part does to it."""

    source: str
    part: SourceTables
    replaced: tuple[str, ...]
    retired: tuple[str, ...]
    """Ids of things that the source spoke of and no longer does."""
    before: int
    added: int


def default_name(organisation: str, mapping: str, sheet: str) -> str:
    """Returns the name of a source the user did not name: never the file's, so that next year's file is the same source."""
    return "/".join(filter(None, (organisation or "*", mapping, sheet)))


def refuse_clashes(named: Sequence[tuple[str, SourceTables]], existing: Sequence[SourceTables]) -> None:
    """Refuses a name that two files of one command share, or that a file of no single organisation would take over."""
    seen: dict[str, str] = {}
    for source, part in named:
        if source in seen:
            raise SourceError(
                f"{part.meta['file']} and {seen[source]} would both be the source {source!r}",
                where=str(part.meta["file"]), hint="ingest them one at a time, each with a --source NAME of its own",
            )  # fmt: skip
        seen[source] = str(part.meta["file"])
        others = [
            other
            for other in existing
            if other.meta["source"] == source and other.meta["sha256"] != part.meta["sha256"]
        ]
        if others and not part.meta["organisation"] and not part.meta["named"]:
            raise SourceError(
                f"the source {source!r} exists already, from {others[0].meta['file']}, and this file names no single organisation",
                where=str(part.meta["file"]),
                hint=f"say --source {source!r} if it is the next edition of that one, or --source with a new name if it is another",
            )


def planned(part: SourceTables, existing: Sequence[SourceTables], *, partial: bool) -> Change:
    """Returns what a new part does to its source: a full one replaces every part before it, a partial one adds itself."""
    source = str(part.meta["source"])
    mine = [other for other in existing if other.meta["source"] == source]
    before = ids(mine)
    if partial:
        return Change(source, part, (), (), len(before), len(ids([part]) - before))
    new = ids([part])
    return Change(
        source, part, tuple(other.part for other in mine), tuple(sorted(before - new)), len(before), len(new - before)
    )


def ids(parts: Iterable[SourceTables]) -> set[str]:
    """Returns the ids of the things that some parts speak of."""
    return {
        identifier
        for part in parts
        for name in part.tables
        if name.startswith(THINGS)
        for identifier in part.tables[name]["id"].to_list()
    }


def refuse_mass_retirement(changes: Iterable[Change]) -> None:
    """Refuses to retire much of a source unless the user confirmed it."""
    for change in changes:
        if change.before and len(change.retired) > MANY * change.before:
            raise SourceError(
                f"{change.source}: {len(change.retired)} of {change.before} things would be retired",
                where=str(change.part.meta["file"]),
                hint="if that is right say --confirm-retire; if the file holds only a part, say --partial",
            )


def overlaid(parts: Sequence[SourceTables]) -> list[SourceTables]:
    """Returns parts in which a partial file's rows take the place of the same things in earlier parts of its source."""
    import polars as pl

    result = []
    for part in parts:
        later = [
            other for other in parts
            if other.meta["source"] == part.meta["source"] and other.meta["number"] > part.meta["number"]
        ]  # fmt: skip
        newer = ids(later)
        if not newer:
            result.append(part)
            continue
        tables: dict[str, Any] = {}
        for name, frame in ((name, part.tables[name]) for name in part.tables):
            column = "id" if name.startswith(THINGS) else "from" if name.startswith(LINKS) else ""
            tables[name] = frame.filter(~pl.col(column).is_in(list(newer))) if column else frame
        result.append(SourceTables(part.part, part.meta, part.rows, tables))
    return result


def part_name(source: str, number: int) -> str:
    """Returns the name of a part: the source's own for a whole file, numbered for what partial files add."""
    return source if number == 0 else f"{source}~{number}"
