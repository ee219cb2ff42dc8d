"""Sources by name: what a new file replaces, what it retires, and what is already known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.errors import SourceError
from eamap.ingest.frames import all_differ
from eamap.model.estate import LINKS, REASONS, THINGS
from eamap.protocols import SourceTables

if TYPE_CHECKING:
    import polars as pl

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


def refuse_clashes(parts: Sequence[SourceTables], existing: Sequence[SourceTables]) -> None:
    """Refuses a name that two files of one command share, or that a file of no single organisation would take over."""
    seen: dict[str, str] = {}
    for part in parts:
        source, file = str(part.meta["source"]), str(part.meta["file"])
        if source in seen:
            raise SourceError(
                f"{file} and {seen[source]} would both be the source {source!r}", where=file,
                hint="ingest them one at a time, each with a --source NAME of its own",
            )  # fmt: skip
        seen[source] = file
        if part.meta["organisation"] or part.meta["named"]:
            continue
        others = [each.meta for each in existing if each.meta["source"] == source]
        if before := next((meta["file"] for meta in others if meta["sha256"] != part.meta["sha256"]), ""):
            raise SourceError(
                f"the source {source!r} exists already, from {before}, and this file names no single organisation",
                where=file,
                hint=f"say --source {source!r} if it is the next edition of that one, or --source with a new name",
            )


def planned(part: SourceTables, existing: Sequence[SourceTables], *, partial: bool) -> Change:
    """Returns what a new part does to its source: a full one replaces every part before it, a partial one adds itself."""
    source = str(part.meta["source"])
    mine = [other for other in existing if other.meta["source"] == source]
    before, new = ids(mine), ids([part])
    added = new.join(before, on="id", how="anti").height if before.height else new.height
    if partial or not mine:
        return Change(source, part, (), (), before.height, added)
    retired = before.join(new, on="id", how="anti")["id"].sort()
    return Change(source, part, tuple(other.part for other in mine), tuple(retired.to_list()), before.height, added)


def ids(parts: Iterable[SourceTables]) -> pl.DataFrame:
    """Returns the ids of the things that some parts speak of, each once: one column ``id``."""
    import polars as pl

    told = [(part, name) for part in parts for name in part.tables if name.startswith(THINGS)]
    found = [part.tables[name].select("id") for part, name in told]
    every = pl.concat(found) if found else pl.DataFrame(schema={"id": pl.String})
    # Ids of different kinds differ, so those of one part do if those of each kind do.
    known = len({part.part for part, _ in told}) == 1 and all(name in part.distinct for part, name in told)
    return every if known or all_differ(every["id"]) else every.unique()


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
    return [_laid_under(part, parts) for part in parts]


def _laid_under(part: SourceTables, parts: Sequence[SourceTables]) -> SourceTables:
    source, number = part.meta["source"], part.meta["number"]
    later = [other for other in parts if other.meta["source"] == source and other.meta["number"] > number]
    newer = ids(later) if later else None
    if newer is None or newer.is_empty():
        return part
    return SourceTables(part.part, part.meta, part.rows, {name: _without(part, name, newer) for name in part.tables})


def _without(part: SourceTables, name: str, newer: pl.DataFrame) -> pl.DataFrame:
    """Returns a table without what it says of things that a newer part speaks of."""
    about = "id" if name.startswith(THINGS) or name == REASONS else "from" if name.startswith(LINKS) else ""
    frame = part.tables[name]
    return frame.join(newer, left_on=about, right_on="id", how="anti", maintain_order="left") if about else frame


def part_name(source: str, number: int) -> str:
    """Returns the name of a part: the source's own for a whole file, numbered for what partial files add."""
    return source if number == 0 else f"{source}~{number}"
