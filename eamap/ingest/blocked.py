"""Rows of which no record can be made: they stop the command unless the user said to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eamap.errors import SourceError
from eamap.ingest.frames import to_issues
from eamap.model.estate import ISSUES, LINKS, THINGS
from eamap.model.issues import Issue
from eamap.protocols import SourceTables


class BlockedError(SourceError):
    """Rows are blocked; ``issues`` says which."""

    def __init__(self, message: str, *, hint: str, where: str, issues: tuple[Issue, ...]) -> None:
        super().__init__(message, hint=hint, where=where)
        self.issues = issues


def refuse_blocked(parts: Sequence[SourceTables], *, keep_going: bool) -> None:
    """Refuses files of which nothing could be made, and blocked rows unless told to go on."""
    for file in dict.fromkeys(str(part.meta["file"]) for part in parts):
        mine = [part for part in parts if part.meta["file"] == file]
        if not any(_made_something(part) for part in mine):
            raise _nothing_made(file, blocking(mine))
    found = blocking(parts)
    if found and not keep_going:
        rows = len({(issue.file, issue.sheet, issue.row) for issue in found})
        many = f"{rows} rows are" if rows > 1 else "one row is"
        raise BlockedError(
            f"{many} blocked, so nothing was published: row {found[0].row} {found[0].message}", where=found[0].file,
            hint="mend those rows, or publish the others with --keep-going", issues=found,
        )  # fmt: skip


def blocking(parts: Iterable[SourceTables]) -> tuple[Issue, ...]:
    """Returns the issues that block a row."""
    import polars as pl

    return tuple(issue for part in parts for issue in to_issues(part.tables[ISSUES].filter(pl.col("blocks"))))


def _made_something(part: SourceTables) -> bool:
    return any(part.tables[name].height for name in part.tables if name.startswith((THINGS, LINKS)))


def _nothing_made(file: str, found: tuple[Issue, ...]) -> BlockedError:
    if not found:
        return BlockedError("holds no rows of data", where=file, hint="check that this is the right sheet", issues=())
    reasons = "; ".join(dict.fromkeys(f"row {issue.row}: {issue.message}" for issue in found[:6]))
    return BlockedError(f"no record can be made of any row ({reasons})", where=file, hint=found[0].hint, issues=found)
