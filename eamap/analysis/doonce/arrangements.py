"""Entropy within groups of organisations, as it is and as chance alone would have it.

A chance arrangement deals the groups anew among the organisations; the sizes of the groups and what each organisation has
stay. A product that one organisation alone has adds the same to every arrangement, so only the shared ones are counted
again: the work grows with the number of organisations, not with their number of products.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eamap.analysis.doonce.case import Case

_AT_ONCE = 4_000_000
"""Cells of one table of counts; more are counted in turns."""


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
        turns = max(1, _AT_ONCE // max(1, (int(group.max(initial=0)) + 1) * self._kinds, self.owner.size))
        parts = [self._each(group[order[start : start + turns]]) for start in range(0, len(order), turns)]
        return np.concatenate(parts)

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
        draws, many = len(groups), int(groups.max()) + 1
        size = np.bincount(groups[0], minlength=many)
        alone = _x_log_x(self.weight[~self._shared]).sum()
        _, kind = np.unique(self.product[self._shared], return_inverse=True)
        cells = (groups[:, self.owner[self._shared]] * self._kinds + kind) + np.arange(draws)[
            :, None
        ] * many * self._kinds
        weights = np.broadcast_to(self.weight[self._shared], cells.shape)
        counts = np.bincount(cells.ravel(), weights.ravel(), minlength=draws * many * self._kinds)
        together = _x_log_x(counts).reshape(draws, -1).sum(axis=1)
        found: np.ndarray = np.maximum(0.0, (_x_log_x(size.astype(float)).sum() - alone - together) / self.n)
        return found


def _x_log_x(values: np.ndarray) -> np.ndarray:
    positive = values > 0
    found = np.zeros_like(values)
    found[positive] = values[positive] * np.log(values[positive])
    return found


def orders(n: int, draws: int, seed: int) -> np.ndarray:
    """Returns random orders of n things (draws x n) from a fixed seed."""
    dice = np.random.default_rng(seed)
    return dice.permuted(np.broadcast_to(np.arange(n), (draws, n)), axis=1)
