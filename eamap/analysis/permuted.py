"""What chance alone would give: entropies within units when the units are dealt out at random.

An ICS holds about five trusts, so five different products look like little variety whatever anybody planned. The null
keeps the organisations, what each of them has and how many belong to each unit, and permutes who belongs where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

DRAWS = 500
SEED = 20_211_123
NOTHING = 1e-12
"""An entropy below this is none."""
_CELLS = 2_000_000
"""How many sums are held at once; more draws are made in turns."""


@dataclass(frozen=True, slots=True)
class Within:
    """The weighted entropy left inside each unit, in nats, as observed and as chance would have it.

    ``of_units`` and ``by_chance`` hold the entropy inside each unit (arrays with one number a unit, the second the mean
    over the draws); ``weights`` hold what each unit weighs. ``observed``, ``expected`` and ``draws`` are H(P|U), the mean
    of it over the draws, and its value in each draw.
    """

    units: tuple[Any, ...]
    weights: Any
    of_units: Any
    by_chance: Any
    observed: float
    expected: float
    draws: Any

    @property
    def convergence(self) -> float | None:
        """One less the observed entropy over that of chance: 0 as chance, 1 all alike; ``None`` where chance leaves none."""
        return None if self.expected <= NOTHING else 1 - self.observed / self.expected


def within_units(rows: pl.DataFrame, draws: int = DRAWS, seed: int = SEED) -> Within:
    """Returns the entropy of kinds inside units, and that of ``draws`` random deals of the same units.

    ``rows`` has the columns ``body``, ``kind``, ``weight`` and ``unit`` (of the body, so the same in each of its rows,
    never null). Bodies, kinds and units are put in order first, so that neither the order of rows nor the names of kinds
    change anything but through which body holds what.
    """
    import numpy as np
    import polars as pl

    held = rows.group_by("body", "kind", "unit").agg(pl.col("weight").sum()).sort("body", "kind")
    bodies = held.select("body", "unit").unique().sort("body")
    units = tuple(bodies["unit"].unique().sort().to_list())
    place = {unit: at for at, unit in enumerate(units)}
    of_body = np.array([place[unit] for unit in bodies["unit"].to_list()], dtype=np.int64)
    owner = held["body"].rank("dense").to_numpy().astype(np.int64) - 1
    kind = held["kind"].rank("dense").to_numpy().astype(np.int64) - 1
    weight = held["weight"].to_numpy().astype(float)
    shape = (len(units), int(kind.max()) + 1 if len(kind) else 0)
    own = _entropies(of_body[None, :], owner, kind, weight, shape)
    dealt = _dealt(of_body, owner, kind, weight, shape, draws, seed)
    sums = np.bincount(of_body[owner], weights=weight, minlength=shape[0]) if len(owner) else np.zeros(0)
    total = float(weight.sum())
    return _told(units, sums, own[0], dealt, total)


def _told(units: tuple[Any, ...], sums: Any, own: Any, dealt: Any, total: float) -> Within:
    """Turns entropies times weights (one row a draw) into entropies."""
    import numpy as np

    each = np.where(sums > 0, own / np.where(sums > 0, sums, 1), 0.0)
    # Weights may move between units with their bodies, so chance is told per unit of the unit's own weight.
    mean = dealt.mean(axis=0) if len(dealt) else np.zeros(len(units))
    chance = np.where(sums > 0, mean / np.where(sums > 0, sums, 1), 0.0)
    per_draw = dealt.sum(axis=1) / total if total else np.zeros(len(dealt))
    observed = float(own.sum() / total) if total else 0.0
    expected = float(per_draw.mean()) if len(per_draw) else 0.0
    return Within(units, sums, each, chance, observed, expected, per_draw)


def _dealt(of_body: Any, owner: Any, kind: Any, weight: Any, shape: tuple[int, int], draws: int, seed: int) -> Any:
    """Returns the entropy of each unit times its weight, one row a draw; draws are made in turns that fit in memory."""
    import numpy as np

    random = np.random.Generator(np.random.PCG64(seed))
    turn = max(1, _CELLS // max(1, shape[0] * shape[1] + len(owner)))
    found = []
    for start in range(0, draws, turn):
        deal = random.permuted(np.tile(of_body, (min(turn, draws - start), 1)), axis=1)
        found.append(_entropies(deal, owner, kind, weight, shape))
    return np.concatenate(found) if found else np.zeros((0, shape[0]))


def _entropies(deals: Any, owner: Any, kind: Any, weight: Any, shape: tuple[int, int]) -> Any:
    """Returns for each deal (a row) the entropy inside each unit times the unit's weight.

    With w the weights of kinds in a unit and W their sum, that is W ln W less the sum of w ln w.
    """
    import numpy as np

    n, (units, kinds) = len(deals), shape
    if not len(owner):
        return np.zeros((n, units))
    place = (np.arange(n)[:, None] * units + deals[:, owner]) * kinds + kind[None, :]
    sums = np.bincount(place.ravel(), weights=np.tile(weight, n), minlength=n * units * kinds)
    table = sums.reshape(n, units, kinds)
    return np.maximum(_xlogx(table.sum(axis=2)) - _xlogx(table).sum(axis=2), 0.0)


def _xlogx(values: Any) -> Any:
    import numpy as np

    return values * np.log(np.where(values > 0, values, 1.0))
