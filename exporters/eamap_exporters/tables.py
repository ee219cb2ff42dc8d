"""What the exporters of tables take: named tables with their columns explained, and what to say about the whole.

Any iterable of (name, polars DataFrame, {column: description}) will do. Nested values become text in formats that have
none; a date is written as ISO text, so that a year stays a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from eamap.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

Tables: TypeAlias = "Iterable[tuple[str, pl.DataFrame, Mapping[str, str]]]"
_LIST_MARK = "; "


@dataclass(frozen=True, slots=True)
class About:
    """What is said about an export as a whole; from the options of the same names."""

    title: str
    marking: str
    as_of: str
    version: str

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> About:
        """Returns what the options say; a missing one is empty."""
        return cls(*(_said(options.get(key)) for key in ("title", "marking", "as_of", "version")))

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The parts that were given, with their names."""
        named = (("title", self.title), ("marking", self.marking), ("as of", self.as_of), ("version", self.version))
        return tuple((name, value) for name, value in named if value)


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def listed(tables: Tables) -> list[tuple[str, pl.DataFrame, Mapping[str, str]]]:
    """Returns the tables as a list; refuses none at all and two of one name."""
    found = list(tables)
    names = [file_name(name) for name, _, _ in found]
    if not found:
        raise UsageError("there is no table to export", hint="widen the selector")
    if len(set(names)) < len(names):
        raise UsageError(
            "two tables have the same name", where=", ".join(sorted({n for n in names if names.count(n) > 1}))
        )
    return found


def file_name(name: str) -> str:
    """Returns a table's name as part of a path that no system misreads: ``things/system`` is ``things-system``."""
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "table"


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Returns the table with text instead of lists, structures, dates and times; numbers and yes/no stay."""
    import polars as pl

    changed = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, pl.List):
            changed.append(column.list.eval(pl.element().cast(pl.String)).list.join(_LIST_MARK))
        elif isinstance(kind, pl.Struct):
            changed.append(column.struct.json_encode())
        elif not (kind.is_numeric() or kind in (pl.String, pl.Boolean)):
            changed.append(column.cast(pl.String))
    return frame.with_columns(changed)
