"""The tables of an interpreted estate: those of the store, and those that are worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from eamap.model.estate import THINGS
from eamap.model.schema import thing_schema

if TYPE_CHECKING:
    import polars as pl

Maker: TypeAlias = "Callable[[], pl.DataFrame]"


class InterpretedTables(Mapping[str, "pl.DataFrame"]):
    """Tables by name. A derived one hides the stored one of its name, which its maker has taken in.

    A field that records gained after a version was written is there all the same, and nobody has told it.
    """

    def __init__(self, stored: Mapping[str, pl.DataFrame], makers: Mapping[str, Maker]) -> None:
        self.stored = stored
        self._makers = makers
        self._names = dict.fromkeys([*stored, *makers])
        self._made: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._makers:
            return _with_every_field(name, self.stored[name])  # who stores it knows whether to keep it
        if name not in self._made:
            self._made[name] = _with_every_field(name, self._makers[name]())
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _with_every_field(name: str, table: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    kind = name.removeprefix(THINGS)
    fields = thing_schema(kind).items() if kind != name else ()
    missing = [pl.lit(None, dtype).alias(field) for field, dtype in fields if field not in table.columns]
    return table.with_columns(missing) if missing else table
