"""The tables of an interpreted estate: those of the store, and those that are worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import polars as pl

Maker: TypeAlias = "Callable[[], pl.DataFrame]"


class InterpretedTables(Mapping[str, "pl.DataFrame"]):
    """Tables by name. A derived one hides the stored one of its name, which its maker has taken in."""

    def __init__(self, stored: Mapping[str, pl.DataFrame], makers: Mapping[str, Maker]) -> None:
        self.stored = stored
        self._makers = makers
        self._names = dict.fromkeys([*stored, *makers])
        self._made: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._makers:
            return self.stored[name]
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
