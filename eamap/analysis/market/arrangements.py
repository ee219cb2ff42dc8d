"""Entropy within groups of organisations, as it is and as chance alone would have it.

A chance arrangement deals the groups anew among the organisations; the sizes of the groups and what each organisation has
stay. A product that one organisation alone has adds the same to every arrangement, so only the shared ones are counted
again: the work grows with the number of organisations, not with their number of products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl

SEED = 2021
"""The year of the review; any other gives figures that differ in the third place."""
AT_ONCE = 60_000
"""Numbers worked on at once: so many fit in the cache of a processor, and millions take several times as long each."""
_TINY = 1e-300


@dataclass(frozen=True)
class Arrangements:
    """The products of organisations and the groups they may be dealt into."""

    owner: np.ndarray
    product: np.ndarray
    weight: np.ndarray
    n: int

    @classmethod
    def of(cls, rows: pl.DataFrame) -> Arrangements:
        """Returns those of rows ``body``, ``product`` and ``weight``; organisations are in order of body."""
        owner, product = (coded(rows[name]) for name in ("body", "product"))
        return cls(owner, product, rows["weight"].to_numpy().astype(float), int(owner.max(initial=-1)) + 1)

    def only(self, mine: np.ndarray) -> Arrangements:
        """Returns those of some of the organisations (a mask)."""
        if mine.all():
            return self
        place = np.cumsum(mine) - 1
        kept = mine[self.owner]
        _, product = np.unique(self.product[kept], return_inverse=True)
        return Arrangements(place[self.owner[kept]], product, self.weight[kept], int(mine.sum()))

    @cached_property
    def entropy(self) -> float:
        """H(P) in nats."""
        return self.within(np.zeros(self.n, dtype=np.int64))

    def within(self, group: np.ndarray) -> float:
        """Returns H(P | group), each organisation weighing 1."""
        return float(self._each(group[None, :])[0])

    def by_chance(self, group: np.ndarray, order: np.ndarray) -> np.ndarray:
        """Returns H(P | group) under each of some orders (draws x organisations) in which the groups are dealt."""
        size = max((int(group.max(initial=0)) + 1) * self._kinds, self.owner.size)
        return np.concatenate([self._each(group[order[turn]]) for turn in turns(len(order), size)])

    def inside(self, unit: int, group: np.ndarray) -> float:
        """Returns H(P) of the organisations of one group."""
        return self.only(group == unit).entropy

    def inside_by_chance(self, unit: int, group: np.ndarray, order: np.ndarray) -> float:
        """Returns the mean of H(P) inside one group over the orders in which the groups are dealt."""
        kinds, size = int(self.product.max(initial=-1)) + 1, int((group == unit).sum())
        found = np.zeros(0)
        for turn in turns(len(order), max(kinds, self.owner.size)):
            mine = (group[order[turn]] == unit)[:, self.owner]
            cells = self.product + np.arange(len(mine))[:, None] * kinds
            counts = np.bincount(cells.ravel(), (mine * self.weight).ravel(), minlength=len(mine) * kinds)
            found = np.append(found, np.log(size) - x_log_x(counts.reshape(-1, kinds)).sum(axis=1) / size)
        return float(np.maximum(0.0, found).mean())

    @cached_property
    def _shared(self) -> np.ndarray:
        """For each share, whether another organisation has its product too."""
        shared: np.ndarray = np.bincount(self.product)[self.product] > 1
        return shared

    @cached_property
    def _kinds(self) -> int:
        return int(np.unique(self.product[self._shared]).size)

    def _each(self, groups: np.ndarray) -> np.ndarray:
        """Returns H(P | group) of each row of groups: sum of N log N, less sum of x log x, over n."""
        if not self.n:
            return np.zeros(len(groups))
        draws, many, kinds = len(groups), int(groups.max()) + 1, self._kinds
        owner, weight, kind = self._together
        cells = (groups * kinds + np.arange(draws)[:, None] * (many * kinds))[:, owner]
        cells += kind
        weights = None if (weight == 1).all() else np.broadcast_to(weight, cells.shape).ravel()
        counts = np.bincount(cells.ravel(), weights, minlength=draws * many * kinds)
        together = x_log_x(counts.astype(float)).reshape(draws, -1).sum(axis=1)
        size = np.bincount(groups[0], minlength=many).astype(float)
        alone = x_log_x(self.weight[~self._shared]).sum()
        found: np.ndarray = np.maximum(0.0, (x_log_x(size).sum() - alone - together) / self.n)
        return found

    @cached_property
    def _together(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Owner, weight and place of the product of each share whose product another organisation has too."""
        mine = self._shared
        _, kind = np.unique(self.product[mine], return_inverse=True)
        return self.owner[mine], self.weight[mine], kind


def x_log_x(values: np.ndarray) -> np.ndarray:
    """Returns x ln x of values that are not negative; 0 for 0."""
    # The logarithm of what is not there is never used: nothing times it is nothing.
    found: np.ndarray = values * np.log(np.maximum(values, _TINY))
    return found


def turns(draws: int, size: int) -> Iterator[slice]:
    """Yields the draws in turns, so that a turn of draws of some size is not too much at once."""
    step = max(1, AT_ONCE // max(1, size))
    return (slice(start, start + step) for start in range(0, draws, step))


def _master(n: int, draws: int, seed: int) -> np.ndarray:
    """Returns random orders of n things (draws x n) from a fixed seed."""
    dice = np.random.default_rng(seed)
    return dice.permuted(np.broadcast_to(np.arange(n, dtype=np.int32), (draws, n)), axis=1)


class Orders:
    """Random orders of any number of things, from one seed.

    What is less than n in a random order of more is in random order itself: the orders of n things are taken from those of
    the next power of two. So they depend on nothing but n, the number of draws and the seed.
    """

    def __init__(self, draws: int, seed: int = SEED) -> None:
        self._draws, self._seed = draws, seed
        self._whole: dict[int, np.ndarray] = {}
        self._last: dict[int, np.ndarray] = {}

    def __getitem__(self, n: int) -> np.ndarray:
        """Returns the orders of n things (draws x n); those asked for last are kept."""
        if n not in self._last:
            whole = 1 << max(0, n - 1).bit_length()
            if whole not in self._whole:
                self._whole[whole] = _master(whole, self._draws, self._seed)
            # What is less than n among the first m is the same whichever m it is taken from: the smallest is cheapest.
            nearest = min((m for m in self._last if n <= m <= whole), default=None)
            source = self._whole[whole] if nearest is None else self._last[nearest]
            self._last = {**dict(list(self._last.items())[-1:]), n: self._below(n, source)}
        return self._last[n]

    def _below(self, n: int, source: np.ndarray) -> np.ndarray:
        found = np.empty((self._draws, n), dtype=np.int32)
        for turn in turns(self._draws, source.shape[1]):
            part = source[turn]
            found[turn] = part[part < n].reshape(len(part), n)
        return found


@dataclass(frozen=True, slots=True)
class Converged:
    """The variety inside groups and what chance would leave of it: H(P | group), its mean over the deals, and the index.

    The index is one less the first over the second: 0 as chance, 1 all alike; None where chance leaves nothing, and where
    there is one group only, so that no deal differs from another.
    """

    inside: float
    by_chance: float
    index: float | None


def converged(products: Arrangements, group: np.ndarray, orders: Orders) -> Converged:
    """Returns the variety inside groups of organisations against that of chance."""
    inside, chance = products.within(group), float(products.by_chance(group, orders[products.n]).mean())
    compared = np.unique(group).size > 1 and chance > NOTHING
    return Converged(inside, chance, 1 - inside / chance if compared else None)


NOTHING = 1e-12
"""An entropy below this is none."""
NO_UNIT = -1


def coded(values: pl.Series) -> np.ndarray:
    """Returns the place of each value among the distinct ones in order; NO_UNIT for null."""
    import polars as pl

    places = values.rank("dense").cast(pl.Int64) - 1
    return places.fill_null(NO_UNIT).to_numpy()
