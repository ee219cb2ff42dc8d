"""Source parts as citations need them, and as they come back out of a store: their tables load when asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from eamap.model.citations import SourcePart
from eamap.protocols import SourceTables

if TYPE_CHECKING:
    import polars as pl

_STATED = tuple(field.name for field in fields(SourcePart) if field.name not in ("name", "fields", "places", "rows"))


def plain_meta(part: SourceTables) -> dict[str, Any]:
    """Returns a part's meta as JSON keeps it; raises ValueError if what citations need is not there."""
    meta = json.loads(json.dumps(dict(part.meta), allow_nan=False))
    if missing := [name for name in (*_STATED, "fields", "places") if name not in meta]:
        raise ValueError(f"the meta of source part {part.part!r} lacks {', '.join(missing)}")
    assert isinstance(meta, dict)
    return meta


def source_part(name: str, meta: Mapping[str, Any], rows: int) -> SourcePart:
    """Returns what citations need to know of a part; ``rows`` counts its raw rows unless the meta says otherwise."""
    cells = {
        rule: {field: tuple(columns) for field, columns in by_field.items()}
        for rule, by_field in meta["fields"].items()
    }
    stated = {key: meta[key] for key in _STATED}
    return SourcePart(name=name, fields=cells, places=dict(meta["places"]), rows=meta.get("rows", rows), **stated)


class LazyPart(SourceTables):
    """A source part whose raw rows are read when they are asked for."""

    def __init__(
        self,
        part: str,
        meta: Mapping[str, Any],
        rows: pl.DataFrame | Callable[[], pl.DataFrame],
        tables: Mapping[str, Any],
        coded: Mapping[str, Any] | None = None,
        distinct: frozenset[str] = frozenset(),
    ) -> None:
        given = {"part": part, "meta": meta, "tables": tables, "coded": coded or {}, "distinct": distinct}
        for name, value in (given | {"_rows": rows}).items():
            object.__setattr__(self, name, value)

    @property
    def rows(self) -> pl.DataFrame:
        """The file's own rows as text."""
        rows = self.unread_rows
        return rows() if callable(rows) else rows

    @property
    def unread_rows(self) -> pl.DataFrame | Callable[[], pl.DataFrame]:
        """The raw rows, or what reads them."""
        rows: pl.DataFrame | Callable[[], pl.DataFrame] = self.__dict__["_rows"]
        return rows


class PassingTables(Mapping[str, "pl.DataFrame"]):
    """Tables by name, each read whenever it is asked for, so that who goes through all of them holds one at a time."""

    def __init__(self, names: tuple[str, ...], load: Callable[[str], pl.DataFrame]) -> None:
        self._names = dict.fromkeys(names)
        self._load = load

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        return self._load(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class LazyTables(PassingTables):
    """Tables by name, each read when it is first asked for and kept from then on."""

    def __init__(self, names: tuple[str, ...], load: Callable[[str], pl.DataFrame]) -> None:
        super().__init__(names, load)
        self._loaded: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._loaded:
            self._loaded[name] = super().__getitem__(name)
        return self._loaded[name]

    def passing(self) -> PassingTables:
        """Returns the same tables for somebody who needs each for a moment: what is not kept yet is not kept by that."""
        return PassingTables(
            tuple(self._names), lambda name: self._loaded[name] if name in self._loaded else self._load(name)
        )


def passing(tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """Returns tables that are not kept by being gone through, where they can be read again."""
    return tables.passing() if isinstance(tables, LazyTables) else tables
