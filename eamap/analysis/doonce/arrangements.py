"""Entropy within groups of organisations, as it is and as chance alone would have it.

A chance arrangement deals the groups anew among the organisations; the sizes of the groups and what each organisation has
stay. A product that one organisation alone has adds the same to every arrangement, so only the shared ones are counted
again: the work grows with the number of organisations, not with their number of products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eamap.analysis.doonce.case import Case

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
    def of(cls, case: Case, mine: np.ndarray | None = None) -> Arrangements:
        """Returns those of a case; of some of its organisations (a mask) where they are given."""
        if mine is None or mine.all():
            return cls(case.owner, case.product, case.weight, case.n)
        place = np.cumsum(mine) - 1
        kept = mine[case.owner]
        _, product = np.unique(case.product[kept], return_inverse=True)
        return cls(place[case.owner[kept]], product, case.weight[kept], int(mine.sum()))

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
    """Random orders of any number of things up to a largest, from one seed.

    The first n of a random order of more are in random order among themselves, so all come from one table.
    """

    def __init__(self, largest: int, draws: int, seed: int) -> None:
        self._largest, self._draws, self._seed = largest, draws, seed
        self._last: dict[int, np.ndarray] = {}

    @cached_property
    def _every(self) -> np.ndarray:
        return _master(self._largest, self._draws, self._seed)

    def __getitem__(self, n: int) -> np.ndarray:
        """Returns the orders of n things (draws x n); those asked for last are kept."""
        if n not in self._last:
            # What is less than n among the first m is the same whichever m it is taken from: the smallest is cheapest.
            nearest = min((m for m in self._last if m >= n), default=None)
            source = None if nearest is None else self._last[nearest]
            self._last = {
                **dict(list(self._last.items())[-1:]),
                n: self._below(n, self._every if source is None else source),
            }
        return self._last[n]

    def _below(self, n: int, source: np.ndarray) -> np.ndarray:
        found = np.empty((self._draws, n), dtype=np.int32)
        for turn in turns(self._draws, source.shape[1]):
            part = source[turn]
            found[turn] = part[part < n].reshape(len(part), n)
        return found
